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
from .watch import BETWEEN, Watch
from .wording import witness_line


def judge(
    history: History,
    rules: Sequence[Rule],
    are_named: bool,
    limits: ObservationLimits,
    *,
    across_items: bool = False,
    watch: Watch | None = None,
) -> dict[str, RuleResult]:
    """Check a whole run against `rules`; those that were not named only where its mode has them.

    Where the user stops it, what is not known yet is left out.
    """
    watch = watch or Watch()
    run = run_of(history, limits, across_items=across_items)
    monitors = {
        rule.code: rule.monitor(run)
        for rule in rules
        if are_named or not_promised(rule, run) is None
    }
    asked = watch.asked
    is_whole = _tell(Timeline(list(monitors.values()), run), history, watch)
    results = {}
    for rule in rules:
        monitor = monitors.get(rule.code)
        if (
            monitor is None
            or monitor.violation is not None
            or (is_whole and _end(monitor, watch, asked))
        ):
            results[rule.code] = concluded(rule, monitor, run, history.files, are_named)
    return results


def _tell(timeline: Timeline, history: History, watch: Watch) -> bool:
    """Tell all that happened, up to its end; give False where the user stopped it."""
    asked = watch.asked
    try:
        with watch.patient():
            entries = history.entries()
            for number, entry in enumerate(entries):
                if not number % BETWEEN:
                    watch.judging(number, len(entries))
                    if watch.asked > asked:
                        return False
                timeline.take(entry)
            timeline.end()
    except KeyboardInterrupt:
        watch.take_interrupt()
        return False
    return True


def _end(monitor: Monitor, watch: Watch, asked: int) -> bool:
    """Let a monitor conclude; give False where the user stopped it, or another before."""
    if watch.asked > asked:
        return False
    watch.judging(0, None, monitor.code)
    try:
        monitor.finish()
    except KeyboardInterrupt:
        watch.take_interrupt()
    return watch.asked == asked


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
        cut=history.cut,
        goes_on=history.in_order,
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
    """Give the verdict of a rule from what its monitor knows, or what is known so far."""
    if monitor is None:
        reason = not_promised(rule, run)
        return RuleResult(rule.code, rule.name, Verdict.NOT_CHECKED, reason=reason)
    result = _in_all(rule, monitor, run, files, is_named)
    if run.cut is None:
        return result
    found = monitor.violation
    is_final = found is not None and (found.is_conclusive or run.goes_on)
    return result.so_far(run.cut, is_final=is_final)


def _in_all(
    rule: Rule, monitor: Monitor, run: Run, files: Sequence[str], is_named: bool
) -> RuleResult:
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
