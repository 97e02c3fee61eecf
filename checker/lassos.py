"""Replaying a run without end: that it goes round, is fair, and never comes to what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from ..models.fairness import Fairness
from ..models.properties import Property, PropertyKind
from ..models.systems import System
from .exploration import Trace, Untaken
from .findings import Finding
from .plain import State, initial_states, judge, outcomes
from .replay import ReplayMismatch, replay, retake
from .responses import Response


class NotEndless(ReplayMismatch):
    """A run whose cycle breaks no promise: it does not go round, is not fair, or owes nothing."""


@dataclass(frozen=True, slots=True)
class Lasso:
    """The states of a run without end: those of the stem, then the round from the last of them.

    `taken` are the indexes of the actions of the round.
    """

    stem: Sequence[State]
    round: Sequence[State]
    taken: AbstractSet[int]


def replay_lasso(
    system: System, finding: Finding, watched: frozenset[str], response: Response
) -> Trace:
    """Give the trace of a run without end that breaks a promise, all of it computed anew.

    Raises `ReplayMismatch` where a step does not repeat, and `NotEndless` as `judged_lasso` does.
    """
    assert finding.cycle is not None, "a lasso has a cycle"
    states = [initial_states(system, watched)[finding.start].state]
    states += [state for _, state in retake(system, states[0], finding.path, finding, watched)]
    steps = list(retake(system, states[-1], finding.cycle, finding, watched))
    taken = {step.action for step in finding.cycle}
    lasso = Lasso(states, [states[-1], *(state for _, state in steps)], taken)
    trace = replace(replay(system, finding, watched), cycle=tuple(step for step, _ in steps))
    return judged_lasso(system, lasso, trace, watched, response)


def judged_lasso(
    system: System, lasso: Lasso, trace: Trace, watched: frozenset[str], response: Response
) -> Trace:
    """Give the trace of a lasso with what is owed in it and what it never takes.

    Raises `NotEndless` where the round does not come back to where it began, is not fair or comes
    to the goal, and where nothing is owed in it.
    """
    if lasso.round[-1] != lasso.round[0]:
        raise NotEndless("the cycle does not come back to where it began")
    return replace(
        trace,
        owed_after=_owed_after(system, response, lasso.stem, lasso.round),
        untaken=_untaken(system, lasso, watched),
    )


def owed_text(found: Property, steps: int) -> str:
    """Say since when what never comes is owed, and that it does not come."""
    since = f"after step {steps}" if steps else "from the start"
    if found.kind is PropertyKind.EVENTUALLY:
        return "a fair run goes on for ever and never comes to it"
    if found.kind is PropertyKind.SPEC:
        return f"{since} the spec is hot, and stays so for ever in a fair run"
    return f"{since} it is owed, and a fair run goes on for ever without it"


def _owed_after(
    system: System, response: Response, states: Sequence[State], cycle: Sequence[State]
) -> int:
    def is_met(state: State) -> bool:
        return judge(system, state, response.goal)

    unmet_since = len(states)
    while unmet_since > 0 and not is_met(states[unmet_since - 1]):
        unmet_since -= 1
    if any(map(is_met, cycle)):
        raise NotEndless(f"the cycle comes to what {response.name} asks for")
    if response.trigger is None:
        asked = 0
    else:
        positions = range(unmet_since, len(states))
        asks = (at for at in positions if judge(system, states[at], response.trigger))
        asked = next(asks, len(states))
    if not unmet_since <= asked < len(states):
        raise NotEndless(f"nothing is owed to {response.name} in the cycle")
    return asked


def _untaken(system: System, lasso: Lasso, watched: frozenset[str]) -> tuple[Untaken, ...]:
    """Give the actions that could be taken in the round and are not, where that is fair."""
    states = dict.fromkeys(lasso.round)
    found = []
    for index, action in enumerate(system.actions):
        if index in lasso.taken:
            continue
        enabled = [_is_enabled(system, state, index, watched) for state in states]
        is_owed = action.fairness is Fairness.WEAK and all(enabled)
        if is_owed or (action.fairness is Fairness.STRONG and any(enabled)):
            raise NotEndless(f"the cycle is not fair: it never takes {action.name}")
        if any(enabled):
            found.append(Untaken(action.name, action.fairness, all(enabled)))
    return tuple(found)


def _is_enabled(system: System, state: State, action: int, watched: frozenset[str]) -> bool:
    taken = outcomes(system, state, system.actions[action].run, watched)
    return any(outcome.failure is not None or outcome.state != state for outcome in taken)
