"""An order of the writes of a log, where their values say which of them each strong read saw.

Gibbons and Korach, "Testing shared memories" (SIAM Journal on Computing 26(4), 1997): the requests
that wrote or strongly read one value make a zone, in which the value must be there from the first
end to the last start; where that is no interval, the zone fits into a moment between them. Zones
that exclude each other have an order, and those that do not contradict each other: strong requests
are linearizable in each item, and what one of them did that none of the others saw can be left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from .logged_clients import Logged, LoggedApply, LoggedRequest, TableLog
from .logged_precedence import Precedence, contradictory


@dataclass(frozen=True, slots=True)
class _Zone:
    """The requests that wrote or read one value; `write` is None for what was there at first."""

    item: Hashable
    write: LoggedRequest | None
    reads: tuple[LoggedRequest, ...]

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        return self.reads if self.write is None else (self.write, *self.reads)

    @property
    def first_end(self) -> float:
        return -inf if self.write is None else min(map(_end, self.requests))

    @property
    def last_start(self) -> float:
        return max(one.start for one in self.requests)

    @property
    def is_interval(self) -> bool:
        return self.first_end < self.last_start

    def bounds(self) -> tuple[LoggedRequest, ...]:
        """Give the requests that end first and begin last, and the write."""
        last = max(self.requests, key=lambda one: one.start)
        if self.write is None:
            return (last,)
        return (self.write, min(self.requests, key=_end), last)


@dataclass(frozen=True, slots=True)
class OrderedLog:
    """A log whose writes are in an order that fits its strong reads, and their numbers before."""

    log: TableLog
    numbers: Mapping[int, int]


def can_be_ordered(log: TableLog) -> bool:
    """Tell whether it is known of each result which write it is of."""
    written = {one.number for one in _requests(log) if one.kind == "write"}
    return all(
        isinstance(one, LoggedApply)
        or (
            one.possible
            and (
                one.gives is None
                or (len(one.gives) < 2 and all(n is None or n in written for n in one.gives))
            )
        )
        for one in log.logged
    )


def orders_of(log: TableLog) -> Iterator[OrderedLog]:
    """Give the log with its writes numbered anew in an order that fits, in some such orders."""
    zones = _zones(log)
    if _from_nowhere(log) or _clash(zones) is not None:
        return
    orders = [_by_moments(zones)] if _is_strong(log) else _by_precedence(log)
    for old in orders:
        new = dict(zip(old, sorted(old), strict=True))
        logged = [_renumbered(one, new) for one in log.logged]
        origins = {new.get(number, number): region for number, region in log.origins.items()}
        yield OrderedLog(
            replace(log, logged=logged, origins=origins),
            {now: before for before, now in new.items()},
        )


def contradiction(log: TableLog) -> TableLog | None:
    """Give the few requests of a log that can be ordered which no order fits; None if one does."""
    nowhere = _from_nowhere(log)
    if nowhere:
        return _cut_out(log, nowhere[:1])
    clash = _clash(_zones(log))
    if clash is not None:
        return _cut_out(log, [one for zone in clash for one in zone.bounds()])
    few = [] if _is_strong(log) else contradictory(_requests(log))
    return _cut_out(log, few) if few else None


def is_contradictory(log: TableLog) -> bool:
    """Tell whether there is a contradiction, without looking for the few requests."""
    if _from_nowhere(log) or _clash(_zones(log)) is not None:
        return True
    return not _is_strong(log) and not Precedence(_requests(log)).saturate()


def _cut_out(log: TableLog, few: Sequence[LoggedRequest]) -> TableLog:
    kept = {one.number: one for one in few}
    items = tuple({one.item: None for one in few})
    untold: frozenset[str] = frozenset()
    logged = tuple(kept.values())
    return replace(log, logged=logged, items=items, tells_own=untold, tells_others=untold)


def _is_strong(log: TableLog) -> bool:
    """Tell whether only strong requests order the writes, which then are ordered by zones."""
    return not any(
        isinstance(one, LoggedApply) or one.kind == "eventual" or one.chain is not None
        for one in log.logged
    )


def _requests(log: TableLog) -> list[LoggedRequest]:
    """Give what clients asked for, without what was refused and so has no effect."""
    return [one for one in log.logged if isinstance(one, LoggedRequest) and not one.conflicts]


def _by_precedence(log: TableLog) -> Iterator[list[int]]:
    """Give the numbers of the writes in orders that local looks fit as well, as far as found.

    A write that a region answered late may have been in the journal for long, or have been asked
    for only when its region had come to what it is conditional on: both ends are tried.
    """
    precedence = Precedence(log.logged)
    if precedence.saturate():
        orders = (precedence.order(moment_of) for moment_of in (_start, _end))
        yield from (order for order in orders if order is not None)


def _by_moments(zones: Mapping[Hashable, list[_Zone]]) -> list[int]:
    """Give the numbers of the writes in an order that fits strong requests without a clash."""
    moments = [moment for found in zones.values() for moment in _moments(found)]
    moments.sort(key=lambda one: one[:2])
    return [write.number for *_, write in moments]


def _clash(zones: Mapping[Hashable, list[_Zone]]) -> tuple[_Zone, ...] | None:
    conflicts = (_conflict(found) for found in zones.values())
    return next((conflict for conflict in conflicts if conflict is not None), None)


def _from_nowhere(log: TableLog) -> list[LoggedRequest]:
    """Give the reads that saw what nothing in the log had written."""
    return [one for one in _requests(log) if one.gives is not None and not one.gives]


def _start(request: LoggedRequest) -> float:
    return request.start


def _end(request: LoggedRequest) -> float:
    return inf if request.end is None else request.end


def _zones(log: TableLog) -> dict[Hashable, list[_Zone]]:
    """Give the zones of each item, of what is strongly consistent."""
    writes: dict[Hashable, dict[int | None, LoggedRequest | None]] = {}
    reads: dict[tuple[Hashable, int | None], list[LoggedRequest]] = {}
    for one in _requests(log):
        if one.kind == "eventual":
            continue
        if one.kind == "write":
            writes.setdefault(one.item, {})[one.number] = one
        elif one.gives:
            (number,) = one.gives
            reads.setdefault((one.item, number), []).append(one)
            if number is None:
                writes.setdefault(one.item, {})[None] = None
    return {
        item: [
            _Zone(item, write, tuple(reads.get((item, number), ())))
            for number, write in of_item.items()
        ]
        for item, of_item in writes.items()
    }


def _conflict(zones: list[_Zone]) -> tuple[_Zone, ...] | None:
    """Give the zones of an item that contradict each other, or the one that contradicts itself."""
    for zone in zones:
        if zone.write is not None and any(_end(one) < zone.write.start for one in zone.reads):
            return (zone,)
    intervals = sorted((z for z in zones if z.is_interval), key=lambda zone: zone.first_end)
    for one, other in pairwise(intervals):
        if other.first_end < one.last_start:
            return (one, other)
    begins = [zone.first_end for zone in intervals]
    for zone in zones:
        at = bisect_left(begins, zone.last_start) - 1
        if not zone.is_interval and at >= 0 and zone.first_end < intervals[at].last_start:
            return (intervals[at], zone)
    return None


def _moments(zones: list[_Zone]) -> Iterator[tuple[float, bool, LoggedRequest]]:
    """Give for each write a moment to order it by; of one moment, those of an interval last."""
    intervals = sorted((z for z in zones if z.is_interval), key=lambda zone: zone.first_end)
    begins = [zone.first_end for zone in intervals]
    for zone in zones:
        if zone.write is None:
            continue
        if zone.is_interval:
            yield zone.first_end, True, zone.write
            continue
        at = bisect_left(begins, zone.last_start) - 1
        inside = at >= 0 and zone.last_start < intervals[at].last_start
        moment = intervals[at].last_start if inside else zone.last_start
        # A write that may as well not be, and that nobody saw, comes in the way of nothing.
        yield moment if zone.first_end < inf else inf, False, zone.write


def _renumbered(one: Logged, new: Mapping[int, int]) -> Logged:
    if isinstance(one, LoggedApply):
        return one if one.number is None else replace(one, number=new.get(one.number, one.number))
    if one.kind == "write":
        return one if one.conflicts else replace(one, number=new[one.number], chain=one.item)
    if not one.gives:
        return one
    gives = frozenset(number if number is None else new[number] for number in one.gives)
    return replace(one, gives=gives)
