"""Partial order sampling: priorities that are drawn again where two steps depend on each other.

Yuan, Yang, Gu: Partial order aware concurrency sampling, CAV 2018. A random walk favours some
orders of a few dependent steps among many independent ones; here an order of dependent steps does
not become less likely because others run beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...models.actions import Action
from .keys import draw, label


class Pos:
    """Takes the enabled action with the smallest key, and keeps the keys of the others.

    A new key is drawn for the action that was taken, and for each that depends on that step: that
    reads or writes a variable which the step changed, or a spec does that hears of it.
    """

    compares = True

    def __init__(self, actions: Sequence[Action]) -> None:
        self._labels = [label(action.name) for action in actions]
        self._stream = 0
        self._drawn = [1] * len(actions)

    def begin(self, stream: int, number: int) -> None:
        """Start the schedule of a number, with a stream of its own."""
        self._stream = stream
        self._drawn = [1] * len(self._labels)

    def priorities(self, step: int) -> list[tuple[int, ...]]:
        """Give what orders the actions at a step (from 1): the first that is enabled is taken."""
        return [
            (draw(draw(self._stream, drawn), label),)
            for drawn, label in zip(self._drawn, self._labels, strict=True)
        ]

    def redraw(self, step: int, dependent: Sequence[int]) -> None:
        """Draw again for the actions that depend on what the step before did."""
        for action in dependent:
            self._drawn[action] = step

    def took(self, step: int, action: int) -> None:
        """Learn which action was taken at a step."""
        self._drawn[action] = step + 1
