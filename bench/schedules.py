"""Measure how many schedules a second `gtcheck explore --search` takes, beside what P is known for.

    bench/schedules.py [--schedules N] [--workers N] [--format text|json]

The model, `bench/bank.py`, is a bank with two clients whose schedules have about 144 steps. Of P 68
schedules a second are known, of 139 steps each, on its own client and server (`p check` of its
tutorial: 100 schedules in 1.48 s). Wall-clock seconds of the search count, Python's start does not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from processes import gtcheck

MODEL = Path(__file__).with_name("bank.py")
P_SCHEDULES = 68.0
P_STEPS = 9_400.0


def main() -> int:
    """Measure each strategy and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--schedules", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    results = [
        measured(search, options.schedules, options.workers) for search in ("random", "pct", "pos")
    ]
    if options.format == "json":
        print(json.dumps(results, indent=2))
    else:
        for one in results:
            print(
                f"{one['search']:<6}  {one['schedules_per_second']:>8,.0f} schedules/s  "
                f"{one['steps_per_second']:>10,.0f} steps/s  "
                f"{one['schedules_over_p']:>4.0f} and {one['steps_over_p']:>4.0f} times P"
            )
    return 0


def measured(search: str, schedules: int, workers: int) -> dict[str, Any]:
    """Run one search and give its rates."""
    command = gtcheck("explore", str(MODEL), "--search", search, "--schedules", str(schedules))
    command += ["--workers", str(workers), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    per_second = found["schedules"] / found["seconds"]
    steps = found["transitions"] / found["seconds"]
    return {
        "search": search,
        "schedules": found["schedules"],
        "workers": workers,
        "seconds": found["seconds"],
        "schedules_per_second": per_second,
        "steps_per_second": steps,
        "schedules_over_p": per_second / P_SCHEDULES,
        "steps_over_p": steps / P_STEPS,
    }


if __name__ == "__main__":
    sys.exit(main())
