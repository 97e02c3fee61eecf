"""Snapshot isolation: each reads at one moment and writes at one, and no others in between."""

from __future__ import annotations

from ..limits import ObservationLimits
from .contradictions import Contradiction
from .dependencies import Dependencies
from .serial_orders import find_unexplained


def find_snapshot_violation(
    dependencies: Dependencies, limits: ObservationLimits, deadline: float
) -> Contradiction | None:
    """Give what contradicts snapshot isolation, None where it holds.

    There must be one order of all begins and commits, with those of a session in order, such that
    each transaction reads what was committed last when it began, and of two that write the same
    item one begins after the other has committed (prefix and conflict of Biswas and Enea, OOPSLA
    2019). To decide that is NP-complete, and done by the same search as serializability.
    Raises `TimeoutError` where the limits do not suffice to know.
    """
    return find_unexplained(dependencies, snapshots=True, limits=limits, deadline=deadline)
