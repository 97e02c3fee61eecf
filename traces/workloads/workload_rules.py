"""The rules of workloads, told like any other rule."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ...models.verdicts import Verdict
from ..history import History
from ..results import RuleResult
from ..whole_runs import WholeRunRule
from .banks import find_bank_violation
from .counters import find_counter_violation
from .insertions import (
    find_comments_violation,
    find_repeated_id,
    find_sequential_violation,
)
from .ledgers import find_ledger_violation
from .queues import find_queue_violation
from .runs import WorkloadRun
from .sets import Found, find_set_violation

FindViolation = Callable[[WorkloadRun], Found | None]


def _rule(
    code: str, name: str, find_violation: FindViolation, *, lasts: bool = True
) -> WholeRunRule:
    return WholeRunRule(
        code,
        name,
        inspect.getdoc(find_violation) or "",
        check=lambda history, limits, deadline: _checked(code, name, find_violation, history),
        lasts=lasts,
    )


def _checked(code: str, name: str, find_violation: FindViolation, history: History) -> RuleResult:
    runs = [run for run in history.workloads if run.kind == code]
    checked = sum(len(run.looked_at) for run in runs)
    for run in runs:
        found = find_violation(run)
        if found is not None:
            told, lines = found
            return RuleResult(
                code, name, Verdict.VIOLATED, checked=checked, explanation=told, witness=lines
            )
    if not checked:
        return _unread(code, name, runs)
    return RuleResult(code, name, Verdict.HOLDS, checked=checked)


def _unread(code: str, name: str, runs: Sequence[WorkloadRun]) -> RuleResult:
    """Judge a run without reads: additions to a counter alone contradict nothing, as Jepsen has it.

    That an acknowledged element of a set is still there nobody knows.
    """
    added = sum(len(run.calls) for run in runs)
    if code != "counter":
        return RuleResult(code, name, Verdict.NOT_CHECKED, reason="nothing was read")
    told = f"{added} additions, and no read that contradicts them"
    return RuleResult(code, name, Verdict.HOLDS, checked=added, reason=told)


WORKLOADS: Mapping[str, WholeRunRule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            _rule("bank", "transfers neither make nor lose money", find_bank_violation),
            _rule("counter", "a read gives what was added before it", find_counter_violation),
            _rule("set", "what was added stays", find_set_violation, lasts=False),
            _rule(
                "queue", "what comes out was put in, and once", find_queue_violation, lasts=False
            ),
            _rule("sequential", "what was added first is seen first", find_sequential_violation),
            _rule("comments", "what is seen is seen with all before it", find_comments_violation),
            _rule("ledger", "what is committed stays, in order", find_ledger_violation),
            _rule("unique-ids", "no identifier is generated twice", find_repeated_id),
        )
    }
)
"""Every workload by its name."""


def workload_rules(runs: Sequence[WorkloadRun]) -> list[WholeRunRule]:
    """Give the rules that the workloads of a history call for."""
    kinds = {run.kind for run in runs}
    return [rule for kind, rule in WORKLOADS.items() if kind in kinds]
