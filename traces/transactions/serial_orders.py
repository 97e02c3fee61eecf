"""Decides whether an order of begins and commits explains all reads, and shows why none does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..limits import ObservationLimits
from .contradictions import Contradiction
from .dependencies import Dependencies
from .forced_cycles import told_forced_cycle, told_unexplained, transactions_of
from .forced_orders import ForcedOrder
from .read_atomic import find_not_repeatable
from .serial_search import SerialSearch, their_ends_explain

SHRINKING_SECONDS = 3.0
"""The most time that is spent on making one contradiction smaller."""


def find_unexplained(
    dependencies: Dependencies, *, snapshots: bool, limits: ObservationLimits, deadline: float
) -> Contradiction | None:
    """Give what no order explains, None where there is an order.

    The order of the transactions' ends is tried first. Then edges that follow are added until
    there is a cycle or none follows, and what is left open is searched.
    Raises `TimeoutError` where the limits do not suffice to know.
    """
    repeated = find_not_repeatable(dependencies)
    if repeated is not None:
        return repeated
    if their_ends_explain(dependencies):
        return None
    forced = ForcedOrder(dependencies, snapshots=snapshots)
    cycle = forced.saturate(deadline)
    if cycle is not None:
        return _told_smaller(forced, transactions_of(forced, cycle), deadline)
    if SerialSearch(forced, limits.max_configurations, deadline).finds_order():
        return None
    return _told_smaller(forced, range(len(dependencies)), deadline)


def _told_smaller(forced: ForcedOrder, involved: Sequence[int], deadline: float) -> Contradiction:
    """Tell a contradiction with as few of the transactions involved as are found to need it."""
    snapshots = forced.moments == 2
    dependencies = forced.dependencies
    deadline = min(deadline, time.monotonic() + SHRINKING_SECONDS)

    def is_unexplained(part: Sequence[int]) -> bool:
        return _is_unexplained(dependencies.restricted(part), snapshots, deadline)

    kept = involved if len(involved) <= 2 else smallest(list(involved), is_unexplained)
    smaller = ForcedOrder(dependencies.restricted(kept), snapshots=snapshots)
    cycle = smaller.saturate(float("inf"))
    return told_unexplained(smaller) if cycle is None else told_forced_cycle(smaller, cycle)


def _is_unexplained(dependencies: Dependencies, snapshots: bool, deadline: float) -> bool:
    if time.monotonic() > deadline:
        return False
    if their_ends_explain(dependencies):
        return False
    forced = ForcedOrder(dependencies, snapshots=snapshots)
    try:
        if forced.saturate(deadline) is not None:
            return True
        return not SerialSearch(forced, 2_000, deadline).finds_order()
    except TimeoutError:
        return False


def smallest(members: list[int], is_enough: Callable[[Sequence[int]], bool]) -> list[int]:
    """Take away members, many at a time and then one by one, as long as the rest is enough.

    >>> smallest([1, 2, 3, 4, 5], lambda part: {2, 5} <= set(part))
    [2, 5]
    """
    size = max(1, len(members) // 2)
    while True:
        at = 0
        while at < len(members):
            rest = members[:at] + members[at + size :]
            if rest and is_enough(rest):
                members = rest
            else:
                at += size
        if size == 1:
            return members
        size = max(1, size // 2)
