"""Shrinking: from a run that was stumbled on to one in which every step is needed.

Delta debugging (Zeller, Hildebrandt: Simplifying and isolating failure-inducing input, IEEE TSE
2002): longer and then shorter stretches are left out, in the end single steps, up to a fixed point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..models.errors import GtcheckError
from ..models.properties import Property, PropertyKind
from ..models.steps import Disabled
from ..models.systems import System
from ..models.values import ranks_in, renumbered
from .findings import Failure, Finding, PathStep
from .plain import Outcome, State, failure_of, initial_states, judge, outcome, outcomes

_STEPS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left of a run; `is_minimal` where none of its steps can be left out.

    To leave a step out is to take all others in order, each with the same choices (or equal ones,
    but for moments), and to pass over those that are not enabled then.
    """

    finding: Finding
    is_minimal: bool


@dataclass(frozen=True, slots=True)
class _Wish:
    """A step to take again: the action, and the values to choose where it branches."""

    action: int
    values: tuple[Any, ...]


@dataclass(slots=True)
class _Run:
    """A run that decides the property: its steps, the state before each, and why it fails."""

    path: list[PathStep]
    wishes: list[_Wish]
    states: list[State]
    failure: Failure | None = None

    def before(self, step: int) -> _Run:
        """Give the part before a step."""
        return _Run(self.path[:step], self.wishes[:step], self.states[: step + 1])


def shrunk(system: System, decided: Property, finding: Finding, watched: frozenset[str]) -> Shrunk:
    """Shrink the path of a finding to one that decides the same property, by the plain semantics.

    The given path need not be followed to its end. It stays as it is where it cannot be followed;
    over 100,000 steps it is given up, and what was reached is not minimal.
    """
    return _Shrinker(system, decided, finding, watched).shrunk()


class _Shrinker:
    def __init__(
        self, system: System, decided: Property, finding: Finding, watched: frozenset[str]
    ) -> None:
        self._system = system
        self._runs = [action.run for action in system.actions]
        self._decided = decided
        self._finding = finding
        self._watched = watched
        self._left = _STEPS_MAX

    def shrunk(self) -> Shrunk:
        started = initial_states(self._system, self._watched)[self._finding.start]
        if started.failure is not None:
            return Shrunk(self._finding, is_minimal=True)
        start = _Run([], [], [started.state])
        best = self._decides(start) or self._followed(start, self._wishes(started.state))
        if best is None:
            return Shrunk(self._finding, is_minimal=False)
        best = self._reduced(best)
        found = replace(self._finding, path=tuple(best.path), failure=best.failure, element_of=None)
        return Shrunk(found, is_minimal=self._left > 0)

    def _reduced(self, best: _Run) -> _Run:
        size = max(1, len(best.path) // 2)
        while self._left > 0:
            before = len(best.path)
            best = self._without_stretches(best, size)
            if size == 1 and len(best.path) == before:
                break
            size = max(1, size // 2)
        return best

    def _without_stretches(self, best: _Run, size: int) -> _Run:
        at = 0
        while at < len(best.path) and self._left > 0:
            shorter = self._followed(best.before(at), best.wishes[at + size :])
            if shorter is not None and len(shorter.path) < len(best.path):
                best = shorter
            else:
                at += size
        return best

    def _wishes(self, state: State) -> list[_Wish]:
        """Give the steps of the found path with the values that it chose."""
        wishes = []
        for step in self._finding.path:
            chooser = _ByNumber(step, self._finding)
            taken = self._outcome(state, step.action, chooser)
            if taken is None:
                break
            wishes.append(_Wish(step.action, tuple(chooser.values)))
            state = taken.state
        return wishes

    def _followed(self, run: _Run, wishes: Sequence[_Wish]) -> _Run | None:
        """Go on from the end of a run; give a run that decides the property, if there is one."""
        state = run.states[-1]
        known = {state: number for number, state in enumerate(run.states)}
        for wish in wishes:
            if self._left <= 0:
                return None
            chooser = _ByValue(wish.values)
            taken = self._outcome(state, wish.action, chooser)
            if taken is None or (taken.failure is None and taken.state == state):
                continue
            if taken.failure is not None and not self._is_the_failure(taken.failure):
                continue
            run.path.append(PathStep(wish.action, tuple(chooser.taken)))
            run.wishes.append(wish)
            if taken.failure is not None:
                run.failure = taken.failure
                return run
            state = taken.state
            if state in known:
                # What led back to an earlier state was for nothing.
                run = run.before(known[state])
                known = {state: number for number, state in enumerate(run.states)}
                continue
            run.states.append(state)
            known[state] = len(run.states) - 1
            if self._decides(run) is not None:
                return run
        return run if self._rests_badly(run) else None

    def _is_the_failure(self, failure: Failure) -> bool:
        """Tell whether a step fails as the found one did: of the same promise, at the same line."""
        place = self._finding.failure.place if self._finding.failure is not None else None
        return failure.property_name == self._decided.name and failure.place == place

    def _outcome(self, state: State, action: int, chooser: Any) -> Outcome | None:
        self._left -= 1
        return outcome(self._system, state, self._runs[action], self._watched, chooser)

    def _decides(self, run: _Run) -> _Run | None:
        """Give the run where the last of its states decides the property."""
        kind = self._decided.kind
        if kind not in (PropertyKind.ALWAYS, PropertyKind.SOMETIMES):
            return None
        return run if self._judged(run, kind is PropertyKind.SOMETIMES) else None

    def _rests_badly(self, run: _Run) -> bool:
        if self._decided.kind is not PropertyKind.NO_DEADLOCK:
            return False
        state = run.states[-1]
        self._left -= len(self._runs)
        for action in self._runs:
            for taken in outcomes(self._system, state, action, self._watched):
                if taken.failure is not None or taken.state != state:
                    return False
        return self._judged(run, False)

    def _judged(self, run: _Run, wanted: bool) -> bool:
        """Tell whether the predicate is as wanted, or fails, in the last state of a run."""
        predicate = self._decided.predicate
        if predicate is None:
            return False
        try:
            return judge(self._system, run.states[-1], predicate) is wanted
        except GtcheckError:
            raise
        except Exception as error:
            run.failure = failure_of(error, self._decided.name)
            return True


class _ByNumber:
    """Takes the branches that a found step took, and notes their values."""

    def __init__(self, step: PathStep, finding: Finding) -> None:
        self._branches = iter(step.branches)
        self._element_of = finding.element_of
        self.values: list[Any] = []

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        branch = next(self._branches)
        if slot is not None and self._element_of is not None:
            branch = alternatives.index(self._element_of(slot, branch))
        self.values.append(alternatives[branch])
        return branch


class _ByValue:
    """Takes the branches of given values, or of such as differ in moments only."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = iter(values)
        self.taken: list[int] = []

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        value = next(self._values, _NOTHING)
        if value is _NOTHING:
            raise Disabled
        if value in alternatives:
            branch = list(alternatives).index(value)
        else:
            timeless = _timeless(value)
            fit = (n for n, other in enumerate(alternatives) if _timeless(other) == timeless)
            branch = next(fit, -1)
        if branch < 0:
            raise Disabled
        self.taken.append(branch)
        return branch


_NOTHING = object()


def _timeless(value: Any) -> Any:
    return renumbered(value, dict.fromkeys(ranks_in(value), 0))
