"""The handles through which steps and properties look at a system's variables and change them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from .errors import ModelError
from .steps import ABSENT

if TYPE_CHECKING:
    from .steps import Step

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
R = TypeVar("R")


class Cursor:
    """Where a system's running step is found; every handle of the system shares it."""

    __slots__ = ("_claim", "_running")

    def __init__(self) -> None:
        self._running: Step | None = None
        self._claim = Lock()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep the system for one exploration; raise `ModelError` where another one has it."""
        if not self._claim.acquire(blocking=False):
            raise ModelError(
                "this system is being explored already: a handler may not explore its own system, "
                "nor two threads the same one; build another one for it"
            )
        try:
            yield
        finally:
            self._claim.release()

    @property
    def step(self) -> Step:
        """Give the running step; raise `ModelError` outside of one."""
        if self._running is None:
            raise ModelError(
                "a variable was used outside a step: read and write it in actions, handlers and "
                "properties only"
            )
        return self._running

    def run(self, step: Step, function: Callable[[], R]) -> R:
        """Run `function` as `step`; raise `ModelError` where a step of this system runs already."""
        if self._running is not None:
            raise ModelError("a step began inside a step: a handler may not explore its own system")
        self._running = step
        try:
            return function()
        finally:
            self._running = None


class Shared:
    """A part of a system that its machines may hold as a constant: a handle, a journal."""

    __slots__ = ()


class Variable(Shared, Generic[T]):
    """One variable of a system; `value` reads and writes it within a step."""

    __slots__ = ("_cursor", "_slot")

    def __init__(self, cursor: Cursor, slot: int) -> None:
        self._cursor = cursor
        self._slot = slot

    @property
    def value(self) -> T:
        """The value in the running step's state."""
        value: T = self._cursor.step.read(self._slot)
        return value

    @value.setter
    def value(self, value: T) -> None:
        self._cursor.step.write(self._slot, value)

    def view(self, function: Callable[[T], R]) -> R:
        """Give a pure function of the value, for example one field of a record.

        The step then depends on the function's result alone: states whose values differ elsewhere
        share one tabulated step. `function` must always be the same object (a named function).
        """
        result: R = self._cursor.step.view(function, (self._slot,))
        return result

    def compare(self, other: Variable[T], function: Callable[[T, T], R]) -> R:
        """Give a pure function of two variables' values, for example which of them is newer."""
        result: R = self._cursor.step.view(function, (self._slot, other._slot))
        return result


class Table(Shared, Generic[K, V]):
    """A map over a finite set of keys that is declared: one variable a key.

    A step that looks at one key depends on that key alone.
    """

    __slots__ = ("_name", "_variables")

    def __init__(self, name: str, variables: Mapping[K, Variable[V]]) -> None:
        self._name = name
        self._variables = variables

    def variable(self, key: K) -> Variable[V]:
        """Give the variable of `key`; raise `ModelError` where the table has no such key."""
        try:
            return self._variables[key]
        except (KeyError, TypeError):
            known = ", ".join(map(str, self._variables))
            raise ModelError(f"{self._name} has no key {key!r}; its keys are {known}") from None

    def __getitem__(self, key: K) -> V:
        return self.variable(key).value

    def __setitem__(self, key: K, value: V) -> None:
        self.variable(key).value = value

    def __iter__(self) -> Iterator[K]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def values(self) -> Iterator[V]:
        """Give the values in the order of the keys, each read when it is asked for."""
        return (variable.value for variable in self._variables.values())

    def items(self) -> Iterator[tuple[K, V]]:
        """Give keys and values in the order of the keys, each read when it is asked for."""
        return ((key, variable.value) for key, variable in self._variables.items())


class Queue(Shared, Generic[T]):
    """A first-in-first-out queue; each look depends on just what it asks for."""

    __slots__ = ("_cursor", "_slot")

    def __init__(self, cursor: Cursor, slot: int) -> None:
        self._cursor = cursor
        self._slot = slot

    def push(self, element: T) -> None:
        """Append `element` at the back."""
        self._cursor.step.push(self._slot, element)

    def pop(self) -> T:
        """Remove the head and give it; raise `IndexError` when the queue is empty."""
        head = self.head
        self._cursor.step.remove_at(self._slot, 0)
        return head

    @property
    def head(self) -> T:
        """The element that was pushed first; raises `IndexError` when the queue is empty."""
        return self[0]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the queue."""
        return self._cursor.step.is_empty(self._slot)

    def __getitem__(self, index: int) -> T:
        element = self._cursor.step.element(self._slot, index)
        if element is ABSENT:
            raise IndexError(f"the queue has no element {index}")
        found: T = element
        return found

    def __len__(self) -> int:
        return self._cursor.step.length(self._slot)

    def __contains__(self, element: object) -> bool:
        return self._cursor.step.contains(self._slot, element)

    def elements(self) -> tuple[T, ...]:
        """Give all elements; the step then depends on the whole queue."""
        elements: tuple[T, ...] = self._cursor.step.read(self._slot)
        return elements


class Bag(Shared, Generic[T]):
    """An unordered bag, in which an element may be several times."""

    __slots__ = ("_cursor", "_slot")

    def __init__(self, cursor: Cursor, slot: int) -> None:
        self._cursor = cursor
        self._slot = slot

    def add(self, element: T) -> None:
        """Put one copy of `element` in."""
        self._cursor.step.push(self._slot, element)

    def remove(self, element: T) -> None:
        """Take one copy of `element` out; raise `KeyError` where there is none."""
        if element not in self:
            raise KeyError(f"the bag has no {element!r}")
        self._cursor.step.remove(self._slot, element)

    def each(self) -> T:
        """Branch over the distinct elements: one run each; a step on an empty bag is disabled."""
        element: T = self._cursor.step.each(self._slot)
        return element

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the bag."""
        return self._cursor.step.is_empty(self._slot)

    def __len__(self) -> int:
        return self._cursor.step.length(self._slot)

    def __contains__(self, element: object) -> bool:
        return self._cursor.step.contains(self._slot, element)

    def elements(self) -> Mapping[T, int]:
        """Give each element with its number of copies; the step then depends on the whole bag."""
        elements = self._cursor.step.read(self._slot)
        return {element: elements.count(element) for element in dict.fromkeys(elements)}
