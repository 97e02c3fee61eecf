"""What the counterparts of a step look at, told as looks at the state that was rearranged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..models.steps import SlotKind
from .domains import Domains, Views
from .moves import Move
from .recording import CHOICE, CONTAINS, EACH, ELEMENT, LENGTH, NOW, VALUE, VIEW, Look

Numbers = list[int | list[int]]


class MirroredLooks:
    """The looks at one numbered state that its rearrangements were seen to depend on.

    What is no single look here becomes looks at all of the slot: a view of a value, an element of a
    bag, whose elements stand in another order elsewhere.
    """

    def __init__(self, state: Numbers, domains: Domains, views: Views) -> None:
        self._state = state
        self._domains = domains
        self._views = views
        self._looks: dict[tuple[int, int, int], int] = {}

    def __iter__(self) -> Iterator[Look]:
        return ((*look, result) for look, result in self._looks.items())

    def __len__(self) -> int:
        return len(self._looks)

    def seen(self) -> Iterator[tuple[int, list[Any]]]:
        """Give each slot that was looked at, and the values in it that were."""
        for (kind, slot, index), result in self._looks.items():
            values = self._domains[slot].values
            if kind == VALUE:
                yield slot, [values[result]]
            elif kind == ELEMENT and result:
                yield slot, [values[result - 1]]
            elif kind == CONTAINS:
                yield slot, [values[index]]
            elif kind != NOW:
                yield slot, []

    def add(self, looks: Iterable[Look], back: Move, kinds: list[SlotKind]) -> None:
        """Add looks at a rearranged state; `back` takes it to this one."""
        for kind, a, b, result in looks:
            if kind == NOW:
                self._looks[NOW, 0, 0] = result
            elif kind == VIEW:
                for slot in self._views.slots(a):
                    self.add_slot(back.slots[slot])
            elif kind == CONTAINS:
                self._add_contains(back, a, b)
            elif kind == EACH or (kind == ELEMENT and kinds[a] is SlotKind.BAG):
                self.add_slot(back.slots[a])
            elif kind != CHOICE:
                self._add(kind, back.slots[a], b)

    def add_slot(self, slot: int) -> None:
        """Add looks at all that a slot holds."""
        held = self._state[slot]
        if isinstance(held, int):
            self._add(VALUE, slot, 0)
            return
        self._add(LENGTH, slot, 0)
        for index in range(len(held)):
            self._add(ELEMENT, slot, index)

    def _add_contains(self, back: Move, slot: int, number: int) -> None:
        element = back.renaming.value(self._domains[slot].values[number])
        target = back.slots[slot]
        self._add(CONTAINS, target, self._domains[target].number(element))

    def _add(self, kind: int, slot: int, index: int) -> None:
        if (kind, slot, index) not in self._looks:
            self._looks[kind, slot, index] = self._see(kind, self._state[slot], index)

    def _see(self, kind: int, held: int | list[int], index: int) -> int:
        if isinstance(held, int):
            return held
        if kind == ELEMENT:
            return held[index] + 1 if index < len(held) else 0
        if kind == CONTAINS:
            return int(index in held)
        return len(held) if kind == LENGTH else int(not held)
