"""Run the commands that the documents show, and put in what they print.

    python docs/refresh.py            # rewrites README.md and docs/*.md
    python docs/refresh.py --check    # ends with 1 where a document is not what it would become

A block ```console holds one line `$ gtcheck ...` and its output; a block ```python or ```json that
follows a link or a `gtcheck observe FILE` with an example of `docs/examples/` holds that file
(`<!-- file: NAME -->` above the block names it). Times do not count, nor does their width.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = re.compile(r"```console\n\$ (gtcheck [^\n]+)\n.*?```", re.DOTALL)
FILE = re.compile(r"<!-- file: (\S+?)(?: lines (\d+)-(\d+))? -->\n```(\w+)\n.*?```", re.DOTALL)
SECONDS = re.compile(r"\d+\.\d\d s\b")
SPACES = re.compile(r"(?<=\S) {2,}")
"""A column is as wide as its times are long."""


def refreshed(text: str) -> str:
    """Give a document with every console block run anew and every file block read anew."""
    return FILE.sub(_file_block, CONSOLE.sub(_console_block, text))


def settled(text: str) -> str:
    """Give a document without what differs from run to run."""
    return SPACES.sub("  ", SECONDS.sub("0.00 s", text))


def documents() -> list[Path]:
    """Give the documents that show commands."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _console_block(found: re.Match[str]) -> str:
    command = shlex.split(found[1])
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", "from gtcheck.cli.main import main; main()", *command[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    printed = (done.stdout + done.stderr).rstrip()
    return f"```console\n$ {found[1]}\n{printed}\n```"


def _file_block(found: re.Match[str]) -> str:
    name, first, last, language = found.groups()
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    chosen = lines[int(first) - 1 : int(last)] if first else lines
    where = f"{name} lines {first}-{last}" if first else name
    body = "\n".join(chosen).strip("\n")
    return f"<!-- file: {where} -->\n```{language}\n{body}\n```"


def main() -> int:
    """Refresh, or with `--check` only compare."""
    stale = []
    for document in documents():
        text = document.read_text(encoding="utf-8")
        new = refreshed(text)
        if settled(new) != settled(text):
            stale.append(document.relative_to(ROOT))
            if "--check" not in sys.argv:
                document.write_text(new, encoding="utf-8")
    for name in stale:
        print(f"{name} {'is stale' if '--check' in sys.argv else 'was refreshed'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
