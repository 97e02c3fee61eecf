"""Measure `gtcheck observe` beside Porcupine on the same histories, in one run, alternating.

    bench/observe.py [--row NAME]... [--repeat N] [--porcupine DIR] [--logs DIR] [--seconds S]
                     [--format text|json]

Of gtcheck the whole process counts: Python's start, reading and checking. Porcupine says itself how
long it checked and how long it read. DIR of `--porcupine` holds the `main.go` that reads a history
and times `CheckOperations`; where it, or Go, is not there, Porcupine is skipped and the reason is
told. It is given S seconds, and has no answer after that. DIR of `--logs` holds console logs of
etcd, which are checked in one command. The rows of three regions have in their logs what each
region did, a million lines, and are checked by all rules.

The JSON is a list with an object a row: `row`, `operations`, `asked` (seconds, what is asked for,
or null), `lines` of the log where it tells more than operations, `gtcheck` {`seconds` {min,
median}, `resident_mb`, `verdict`} and `porcupine`, which has `answer`, `check_seconds`,
`read_seconds` and `resident_mb`, or `skipped` with the reason.
Ends with 1 where a verdict is not what it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import gtcheck

HISTORIES = Path(__file__).with_name("register_histories.py")
REGIONS = Path(__file__).with_name("replicated_runs.py")
PEERS = Path("../shared/peers/porcupine")
LOGS = Path("../shared/histories/porcupine/jepsen")
_SAID = re.compile(r"\t(Ok|Illegal|Unknown)\tmedian=([\d.]+)s.*parse=([\d.]+)s")


@dataclass(frozen=True, slots=True)
class Row:
    """One history and what is asked of it: seconds for the whole process, or nothing.

    With a `mode` it is a run of three regions, each of which tells what it did.
    """

    name: str
    operations: int
    clients: int
    items: int
    asked: float | None = None
    violated: bool = False
    rules: tuple[str, ...] = ("GT201",)
    mode: str | None = None

    @property
    def verdict(self) -> str:
        """Give what must come out."""
        return "violated" if self.violated else "holds"


ROWS = (
    Row("1,000 items", 1_000_000, 20, 1_000, 1.0),
    Row("1,000 items, all rules", 1_000_000, 20, 1_000, 2.0, rules=()),
    Row("one item, 5 clients", 100_000, 5, 1, 0.15),
    Row("one item, 20 clients, violated", 100_000, 20, 1, 0.15, violated=True),
    Row("three regions, mrsc, all rules", 167_000, 20, 1_000, rules=(), mode="mrsc"),
    Row("three regions, async, all rules", 287_000, 20, 1_000, rules=(), mode="async"),
)
LOGS_ROW = "etcd's logs"
LOGS_ASKED = 0.4


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of a process."""

    seconds: float
    resident_mb: float
    output: str


def main() -> int:
    """Measure every row and print what came out."""
    options = _options()
    known = [row.name for row in ROWS] + [LOGS_ROW]
    for name in options.row or ():
        if name not in known:
            print(f"no row {name!r}; known are {', '.join(known)}", file=sys.stderr)
            return 2
    results = []
    with tempfile.TemporaryDirectory() as folder:
        peer = _porcupine(options.porcupine, Path(folder))
        for row in ROWS:
            if row.name in (options.row or known):
                results.append(_measured(row, peer, Path(folder), options))
        if LOGS_ROW in (options.row or known):
            results.append(_logs(options.logs, options.repeat))
    if options.format == "json":
        print(json.dumps(results, indent=2))
    else:
        print("\n".join(_line(result) for result in results))
    return int(any(result.get("wrong") for result in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--row", action="append")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--porcupine", type=Path, default=PEERS)
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    return parser.parse_args()


def _porcupine(source: Path, folder: Path) -> Path | str:
    """Build Porcupine's program; give the reason where that cannot be done."""
    if not (source / "main.go").is_file():
        return f"{source}/main.go is not there"
    if shutil.which("go") is None:
        return "Go is not installed"
    place = folder / "porcupine"
    shutil.copytree(source, place)
    for command in (
        ["go", "mod", "init", "bench"],
        ["go", "get", "github.com/anishathalye/porcupine@latest"],
        ["go", "build", "-o", "bench", "."],
    ):
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1]}"
    return place / "bench"


def _measured(
    row: Row, peer: Path | str, folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    trace, other = folder / "trace.jsonl", folder / "porcupine.jsonl"
    _make(row, trace, other)
    named = [word for code in row.rules for word in ("--rule", code)]
    samples = []
    found = None
    for turn in range(options.repeat):
        samples.append(_run(gtcheck("observe", *named, "--format", "json", str(trace))))
        if row.rules and turn == 0:
            found = _by_porcupine(peer, other, options.seconds)
    told = json.loads(samples[0].output)
    verdict = told["verdict"]
    return {
        "row": row.name,
        "operations": row.operations,
        **({} if row.mode is None else {"lines": told["events"]["read"]}),
        "asked": row.asked,
        "gtcheck": _summary(samples, verdict),
        "porcupine": found or {"skipped": "it checks linearizability only"},
        "wrong": verdict != row.verdict,
    }


def _make(row: Row, trace: Path, other: Path) -> None:
    """Write a history, in a process of its own: its memory would count for those started here."""
    shape = map(str, [row.operations, row.clients, row.items, 1])
    if row.mode is not None:
        make = [str(REGIONS), row.mode, *shape, str(trace)]
    else:
        make = [str(HISTORIES), *shape, str(trace), str(other), *["violated"] * row.violated]
    subprocess.run([sys.executable, *make], check=True)


def _logs(folder: Path, repeat: int) -> dict[str, Any]:
    logs = sorted(map(str, folder.glob("*.log")))
    if not logs:
        return {"row": LOGS_ROW, "skipped": f"no *.log in {folder}"}
    samples = [_run(gtcheck("observe", "--format", "json", *logs)) for _ in range(repeat)]
    found = json.loads(samples[0].output)
    return {
        "row": f"{LOGS_ROW}, {len(logs)}",
        "operations": found["events"]["used"],
        "asked": LOGS_ASKED,
        "gtcheck": _summary(samples, found["verdict"]),
        "porcupine": {"skipped": "0.79 s for 102 of them are known, checking alone"},
    }


def _summary(samples: list[Sample], verdict: str) -> dict[str, Any]:
    seconds = [sample.seconds for sample in samples]
    return {
        "seconds": {"min": min(seconds), "median": statistics.median(seconds)},
        "resident_mb": max(sample.resident_mb for sample in samples),
        "verdict": verdict,
    }


def _by_porcupine(peer: Path | str, trace: Path, seconds: float) -> dict[str, Any]:
    if isinstance(peer, str):
        return {"skipped": peer}
    sample = _run([str(peer), str(trace), "1"], seconds)
    said = _SAID.search(sample.output)
    if said is None:
        return {"answer": None, "given_seconds": seconds, "resident_mb": sample.resident_mb}
    return {
        "answer": said.group(1),
        "check_seconds": float(said.group(2)),
        "read_seconds": float(said.group(3)),
        "resident_mb": sample.resident_mb,
    }


def _run(command: list[str], seconds: float | None = None) -> Sample:
    """Run a process and take its time and its peak memory, as the kernel tells them."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        usage = None
        while usage is None:
            ended, _, spent = os.wait4(process.pid, os.WNOHANG if seconds else 0)
            if ended:
                usage = spent
            elif seconds is not None and time.perf_counter() - began > seconds:
                process.kill()
                seconds = None
            else:
                time.sleep(0.01)
        process.returncode = 0
        took = time.perf_counter() - began
        output.seek(0)
        return Sample(took, usage.ru_maxrss / 1024, output.read())


def _line(result: dict[str, Any]) -> str:
    if "skipped" in result:
        return f"{result['row']:<32}  skipped: {result['skipped']}"
    mine, peer = result["gtcheck"], result["porcupine"]
    if "skipped" in peer:
        told = f"skipped: {peer['skipped']}"
    elif peer["answer"] is None:
        told = f"no answer in {peer['given_seconds']:g} s, {peer['resident_mb']:,.0f} MB"
    else:
        told = f"{peer['answer']}, {peer['check_seconds']:.2f} s + {peer['read_seconds']:.2f} s "
        told += f"reading, {peer['resident_mb']:,.0f} MB"
    took = f"{mine['seconds']['median']:.2f} s"
    took += f" (of {result['asked']:g})" if result["asked"] is not None else ""
    if "lines" in result:
        took += f", {result['lines'] / mine['seconds']['median']:,.0f} lines/s"
    return (
        f"{result['row']:<32}  {mine['verdict']:<8}  {took}, {mine['resident_mb']:.0f} MB   "
        f"Porcupine: {told}"
    )


if __name__ == "__main__":
    sys.exit(main())
