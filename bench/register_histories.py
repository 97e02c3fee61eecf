"""Histories of registers that are linearizable by construction, as traces and for Porcupine.

Clients take one operation after the other, half of them writes, each of a value of its own; every
operation has a hidden moment at which it happens. With `violated` one read in the middle gives a
value that many later writes had replaced before it began.

    bench/register_histories.py COUNT CLIENTS ITEMS SEED TRACE PORCUPINE [violated]
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from pathlib import Path

_IDLE = 20.0
_SHORTEST = 0.05


@dataclass(slots=True)
class Operation:
    """One operation: from `start` to `end` in microseconds, of a value from 1, 0 if none."""

    client: int
    item: int
    start: int
    end: int
    moment: float
    is_write: bool
    value: int = 0


def history(
    count: int, *, clients: int, items: int, seed: int, violated: bool = False
) -> list[Operation]:
    """Give operations in the order of their starts."""
    draw = random.Random(seed)
    operations = [operation for _, operation in _timed(draw, count, clients, items)]
    written: dict[int, list[int]] = {}
    value = 0
    for operation in sorted(operations, key=lambda each: each.moment):
        values = written.setdefault(operation.item, [0])
        if operation.is_write:
            value += 1
            values.append(value)
        operation.value = values[-1]
    if violated:
        _spoil(operations, written, clients)
    return sorted(operations, key=lambda each: each.start)


def streamed(count: int, *, clients: int, items: int, seed: int) -> Iterator[Operation]:
    """Give such operations one by one, in the order in which they happen: none is kept."""
    latest = [0] * items
    waiting: list[tuple[float, int, Operation]] = []
    values = itertools.count(1)
    timed = _timed(random.Random(seed), count, clients, items)
    for number, (since, operation) in enumerate(timed):
        while waiting and waiting[0][0] < since:
            yield _happen(heappop(waiting)[2], latest, values)
        heappush(waiting, (operation.moment, number, operation))
    while waiting:
        yield _happen(heappop(waiting)[2], latest, values)


def _happen(operation: Operation, latest: list[int], values: Iterator[int]) -> Operation:
    if operation.is_write:
        latest[operation.item] = next(values)
    operation.value = latest[operation.item]
    return operation


def _timed(
    draw: random.Random, count: int, clients: int, items: int
) -> Iterator[tuple[float, Operation]]:
    """Give operations with the time since when a client was free; none that comes begins before."""
    free = [(draw.random(), client) for client in range(clients)]
    heapify(free)
    for _ in range(count):
        since, client = free[0]
        start = since + draw.expovariate(_IDLE)
        length = draw.expovariate(1.0) + _SHORTEST
        moment = start + draw.random() * length
        item, is_write = draw.randrange(items), draw.random() < 0.5
        ends = start + length
        yield since, Operation(client, item, int(start * 1e6), int(ends * 1e6), moment, is_write)
        heapreplace(free, (ends, client))


def _spoil(operations: list[Operation], written: dict[int, list[int]], clients: int) -> None:
    """Let a read in the middle give what was long replaced."""
    for read in operations[len(operations) // 2 :]:
        values = written[read.item]
        at = values.index(read.value)
        if not read.is_write and at > 3 * clients:
            read.value = values[at - 3 * clients]
            return


def write_trace(operations: Iterable[Operation], path: Path) -> None:
    """Write JSON lines of trace version 1."""
    with path.open("w", encoding="ascii") as file:
        for each in operations:
            name, value = ("write" if each.is_write else "read"), each.value or "null"
            file.write(
                f'{{"type":"op","session":"client-{each.client}","op":"{name}",'
                f'"key":"item-{each.item}","value":{value},"start":{each.start},'
                f'"end":{each.end},"outcome":"ok"}}\n'
            )


def write_for_porcupine(operations: list[Operation], path: Path) -> None:
    """Write what the peer's program reads: the same, in as few characters as there can be."""
    with path.open("w", encoding="ascii") as file:
        for each in operations:
            name = "w" if each.is_write else "r"
            file.write(
                f'{{"c":{each.client},"k":{each.item},"f":"{name}","v":{each.value},'
                f'"s":{each.start},"e":{each.end}}}\n'
            )


def main() -> None:
    """Write one history to two files."""
    count, clients, items, seed = map(int, sys.argv[1:5])
    violated = sys.argv[7:] == ["violated"]
    operations = history(count, clients=clients, items=items, seed=seed, violated=violated)
    write_trace(operations, Path(sys.argv[5]))
    write_for_porcupine(operations, Path(sys.argv[6]))


if __name__ == "__main__":
    main()
