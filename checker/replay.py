"""Replaying a found path in Python with full values, into a trace that a person can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..models.events import Event
from ..models.steps import SlotKind
from ..models.systems import System
from ..models.values import show
from .choices import choice_name
from .exploration import Change, Trace, TraceStep
from .findings import Finding, PathStep
from .plain import State, blank_state, initial_states, outcome


class ReplayMismatch(AssertionError):
    """A path that an engine found cannot be replayed: a step is impure, or the engine is wrong."""


def replay(system: System, finding: Finding, watched: frozenset[str]) -> Trace:
    """Give the trace of a finding's path, taking every step anew with the reference semantics.

    Raises `ReplayMismatch` where a step of the path is not enabled or fails before the end.
    """
    started = initial_states(system, watched)[finding.start]
    start = Follower("start", started.choices, None)
    again = outcome(system, blank_state(system), system.start, watched, start)
    if again is None or again.state != started.state:
        raise ReplayMismatch("the start does not repeat")
    state = started.state
    initial = values_by_name(system, state)
    steps = []
    if started.failure is not None:
        steps.append(TraceStep(action="start", changes=(), error=started.failure.message))
    steps += [step for step, _ in retake(system, state, finding.path, finding, watched)]
    return Trace(initial, tuple(steps), tuple(start.names))


def retake(
    system: System,
    state: State,
    path: Sequence[PathStep],
    finding: Finding,
    watched: frozenset[str],
) -> Iterator[tuple[TraceStep, State]]:
    """Take a finding's steps anew from a state; give each with the state that it leads to.

    Raises `ReplayMismatch` where a step is not enabled, or fails before the end.
    """
    for number, step in enumerate(path, start=1):
        follower = follower_of(system, step, finding)
        taken = outcome(system, state, system.actions[step.action].run, watched, follower)
        is_last = number == len(path)
        if taken is None or (taken.failure is not None and not is_last):
            raise ReplayMismatch(
                f"step {number} of the path, {_name(system, step)}, does not repeat"
            )
        heard = _heard(system, watched, taken.announced)
        shown = TraceStep(
            action=taken.title or _name(system, step),
            changes=changes_between(system, state, taken.state),
            announced=tuple(map(show, heard)),
            error=taken.failure.message if taken.failure is not None else None,
            name=_name(system, step),
            choices=tuple(follower.names),
        )
        yield shown, taken.state
        state = taken.state


def changes_between(system: System, before: State, after: State) -> tuple[Change, ...]:
    """Give the variables that hold something else in one state than in the other."""
    return tuple(
        Change(slot.name, before[slot.index], after[slot.index], slot.kind is not SlotKind.VALUE)
        for slot in sorted(system.slots, key=lambda slot: slot.order)
        if before[slot.index] != after[slot.index]
    )


def values_by_name(system: System, state: State) -> dict[str, Any]:
    """Give what each variable holds, channels last, in an order that never varies."""
    slots = sorted(system.slots, key=lambda slot: slot.order)
    return {slot.name: state[slot.index] for slot in slots}


def follower_of(system: System, step: PathStep, finding: Finding) -> Follower:
    """Give what takes the branches of a step of a finding's path."""
    return Follower(_name(system, step), step.branches, finding.element_of)


class Follower:
    """Takes the branches that a path names, and notes what they show."""

    def __init__(
        self, step: str, branches: Sequence[int], element_of: Callable[[int, int], Any] | None
    ) -> None:
        self._step = step
        self._branches = iter(branches)
        self._element_of = element_of
        self.names: list[str] = []

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        """Give the index of the alternative that the path took."""
        branch = next(self._branches, None)
        if branch is None:
            raise ReplayMismatch(f"{self._step} branches more often than it did")
        if slot is not None and self._element_of is not None:
            branch = alternatives.index(self._element_of(slot, branch))
        self.names.append(choice_name(alternatives, branch))
        return branch


def _heard(
    system: System, watched: frozenset[str], announced: Sequence[Event]
) -> tuple[Event, ...]:
    """Give the events that a checked spec hears; all of them where no spec is checked."""
    specs = [found.spec for found in system.properties if found.spec and found.name in watched]
    if not specs:
        return tuple(announced)
    return tuple(event for event in announced if any(spec.observes(event) for spec in specs))


def _name(system: System, step: PathStep) -> str:
    return system.actions[step.action].name
