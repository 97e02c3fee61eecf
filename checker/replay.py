"""Replaying a found path in Python with full values, into a trace that a person can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..models.steps import SlotKind
from ..models.systems import System
from ..models.values import show
from .exploration import Change, Trace, TraceStep
from .findings import Finding, PathStep
from .plain import Outcome, State, initial_states, outcome


class ReplayMismatch(AssertionError):
    """A path that an engine found cannot be replayed: a step is impure, or the engine is wrong."""


def replay(system: System, finding: Finding, watched: frozenset[str]) -> Trace:
    """Give the trace of a finding's path, taking every step anew with the reference semantics.

    Raises `ReplayMismatch` where a step of the path is not enabled or fails before the end.
    """
    started = initial_states(system, watched)[finding.start]
    state = started.state
    initial = {slot.name: value for slot, value in zip(system.slots, state, strict=True)}
    steps = []
    if started.failure is not None:
        steps.append(TraceStep(action="start", changes=(), error=started.failure.message))
    for number, step in enumerate(finding.path, start=1):
        taken = _take(system, state, step, finding, watched)
        is_last = number == len(finding.path)
        if taken is None or (taken.failure is not None and not is_last):
            raise ReplayMismatch(
                f"step {number} of the path, {_name(system, step)}, does not repeat"
            )
        steps.append(_trace_step(system, state, step, taken))
        state = taken.state
    return Trace(initial, tuple(steps))


def _take(
    system: System, state: State, step: PathStep, finding: Finding, watched: frozenset[str]
) -> Outcome | None:
    branches = iter(step.branches)

    def follow(alternatives: Sequence[Any], slot: int | None = None) -> int:
        branch = next(branches, None)
        if branch is None:
            raise ReplayMismatch(f"{_name(system, step)} branches more often than it did")
        if slot is None or finding.element_of is None:
            return branch
        return alternatives.index(finding.element_of(slot, branch))

    return outcome(system, state, system.actions[step.action].run, watched, follow)


def _trace_step(system: System, state: State, step: PathStep, taken: Outcome) -> TraceStep:
    changes = tuple(
        Change(slot.name, before, after, slot.kind is not SlotKind.VALUE)
        for slot, before, after in zip(system.slots, state, taken.state, strict=True)
        if before != after
    )
    return TraceStep(
        action=taken.title or _name(system, step),
        changes=changes,
        announced=tuple(map(show, taken.announced)),
        error=taken.failure.message if taken.failure is not None else None,
    )


def _name(system: System, step: PathStep) -> str:
    return system.actions[step.action].name
