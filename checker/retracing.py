"""Retracing: taking a named run again, step by step, and judging one property on the way."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from ..models.errors import GtcheckError, InputError, Place
from ..models.properties import Property, PropertyKind
from ..models.steps import SystemGrew
from ..models.systems import System
from ..models.values import show
from .choices import NamedChoices, UnknownChoice
from .counterexamples import Counterexample, NamedStep
from .exploration import Trace, TraceStep
from .findings import Failure, checked_properties
from .plain import Outcome, State, blank_state, failure_of, judge, outcome, outcomes
from .replay import changes_between, values_by_name

_SHOWN_MAX = 12


@dataclass(frozen=True, slots=True)
class Retraced:
    """A run that was taken again: as far as it goes, or up to the step that violates.

    `violates` tells whether the property is violated, `message` and `place` how and where.
    """

    property: Property
    trace: Trace
    violates: bool
    message: str | None = None
    place: Place | None = None


def retrace(system: System, run: Counterexample) -> Retraced:
    """Take the steps of a counterexample on a system, by the reference semantics.

    Raises `InputError` where a step cannot be taken, with the step and what would be enabled there,
    and `UnknownNameError` for a property that is not there.
    """
    while True:
        with contextlib.suppress(SystemGrew):
            return _Retracer(system, run).retraced()


class _Retracer:
    def __init__(self, system: System, run: Counterexample) -> None:
        checked = checked_properties(system, [run.property])
        self._system = system
        self._given = run
        self._watched = frozenset(found.name for found in checked)
        [self._judged] = [found for found in checked if found.name == run.property]
        self._actions = {action.name: action for action in system.actions}
        self._steps: list[TraceStep] = []

    def retraced(self) -> Retraced:
        try:
            started = outcome(
                self._system,
                blank_state(self._system),
                self._system.start,
                self._watched,
                NamedChoices(self._given.start),
            )
        except UnknownChoice as error:
            raise InputError(f"the start cannot be taken again: {error}") from None
        assert started is not None, "a start is not guarded"
        initial = values_by_name(self._system, started.state)
        failure = started.failure
        if failure is not None:
            self._steps.append(TraceStep(action="start", changes=(), error=failure.message))
        found = self._followed(started.state) if failure is None else self._failing(failure, 0)
        trace = Trace(initial, tuple(self._steps), self._given.start)
        failing = found if isinstance(found, Failure) else None
        return Retraced(
            property=self._judged,
            trace=trace,
            violates=found is not None,
            message=failing.message if failing is not None else None,
            place=failing.place if failing is not None else self._judged.place,
        )

    def _followed(self, state: State) -> Failure | Property | None:
        """Take all steps; give what speaks against the property: a failure, or its predicate."""
        found = self._decides(state, PropertyKind.ALWAYS)
        for number, step in enumerate(self._given.steps, start=1):
            if found is not None:
                return found
            taken = self._taken(state, number, step)
            if taken.failure is not None:
                return self._failing(taken.failure, number)
            state = taken.state
            found = self._decides(state, PropertyKind.ALWAYS)
        if found is None and self._judged.kind is PropertyKind.NO_DEADLOCK and self._rests(state):
            return self._decides(state, PropertyKind.NO_DEADLOCK)
        return found

    def _failing(self, failure: Failure, number: int) -> Failure:
        if failure.property_name == self._judged.name:
            return failure
        where = f"step {number} of {len(self._given.steps)}" if number else "the start"
        raise InputError(
            f"{where} violates {failure.property_name} instead of {self._judged.name}, and the run "
            f"ends there: {failure.message}"
        )

    def _decides(self, state: State, kind: PropertyKind) -> Failure | Property | None:
        predicate = self._judged.predicate
        if self._judged.kind is not kind or predicate is None:
            return None
        try:
            return None if judge(self._system, state, predicate) else self._judged
        except GtcheckError:
            raise
        except Exception as error:
            return failure_of(error, self._judged.name)

    def _taken(self, state: State, number: int, step: NamedStep) -> Outcome:
        where = f"step {number} of {len(self._given.steps)}, {step.action!r}, cannot be taken"
        action = self._actions.get(step.action)
        if action is None:
            said = f"the model has no such action; {self._enabled(state)}"
            raise InputError(f"{where}: {said}")
        chooser = NamedChoices(step.choices)
        try:
            taken = outcome(self._system, state, action.run, self._watched, chooser)
        except UnknownChoice as error:
            raise InputError(f"{where}: {error.message}") from None
        if taken is None:
            raise InputError(f"{where}: it is not enabled there; {self._enabled(state)}")
        heard = self._heard(taken)
        self._steps.append(
            TraceStep(
                action=taken.title or step.action,
                changes=changes_between(self._system, state, taken.state),
                announced=heard,
                error=taken.failure.message if taken.failure is not None else None,
                name=step.action,
                choices=step.choices,
            )
        )
        return taken

    def _heard(self, taken: Outcome) -> tuple[str, ...]:
        spec = self._judged.spec
        heard = (event for event in taken.announced if spec is None or spec.observes(event))
        return tuple(map(show, heard))

    def _enabled(self, state: State) -> str:
        """Say which actions would be enabled."""
        names = [
            repr(name)
            for name, action in self._actions.items()
            if any(outcomes(self._system, state, action.run, self._watched))
        ]
        if not names:
            return "nothing is"
        more = f" and {len(names) - _SHOWN_MAX} more" if len(names) > _SHOWN_MAX else ""
        return f"enabled are {', '.join(names[:_SHOWN_MAX])}{more}"

    def _rests(self, state: State) -> bool:
        return not any(
            taken.failure is not None or taken.state != state
            for action in self._actions.values()
            for taken in outcomes(self._system, state, action.run, self._watched)
        )
