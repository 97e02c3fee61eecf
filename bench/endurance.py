"""Explore and observe in one process for a long time, and see whether it holds ever more memory.

    bench/endurance.py [--seconds S] [--format text|json]

Round after round takes the same searches: breadth and depth first, with each reduction, with two
workers, schedules of each strategy, promises of the end, a violation with its counterexample, one
that is shrunk, a search that its limit stops, and a log that is judged. Each must find in each
round what it found in the first. What is resident is noted after each round.

The JSON is an object: `rounds`, `seconds`, `explorations`, `states`, `resident_mb` {`first` (the
median of the first quarter of the rounds after a warm-up of a twentieth), `last` (of the last
quarter), `most`}, `growth` (last over first) and `different`, the searches that did not find the
same. Ends with 1 where growth is over 1.02 or anything is different.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker.memory import resident_bytes
from gtcheck.models.catalog import load_model
from gtcheck.traces import observe
from register_histories import history, write_trace

MOST_GROWTH = 1.02
WARM_UP = 0.05


@dataclass(slots=True)
class Course:
    """What happened so far."""

    found: dict[str, object] = field(default_factory=dict)
    different: set[str] = field(default_factory=set)
    resident: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    explorations: int = 0
    states: int = 0


def main() -> int:
    """Go round until the time is over, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.jsonl"
        write_trace(history(50_000, clients=5, items=50, seed=1), trace)
        course = _go_round(_searches(), trace, options.seconds)
    result = _result(course)
    print(json.dumps(result, indent=2) if options.format == "json" else _text(result))
    return int(bool(result["different"]) or result["growth"] > MOST_GROWTH)


def _searches() -> dict[str, Callable[[], Exploration]]:
    def of(name: str, values: Mapping[str, object], **given: Any) -> Callable[[], Exploration]:
        return lambda: explore(load_model(name).build(values), **given)

    commit, register, slower = {"rms": 7}, {"writes": 5}, {"writes": 2}
    wrong = {"bug": "skip-the-fence"}
    return {
        "breadth first": of("lww-register", register),
        "two workers": of("lww-register", register, workers=2),
        "depth first": of("two-phase-commit", commit, search="dfs"),
        "symmetry": of("two-phase-commit", commit, symmetry=True),
        "partial order": of("two-phase-commit", commit, por=True),
        "promises of the end": of("mrsc", slower),
        "reference": of("two-phase-commit", {"rms": 3}, engine="reference"),
        "random": of("mrsc", slower, search="random", schedules=2_000),
        "pct": of("mrsc", slower, search="pct", schedules=2_000, workers=2),
        "pos": of("mrsc", slower, search="pos", schedules=2_000),
        "violated": of("mrsc", wrong),
        "violated and shrunk": of("mrsc", wrong, search="random"),
        "limit": of("lww-register", register, limits=Limits(max_states=100_000)),
    }


def _go_round(
    searches: dict[str, Callable[[], Exploration]], trace: Path, seconds: float
) -> Course:
    course = Course()
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds or len(course.times) < 2:
        for name, search in searches.items():
            exploration = search()
            course.explorations += 1
            course.states += exploration.states
            _compare(course, name, (exploration.verdict, exploration.states, exploration.depth))
        _compare(course, "log", observe([trace]).verdict)
        course.resident.append(resident_bytes() / 1e6)
        course.times.append(now)
        if sys.stderr.isatty():
            print(f"\r{now:,.0f} s, {course.resident[-1]:,.1f} MB ", end="", file=sys.stderr)
    return course


def _compare(course: Course, name: str, found: object) -> None:
    if course.found.setdefault(name, found) != found:
        course.different.add(name)


def _result(course: Course) -> dict[str, Any]:
    warm = int(len(course.resident) * WARM_UP)
    resident = course.resident[warm:]
    quarter = max(1, len(resident) // 4)
    first, last = (statistics.median(part) for part in (resident[:quarter], resident[-quarter:]))
    return {
        "rounds": len(course.resident),
        "seconds": round(course.times[-1], 1),
        "explorations": course.explorations,
        "states": course.states,
        "resident_mb": {"first": first, "last": last, "most": max(resident)},
        "growth": round(last / first, 4),
        "different": sorted(course.different),
    }


def _text(result: dict[str, Any]) -> str:
    resident = result["resident_mb"]
    different = ", ".join(result["different"]) or "none"
    return (
        f"{result['rounds']:,} rounds in {result['seconds']:,} s: {result['explorations']:,} "
        f"explorations of {result['states']:,} states\n"
        f"resident: {resident['first']:,.1f} MB at first, {resident['last']:,.1f} at last, "
        f"{resident['most']:,.1f} at most; grew {result['growth']} times\n"
        f"not the same in each round: {different}"
    )


if __name__ == "__main__":
    sys.exit(main())
