"""The isolation levels by their names: what each promises, and the function that finds a breach."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..limits import ObservationLimits
from .causal_consistency import find_causal_violation
from .contradictions import Contradiction
from .dependencies import Dependencies
from .read_atomic import find_read_atomic_violation
from .read_committed import find_read_committed_violation
from .serializable import find_serializable_violation
from .smaller_parts import found_smallest
from .snapshot_isolation import find_snapshot_violation

FindViolation = Callable[[Dependencies, ObservationLimits, float], Contradiction | None]


@dataclass(frozen=True, slots=True)
class IsolationLevel:
    """What a store can promise of its transactions: its name and what it says in a sentence.

    `description` tells in full what is decided, and from what.
    """

    name: str
    summary: str
    description: str
    find_violation: FindViolation = field(kw_only=True, repr=False, compare=False)


def _described(function: Callable[..., Contradiction | None]) -> str:
    return inspect.getdoc(function) or ""


LEVELS: Mapping[str, IsolationLevel] = MappingProxyType(
    {
        level.name: level
        for level in (
            IsolationLevel(
                "serializable",
                "all transactions happened one after the other, in one order",
                _described(find_serializable_violation),
                find_violation=find_serializable_violation,
            ),
            IsolationLevel(
                "snapshot-isolation",
                "each reads one snapshot, and no two that overlap write the same item",
                _described(find_snapshot_violation),
                find_violation=find_snapshot_violation,
            ),
            IsolationLevel(
                "causal-consistency",
                "each has seen all that it depends on, over any number of steps",
                _described(find_causal_violation),
                find_violation=lambda dependencies, limits, deadline: found_smallest(
                    dependencies, find_causal_violation
                ),
            ),
            IsolationLevel(
                "read-atomic",
                "what is seen of a transaction is seen of all that it wrote",
                _described(find_read_atomic_violation),
                find_violation=lambda dependencies, limits, deadline: found_smallest(
                    dependencies, find_read_atomic_violation
                ),
            ),
            IsolationLevel(
                "read-committed",
                "none goes back to what it has seen replaced, and only what is final is read",
                _described(find_read_committed_violation),
                find_violation=lambda dependencies, limits, deadline: found_smallest(
                    dependencies, find_read_committed_violation
                ),
            ),
        )
    }
)
"""Every isolation level by its name, the strongest first."""
