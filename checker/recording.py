"""A step that records what it looks at and what it changes, so that it need not run again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..models.errors import ModelError
from ..models.events import Event
from ..models.ordering import in_order
from ..models.steps import ABSENT, Disabled, Mark, Observer, SlotKind, Step, StepFailure
from ..models.systems import System
from ..models.values import Time
from .domains import Domains, Views
from .plain import Script

VALUE, ELEMENT, LENGTH, EMPTY, CONTAINS, VIEW, NOW, EACH, CHOICE = range(9)
SET, PUSH, REMOVE_AT, ADD, REMOVE = range(5)

Look = tuple[int, int, int, int]
"""Kind, slot (or view, or number of alternatives), index or element, and the result."""

Effect = tuple[int, int, int]
"""Operation, slot, and the number of a value or element, or an index."""

_EFFECTS_MAX = 10_000
_LOOKS_MAX = 100_000
_MOMENTS_MAX = 64


class RecordingStep(Step):
    """A step on a numbered state: every look is recorded once, every change becomes an effect.

    What the step has changed itself is read back from the changes and recorded no more, since it
    follows from earlier looks.
    """

    def __init__(
        self,
        system: System,
        state: list[int | list[int]],
        domains: Domains,
        views: Views,
        script: Script,
    ) -> None:
        self._slots = system.slots
        self._state = state
        self._domains = domains
        self._values = domains.values
        self._views = views
        self._script = script
        self._seen: dict[tuple[int, int, int], int] = {}
        self._written: dict[int, Any] = {}
        self._is_changed: set[int] = set()
        self._current: dict[int, tuple[Any, ...]] = {}
        self._moments = -1
        self.looks: list[Look] = []
        self._effects: list[Effect] = []
        self.announced: list[Event] = []
        self.reactions: list[tuple[Observer, Event]] = []
        self.passed: list[Mark] = []
        self.offered: list[Mark] = []

    def pass_by(self, mark: Mark) -> None:
        self.passed.append(mark)

    def offer(self, mark: Mark) -> None:
        self.offered.append(mark)

    @property
    def effects(self) -> list[Effect]:
        """What the step does to the state: the values written last, and every queue operation."""
        return [
            (SET, slot, number)
            for slot, value in self._written.items()
            if (number := self._domains[slot].number(value)) != self._seen.get((VALUE, slot, 0))
        ] + self._effects

    # ---- looks -----------------------------------------------------------------------------

    def read(self, slot: int) -> Any:
        # Most of what steps do is done here, so it is done without further calls.
        if slot in self._written:
            return self._written[slot]
        number = self._state[slot]
        if isinstance(number, list):
            return self._contents(slot)
        look = (VALUE, slot, 0)
        if look not in self._seen:
            self._seen[look] = number
            self._append((VALUE, slot, 0, number))
        return self._values[slot][number]

    def element(self, slot: int, index: int) -> Any:
        if slot in self._is_changed:
            elements = self._contents(slot)
            return elements[index] if index < len(elements) else ABSENT
        numbers = self._numbers(slot)
        if index >= len(numbers):
            self._look(ELEMENT, slot, index, 0)
            return ABSENT
        self._look(ELEMENT, slot, index, numbers[index] + 1)
        return self._domains[slot].values[numbers[index]]

    def length(self, slot: int) -> int:
        if slot in self._is_changed:
            return len(self._contents(slot))
        return self._look(LENGTH, slot, 0, len(self._numbers(slot)))

    def is_empty(self, slot: int) -> bool:
        if slot in self._is_changed:
            return not self._contents(slot)
        return bool(self._look(EMPTY, slot, 0, int(not self._numbers(slot))))

    def contains(self, slot: int, element: Any) -> bool:
        if slot in self._is_changed:
            return element in self._contents(slot)
        number = self._domains[slot].number(element)
        return bool(self._look(CONTAINS, slot, number, int(number in self._numbers(slot))))

    def view(self, function: Callable[..., Any], slots: tuple[int, ...]) -> Any:
        if any(slot in self._written for slot in slots):
            return function(*(self.read(slot) for slot in slots))
        numbers = tuple(self._state[slot] for slot in slots)
        view = self._views.register(function, slots)
        result = self._views.result(view, numbers)
        self._look(VIEW, view, 0, result)
        return self._views.value(view, result)

    def now(self) -> Time:
        if self._moments < 0:
            self._moments = self._look(NOW, 0, 0, self._domains.live_ranks(self._state))
        self._moments += 1
        if self._moments > _MOMENTS_MAX:
            raise StepFailure(f"over {_MOMENTS_MAX} moments are remembered at once")
        return Time(self._moments - 1)

    def choose(self, options: Sequence[Any]) -> int:
        taken = self._script(options)
        self._append((CHOICE, len(options), 0, taken))
        return taken

    def each(self, slot: int) -> Any:
        if slot in self._is_changed:
            distinct = tuple(dict.fromkeys(self._contents(slot)))
            if not distinct:
                raise Disabled
            return distinct[self.choose(distinct)]
        if self.is_empty(slot):
            raise Disabled
        numbers = tuple(dict.fromkeys(self._numbers(slot)))
        taken = numbers[self._script(numbers)]
        self._append((EACH, slot, 0, taken))
        # From here on the element is known to be there, so `contains` need not look.
        self._seen[CONTAINS, slot, taken] = 1
        return self._domains[slot].values[taken]

    # ---- changes ---------------------------------------------------------------------------

    def write(self, slot: int, value: Any) -> None:
        self._domains[slot].number(value)
        self._written[slot] = value

    def push(self, slot: int, element: Any) -> None:
        is_bag = self._slots[slot].kind is SlotKind.BAG
        number = self._domains[slot].number(element)
        self._change(ADD if is_bag else PUSH, slot, number)

    def remove_at(self, slot: int, index: int) -> None:
        self._change(REMOVE_AT, slot, index)

    def remove(self, slot: int, element: Any) -> None:
        self._change(REMOVE, slot, self._domains[slot].number(element))

    def react(self, spec: Observer, event: Event) -> None:
        self.reactions.append((spec, event))

    # ---- recording -------------------------------------------------------------------------

    def _look(self, kind: int, a: int, b: int, result: int) -> int:
        if (kind, a, b) not in self._seen:
            self._seen[kind, a, b] = result
            self._append((kind, a, b, result))
        return result

    def _append(self, look: Look) -> None:
        if len(self.looks) >= _LOOKS_MAX:
            raise ModelError(f"one step looked at over {_LOOKS_MAX:,} things; does it end?")
        self.looks.append(look)

    def _change(self, operation: int, slot: int, argument: int) -> None:
        if len(self._effects) >= _EFFECTS_MAX:
            raise ModelError(f"one step changed over {_EFFECTS_MAX:,} things; does it end?")
        self._effects.append((operation, slot, argument))
        self._is_changed.add(slot)
        self._current.pop(slot, None)

    def _contents(self, slot: int) -> tuple[Any, ...]:
        """Give all elements of a queue or bag, with what this very step did to them."""
        if slot not in self._current:
            numbers = self._numbers(slot)
            self._look(LENGTH, slot, 0, len(numbers))
            for index, number in enumerate(numbers):
                self._look(ELEMENT, slot, index, number + 1)
            changed = self._with_changes(slot, numbers)
            elements = tuple(self._domains[slot].values[number] for number in changed)
            is_bag = self._slots[slot].kind is SlotKind.BAG
            self._current[slot] = in_order(elements) if is_bag else elements
        return self._current[slot]

    def _with_changes(self, slot: int, numbers: list[int]) -> list[int]:
        changed = list(numbers)
        for operation, changed_slot, argument in self._effects:
            if changed_slot == slot:
                if operation in (PUSH, ADD):
                    changed.append(argument)
                elif operation == REMOVE:
                    changed.remove(argument)
                else:
                    del changed[argument]
        return changed

    def _numbers(self, slot: int) -> list[int]:
        numbers = self._state[slot]
        assert isinstance(numbers, list)
        return numbers
