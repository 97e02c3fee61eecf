"""Measure what `gtcheck observe` takes of a log that is much longer than memory.

    bench/long_log.py [--operations N] [--items N] [--clients N] [--rule GT201]... [--folder DIR]
                      [--format text|json]

It writes the history to DIR (a temporary folder; 100 million operations are 13 GB, and take some
minutes), checks it by all rules or those that are named, in a process of its own, and removes it.
The JSON is an object: `operations`, `items`, `bytes`, `rules`, `seconds` (by the clock on the
wall), `cpu_seconds`, `resident_mb` and `verdict`. Ends with 1 where the history does not hold, as
it must.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from processes import gtcheck, run_process
from register_histories import streamed, write_trace


def main() -> int:
    """Write the log, check it, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--operations", type=int, default=100_000_000)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        result = _measured(Path(folder) / "long.jsonl", options)
    if options.format == "json":
        print(json.dumps(result, indent=2))
    else:
        print(" ".join(f"{name}={value}" for name, value in result.items()))
    return int(result["verdict"] != "holds")


def _measured(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    shape = {"clients": options.clients, "items": options.items, "seed": 1}
    write_trace(streamed(options.operations, **shape), path)
    named = [word for code in options.rule for word in ("--rule", code)]
    run = run_process(gtcheck("observe", *named, "--format", "json", str(path)))
    return {
        "operations": options.operations,
        "items": options.items,
        "bytes": path.stat().st_size,
        "rules": ",".join(options.rule) or "all",
        "seconds": round(run.wall_seconds, 1),
        "cpu_seconds": round(run.cpu_seconds, 1),
        "resident_mb": round(run.resident_mb),
        "verdict": json.loads(run.output)["verdict"],
    }


if __name__ == "__main__":
    sys.exit(main())
