"""Replaying a run without end: that it goes round, is fair, and never comes to what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..models.fairness import Fairness
from ..models.systems import System
from .exploration import Trace, Untaken
from .findings import Finding
from .plain import State, initial_states, judge, outcomes
from .replay import ReplayMismatch, replay, retake
from .responses import Response


def replay_lasso(
    system: System, finding: Finding, watched: frozenset[str], response: Response
) -> Trace:
    """Give the trace of a run without end that breaks a promise, all of it computed anew.

    Raises `ReplayMismatch` where a step does not repeat, where the cycle does not come back to
    where it began, is not fair or comes to the goal, and where nothing is owed in it.
    """
    assert finding.cycle is not None, "a lasso has a cycle"
    states = [initial_states(system, watched)[finding.start].state]
    states += [state for _, state in retake(system, states[0], finding.path, finding, watched)]
    taken = list(retake(system, states[-1], finding.cycle, finding, watched))
    round_trip = [states[-1], *(state for _, state in taken)]
    if round_trip[-1] != round_trip[0]:
        raise ReplayMismatch("the cycle does not come back to where it began")
    return replace(
        replay(system, finding, watched),
        cycle=tuple(step for step, _ in taken),
        owed_after=_owed_after(system, response, states, round_trip),
        untaken=_untaken(system, finding, round_trip, watched),
    )


def _owed_after(
    system: System, response: Response, states: Sequence[State], cycle: Sequence[State]
) -> int:
    def is_met(state: State) -> bool:
        return judge(system, state, response.goal)

    unmet_since = len(states)
    while unmet_since > 0 and not is_met(states[unmet_since - 1]):
        unmet_since -= 1
    if any(map(is_met, cycle)):
        raise ReplayMismatch(f"the cycle comes to what {response.name} asks for")
    if response.trigger is None:
        asked = 0
    else:
        positions = range(unmet_since, len(states))
        asks = (at for at in positions if judge(system, states[at], response.trigger))
        asked = next(asks, len(states))
    if not unmet_since <= asked < len(states):
        raise ReplayMismatch(f"nothing is owed to {response.name} in the cycle")
    return asked


def _untaken(
    system: System, finding: Finding, cycle: Sequence[State], watched: frozenset[str]
) -> tuple[Untaken, ...]:
    """Give the actions that could be taken in the cycle and are not, where that is fair."""
    taken = {step.action for step in finding.cycle or ()}
    states = dict.fromkeys(cycle)
    found = []
    for index, action in enumerate(system.actions):
        if index in taken:
            continue
        enabled = [_is_enabled(system, state, index, watched) for state in states]
        is_owed = action.fairness is Fairness.WEAK and all(enabled)
        if is_owed or (action.fairness is Fairness.STRONG and any(enabled)):
            raise ReplayMismatch(f"the cycle is not fair: it never takes {action.name}")
        if any(enabled):
            found.append(Untaken(action.name, action.fairness, all(enabled)))
    return tuple(found)


def _is_enabled(system: System, state: State, action: int, watched: frozenset[str]) -> bool:
    taken = outcomes(system, state, system.actions[action].run, watched)
    return any(outcome.failure is not None or outcome.state != state for outcome in taken)
