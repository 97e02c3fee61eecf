"""What comes before what in the journal of a log, as far as clocks, values and regions tell.

Each write, each look at an item, and each moment is a point. A look is where the region that gave
it had come to in the journal: what a region did later, it did no earlier in the journal, and strong
requests were put there while they were under way. The looks at a value lie between its write and
the next one of the item, so that the values of an item exclude each other; where a part of one is
before a part of another, all of it is. The order follows to a fixed point, as in Gibbons and
Korach, "Testing shared memories" (SIAM Journal on Computing 26(4), 1997). Where it goes round in a
circle, no run of the model has that log; where it does not, an order of the writes can be tried.

Of n points that takes a few passes of n steps, each over n bits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from math import inf

from .logged_clients import Logged, LoggedApply, LoggedRequest

_Value = tuple[Hashable, int | None]
"""An item, and the number of the write that it held; None for what it held at first."""


class Precedence:
    """The points of a log and what comes directly after each; a value's end follows its write.

    Looks at values of which the log has no write are left out.
    """

    def __init__(self, logged: Iterable[Logged]) -> None:
        self.after: list[list[int]] = []
        self.values: dict[_Value, int] = {}
        self.writes: dict[int, LoggedRequest] = {}
        self.refused: list[tuple[int, LoggedRequest]] = []
        known = list(logged)
        for one in known:
            if isinstance(one, LoggedRequest) and one.kind == "write" and not one.conflicts:
                self.writes[self._value(one.item, one.number)] = one
        points = [(self._point_of(one), one) for one in known]
        told = [(point, one) for point, one in points if point is not None]
        self._add_clock(told, is_strong=True)
        for region in dict.fromkeys(one.region for _, one in told):
            self._add_clock([each for each in told if each[1].region == region], is_strong=False)
        self._add_chains()

    def _point(self) -> int:
        self.after.append([])
        return len(self.after) - 1

    def _value(self, item: Hashable, number: int | None) -> int:
        """Give the point where a value is written; the next one is where it is gone."""
        found = self.values.get((item, number))
        if found is None:
            found = self.values[item, number] = self._point()
            self.after[found].append(self._point())
        return found

    def _point_of(self, one: Logged) -> int | None:
        """Give the point of a look or a write; None for what tells nothing."""
        if isinstance(one, LoggedApply):
            return self.values.get((one.item, one.number))
        if one.kind == "write":
            return self._refused(one) if one.conflicts else self.values[one.item, one.number]
        if one.gives is None or len(one.gives) != 1:
            return None
        (number,) = one.gives
        if number is not None and (one.item, number) not in self.values:
            return None
        write, look = self._value(one.item, number), self._point()
        self.after[write].append(look)
        self.after[look].append(write + 1)
        return look

    def _refused(self, one: LoggedRequest) -> int:
        """Give the point of what was refused, in the journal; the next one is where it was asked.

        It leaves its item as it was. Its region had not heard some write that is before it there.
        """
        entry, asked = self._point(), self._point()
        self.after[asked].append(entry)
        self.refused.append((entry, one))
        return entry

    def _add_clock(self, told: Sequence[tuple[int, Logged]], *, is_strong: bool) -> None:
        """Let what was over come before what began later: in one region, or if it `is_strong`."""
        moments: list[tuple[float, bool, int]] = []
        for point, one in told:
            # What a region holds may be as old as it likes, but not of a time to come.
            is_local = isinstance(one, LoggedApply) or one.kind == "eventual"
            if not (is_strong and is_local):
                moments.append((one.start, False, point))
            if one.end is not None:
                moments.append((one.end, True, point))
        moments.sort()
        moment, over = self._point(), list[int]()
        asked = {entry + 1 for entry, _ in self.refused}
        for _, is_end, point in moments:
            if is_end:
                over.append(point)
                continue
            if over:
                following = self._point()
                for each in (moment, *over):
                    self.after[each].append(following)
                moment, over = following, []
            self.after[moment].append(point)
            if not is_strong and (point + 1) in asked:
                self.after[moment].append(point + 1)

    def _add_chains(self) -> None:
        """Let each value be gone before the next one of its chain, and the first before all."""
        chained = [one for one in self.writes.values() if one.chain is not None]
        chained.sort(key=lambda one: one.number)
        last: dict[Hashable, int] = {}
        for one in chained:
            point = self.values[one.item, one.number]
            if one.chain in last:
                self.after[last[one.chain] + 1].append(point)
            last[one.chain] = point
        for point, one in self.writes.items():
            first = self.values.get((one.item, None))
            if first is not None:
                self.after[first + 1].append(point)

    def saturate(self) -> bool:
        """Add all that follows; give False where something would come before itself."""
        ends: dict[Hashable, int] = {}
        for (item, _), point in self.values.items():
            ends[item] = ends.get(item, 0) | 1 << (point + 1)
        while True:
            order = self._topological()
            if order is None:
                return False
            reached = self._reached(order)
            excluded = sum(
                self._exclude(point, ends[item], reached)
                for (item, _), point in self.values.items()
            )
            if not excluded + self._explain(order, reached):
                return True

    def _exclude(self, point: int, ends: int, reached: Sequence[int]) -> bool:
        """Let a value be gone before each that it is partly before; tell whether that was new."""
        partly = (reached[point] & ends & ~(1 << (point + 1))) >> 1
        new = partly & ~reached[point + 1]
        self.after[point + 1].extend(_bits(new))
        return new > 0

    def _explain(self, order: Sequence[int], reached: Sequence[int]) -> bool:
        """Let the only write that can have been in the way of another be so; tell what is new."""
        items: dict[Hashable, int] = {}
        for point, one in self.writes.items():
            items[one.item] = items.get(one.item, 0) | 1 << point
        before = self._reaching(order) if self.refused else []
        is_new = False
        for entry, one in self.refused:
            asked = entry + 1
            may = items.get(one.item, 0) & ~reached[entry] & ~before[asked]
            if may.bit_count() != 1 or (may & reached[asked] and may & before[entry]):
                continue
            write = may.bit_length() - 1
            self.after[asked].append(write)
            self.after[write].append(entry)
            is_new = True
        return is_new

    def _reached(self, order: Sequence[int]) -> list[int]:
        reached = [0] * len(self.after)
        for point in reversed(order):
            all_of_it = 1 << point
            for each in self.after[point]:
                all_of_it |= reached[each]
            reached[point] = all_of_it
        return reached

    def _reaching(self, order: Sequence[int]) -> list[int]:
        before = [1 << point for point in range(len(self.after))]
        for point in order:
            for each in self.after[point]:
                before[each] |= before[point]
        return before

    def _before(self) -> list[int]:
        """Count what comes directly before each point."""
        before = [0] * len(self.after)
        for following in self.after:
            for each in following:
                before[each] += 1
        return before

    def _topological(self) -> list[int] | None:
        before = self._before()
        order = [point for point, count in enumerate(before) if not count]
        for point in order:
            for each in self.after[point]:
                before[each] -= 1
                if not before[each]:
                    order.append(each)
        return order if len(order) == len(before) else None

    def order(self, moment_of: Callable[[LoggedRequest], float]) -> list[int] | None:
        """Give the numbers of the writes in an order that fits, or None where none was found.

        Of writes that nothing orders, that of the least moment comes first; what may as well not be
        comes last.
        """
        before, given = self._before(), list[int]()
        items = {point: one.item for point, one in self.writes.items()}
        closes = {point + 1: item for (item, _), point in self.values.items()}
        opens: list[tuple[float, int]] = []
        held: dict[Hashable, list[tuple[float, int]]] = {}
        free = [point for point, count in enumerate(before) if not count]
        while free or opens:
            if not free:
                _, point = wanted = heappop(opens)
                if items[point] in held:
                    held[items[point]].append(wanted)
                    continue
                held[items[point]] = []
                given.append(self.writes[point].number)
            else:
                point = free.pop()
                if point in self.writes:
                    write = self.writes[point]
                    heappush(opens, (inf if write.end is None else moment_of(write), point))
                    continue
            if point in closes:
                for wanted in held.pop(closes[point], ()):
                    heappush(opens, wanted)
            for each in self.after[point]:
                before[each] -= 1
                if not before[each]:
                    free.append(each)
        return given if len(given) == len(self.writes) else None


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def contradictory(logged: Sequence[LoggedRequest]) -> list[LoggedRequest]:
    """Give a few of those that no order fits, as few as leaving out one after another comes to.

    Where an order fits them all that is none.
    """
    if Precedence(logged).saturate():
        return []
    few, size = list(logged), len(logged)
    while size:
        at = 0
        while at < len(few):
            fewer = few[:at] + few[at + size :]
            if Precedence(fewer).saturate():
                at += size
            else:
                few = fewer
        size //= 2
    return few
