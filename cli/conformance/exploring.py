"""One exploration, handed to a process of its own, and what comes back of it as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...models.claims import Scenario
from ...models.properties import PropertyKind
from ...models.verdicts import Verdict

if TYPE_CHECKING:
    from ...checker import Limits, Progress, PropertyResult, Trace, TraceStep, Untaken
    from ...models.systems import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to explore, and for which properties; with `stops` only until the first violation."""

    scenario: Scenario
    properties: tuple[str, ...]
    stops: bool = False

    def build(self) -> System:
        """Build the system, and raise `UsageError` for a name that is not there."""
        from ...models.catalog import load_model

        scenario = self.scenario
        system = load_model(scenario.model).build(scenario.settings, scenario.faults)
        system.select(self.properties)
        return system

    def weight(self) -> int:
        """Guess how long it takes, to begin with the longest: budgets multiply what can happen."""
        system = self.build()
        budgets = [value for value in system.parameters.values() if isinstance(value, int)]
        return len(system.actions) * math.prod(1 + n for n in [*budgets, *system.faults.values()])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """One step of a trace as it is printed: what happened, changed, was announced and failed."""

    action: str
    changes: tuple[str, ...]
    announced: tuple[str, ...]
    error: str | None

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this step."""
        return {
            "action": self.action,
            "changes": list(self.changes),
            "announced": list(self.announced),
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """A run as it is printed: the values it begins with, its steps in order, and its cycle."""

    initial: Mapping[str, str]
    steps: tuple[ShownStep, ...]
    cycle: tuple[ShownStep, ...] | None
    untaken: tuple[Untaken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an exploration concluded of one property; `summary` says what the property means."""

    kind: PropertyKind
    verdict: Verdict
    summary: str
    message: str | None
    trace: ShownTrace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an exploration came to: its size, its time, and a judgement of each property."""

    states: int
    seconds: float
    stopped_by: str | None
    judgements: Mapping[str, Judgement] = field(default_factory=dict)


def outcome_of(search: Search, limits: Limits, pulse: Callable[[Progress], None]) -> Outcome:
    """Explore, within `limits`, and give what was found as data that passes between processes.

    `pulse` is called a few times a second.
    """
    from ...checker import explore

    system = search.build()
    found = explore(
        system,
        properties=search.properties,
        limits=limits,
        keep_going=not search.stops,
        progress=pulse,
    )
    return Outcome(
        states=found.states,
        seconds=found.seconds,
        stopped_by=found.stopped_by,
        judgements={name: _judgement(found.property(name)) for name in search.properties},
    )


def not_explored(search: Search) -> Outcome:
    """Give what is known where Ctrl-C came before an exploration ended: nothing."""
    kinds = {found.name: found.kind for found in search.build().properties}
    return Outcome(
        states=0,
        seconds=0.0,
        stopped_by="interrupted",
        judgements={
            name: Judgement(
                kind=kinds[name],
                verdict=Verdict.UNDECIDED,
                summary="",
                message="interrupted",
                trace=None,
            )
            for name in search.properties
        },
    )


def _judgement(judged: PropertyResult) -> Judgement:
    return Judgement(
        kind=judged.kind,
        verdict=judged.verdict,
        summary=judged.summary,
        message=judged.message,
        trace=None if judged.trace is None else _shown(judged.trace),
    )


def _shown(trace: Trace) -> ShownTrace:
    return ShownTrace(
        {name: str(value) for name, value in trace.initial.items()},
        tuple(map(_shown_step, trace.steps)),
        None if trace.cycle is None else tuple(map(_shown_step, trace.cycle)),
        trace.untaken,
    )


def _shown_step(step: TraceStep) -> ShownStep:
    return ShownStep(
        action=step.action,
        changes=tuple(map(str, step.changes)),
        announced=step.announced,
        error=step.error,
    )
