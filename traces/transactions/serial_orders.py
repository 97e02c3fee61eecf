"""Decides whether an order of begins and commits explains all reads, and shows why none does."""

from __future__ import annotations

import time
from collections.abc import Collection, Hashable, Sequence

from ..limits import ObservationLimits
from .contradictions import Contradiction
from .dependencies import INITIAL, Dependencies
from .forced_cycles import told_forced_cycle, told_unexplained
from .forced_orders import ForcedOrder
from .precedence import list_edges
from .read_atomic import find_not_repeatable
from .schedule_conflicts import transactions_without_order
from .serial_schedules import Schedule
from .smaller_parts import smallest

SHRINKING_SECONDS = 3.0
"""The most time that is spent on making one contradiction smaller."""
SHRINKING_CONFLICTS = 2_000
"""The most conflicts that one part of a contradiction is searched for."""


def find_unexplained(
    dependencies: Dependencies, *, snapshots: bool, limits: ObservationLimits, deadline: float
) -> Contradiction | None:
    """Give what no order explains, None where there is an order.

    The order of the transactions' ends is tried first, then an order is searched for, and where
    there is none the transactions that show it are reduced to as few as are found to do so.
    Raises `TimeoutError` where the limits do not suffice to know.
    """
    repeated = find_not_repeatable(dependencies)
    if repeated is not None:
        return repeated
    if _their_ends_explain(dependencies):
        return None
    involved = transactions_without_order(
        Schedule(dependencies, snapshots=snapshots),
        max_conflicts=limits.max_configurations,
        deadline=deadline,
    )
    if involved is None:
        return None
    return _told(_smaller(dependencies.restricted(involved), snapshots), snapshots)


def _their_ends_explain(dependencies: Dependencies) -> bool:
    """Tell whether transactions one after the other, by number, read what they did read."""
    if any(one > other for _, one, other in list_edges(dependencies)):
        return False
    current: dict[Hashable, int] = {}
    for number, reads in enumerate(dependencies.reads):
        previous = dependencies.previous(number)
        if previous is not None and previous > number:
            return False
        if any(current.get(read.key, INITIAL) != read.writer for read in reads):
            return False
        for key in dependencies.writes[number]:
            current[key] = number
    return True


def _told(dependencies: Dependencies, snapshots: bool) -> Contradiction:
    forced = ForcedOrder(dependencies, snapshots=snapshots)
    try:
        cycle = forced.saturate(time.monotonic() + SHRINKING_SECONDS)
    except TimeoutError:
        cycle = None
    return told_unexplained(forced) if cycle is None else told_forced_cycle(forced, cycle)


def _smaller(dependencies: Dependencies, snapshots: bool) -> Dependencies:
    """Give a part that no order explains either, so small that it needs each of its transactions.

    It may be larger where the time for that runs out.
    """
    deadline = time.monotonic() + SHRINKING_SECONDS

    def unexplained(part: Sequence[int]) -> Collection[int] | None:
        if time.monotonic() > deadline:
            return None
        schedule = Schedule(dependencies.restricted(part), snapshots=snapshots)
        try:
            found = transactions_without_order(
                schedule, max_conflicts=SHRINKING_CONFLICTS, deadline=deadline
            )
        except TimeoutError:
            return None
        return None if found is None else [sorted(part)[number] for number in found]

    return dependencies.restricted(smallest(list(range(len(dependencies))), unexplained))
