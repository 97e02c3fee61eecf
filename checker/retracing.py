"""Retracing: taking a named run again, step by step, and judging one property on the way."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..models.errors import GtcheckError, InputError, Place
from ..models.properties import Property, PropertyKind
from ..models.steps import SystemGrew
from ..models.systems import System
from ..models.values import show
from .choices import NamedChoices, UnknownChoice
from .counterexamples import Counterexample, NamedStep
from .exploration import Trace, TraceStep
from .findings import Failure, checked_properties
from .lassos import Lasso, NotEndless, judged_lasso, owed_text
from .plain import Outcome, State, blank_state, failure_of, judge, outcome, outcomes
from .replay import changes_between, values_by_name
from .responses import responses

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
        self._numbers = {action.name: number for number, action in enumerate(system.actions)}
        self._length = len(run.steps) + len(run.cycle or ())
        self._steps: list[TraceStep] = []
        self._states: list[State] = []

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
        self._states.append(started.state)
        if started.failure is not None:
            said = started.failure.message
            self._steps.append(TraceStep(action="start", changes=(), error=said))
            return self._told(self._failing(started.failure, 0))
        if self._given.cycle is not None:
            return self._gone_round(self._given.cycle)
        return self._told(self._followed())

    def _told(self, found: Failure | Property | None) -> Retraced:
        failing = found if isinstance(found, Failure) else None
        return Retraced(
            property=self._judged,
            trace=self._trace(self._steps),
            violates=found is not None,
            message=failing.message if failing is not None else None,
            place=failing.place if failing is not None else self._judged.place,
        )

    def _trace(self, steps: Sequence[TraceStep]) -> Trace:
        initial = values_by_name(self._system, self._states[0])
        return Trace(initial, tuple(steps), self._given.start)

    def _followed(self) -> Failure | Property | None:
        """Take all steps; give what speaks against the property: a failure, or its predicate."""
        found = self._decides(PropertyKind.ALWAYS)
        for number, step in enumerate(self._given.steps, start=1):
            found = found or self._unanswerable()
            if found is not None:
                return found
            failure = self._took(number, step)
            if failure is not None:
                return failure
            found = self._decides(PropertyKind.ALWAYS)
        if found is None and self._judged.kind is PropertyKind.NO_DEADLOCK and self._rests():
            return self._decides(PropertyKind.NO_DEADLOCK)
        return found or self._unanswerable()

    def _gone_round(self, cycle: Sequence[NamedStep]) -> Retraced:
        """Take a run without end; tell whether it is fair and never pays what it owes.

        Raises `InputError` where it does not go round.
        """
        if not self._judged.is_liveness:
            raise InputError(
                f"{self._judged.name} is not about runs without end: no cycle breaks it"
            )
        for number, step in enumerate((*self._given.steps, *cycle), start=1):
            failure = self._took(number, step)
            if failure is not None:
                return self._told(failure)
        at = len(self._given.steps)
        stem, around = self._states[: at + 1], self._states[at:]
        back = ", ".join(map(str, changes_between(self._system, around[0], around[-1])))
        if back:
            raise InputError(f"the cycle does not come back to where it began: {back}")
        moved = zip(cycle, itertools.pairwise(around), strict=True)
        taken = {self._numbers[step.action] for step, (here, there) in moved if here != there}
        lasso = Lasso(stem, around, taken)
        trace = replace(self._trace(self._steps[:at]), cycle=tuple(self._steps[at:]))
        [response] = responses([self._judged])
        violates = True
        try:
            trace = judged_lasso(self._system, lasso, trace, self._watched, response)
            message = owed_text(self._judged, trace.owed_after or 0)
        except NotEndless as error:
            violates, message = False, str(error)
        except GtcheckError:
            raise
        except Exception as error:
            return self._told(failure_of(error, self._judged.name))
        return Retraced(self._judged, trace, violates, message, self._judged.place)

    def _took(self, number: int, step: NamedStep) -> Failure | None:
        """Take a step; give the failure of the property that it ends in, if it does."""
        taken = self._taken(self._states[-1], number, step)
        if taken.failure is not None:
            return self._failing(taken.failure, number)
        self._states.append(taken.state)
        return None

    def _unanswerable(self) -> Failure | None:
        """Give why what must come in the end cannot be judged where the run has come to."""
        for response in responses([self._judged]):
            try:
                judge(self._system, self._states[-1], response.goal)
                if response.trigger is not None:
                    judge(self._system, self._states[-1], response.trigger)
            except GtcheckError:
                raise
            except Exception as error:
                return failure_of(error, self._judged.name)
        return None

    def _failing(self, failure: Failure, number: int) -> Failure:
        if failure.property_name == self._judged.name:
            return failure
        where = f"step {number} of {self._length}" if number else "the start"
        raise InputError(
            f"{where} violates {failure.property_name} instead of {self._judged.name}, and the run "
            f"ends there: {failure.message}"
        )

    def _decides(self, kind: PropertyKind) -> Failure | Property | None:
        predicate = self._judged.predicate
        if self._judged.kind is not kind or predicate is None:
            return None
        try:
            holds = judge(self._system, self._states[-1], predicate)
            return None if holds else self._judged
        except GtcheckError:
            raise
        except Exception as error:
            return failure_of(error, self._judged.name)

    def _taken(self, state: State, number: int, step: NamedStep) -> Outcome:
        where = f"step {number} of {self._length}, {step.action!r}, cannot be taken"
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

    def _rests(self) -> bool:
        state = self._states[-1]
        return not any(
            taken.failure is not None or taken.state != state
            for action in self._actions.values()
            for taken in outcomes(self._system, state, action.run, self._watched)
        )
