"""What schedules to take: how they are drawn, how many, and how long they may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ...models.actions import Action
from ...models.errors import ParameterError
from .pct import Pct
from .pos import Pos
from .uniform import Uniform

Strategy = Literal["random", "pct", "pos"]
STRATEGIES: tuple[Strategy, ...] = ("random", "pct", "pos")

ROUND = 128
"""Schedules that are finished together: a search ends with the round of its first violation."""

STEPS = 1_000
"""How long a schedule may be where no limit of depth is given."""

PILOTS = 8
"""Uniform schedules whose longest tells `pct` from how many steps to draw its change points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Schedules 0 to `schedules` - 1 of a strategy and a seed, shared out among `workers`."""

    strategy: Strategy
    schedules: int
    seed: int
    workers: int = 1

    def __post_init__(self) -> None:
        if self.schedules < 1:
            raise ParameterError(f"schedules={self.schedules} is none; take at least 1")
        if not 0 <= self.seed < 1 << 64:
            raise ParameterError(f"seed={self.seed} is out of range; take 0 to 2^64 - 1")


class Scheduler(Protocol):
    """Decides which enabled action is taken: the algorithm of one strategy.

    `compares` tells that `redraw` is to be called before each step but the first, with the enabled
    actions that depend on the step before.
    """

    compares: bool

    def begin(self, stream: int, number: int) -> None:
        """Start the schedule of a number, with a stream of its own."""

    def redraw(self, step: int, dependent: Sequence[int]) -> None:
        """Draw again for the actions that depend on what the step before did."""

    def priorities(self, step: int) -> list[tuple[int, ...]]:
        """Give what orders the actions at a step (from 1): the first that is enabled is taken."""

    def took(self, step: int, action: int) -> None:
        """Learn which action was taken at a step."""


def scheduler(strategy: Strategy, actions: Sequence[Action], length: int) -> Scheduler:
    """Give the algorithm of a strategy; `length` is how many steps it thinks a schedule has."""
    if strategy == "random":
        return Uniform(actions)
    return Pct(actions, length) if strategy == "pct" else Pos(actions)
