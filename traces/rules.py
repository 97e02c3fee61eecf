"""The rules by their codes: what each promises, and the function that checks it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .history import History
from .limits import ObservationLimits
from .linearizable_items import check_linearizable_items
from .monotonic_reads import check_monotonic_reads
from .read_your_writes import check_read_your_writes
from .results import RuleResult


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise that a run can break: its stable code, its name, and what it says in a sentence.

    `description` tells in full what is compared and what is not.
    """

    code: str
    name: str
    summary: str
    description: str
    check: Callable[[History, ObservationLimits, float], RuleResult] = field(
        kw_only=True, repr=False, compare=False
    )
    modes: tuple[str, ...] = field(default=("mrsc", "async"), kw_only=True)


def _described(function: Callable[..., RuleResult]) -> str:
    return inspect.getdoc(function) or ""


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            Rule(
                "GT101",
                "monotonic reads",
                "a session never sees an item go back to something older",
                _described(check_monotonic_reads),
                check=lambda history, limits, deadline: check_monotonic_reads(history),
            ),
            Rule(
                "GT102",
                "read your writes",
                "a session never reads something older than what it wrote",
                _described(check_read_your_writes),
                check=lambda history, limits, deadline: check_read_your_writes(history),
            ),
            Rule(
                "GT201",
                "linearizable per item",
                "every item behaves as one copy that each operation meets at one moment",
                _described(check_linearizable_items),
                check=check_linearizable_items,
                modes=("mrsc",),
            ),
        )
    }
)
"""Every rule that is implemented, by code; `modes` are those in which it is on by default."""
