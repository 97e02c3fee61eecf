"""Linearizability of a register whose written values are unique, by zones.

Gibbons and Korach, "Testing shared memories" (SIAM Journal on Computing 26(4), 1997): where it is
known which write each read reads from, a history is linearizable exactly when no read ends before
its write starts and no two values must be there at the same time. The operations of one value make
a cluster; between its first end and its last start the value must be there, and if that is not an
interval the whole cluster fits into a moment between its last start and its first end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Literal

from ..history import FOREVER, Operation


@dataclass(frozen=True, slots=True)
class Cluster:
    """The operations that wrote or read one value; `write` is None for the initial value."""

    write: Operation | None
    reads: Sequence[Operation]

    @property
    def operations(self) -> list[Operation]:
        """Give the write, if any, and the reads."""
        return [*([self.write] if self.write is not None else []), *self.reads]


@dataclass(frozen=True, slots=True)
class ZoneConflict:
    """Why there is no linearization, with the operations that say so.

    `kind` is `early` (a read ended before its write started), `overlap` (two values must be there
    at one time) or `between` (a value must have come and gone while another was there). For the
    last two, `outer` are the first end and the last start of the one value, `inner` of the other.
    """

    kind: Literal["early", "overlap", "between"]
    outer: tuple[Operation | None, Operation]
    inner: tuple[Operation | None, Operation]

    @property
    def operations(self) -> list[Operation]:
        """Give the distinct operations in the order of their starts."""
        found: list[Operation] = []
        for operation in (*self.outer, *self.inner):
            if operation is not None and operation not in found:
                found.append(operation)
        return sorted(found, key=attrgetter("start"))


@dataclass(frozen=True, slots=True)
class _Zone:
    first_end: int
    last_start: int
    ender: Operation | None
    starter: Operation
    write: Operation | None = None


def find_zone_conflict(clusters: Sequence[Cluster]) -> ZoneConflict | None:
    """Give a reason why the clusters of one register have no linearization; None if they have one.

    Takes O(n log n) for n operations. A write of unknown outcome that is read has no end; one that
    is not read must be left out.
    """
    forward: list[_Zone] = []
    backward: list[_Zone] = []
    for cluster in clusters:
        if cluster.write is not None:
            for read in cluster.reads:
                if read.end < cluster.write.start:
                    return ZoneConflict("early", (read, cluster.write), (read, cluster.write))
        operations = cluster.operations
        if not operations:
            continue
        starter = max(operations, key=attrgetter("start"))
        if cluster.write is None:
            forward.append(_Zone(-FOREVER, starter.start, None, starter))
            continue
        ender = min(operations, key=attrgetter("end"))
        zone = _Zone(ender.end, starter.start, ender, starter, cluster.write)
        (forward if zone.first_end < zone.last_start else backward).append(zone)
    return _between_forward(forward) or _inside_forward(forward, backward)


def _between_forward(forward: list[_Zone]) -> ZoneConflict | None:
    forward.sort(key=attrgetter("first_end"))
    for one, other in pairwise(forward):
        if other.first_end < one.last_start:
            return (
                _written_between(one, other)
                or _written_between(other, one)
                or ZoneConflict("overlap", (one.ender, one.starter), (other.ender, other.starter))
            )
    return None


def _written_between(outer: _Zone, inner: _Zone) -> ZoneConflict | None:
    """Tell an overlap by fewer lines where a whole write lies inside the other zone."""
    write = inner.write
    if write is None or write.start <= outer.first_end or write.end >= outer.last_start:
        return None
    return ZoneConflict("between", (outer.ender, outer.starter), (write, write))


def _inside_forward(forward: list[_Zone], backward: list[_Zone]) -> ZoneConflict | None:
    ends = [zone.first_end for zone in forward]
    for zone in backward:
        at = bisect_left(ends, zone.last_start) - 1
        if at >= 0 and zone.first_end < forward[at].last_start:
            outer = forward[at]
            return ZoneConflict("between", (outer.ender, outer.starter), (zone.ender, zone.starter))
    return None
