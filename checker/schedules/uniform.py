"""The uniform random walk: each enabled action is as likely as the others."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.actions import Action
from .keys import draw, label


class Uniform:
    """Takes an enabled action at random, then one of its outcomes at random.

    The action is the enabled one with the smallest of keys that are drawn anew for each step, which
    makes all of them equally likely whatever is disabled.
    """

    compares = False

    def __init__(self, actions: Sequence[Action]) -> None:
        self._labels = [label(action.name) for action in actions]
        self._stream = 0

    def begin(self, stream: int, number: int) -> None:
        """Start the schedule of a number, with a stream of its own."""
        self._stream = stream

    def priorities(self, step: int) -> list[tuple[int, ...]]:
        """Give what orders the actions at a step (from 1): the first that is enabled is taken."""
        moment = draw(self._stream, step)
        return [(draw(moment, label),) for label in self._labels]

    def redraw(self, step: int, dependent: Sequence[int]) -> None:
        """Draw again for the actions that depend on what the step before did: nothing is kept."""

    def took(self, step: int, action: int) -> None:
        """Learn which action was taken at a step."""
