"""Symmetry in the reference engine: every rearrangement of every state, tried one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..models.errors import GtcheckError, ModelError, ParameterError, Place
from ..models.properties import Property
from ..models.systems import System
from .moves import Move
from .plain import Outcome, State, failure_of, judge, outcomes
from .symmetry import Symmetry

_MOVES_MAX = 5_040


class Orbits:
    """The states that are rearrangements of each other, with the one that stands for them.

    It is the document of what symmetry means. Every rearrangement of a state is kept, and each step
    and predicate is held to do the same in all of them. Raises `ParameterError` where they are too
    many for that, and `ModelError` where they differ.
    """

    def __init__(self, system: System) -> None:
        self.symmetry = Symmetry(system)
        if self.symmetry.size > _MOVES_MAX:
            raise ParameterError(
                f"the reference engine tries each of {self.symmetry.size:,} rearrangements, and no "
                f"more than {_MOVES_MAX:,}; take the native engine or fewer members"
            )
        self._system = system
        self._moves = list(self.symmetry.every_move())
        self._known: dict[State, tuple[State, Move]] = {}

    def representative(self, state: State) -> tuple[State, Move]:
        """Give the state that stands for this one, and the move that takes this one to it."""
        if state not in self._known:
            for move in self._moves:
                self._known.setdefault(move.state(state), (state, move.inverse))
        return self._known[state]

    def counterparts(self, action: int) -> frozenset[int]:
        """Give the actions that rearrangements make of one."""
        return frozenset(move.actions[action] for move in self._moves)

    def check_starts(self, starts: Iterable[Outcome]) -> None:
        """Raise `ModelError` unless every rearrangement of an initial state is one too."""
        check_starts(starts, self._moves)

    def check_action(self, number: int, state: State, watched: frozenset[str]) -> None:
        """Raise `ModelError` unless an action's counterparts do the same on rearranged states."""
        actions = self._system.actions
        wanted = [*outcomes(self._system, state, actions[number].run, watched)]
        for move in self._moves:
            image = actions[move.actions[number]]
            found = outcomes(self._system, move.state(state), image.run, watched)
            if set(map(_result, found)) != {_result(outcome, move) for outcome in wanted}:
                raise _broken(f"action {actions[number].name}", move, actions[number].place)

    def check_predicate(self, found: Property, state: State) -> None:
        """Raise `ModelError` unless a predicate says the same of all rearrangements of a state."""
        said = _said(self._system, state, found)
        for move in self._moves:
            if _said(self._system, move.state(state), found) != said:
                raise _broken(found.name, move, found.place)


def check_starts(starts: Iterable[Outcome], moves: Iterable[Move]) -> None:
    """Raise `ModelError` unless moves take initial states to initial states."""
    states = {start.state for start in starts if start.failure is None}
    for move in moves:
        if not {move.state(state) for state in states} <= states:
            raise _broken("the beginning", move, None)


def _result(outcome: Outcome, move: Move | None = None) -> Any:
    if outcome.failure is not None:
        return (outcome.failure.property_name, outcome.failure.place)
    return outcome.state if move is None else move.state(outcome.state)


def _said(system: System, state: State, found: Property) -> object:
    assert found.predicate is not None
    try:
        return judge(system, state, found.predicate)
    except GtcheckError:
        raise
    except Exception as error:
        return failure_of(error, found.name).place


def _broken(what: str, move: Move, place: Place | None) -> ModelError:
    return ModelError(
        f"{what} breaks the symmetry: it differs where {move.describe()}; treat all members alike "
        "(compare them for equality only), or do not declare them interchangeable",
        place=place,
    )
