"""Runs of three regions that keep every promise, with what each region did in the log.

Clients take one operation after the other, half of them writes, each in the region that it is in.
In mode mrsc a write is appended to the journal, delivered to all regions, applied and streamed in
each, and reads are strong; in mode async it is applied where it was made, carried to the others,
which skip what is older than what they hold, and streamed where it was applied.

    bench/replicated_runs.py MODE OPERATIONS CLIENTS ITEMS SEED TRACE
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from register_histories import Operation, history

_REGIONS = ("east", "north", "west")
_FASTEST, _SLOWEST = 2_000, 200_000
"""Microseconds that what was written is on its way to another region."""

_Line = dict[str, Any]


def run(mode: str, operations: list[Operation], seed: int) -> list[_Line]:
    """Give the events of a run in the order of time."""
    lines = _mrsc(operations, seed) if mode == "mrsc" else _async(operations, seed)
    return sorted(lines, key=lambda line: int(line["start" if "start" in line else "time"]))


def _mrsc(operations: list[Operation], seed: int) -> Iterator[_Line]:
    draw = random.Random(seed)
    free = dict.fromkeys(_REGIONS, 0)
    for each in sorted(operations, key=lambda operation: operation.moment):
        position = each.value or None
        yield _operation(each, each.value, position) | {"consistency": "strong"}
        if not each.is_write:
            continue
        moment, home = int(each.moment * 1e6), _region(each)
        entry = {"position": position, "entry": f"write-{position}", "time": moment}
        others = [region for region in _REGIONS if region != home]
        yield {"type": "append", "region": home, "regions": [home, draw.choice(others)], **entry}
        for region in _REGIONS:
            arrives = moment + draw.randint(_FASTEST, _SLOWEST)
            free[region] = max(free[region], arrives)
            yield {"type": "deliver", "region": region, **entry, "time": free[region]}
            yield from _applied(each, region, free[region], position, position)


def _async(operations: list[Operation], seed: int) -> Iterator[_Line]:
    draw = random.Random(seed)
    arrivals: list[tuple[int, int, str, Operation]] = []
    happenings = sorted(operations, key=lambda operation: operation.moment)
    free: dict[tuple[str, str], int] = {}
    for number, each in enumerate(happenings):
        home, moment = _region(each), int(each.moment * 1e6)
        arrivals.append((moment, number, home, each))
        for region in _REGIONS if each.is_write else ():
            if region != home:
                arrives = moment + draw.randint(_FASTEST, _SLOWEST)
                free[home, region] = max(free.get((home, region), 0), arrives)
                arrivals.append((free[home, region], number, region, each))
    held: dict[tuple[str, int], Operation] = {}
    for moment, _, region, each in sorted(arrivals, key=lambda arrival: arrival[:2]):
        newest = held.get((region, each.item))
        is_home = region == _region(each)
        if not each.is_write:
            value = newest.value if newest else 0
            yield _operation(each, value, newest and _version(newest))
            continue
        if is_home:
            yield _operation(each, each.value, _version(each))
        is_newer = newest is None or newest.value < each.value
        if is_newer:
            held[region, each.item] = each
        lines = list(_applied(each, region, moment, _version(each), None, is_newer=is_newer))
        yield from lines[is_home:]


def _operation(operation: Operation, value: int, version: Any) -> _Line:
    return {
        "type": "op",
        "op": "write" if operation.is_write else "read",
        "session": f"client-{operation.client}",
        "region": _region(operation),
        "key": f"item-{operation.item}",
        "value": value or None,
        "version": version,
        "start": operation.start,
        "end": operation.end,
        "outcome": "ok",
    }


def _applied(
    write: Operation,
    region: str,
    moment: int,
    version: Any,
    position: int | None,
    *,
    is_newer: bool = True,
) -> Iterator[_Line]:
    """Give what a region tells of a write that it applies or skips, and its stream."""
    told: _Line = {"region": region, "key": f"item-{write.item}", "version": version}
    applied: _Line = {"origin": _region(write), "applied": is_newer, "value": write.value}
    placed = {} if position is None else {"position": position}
    yield {"type": "apply", **told, **applied, **placed, "time": moment}
    if is_newer:
        yield {"type": "stream", **told, "sequence": write.value, "time": moment}


def _region(operation: Operation) -> str:
    return _REGIONS[operation.client % len(_REGIONS)]


def _version(write: Operation) -> list[Any]:
    return [write.value, _region(write)]


def main() -> None:
    """Write one run to a file."""
    mode, path = sys.argv[1], Path(sys.argv[6])
    count, clients, items, seed = map(int, sys.argv[2:6])
    operations = history(count, clients=clients, items=items, seed=seed)
    with path.open("w", encoding="ascii") as file:
        header = {"gtcheck": 1, "mode": mode, "regions": list(_REGIONS)}
        for line in (header, *run(mode, operations, seed)):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
