"""From a path over representatives back to a run of the system itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..models.systems import System
from .findings import Finding, PathStep
from .moves import Move
from .plain import Outcome, State, initial_states, outcome, outcomes
from .replay import ReplayMismatch, follower_of
from .symmetry import Symmetry

Representative = Callable[[State], tuple[State, Move]]
"""Gives the state that stands for a state, and the move that takes it there."""


def unfold(
    symmetry: Symmetry, finding: Finding, watched: frozenset[str], to: Representative
) -> Finding:
    """Give the finding at the end of a real run, whose states `to` takes to those of its path.

    Raises `ReplayMismatch` where no step of the system is the counterpart of one on the path.
    """
    system = symmetry.system
    started = initial_states(system, watched)[finding.start]
    if started.failure is not None:
        return finding
    real = started.state
    standing, move = to(real)
    path = []
    for step in finding.path:
        follower = follower_of(system, step, finding)
        taken = outcome(system, standing, system.actions[step.action].run, watched, follower)
        if taken is None:
            raise ReplayMismatch(f"{system.actions[step.action].name} does not repeat")
        back = move.inverse
        action = back.actions[step.action]
        following = _counterpart(system, real, action, taken, back, watched)
        path.append(PathStep(action, following.choices))
        if taken.failure is not None:
            break
        real = following.state
        standing, onward = to(taken.state)
        move = onward.after(move)
    return replace(finding, path=tuple(path), element_of=None)


def _counterpart(
    system: System,
    state: State,
    action: int,
    taken: Outcome,
    back: Move,
    watched: frozenset[str],
) -> Outcome:
    """Give the outcome of an action that is what was taken, with the members in their places."""
    wanted = None if taken.failure else back.state(taken.state)
    for found in outcomes(system, state, system.actions[action].run, watched):
        if taken.failure is not None and found.failure is not None:
            named = (taken.failure.property_name, taken.failure.place)
            if (found.failure.property_name, found.failure.place) == named:
                return found
        elif found.failure is None and found.state == wanted:
            return found
    raise ReplayMismatch(f"{system.actions[action].name} does not do what its counterpart did")
