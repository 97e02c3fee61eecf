"""How a spec handles one event of a log: on values of its own, each with the line that set it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ...models.errors import ModelError
from ...models.events import Event
from ...models.steps import ABSENT, Mark, Observer, Step
from ...models.values import Time, check_value
from .log_entries import HeardEvent


@dataclass(slots=True)
class SpecState:
    """What a spec remembers of one key: the values of its slots, and what changed each the last."""

    values: list[Any]
    changed_by: list[HeardEvent | None]

    @classmethod
    def at_first(cls, slots: Sequence[Any]) -> SpecState:
        """Give the state before any event."""
        return cls([slot.initial for slot in slots], [None] * len(slots))


class SpecStep(Step):
    """A step of a spec that observes `heard`; `looked_at` are the slots that it looked at."""

    def __init__(self, state: SpecState, heard: HeardEvent | None) -> None:
        self._state = state
        self._heard = heard
        self.announced: list[Event] = []
        self.looked_at: dict[int, HeardEvent] = {}

    def pass_by(self, mark: Mark) -> None:
        """Count no coverage."""

    def offer(self, mark: Mark) -> None:
        """Count no coverage."""

    def read(self, slot: int) -> Any:
        setter = self._state.changed_by[slot]
        if setter is not None and setter is not self._heard:
            self.looked_at[slot] = setter
        return self._state.values[slot]

    def element(self, slot: int, index: int) -> Any:
        elements = self.read(slot)
        return elements[index] if index < len(elements) else ABSENT

    def length(self, slot: int) -> int:
        return len(self.read(slot))

    def is_empty(self, slot: int) -> bool:
        return not self.read(slot)

    def contains(self, slot: int, element: Any) -> bool:
        return element in self.read(slot)

    def view(self, function: Callable[..., Any], slots: tuple[int, ...]) -> Any:
        return function(*(self.read(slot) for slot in slots))

    def write(self, slot: int, value: Any) -> None:
        check_value(value, "the new value of a spec's field")
        self._set(slot, value)

    def push(self, slot: int, element: Any) -> None:
        check_value(element, "what is put into a spec's queue")
        self._set(slot, (*self._state.values[slot], element))

    def remove_at(self, slot: int, index: int) -> None:
        elements = self.read(slot)
        self._set(slot, elements[:index] + elements[index + 1 :])

    def remove(self, slot: int, element: Any) -> None:
        self.remove_at(slot, self.read(slot).index(element))

    def now(self) -> Time:
        return self._refuse()

    def choose(self, options: Sequence[Any]) -> int:
        return self._refuse()

    def each(self, slot: int) -> Any:
        return self._refuse()

    def react(self, spec: Observer, event: Event) -> None:
        self._refuse()

    def _set(self, slot: int, value: Any) -> None:
        if value != self._state.values[slot]:
            self._state.values[slot] = value
            self._state.changed_by[slot] = self._heard

    def _refuse(self) -> NoReturn:
        raise ModelError("a spec only observes: it has no clock, and neither chooses nor announces")
