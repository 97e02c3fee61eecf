"""Probabilistic concurrency testing: actors with priorities that change at a few points.

Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized scheduler with probabilistic guarantees of
finding bugs, ASPLOS 2010. Of n actors and k steps, a schedule finds a bug of depth d (one that
needs d steps in a certain order) with a probability of at least 1 / (n k^(d-1)).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...models.actions import Action
from .keys import draw, label

DEPTHS = (2, 3, 4)
"""The depths of bugs that the schedules are made for, in turn."""

_UNTOUCHED = 1 << 63


class Pct:
    """Takes the enabled action whose actor has the highest priority; that actor may then fall.

    Actors are the machines, the channels, and the actions of nobody. Their priorities are a random
    order. After the step of each of d - 1 change points, drawn from the first `length` steps, the
    actor that took it goes below all that were not changed. Among the actions of one actor the
    choice is uniform.
    """

    compares = False

    def __init__(self, actions: Sequence[Action], length: int) -> None:
        self._labels = [label(action.name) for action in actions]
        self._actors = [label(action.actor) for action in actions]
        self._length = max(1, length)
        self._stream = 0
        self._priorities: dict[int, int] = {}
        self._changes: dict[int, int] = {}

    def begin(self, stream: int, number: int) -> None:
        """Start the schedule of a number, with a stream of its own."""
        first = draw(stream, 0)
        self._stream = stream
        self._priorities = {actor: draw(first, actor) | _UNTOUCHED for actor in self._actors}
        points = draw(first, 1)
        self._changes = {
            1 + draw(points, change) % self._length: change
            for change in range(1, DEPTHS[number % len(DEPTHS)])
        }

    def priorities(self, step: int) -> list[tuple[int, ...]]:
        """Give what orders the actions at a step (from 1): the first that is enabled is taken."""
        moment = draw(self._stream, step)
        return [
            (-self._priorities[actor], draw(moment, label))
            for actor, label in zip(self._actors, self._labels, strict=True)
        ]

    def redraw(self, step: int, dependent: Sequence[int]) -> None:
        """Draw again for the actions that depend on what the step before did: nothing is kept."""

    def took(self, step: int, action: int) -> None:
        """Learn which action was taken at a step."""
        if step in self._changes:
            self._priorities[self._actors[action]] = self._changes[step]
