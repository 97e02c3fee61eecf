"""What order the reads force on transactions, under serializability and snapshot isolation.

Every transaction begins, reading, and commits, writing. Serializable transactions do both at one
moment; under snapshot isolation others may do so in between, unless they write the same item.
Edges between those moments are added while there are any that follow from those there are, as in
Cobra (OSDI 2020) and PolySI (VLDB 2023), but found by vector clocks over the sessions.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from .dependencies import INITIAL, Dependencies, Read
from .precedence import list_edges, shortest_cycle, topological_order

CLOCK_CELLS = 40_000_000
"""The most numbers that the clocks of all moments may have, some 8 bytes each."""


class Reason(NamedTuple):
    """Why one moment is before another.

    `kind` is session, read (`read` of what the other wrote), list (versions of the list `key`),
    seen (a version of `key` older than that which `read` gave, as its reader came after it), later
    (two with a snapshot that write `key` do not overlap), or overwritten (`read` did not give it).
    """

    kind: str
    key: Hashable = None
    reader: int = INITIAL
    read: Read | None = None


class ForcedOrder:
    """The moments of a history's transactions and the edges between them.

    With `snapshots` a transaction has two moments, else one. Each edge has a reason and a stamp:
    it follows from edges with smaller ones.
    """

    def __init__(self, dependencies: Dependencies, *, snapshots: bool) -> None:
        self.dependencies = dependencies
        self.moments = 2 if snapshots else 1
        self.successors: list[list[int]] = [[] for _ in range(self.moments * len(dependencies))]
        self.reasons: dict[tuple[int, int], Reason] = {}
        self.stamps: dict[tuple[int, int], int] = {}
        self.round = 0
        self._writers = _writers_by_chain(dependencies)
        self._readers: dict[tuple[int, Hashable], list[tuple[int, Read]]] = {}
        for number, reads in enumerate(dependencies.reads):
            for read in reads:
                self._readers.setdefault((read.writer, read.key), []).append((number, read))
        self._add_known()

    def begin(self, number: int) -> int:
        """Give the moment at which a transaction reads."""
        return self.moments * number

    def commit(self, number: int) -> int:
        """Give the moment at which a transaction writes."""
        return self.moments * number + self.moments - 1

    def saturate(self, deadline: float) -> list[int] | None:
        """Add what follows until nothing does; give a cycle of moments where there is one.

        That a version was older is concluded last, as such cycles take the most words.
        Raises `TimeoutError` where the time or the memory for it does not suffice.
        """
        while True:
            order = topological_order(self.successors)
            if len(order) < len(self.successors):
                return shortest_cycle(self.successors)
            _check_time(deadline)
            if len(order) * len(self.dependencies.chains) > CLOCK_CELLS:
                raise TimeoutError
            clocks = self._clocks(order)
            before = len(self.reasons)
            self.round += 1
            self._infer_newer(clocks, deadline)
            if len(self.reasons) == before:
                self._infer_older(clocks, deadline)
            if len(self.reasons) == before:
                return None

    def _add_known(self) -> None:
        dependencies = self.dependencies
        for number in range(len(dependencies)):
            if self.moments == 2:
                self._add(self.begin(number), self.commit(number), Reason("itself"))
            previous = dependencies.previous(number)
            if previous is not None:
                self._add(self.commit(previous), self.begin(number), Reason("session"))
            for read in dependencies.reads[number]:
                if read.writer == INITIAL:
                    self._add_overwrites(number, read)
                else:
                    reason = Reason("read", read.key, number, read)
                    self._add(self.commit(read.writer), self.begin(number), reason)
        for key, one, other in list_edges(dependencies):
            self._add(self.commit(one), self.begin(other), Reason("list", key))

    def _add_overwrites(self, reader: int, read: Read) -> None:
        """Put a reader of what an item held at first before all writers of the item."""
        for numbers in self._writers.get(read.key, {}).values():
            first = next((number for number in numbers if number != reader), None)
            if first is not None:
                self._add_overwrite(reader, read, first)

    def _add_overwrite(self, reader: int, read: Read, writer: int) -> None:
        if reader != writer:
            reason = Reason("overwritten", read.key, reader, read)
            self._add(self.begin(reader), self.commit(writer), reason)

    def _add(self, before: int, after: int, reason: Reason) -> None:
        if before == after:
            return
        edge = (before, after)
        if edge not in self.reasons:
            self.reasons[edge] = reason
            self.stamps[edge] = self.round
            self.successors[before].append(after)

    def _clocks(self, order: list[int]) -> list[list[int]]:
        """Give for each moment the last moment of every chain that comes before it."""
        dependencies = self.dependencies
        clocks: list[list[int]] = [[-1] * len(dependencies.chains)] * len(self.successors)
        owned = bytearray(len(clocks))
        for moment in order:
            number, part = divmod(moment, self.moments)
            chain = dependencies.chain_of[number]
            position = self.moments * dependencies.place_of[number] + part
            clock = clocks[moment]
            for after in self.successors[moment]:
                other = clocks[after]
                merged = list(map(max, clock, other)) if owned[after] else clock.copy()
                merged[chain] = max(merged[chain], position)
                clocks[after] = merged
                owned[after] = 1
        return clocks

    def _commit_position(self, number: int) -> int:
        return self.moments * self.dependencies.place_of[number] + self.moments - 1

    def _infer_older(self, clocks: list[list[int]], deadline: float) -> None:
        """Put the writers that a reader comes after before the one that it read of."""
        for reader, reads in enumerate(self.dependencies.reads):
            if not reader & 1023:
                _check_time(deadline)
            clock = clocks[self.begin(reader)]
            for read in reads:
                for chain, numbers in self._writers.get(read.key, {}).items():
                    at = bisect_right(numbers, clock[chain], key=self._commit_position)
                    if at and numbers[at - 1] != read.writer:
                        older = numbers[at - 1]
                        if read.writer == INITIAL:
                            self._add_overwrite(reader, read, older)
                            continue
                        reason = Reason("seen", read.key, reader, read)
                        self._add(self.commit(older), self.begin(read.writer), reason)

    def _infer_newer(self, clocks: list[list[int]], deadline: float) -> None:
        """Put a version's readers, and its writer, before the next writers that come after it."""
        place_of, chain_of = self.dependencies.place_of, self.dependencies.chain_of
        for key, by_chain in self._writers.items():
            _check_time(deadline)
            for writers in by_chain.values():
                for writer in writers:
                    chain, place = chain_of[writer], self.moments * place_of[writer]
                    readers = self._readers.get((writer, key), ())
                    for numbers in by_chain.values():
                        at = bisect_right(
                            numbers,
                            place - 1,
                            key=lambda number, chain=chain: clocks[self.commit(number)][chain],  # type: ignore[misc]
                        )
                        if at < len(numbers) and numbers[at] == writer:
                            at += 1
                        if at < len(numbers):
                            self._add_newer(key, writer, numbers[at], readers)

    def _add_newer(
        self,
        key: Hashable,
        writer: int,
        newer: int,
        readers: Sequence[tuple[int, Read]],
    ) -> None:
        if self.moments == 2:
            self._add(self.commit(writer), self.begin(newer), Reason("later", key))
        for reader, read in readers:
            self._add_overwrite(reader, read, newer)


def _writers_by_chain(dependencies: Dependencies) -> dict[Hashable, dict[int, list[int]]]:
    """Give the writers of each item in each chain, in its order."""
    found: dict[Hashable, dict[int, list[int]]] = {}
    for index, chain in enumerate(dependencies.chains):
        for number in chain:
            for key in dependencies.writes[number]:
                found.setdefault(key, {}).setdefault(index, []).append(number)
    return found


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError
