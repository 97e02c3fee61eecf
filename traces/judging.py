"""Lets the rules that a run is held to judge it, and says what each concluded."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ..models.verdicts import Verdict
from .history import History
from .limits import ObservationLimits
from .monitors import Monitor, Run
from .results import RuleResult
from .rules import Rule
from .timeline import Timeline
from .wording import witness_line


class JudgingInterrupted(KeyboardInterrupt):
    """The user stopped it; `results` are those of the rules that were violated until then."""

    def __init__(self, results: dict[str, RuleResult]) -> None:
        super().__init__()
        self.results = results


def judge(
    history: History,
    rules: Sequence[Rule],
    are_named: bool,
    limits: ObservationLimits,
    *,
    across_items: bool = False,
) -> dict[str, RuleResult]:
    """Check a whole run against `rules`; those that were not named only where its mode has them.

    Raises `JudgingInterrupted` with what was found until Ctrl-C.
    """
    run = run_of(history, limits, across_items=across_items)
    monitors = {
        rule.code: rule.monitor(run)
        for rule in rules
        if are_named or not_promised(rule, run) is None
    }
    timeline = Timeline(list(monitors.values()), run)

    def result(rule: Rule) -> RuleResult:
        return concluded(rule, monitors.get(rule.code), run, history.files, are_named)

    try:
        for entry in history.entries():
            timeline.take(entry)
        timeline.finish()
    except KeyboardInterrupt:
        known = (r for r in rules if r.code in monitors and monitors[r.code].violation is not None)
        raise JudgingInterrupted({rule.code: result(rule) for rule in known}) from None
    return {rule.code: result(rule) for rule in rules}


def run_of(history: History, limits: ObservationLimits, *, across_items: bool = False) -> Run:
    """Give what holds of the whole of a history."""
    items = history.items
    return Run(
        mode=history.mode,
        regions=tuple(history.regions),
        clock_error=history.clock_error,
        quiet=history.quiet,
        across_items=across_items,
        initial_of=lambda key: items[key].initial if key in items else None,
        model_of=lambda key: items[key].model if key in items else "register",
        limits=limits,
        deadline=time.monotonic() + limits.max_seconds,
    )


def not_promised(rule: Rule, run: Run) -> str | None:
    """Say why a rule is not checked in a run unless it is named; None where it is."""
    mode = run.mode
    if rule.monitor.is_across_items and run.across_items:
        return None
    if (mode or "mrsc") in (*rule.modes, *rule.told_in):
        return None
    if mode is None and rule.modes:
        said = f"the trace does not say its mode, and only {rule.modes[0]} promises it"
    else:
        said = f"mode {mode} does not promise it" if mode else "no mode promises it"
    return f"{said}; name the rule {rule.code} to check it all the same"


def concluded(
    rule: Rule, monitor: Monitor | None, run: Run, files: Sequence[str], is_named: bool
) -> RuleResult:
    """Give the verdict of a rule from what its monitor knows."""
    if monitor is None:
        reason = not_promised(rule, run)
        return RuleResult(rule.code, rule.name, Verdict.NOT_CHECKED, reason=reason)
    found, checked = monitor.violation, monitor.checked
    if found is None:
        verdict = Verdict.HOLDS if checked else Verdict.NOT_CHECKED
        reason = None if checked else monitor.nothing
        if monitor.undecided is not None:
            verdict, reason = Verdict.UNDECIDED, monitor.undecided
        return RuleResult(
            rule.code, rule.name, verdict, checked=checked, reason=reason, note=monitor.note
        )
    is_allowed = not is_named and (run.mode or "mrsc") in rule.told_in
    allowed = Verdict.HOLDS if rule.modes else Verdict.NOT_CHECKED
    return RuleResult(
        rule.code,
        rule.name,
        allowed if is_allowed else Verdict.VIOLATED,
        checked=checked,
        note=f"seen, and allowed: {found.explanation}" if is_allowed else None,
        explanation=None if is_allowed else found.explanation,
        witness=tuple(witness_line(files, entry) for entry in found.entries),
        item=found.item,
    )
