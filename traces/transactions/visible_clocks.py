"""Vector clocks over what is visible: which transactions come before each by sessions and reads.

A clock has a place for each chain, and a chain need not be one session: where nothing comes after
the last of a session any more, a session that begins later and depends on that goes on in its
chain. Stores where clients come back under new names after each failure have few chains so.
"""

from __future__ import annotations

from collections.abc import Iterator

from .dependencies import INITIAL
from .precedence import Precedence


class VisibleClocks:
    """The chains, and the clocks that are still needed.

    `chain_of` and `place_of` tell where a transaction is, once it was given. `known` of one that
    comes right before the given one has the last places that come before it, and its own.
    """

    def __init__(self, precedence: Precedence) -> None:
        dependencies = precedence.dependencies
        count = len(dependencies)
        self.chain_of, self.place_of = [-1] * count, [-1] * count
        self._last: list[int] = []
        self._ended: set[int] = set()
        self._clocks: dict[int, list[int]] = {INITIAL: []}
        self._previous = [dependencies.previous(number) for number in range(count)]
        self._goes_on = set(self._previous)
        self._uses = [len(following) for following in precedence.visible]
        self._before: list[list[int]] = [[] for _ in range(count)]
        for number, following in enumerate(precedence.visible):
            for after in following:
                self._before[after].append(number)

    def each(self, order: list[int]) -> Iterator[tuple[int, list[int]]]:
        """Give each transaction, in an order of what is visible, with the places before it."""
        for number in order:
            before = self._before[number]
            clock = self.known(INITIAL)
            for one in before:
                other = self.known(one)
                clock = other if clock is self._clocks[INITIAL] else list(map(max, clock, other))
            self._put(number, clock)
            yield number, clock
            for one in before:
                self._uses[one] -= 1
                if not self._uses[one]:
                    del self._clocks[one]

    def known(self, number: int) -> list[int]:
        """Give the clock of one that comes right before the given one, or of `INITIAL`."""
        clock = self._clocks[number]
        missing = len(self._last) - len(clock)
        if missing:
            clock.extend([-1] * missing)
        return clock

    def _put(self, number: int, clock: list[int]) -> None:
        chain = self._chain_for(number, clock)
        self._last[chain] += 1
        self.chain_of[number], self.place_of[number] = chain, self._last[chain]
        if number not in self._goes_on:
            self._ended.add(chain)
        if self._uses[number]:
            own = clock.copy()
            own.extend([-1] * (len(self._last) - len(own)))
            own[chain] = self._last[chain]
            self._clocks[number] = own

    def _chain_for(self, number: int, clock: list[int]) -> int:
        """Give the chain of the one before in the session, or one that ended before, or a new."""
        previous = self._previous[number]
        if previous is not None:
            chain = self.chain_of[previous]
            if self._last[chain] == self.place_of[previous]:
                return chain
        for chain in self._ended:
            if clock[chain] == self._last[chain]:
                self._ended.remove(chain)
                return chain
        self._last.append(-1)
        return len(self._last) - 1
