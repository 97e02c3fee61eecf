"""Zones of a register while it is used: the same verdict as `zones`, told at once, little kept.

Of two values u and v, u must be there before v if an operation on u ended before one on v began;
there is no linearization exactly when two values must each be there before the other (Gibbons and
Korach 1997). Operations are added when they are settled, in the order of their ends. So the first
end of a value is known with its first operation, and two values can come to contradict each other
only when a read begins later than all before it that gave the same value: each read is held, as it
is settled, against the values that had ended before it began. A value that must be there before
another is dead: whoever begins to read it from now on is wrong. So only the living are kept, and
what is dead may be written again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ..history import FOREVER, Operation
from ..monitors import Remembered
from .zones import Cluster

_SWEPT_FROM = 16


@dataclass(slots=True, eq=False)
class Living:
    """One value and what is known of it: its first end and last start, and who made these."""

    write: Operation | None
    first_end: int = FOREVER
    last_start: int = -FOREVER
    ender: Operation | None = None
    starter: Operation | None = None
    is_initial: bool = False
    is_past: bool = False
    """Whether it had ended before everything that is still read began."""

    def cluster(self, *more: Operation) -> Cluster:
        """Give the operations that count, with more reads, as a cluster."""
        known = {id(o): o for o in (self.ender, self.starter, *more) if o is not None}
        known.pop(id(self.write), None)
        return Cluster(self.write, list(known.values()))


@dataclass(slots=True)
class StaleRead:
    """A read of a value that had to be gone, or that was never there: then `gone` is None.

    `rival` is a value that had to be there after the one that was read.
    """

    read: Operation
    gone: Cluster | None
    rival: Cluster | None


class RunningZones:
    """The values of one register that may still be read, as of now.

    `maker` is what wrote the initial value, where that is known.
    """

    __slots__ = (
        "_begun",
        "_first",
        "_gone",
        "_reading",
        "_reads",
        "_recent",
        "_second",
        "_swept",
        "has_forgotten",
        "living",
        "unread",
    )

    def __init__(self, initial: Hashable, remember: int, maker: Operation | None = None) -> None:
        begun = Living(maker, first_end=-FOREVER, is_initial=True, is_past=True)
        self.living: dict[Hashable, Living] = {initial: begun}
        self.has_forgotten = False
        self.unread = 0
        """Writes of unknown outcome that nobody has read; they stay for ever."""
        self._reading: dict[Hashable, int] = {}  # how many reads of a value are not settled
        self._begun: dict[int, list[int]] = {}  # of each such read its start
        self._reads: deque[list[int]] = deque()  # the same in order; what is settled is empty
        self._recent: deque[Living] = deque()  # in the order of their first ends
        self._first: Living | None = None  # of those that are past, the last to start
        self._second: Living | None = None
        self._gone: Remembered = Remembered(remember)
        self._swept = _SWEPT_FROM

    @property
    def recent(self) -> int:
        """Give how many values had their first end since the first start of what is read now."""
        return len(self._recent)

    def begin_read(self, value: Hashable, read: Operation, start: int) -> None:
        """Take the start of a read that will be settled."""
        self._reading[value] = self._reading.get(value, 0) + 1
        begun = self._begun[id(read)] = [start]
        self._reads.append(begun)

    def begin_write(self, value: Hashable, write: Operation, start: int) -> bool:
        """Take the start of a write; False where it and another may explain one read."""
        found = self.living.get(value)
        if found is not None:
            rival = self._rival(found, FOREVER)
            if rival is None or value in self._reading:
                return False
            self._bury(value, found, rival)
        self.living[value] = Living(write, last_start=start, starter=write)
        self.unread += not write.certain
        if len(self.living) > self._swept:
            self._sweep()
        return True

    def end_write(self, value: Hashable, write: Operation, end: int) -> None:
        """Take that a write is settled."""
        found = self.living.get(value)
        if found is not None and found.write is write and found.first_end >= FOREVER:
            self._add(found, write, found.last_start, end)

    def end_read(self, value: Hashable, read: Operation, end: int) -> StaleRead | None:
        """Hold a read that is settled against all values that had ended before it began."""
        start = self._begun.pop(id(read)).pop()
        left = self._reading.pop(value) - 1
        if left:
            self._reading[value] = left
        found = self.living.get(value)
        if found is None:
            return StaleRead(read, *self._gone.get(value, (None, None)))
        rival = self._rival(found, start)
        if rival is not None:
            return StaleRead(read, found.cluster(), rival.cluster())
        if found.first_end >= FOREVER and found.write is not None:
            self.unread -= not found.write.certain
        self._add(found, read, start, end)
        return None

    def states(self) -> Iterator[Hashable]:
        """Give the values that may be there, at a moment at which nothing is under way."""
        for value, each in self.living.items():
            if each.first_end < FOREVER and self._rival(each, FOREVER) is None:
                yield value

    def unread_writes(self) -> Iterator[Operation]:
        """Give the writes of unknown outcome that may still happen: those that nobody read."""
        for each in self.living.values():
            if each.first_end >= FOREVER and each.write is not None:
                yield each.write

    def forget_unread(self) -> None:
        """Forget half of the writes that nobody read; what nobody wrote may be of one of them."""
        unread = [v for v, each in self.living.items() if _is_unread(each)]
        for value in unread[: len(unread) // 2 + 1]:
            del self.living[value]
            self.unread -= 1
        self.has_forgotten = True

    def _add(self, found: Living, operation: Operation, start: int, end: int) -> None:
        if found.first_end >= FOREVER:
            found.first_end, found.ender = end, operation
            self._recent.append(found)
        if start > found.last_start:
            found.last_start, found.starter = start, operation
        if found.is_past:
            self._rank(found)
        self._pass()

    def _pass(self) -> None:
        """Put together what had ended before everything that is still read began."""
        reads, recent = self._reads, self._recent
        while reads and not reads[0]:
            reads.popleft()
        oldest = reads[0][0] if reads else FOREVER
        while recent and recent[0].first_end < oldest:
            past = recent.popleft()
            past.is_past = True
            self._rank(past)

    def _rank(self, past: Living) -> None:
        """Keep the two of those that are past which started last."""
        if past is self._first:
            return
        if self._first is None or past.last_start >= self._first.last_start:
            self._first, self._second = past, self._first
        elif self._second is None or past.last_start > self._second.last_start:
            self._second = past

    def _rival(self, living: Living, before: int) -> Living | None:
        """Give a value that had its first end before a moment, and must be there after this one."""
        first_end = living.first_end
        past = self._second if living is self._first else self._first
        if past is not None and past.last_start > first_end:
            return past
        for each in self._recent:
            if each.first_end >= before:
                break
            if each.last_start > first_end and each is not living:
                return each
        return None

    def _bury(self, value: Hashable, dead: Living, rival: Living) -> None:
        self._gone.pop(value, None)
        self._gone.keep(value, (dead.cluster(), rival.cluster()))
        del self.living[value]

    def _sweep(self) -> None:
        """Forget the dead that nobody is reading."""
        for value, each in list(self.living.items()):
            rival = None if value in self._reading else self._rival(each, FOREVER)
            if rival is not None:
                self._bury(value, each, rival)
        self._swept = 2 * len(self.living) + _SWEPT_FROM


def _is_unread(living: Living) -> bool:
    write = living.write
    return living.first_end >= FOREVER and write is not None and not write.certain
