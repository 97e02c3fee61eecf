"""Measure how many transactions a second `gtcheck observe --isolation` checks at each level.

    bench/isolation.py [--sizes N[,N...]] [--levels NAME[,NAME...]] [--sparse] [--format text|json]

The histories are texts of one access a line, `w(key,value,session,transaction)`, one session after
the other, without moments: of a serializable store for `serializable`, else of one with snapshots.
30 sessions, 6 to 12 accesses a transaction of as many keys as a tenth of the transactions, half of
them reads; with `--sparse` 50 sessions, 5 to 10 accesses, a tenth of them reads. Wall-clock seconds
of the whole process count, its start and the reading included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from gtcheck.traces.transactions.histories import TransactionHistory
from gtcheck.traces.transactions.levels import LEVELS
from processes import gtcheck

from tests.traces.generated_transactions import by_session, serial_run, snapshot_run


def main() -> int:
    """Measure each level at each size and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--levels", default=",".join(LEVELS))
    parser.add_argument("--sparse", action="store_true", help="let hardly any version be read")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    levels = options.levels.split(",")
    with tempfile.TemporaryDirectory() as folder:
        results = [
            one
            for size in sizes
            for one in measured_at(size, levels, Path(folder), sparse=options.sparse)
        ]
    if options.format == "json":
        print(json.dumps(results, indent=2))
    else:
        for one in results:
            print(
                f"{one['transactions']:>7,} transactions  {one['level']:<20} {one['verdict']:<9} "
                f"{one['seconds']:>7.2f} s  {one['transactions_per_second']:>7,.0f} a second"
            )
    return 0


def measured_at(
    size: int, levels: list[str], folder: Path, *, sparse: bool
) -> list[dict[str, Any]]:
    """Check histories of a size at each level."""
    keys = max(10, size // 10)
    sessions, most, reads = (50, 10, 0.1) if sparse else (30, 12, 0.5)
    runs = {
        make.__name__: by_session(
            make(Random(1), size, sessions=sessions, keys=keys, most=most, reads=reads)
        )
        for make in (serial_run, snapshot_run)
    }
    found = []
    for level in levels:
        name = "serial_run" if level == "serializable" else "snapshot_run"
        file = folder / f"{name}-{size}.txt"
        if not file.exists():
            write_text(runs[name], file)
        found.append(measured(file, level, size))
    return found


def write_text(history: TransactionHistory, file: Path) -> None:
    """Write a history as Plume's text; what an item held at first is 0."""
    with file.open("w", encoding="utf-8") as text:
        for number, transaction in enumerate(history.transactions):
            told = -1 if transaction.status == "aborted" else number
            for access in transaction.accesses:
                value = 0 if access.value is None else access.value
                action = access.action[0]
                text.write(f"{action}({access.key},{value},{transaction.session},{told})\n")


def measured(file: Path, level: str, size: int) -> dict[str, Any]:
    """Run one check and give its verdict and rate."""
    command = gtcheck("observe", str(file), "--isolation", level, "--format", "json")
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    return {
        "transactions": size,
        "level": level,
        "verdict": json.loads(done.stdout)["verdict"],
        "seconds": round(seconds, 3),
        "transactions_per_second": size / seconds,
    }


if __name__ == "__main__":
    sys.exit(main())
