"""The search for an order of begins and commits that explains all reads, exact and bounded.

It goes along the sessions, as Biswas and Enea (OOPSLA 2019) do: what may come next depends only
on which transactions have begun and committed, so that no such set is tried twice.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator

from .dependencies import INITIAL, Dependencies
from .forced_orders import ForcedOrder
from .precedence import list_edges


class Replay:
    """What all items hold after some begins and commits, and which of those may come next."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.reads = [{read.key: read.writer for read in reads} for reads in dependencies.reads]
        self.writes = dependencies.writes
        self.current: dict[Hashable, int] = {}
        self.open: set[Hashable] = set()
        self.readers: dict[tuple[int, Hashable], int] = {}
        for reads in self.reads:
            for key, writer in reads.items():
                self.readers[writer, key] = self.readers.get((writer, key), 0) + 1
        self.waiting = {key: count for (writer, key), count in self.readers.items() if writer < 0}

    def can_begin(self, number: int) -> bool:
        """Tell whether all that a transaction reads is there, and nobody is writing its items."""
        current = self.current
        for key, writer in self.reads[number].items():
            if current.get(key, INITIAL) != writer:
                return False
        return not self.open or self.open.isdisjoint(self.writes[number])

    def begin(self, number: int) -> None:
        """Let a transaction read."""
        for key in self.reads[number]:
            self.waiting[key] -= 1
        self.open.update(self.writes[number])

    def can_commit(self, number: int) -> bool:
        """Tell whether nobody still has to read what the transaction replaces."""
        waiting = self.waiting
        return not any(waiting.get(key) for key in self.writes[number])

    def commit(self, number: int) -> list[int]:
        """Let a transaction write; give what was there before, for `undo_commit`."""
        before = [self.current.get(key, INITIAL) for key in self.writes[number]]
        for key in self.writes[number]:
            self.current[key] = number
            self.waiting[key] = self.readers.get((number, key), 0)
        self.open.difference_update(self.writes[number])
        return before

    def undo_begin(self, number: int) -> None:
        """Take a begin back."""
        for key in self.reads[number]:
            self.waiting[key] += 1
        self.open.difference_update(self.writes[number])

    def undo_commit(self, number: int, before: list[int]) -> None:
        """Take a commit back."""
        for key, writer in zip(self.writes[number], before, strict=True):
            self.current[key] = writer
            self.waiting[key] = 0
        self.open.update(self.writes[number])


def their_ends_explain(dependencies: Dependencies) -> bool:
    """Tell whether transactions one after the other, by number, read what they did read."""
    if any(one > other for _, one, other in list_edges(dependencies)):
        return False
    replay = Replay(dependencies)
    for number in range(len(dependencies)):
        previous = dependencies.previous(number)
        if previous is not None and previous > number:
            return False
        if not replay.can_begin(number):
            return False
        replay.begin(number)
        if not replay.can_commit(number):
            return False
        replay.commit(number)
    return True


class SerialSearch:
    """Looks for an order that contains a forced one, depth first, the likeliest first."""

    def __init__(self, forced: ForcedOrder, max_sets: int, deadline: float) -> None:
        self.forced = forced
        self.max_sets = max_sets + len(forced.successors)
        self.deadline = deadline
        self.dependencies = forced.dependencies
        self.replay = Replay(self.dependencies)
        self.pending = [0] * len(forced.successors)
        for following in forced.successors:
            for after in following:
                self.pending[after] += 1
        self.reached = [0] * len(self.dependencies.chains)
        self.seen: set[tuple[int, ...]] = set()
        self.taken: list[tuple[int, list[int]]] = []

    def finds_order(self) -> bool:
        """Tell whether there is an order; raises `TimeoutError` beyond the bounds."""
        total = len(self.pending)
        stack = [self._next_moments()]
        while len(self.taken) < total:
            if not stack:
                return False
            moment = next(stack[-1], None)
            if moment is None:
                stack.pop()
                if self.taken:
                    self._undo()
                continue
            self._take(moment)
            reached = tuple(self.reached)
            if reached in self.seen:
                self._undo()
                continue
            self.seen.add(reached)
            if len(self.seen) > self.max_sets or (
                not len(self.seen) & 255 and time.monotonic() > self.deadline
            ):
                raise TimeoutError
            stack.append(self._next_moments())
        return True

    def _next_moments(self) -> Iterator[int]:
        """Give what may come next; where one changes nothing for the others, only that."""
        possible: list[tuple[int, int]] = []
        moments = self.forced.moments
        transactions = self.dependencies.transactions
        for chain, reached in zip(self.dependencies.chains, self.reached, strict=True):
            place, part = divmod(reached, moments)
            if place == len(chain):
                continue
            number = chain[place]
            moment = moments * number + part
            if self.pending[moment] or not self._can_take(number, part):
                continue
            if not self.dependencies.writes[number]:
                return iter((moment,))
            transaction = transactions[number]
            is_begin = moments == 2 and part == 0
            possible.append((transaction.start if is_begin else transaction.end, moment))
        possible.sort()
        return iter([moment for _, moment in possible])

    def _can_take(self, number: int, part: int) -> bool:
        replay = self.replay
        if self.forced.moments == 2:
            return replay.can_commit(number) if part else replay.can_begin(number)
        if not replay.can_begin(number):
            return False
        replay.begin(number)
        possible = replay.can_commit(number)
        replay.undo_begin(number)
        return possible

    def _take(self, moment: int) -> None:
        number, part = divmod(moment, self.forced.moments)
        before: list[int] = []
        if part == 0:
            self.replay.begin(number)
        if part == self.forced.moments - 1:
            before = self.replay.commit(number)
        for after in self.forced.successors[moment]:
            self.pending[after] -= 1
        self.reached[self.dependencies.chain_of[number]] += 1
        self.taken.append((moment, before))

    def _undo(self) -> None:
        moment, before = self.taken.pop()
        number, part = divmod(moment, self.forced.moments)
        self.reached[self.dependencies.chain_of[number]] -= 1
        for after in self.forced.successors[moment]:
            self.pending[after] += 1
        if part == self.forced.moments - 1:
            self.replay.undo_commit(number, before)
        if part == 0:
            self.replay.undo_begin(number)
