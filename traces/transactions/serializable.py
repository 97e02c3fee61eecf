"""Serializable: all transactions happened one after the other, in one order."""

from __future__ import annotations

from ..limits import ObservationLimits
from .contradictions import Contradiction
from .dependencies import Dependencies
from .serial_orders import find_unexplained


def find_serializable_violation(
    dependencies: Dependencies, limits: ObservationLimits, deadline: float
) -> Contradiction | None:
    """Give what contradicts serializability, None where it holds.

    There must be one order of all transactions, with those of a session in order, such that each
    read gives what the last writer before it wrote (Biswas and Enea, OOPSLA 2019). To decide that
    is NP-complete. The order of the transactions' ends is tried first, which is linear; then an
    order is walked along and repaired, and steps are taken back only where what is left would wait
    for itself: near linear on what stores do, exponential at worst.
    Raises `TimeoutError` where the limits do not suffice to know.
    """
    return find_unexplained(dependencies, snapshots=False, limits=limits, deadline=deadline)
