"""Rules that look at a whole run at once: isolation levels, and Jepsen's workloads."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .history import History
from .limits import ObservationLimits
from .results import RuleResult
from .watch import Watch


@dataclass(frozen=True, slots=True)
class WholeRunRule:
    """A promise that only a whole run can break: its name as code, and what it says in a sentence.

    `description` tells in full what is compared. Where it `lasts`, a run that is broken stays so
    whatever happens later. `check` is given the history, the limits, and
    the moment of `time.monotonic` at which it must give up.
    """

    code: str
    name: str
    description: str
    check: Callable[[History, ObservationLimits, float], RuleResult] = field(
        kw_only=True, repr=False, compare=False
    )
    lasts: bool = field(default=True, kw_only=True)


def judge_whole_run(
    history: History, rules: Sequence[WholeRunRule], limits: ObservationLimits, watch: Watch
) -> dict[str, RuleResult]:
    """Check a run against rules; gives what each concluded by its code, until the user stops it."""
    deadline = time.monotonic() + limits.max_seconds
    results: dict[str, RuleResult] = {}
    for rule in rules:
        watch.judging(0, None, rule.code)
        try:
            found = rule.check(history, limits, deadline)
        except KeyboardInterrupt:
            watch.take_interrupt()
            break
        if history.cut is not None:
            found = found.so_far(history.cut, is_final=rule.lasts and history.in_order)
        results[rule.code] = found
    return results
