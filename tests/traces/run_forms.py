"""The forms in which one run may be written down, and the clocks that its regions may have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.traces.simulated_runs import REGIONS, Line, started

ERROR = 3
"""Microseconds that each clock may be off."""


def with_clock_errors(lines: list[Line], seed: int) -> list[Line]:
    """Let each region's clock be off by some microseconds, and say in the header how many."""
    header, *events = lines
    random = Random(seed)
    off = {region: random.randint(-ERROR, ERROR) for region in REGIONS}
    moved = []
    for event in events:
        by = off.get(event.get("region", ""), 0)
        times = {name: event[name] + by for name in ("start", "end", "time") if event.get(name)}
        moved.append({**event, **times})
    return [{**header, "clock_error_us": ERROR}, *sorted(moved, key=started)]


def as_pairs(lines: Iterable[Line]) -> list[Line]:
    """Tell every operation in two lines, when it begins and when it ends."""
    made: list[tuple[int, Line]] = []
    for line in lines:
        if line.get("type") != "op":
            made.append((started(line), line))
            continue
        is_read = line["op"] == "read"
        later = {"end", "outcome", "error", "version"} | ({"value"} if is_read else set())
        if is_read and "items" in line:
            later.add("items")
        first = {name: value for name, value in line.items() if name not in later}
        made.append((line["start"], {**first, "type": "invoke"}))
        if line["end"] is not None or "version" in line or "outcome" in line:
            result = {name: line[name] for name in later if name in line}
            attempt = {"attempt": line["attempt"]} if "attempt" in line else {}
            when = line["end"] if line["end"] is not None else line["start"]
            made.append((when, {"type": "return", "id": line["id"], **attempt, **result}))
    return [line for _, line in sorted(made, key=lambda each: each[0])]


def in_files(folder: Path, lines: list[Line]) -> list[Path]:
    """Write a run into a file for each region, and one for what has none."""
    header, *events = lines
    parts: dict[str, list[Line]] = {}
    places: dict[str, str] = {}
    for event in events:
        place = places.get(event.get("id", ""), event.get("region") or "others")
        if event["type"] == "invoke":
            places[event["id"]] = place
        parts.setdefault(place, [header]).append(event)
    return [written(folder / f"{place}.jsonl", part) for place, part in sorted(parts.items())]


def written(path: Path, lines: Iterable[Line]) -> Path:
    """Write a run into one file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
