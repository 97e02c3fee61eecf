"""Running a gate: everything is prepared first, then run, then held to what was expected."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ...models.errors import ConfigurationError, GtcheckError
from ...models.verdicts import Verdict
from .configuration import Gate, ObservedRun, PlannedRun, SearchedModel

if TYPE_CHECKING:
    from ...checker import Exploration, Limits
    from ...models.systems import System
    from ...traces import Observation


class Outcome(StrEnum):
    """How a row came out against its expectation; the value is what is printed."""

    AS_EXPECTED = "ok"
    UNEXPECTED = "FAILED"
    UNDECIDED = "undecided"
    UNREADABLE = "error"

    @property
    def exit_code(self) -> int:
        """Give what a gate ends with on account of this row."""
        return {"ok": 0, "FAILED": 1, "undecided": 3, "error": 2}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One run of a gate: its verdict, what it rests on (`size`, in `unit`), and why it fails."""

    run: PlannedRun
    outcome: Outcome
    verdict: Verdict
    size: int
    unit: str
    seconds: float
    reason: str | None

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this row."""
        return {
            "what": self.run.title,
            "command": self.run.command,
            "expected": self.run.expected.value,
            "verdict": self.verdict.value,
            "outcome": self.outcome.value,
            self.unit: self.size,
            "seconds": round(self.seconds, 3),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """All rows of a gate, in order."""

    gate: Gate
    rows: tuple[RowResult, ...]

    @property
    def exit_code(self) -> int:
        """What the command ends with: unreadable input outranks a failure, that undecided."""
        found = {row.outcome.exit_code for row in self.rows}
        return next((code for code in (2, 1, 3) if code in found), 0)

    def as_json(self) -> dict[str, object]:
        """Give the documented object that `--format json` prints."""
        from ... import __version__

        return {
            "gtcheck": __version__,
            "configuration": str(self.gate.file),
            "exit_code": self.exit_code,
            "rows": [row.as_json() for row in self.rows],
        }


def run_gate(gate: Gate, *, announce: Callable[[str], None] | None = None) -> GateResult:
    """Run everything that a gate lists and hold it to what is expected.

    Raises `ConfigurationError` for a model, parameter, property or rule that is not there, before
    anything is run. Ctrl-C ends it: what was not run by then is undecided. `announce` is told what
    is about to run.
    """
    systems = [_prepared(run) for run in gate.runs]
    rows: list[RowResult] = []
    interrupted = False
    for number, (run, system) in enumerate(zip(gate.runs, systems, strict=True), start=1):
        if announce is not None:
            announce(f"{number} of {len(gate.runs)}: {run.title}")
        row = _not_run(run) if interrupted else _row(run, system)
        interrupted = interrupted or row.reason == _INTERRUPTED
        rows.append(row)
    return GateResult(gate=gate, rows=tuple(rows))


_INTERRUPTED = "interrupted"


def _prepared(run: PlannedRun) -> System | None:
    try:
        if isinstance(run, SearchedModel):
            from ...models.catalog import load_model

            _limits(run)
            system = load_model(run.model).build(run.settings, run.faults)
            system.select(run.properties)
            return system
        from ...models.errors import UnknownNameError
        from ...traces import RULES

        for code in run.rules:
            if code not in RULES:
                raise UnknownNameError.among("rule", code, RULES)
        _check_own(run)
    except ConfigurationError:
        raise
    except GtcheckError as error:
        raise run.table.fail(str(error)) from error
    return None


def _check_own(run: ObservedRun) -> None:
    """Find the specs, the model and the parser of one's own."""
    from ...traces.own_specs.spec_runs import load_binding
    from ...traces.readers.own_parsers import LineParser

    for spec in run.specs:
        load_binding(spec)
    if run.model is not None:
        from ...models.catalog import load_model

        load_model(run.model)
    if "parser" in run.options:
        LineParser.of(run.options["parser"])


def _row(run: PlannedRun, system: System | None) -> RowResult:
    began = time.monotonic()
    try:
        if isinstance(run, ObservedRun):
            return _judged_observation(run, _observe(run))
        assert system is not None
        return _judged_exploration(run, _explore(run, system))
    except KeyboardInterrupt:
        return _not_run(run)
    except GtcheckError as error:
        return RowResult(
            run=run,
            outcome=Outcome.UNREADABLE,
            verdict=Verdict.NOT_CHECKED,
            size=0,
            unit=_unit(run),
            seconds=time.monotonic() - began,
            reason=str(error),
        )


def _explore(run: SearchedModel, system: System) -> Exploration:
    from ...checker import explore

    return explore(
        system,
        properties=run.properties,
        engine=run.engine,
        limits=_limits(run),
        keep_going=run.keep_going,
        symmetry=run.symmetry,
        check_purity=run.check_purity,
    )


def _limits(run: SearchedModel) -> Limits:
    from ...checker import Limits

    return Limits(
        max_states=run.max_states,
        max_depth=run.max_depth,
        max_seconds=run.max_seconds,
        max_memory_mb=run.max_memory,
    )


def _observe(run: ObservedRun) -> Observation:
    if run.model is not None:
        from ..validation import validate_trace

        return validate_trace(run.traces, run.model, settings=run.settings, **run.options)
    from ...traces import observe

    return observe(run.traces, mode=run.mode, rules=run.rules, specs=run.specs, **run.options)


def _judged_exploration(run: SearchedModel, result: Exploration) -> RowResult:
    reason = None
    if result.stopped_by == "interrupted":
        reason = _INTERRUPTED
    elif result.verdict is not run.expected:
        found = [p for p in result.properties if p.verdict is result.verdict]
        named = ", ".join(p.name for p in found)
        reason = f"expected {run.expected}, but {result.verdict}: {named}"
        if result.verdict is Verdict.UNDECIDED and result.stopped_by:
            reason += f" (stopped by {result.stopped_by})"
    outcome = _outcome(run.expected, result.verdict)
    if reason is None and run.states is not None and result.states != run.states:
        reason = f"expected {run.states:,} states, found {result.states:,}"
        outcome = Outcome.UNEXPECTED
    return RowResult(
        run=run,
        outcome=Outcome.UNDECIDED if reason == _INTERRUPTED else outcome,
        verdict=result.verdict,
        size=result.states,
        unit=_unit(run),
        seconds=result.seconds,
        reason=reason,
    )


def _judged_observation(run: ObservedRun, result: Observation) -> RowResult:
    reason = None
    if result.interrupted:
        reason = _INTERRUPTED
    elif result.verdict is not run.expected:
        found = [rule for rule in result.rules if rule.verdict is result.verdict]
        said = "; ".join(f"{rule.code} {rule.explanation or rule.reason or ''}" for rule in found)
        reason = f"expected {run.expected}, but {result.verdict}: {said}".rstrip()
    outcome = _outcome(run.expected, result.verdict)
    return RowResult(
        run=run,
        outcome=Outcome.UNDECIDED if reason == _INTERRUPTED else outcome,
        verdict=result.verdict,
        size=result.events.read,
        unit=_unit(run),
        seconds=result.seconds,
        reason=reason,
    )


def _outcome(expected: Verdict, found: Verdict) -> Outcome:
    if found is expected:
        return Outcome.AS_EXPECTED
    if found in (Verdict.UNDECIDED, Verdict.NOT_CHECKED):
        return Outcome.UNDECIDED
    return Outcome.UNEXPECTED


def _not_run(run: PlannedRun) -> RowResult:
    return RowResult(
        run=run,
        outcome=Outcome.UNDECIDED,
        verdict=Verdict.NOT_CHECKED,
        size=0,
        unit=_unit(run),
        seconds=0.0,
        reason=_INTERRUPTED,
    )


def _unit(run: PlannedRun) -> str:
    return "states" if isinstance(run, SearchedModel) else "events"
