"""What a step looks at and changes: what tells whether two steps depend on each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...models.systems import System
from ...models.values import Time
from ..findings import Chooser
from ..plain import PlainStep, State, live_ranks

CLOCK = -1
"""What `now()` looks at, how many moments are remembered, as if it were one more slot."""


class TouchingStep(PlainStep):
    """A step that notes every slot which it, or a spec that hears of it, looks at or changes."""

    def __init__(self, system: System, state: State, chooser: Chooser) -> None:
        super().__init__(system, state, chooser)
        self.touched: set[int] = set()

    def read(self, slot: int) -> Any:
        self.touched.add(slot)
        return super().read(slot)

    def element(self, slot: int, index: int) -> Any:
        self.touched.add(slot)
        return super().element(slot, index)

    def length(self, slot: int) -> int:
        self.touched.add(slot)
        return super().length(slot)

    def is_empty(self, slot: int) -> bool:
        self.touched.add(slot)
        return super().is_empty(slot)

    def contains(self, slot: int, element: Any) -> bool:
        self.touched.add(slot)
        return super().contains(slot, element)

    def view(self, function: Callable[..., Any], slots: tuple[int, ...]) -> Any:
        self.touched.update(slots)
        return super().view(function, slots)

    def now(self) -> Time:
        self.touched.add(CLOCK)
        return super().now()

    def each(self, slot: int) -> Any:
        self.touched.add(slot)
        return super().each(slot)

    def write(self, slot: int, value: Any) -> None:
        self.touched.add(slot)
        super().write(slot, value)

    def push(self, slot: int, element: Any) -> None:
        self.touched.add(slot)
        super().push(slot, element)

    def remove_at(self, slot: int, index: int) -> None:
        self.touched.add(slot)
        super().remove_at(slot, index)

    def remove(self, slot: int, element: Any) -> None:
        self.touched.add(slot)
        super().remove(slot, element)


def changed_slots(before: State, after: State) -> set[int]:
    """Give the slots that hold something else than before, and `CLOCK` where that moved."""
    changed = {slot for slot, old in enumerate(before) if old != after[slot]}
    if len(live_ranks(before)) != len(live_ranks(after)):
        changed.add(CLOCK)
    return changed
