"""Rules that look at a whole run at once: isolation levels, and Jepsen's workloads."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .history import History
from .limits import ObservationLimits
from .results import RuleResult


@dataclass(frozen=True, slots=True)
class WholeRunRule:
    """A promise that only a whole run can break: its name as code, and what it says in a sentence.

    `description` tells in full what is compared. `check` is given the history, the limits, and
    the moment of `time.monotonic` at which it must give up.
    """

    code: str
    name: str
    description: str
    check: Callable[[History, ObservationLimits, float], RuleResult] = field(
        kw_only=True, repr=False, compare=False
    )


def judge_whole_run(
    history: History, rules: Sequence[WholeRunRule], limits: ObservationLimits
) -> dict[str, RuleResult]:
    """Check a run against rules; gives what each concluded by its code."""
    deadline = time.monotonic() + limits.max_seconds
    return {rule.code: rule.check(history, limits, deadline) for rule in rules}
