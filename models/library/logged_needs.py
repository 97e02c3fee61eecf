"""What the reads of a log still ask of each place: how old it must stay, and what is waited for.

Numbers of writes follow the versions of an item, so that a read that may have seen certain numbers
says of every other write whether it must be there before, or must not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from ..followed_logs import FollowedLog
from .logged_clients import Logged, LoggedApply, LoggedRequest

NOTHING = -1
"""The number of what was there before any write."""

ANY = 1 << 62
"""A number above that of every write."""

Place = tuple[Hashable, Hashable]
View = Callable[[int], int]


def newest_of(request: LoggedRequest) -> int:
    """Give the number of the newest write that a read may have seen."""
    if request.gives is None or not request.possible:
        return ANY
    return max((NOTHING if one is None else one for one in request.gives), default=ANY)


def oldest_of(request: LoggedRequest) -> int:
    """Give the number of the oldest write that a read may have seen."""
    if request.gives is None:
        return NOTHING
    return min((NOTHING if one is None else one for one in request.gives), default=NOTHING)


class Needs:
    """What is still to come of a log, looked up by how far it was followed."""

    def __init__(self, log: FollowedLog, logged: Sequence[Logged]) -> None:
        self._log = log
        self._logged = logged
        starts = {number: at for at, (number, is_end) in enumerate(log.marks) if not is_end}
        reads: dict[Place, list[tuple[int, int]]] = {}
        conflicts: dict[Place, list[tuple[int, int]]] = {}
        strong: dict[Hashable, list[tuple[int, int]]] = {}
        for number, one in enumerate(logged):
            if isinstance(one, LoggedApply) or one.end is None:
                continue
            if one.kind == "strong":
                strong.setdefault(one.item, []).append((starts[number], newest_of(one)))
            elif one.kind == "eventual":
                place = (one.region, one.item)
                reads.setdefault(place, []).append((starts[number], newest_of(one)))
            elif one.conflicts:
                conflicts.setdefault((one.region, one.item), []).append((starts[number], NOTHING))
        self._reads = {place: _least_from(some) for place, some in reads.items()}
        self._conflicts = {place: _least_from(some) for place, some in conflicts.items()}
        self._strong = {item: _least_from(some) for item, some in strong.items()}
        self._ends = {item: self._ending(item) for item in {one.item for one in logged}}
        self._end_of_any = self._ending(None)

    def stays_older(self, region: str, item: Hashable, number: int) -> bool:
        """Tell whether a read of the local copy is still to see something older than a write."""
        if self._to_come(self._reads, (region, item)) < number:
            return True
        return any(
            newest_of(one) < number for one in self._open("read", region) if one.item == item
        )

    def will_conflict(self, region: str, item: Hashable) -> bool:
        """Tell whether a write that is refused is still to begin in a region."""
        return self._to_come(self._conflicts, (region, item)) < ANY

    def is_read_before(self, regions: Iterable[str], item: Hashable, number: int) -> bool:
        """Tell whether a strong read is still to begin that sees something older than a write."""
        if self._to_come(self._strong, item) < number:
            return True
        return any(
            one.kind == "strong" and one.item == item and newest_of(one) < number
            for region in regions
            for one in self._open("ask", region)
        )

    def is_waited_for(self, regions: Iterable[str], item: Hashable, number: int) -> bool:
        """Tell whether something that is open can go on only after a write, or a later one.

        Without an `item` that is a later one of any, numbers being those of all items together.
        """
        ending = self._end_of_any if item is None else self._ends[item]
        if self._log.position.view(ending) >= number:
            return True
        for region in regions:
            waiting = [*self._open("read", region), *self._open("ask", region)]
            if any(
                item in (None, one.item) and one.kind != "write" and oldest_of(one) >= number
                for one in waiting
            ):
                return True
            applies = self._applies(region)
            if any(item in (None, one.item) and _number(one) >= number for one in applies):
                return True
        return False

    def ends_next(self, region: str) -> bool:
        """Tell whether the log goes on only after something that is open in a region."""
        return self._log.position.view(self._ending_region) == region

    def is_applied_now(self, region: str, number: int) -> bool:
        """Tell whether a line is open that says of a write that a region applied it."""
        return any(one.number == number for one in self._applies(region))

    def _to_come(self, views: Mapping[Any, View], key: Hashable) -> int:
        return self._log.position.view(views[key]) if key in views else ANY

    def _open(self, what: str, region: str) -> list[LoggedRequest]:
        found = (self._logged[number] for number, _ in self._log.open_in((what, region)))
        return [one for one in found if isinstance(one, LoggedRequest) and one.end is not None]

    def _applies(self, region: str) -> list[LoggedApply]:
        found = (self._logged[number] for number, _ in self._log.open_in(("apply", region)))
        return [one for one in found if isinstance(one, LoggedApply)]

    def _ending_region(self, position: int) -> str | None:
        if position >= self._log.end:
            return None
        return self._logged[self._log.marks[position][0]].region

    def _ending(self, item: Hashable) -> View:
        """Give, by position, the write of an item that must be answered before the log goes on.

        Without an `item` it may be a write of any.
        """

        def ending(position: int) -> int:
            if position >= self._log.end:
                return NOTHING
            one = self._logged[self._log.marks[position][0]]
            is_meant = item in (None, one.item)
            if not is_meant or isinstance(one, LoggedApply) or one.kind != "write":
                return NOTHING
            return ANY if one.conflicts else one.number

        return ending


def _number(one: LoggedApply) -> int:
    return NOTHING if one.number is None else one.number


def _least_from(some: Sequence[tuple[int, int]]) -> View:
    """Give, by position, the least of the numbers that begin there or later."""
    some = sorted(some)
    begins = [at for at, _ in some]
    least = [ANY] * (len(some) + 1)
    for index in range(len(some) - 1, -1, -1):
        least[index] = min(some[index][1], least[index + 1])

    def from_here(position: int) -> int:
        return least[bisect_left(begins, position)]

    return from_here
