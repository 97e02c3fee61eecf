"""Entries of a log that is still written, held back until those that began before have come.

A line is mostly written when its operation ends, so that starts come in no order. Lines are held
back until the log itself is so many seconds further, or until nothing came for so long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush

from ..history import FOREVER, Entry, Operation, entry_order

_MOST_HELD = 50_000


class HeldBack:
    """Puts entries in order; `horizon` is the moment up to which all was given away.

    `clock_error` in microseconds makes a moment later by twice as much. No more than some 50,000
    entries are held: in a burst the earliest are given away sooner.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.clock_error = 0
        self.horizon = -FOREVER
        self._last: tuple[int, int] = (-FOREVER, 0)
        self._held: list[tuple[tuple[int, int, int, int, int], int, Entry]] = []
        self._newest = -FOREVER
        self._arrivals: deque[tuple[float, int]] = deque()
        self._count = 0

    @property
    def earliest(self) -> int:
        """Give the earliest moment that is not late."""
        return max(self.horizon, self._last[0]) + 1

    def is_late(self, entry: Entry) -> bool:
        """Tell whether an entry began before something that was given away."""
        return entry.start <= self.horizon or entry_order(entry)[:2] < self._last

    def put(self, entry: Entry) -> None:
        """Hold an entry that is not late."""
        end = entry.end if isinstance(entry, Operation) else entry.start
        self.expect(entry.start if end >= FOREVER else end)
        self._count += 1
        heappush(self._held, (entry_order(entry), self._count, entry))

    def expect(self, moment: int) -> None:
        """Take that a line told of a moment."""
        self._newest = max(self._newest, moment)

    def next_horizon(self, now: float, *, has_all: bool) -> int:
        """Give up to which moment everything is there, as is taken.

        `now` is in seconds; `has_all` tells whether all that was written by then was read.
        """
        margin = 2 * self.clock_error
        found = max(self.horizon, self._newest - round(self.seconds * 1e6))
        if not has_all:
            return found
        if not self._arrivals or self._newest > self._arrivals[-1][1]:
            self._arrivals.append((now, self._newest))
        while self._arrivals and self._arrivals[0][0] <= now - self.seconds - margin / 1e6:
            moment = self._arrivals[0][1]
            found = max(found, moment + margin)
            if moment == self._newest:
                break  # nothing came since then
            self._arrivals.popleft()
        return found

    def due(self, horizon: int) -> Iterator[Entry]:
        """Give what began by a moment, in order, and what is too much to be held."""
        while self._held and (self._held[0][0][0] <= horizon or self.is_full):
            yield self._pop()
        self.horizon = horizon

    @property
    def is_full(self) -> bool:
        """Tell whether more is held than should be."""
        return len(self._held) > _MOST_HELD

    def rest(self) -> Iterator[Entry]:
        """Give all that is held, in order."""
        while self._held:
            yield self._pop()

    def _pop(self) -> Entry:
        order, _, entry = heappop(self._held)
        self._last = order[:2]
        return entry
