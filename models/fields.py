"""The fields of machines and specs: each is a variable of the system, durable or volatile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .errors import ModelError
from .places import place_of
from .steps import SlotKind
from .values import check_value
from .variables import Queue, Table, Variable

if TYPE_CHECKING:
    from .automata import Automaton
    from .systems import System

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is kept: as one value, a table over declared keys, or a queue.

    `over` is the tuple of a table's keys or the name of the constant that holds them.
    """

    shape: str
    initial: Any
    durable: bool
    over: Any = None


class Storage:
    """Declares fields of one durability; `durable` and `volatile` are the two of them.

    class Region(Machine):
        keys: tuple[str, ...]
        applied: int = durable(0)
        table: Table[str, Item] = durable.table(NOTHING, over="keys")
        waiting: Queue[Put] = volatile.queue()
    """

    def __init__(self, *, survives_crashes: bool) -> None:
        self._durable = survives_crashes

    def __call__(self, initial: T) -> T:
        """Declare a field that holds one value."""
        return cast(T, Field("value", initial, self._durable))

    def table(self, initial: T, *, over: str | Iterable[Any]) -> Table[Any, T]:
        """Declare a table: a variable for each key of `over`, or of the constant of that name."""
        keys = over if isinstance(over, str) else tuple(over)
        return cast("Table[Any, T]", Field("table", initial, self._durable, keys))

    def queue(self) -> Queue[Any]:
        """Declare a queue, empty at first."""
        return cast("Queue[Any]", Field("queue", (), self._durable))


durable = Storage(survives_crashes=True)
volatile = Storage(survives_crashes=False)


class FieldAccess:
    """The descriptor that stands in the class for a field: it reads and writes the variable."""

    def __init__(self, name: str, field: Field) -> None:
        self.name = name
        self.field = field

    def __get__(self, machine: Automaton | None, owner: type) -> Any:
        if machine is None:
            return self
        handle = machine.handles.get(self.name)
        if handle is None:
            raise ModelError(
                f"{owner.__name__}.{self.name} was read before the machine was added to a system"
            )
        return handle.value if isinstance(handle, Variable) else handle

    def __set__(self, machine: Automaton, value: Any) -> None:
        handle = machine.handles.get(self.name)
        if not isinstance(handle, Variable):
            raise ModelError(
                f"{type(machine).__name__}.{self.name} is a {self.field.shape} and cannot be "
                f"replaced; change what is in it"
            )
        handle.value = value


def check_field(owner: type, name: str, field: Field) -> None:
    """Raise `ModelError` where a field's initial value is mutable."""
    check_value(field.initial, f"the initial value of {owner.__name__}.{name}", place_of(owner))


def make_handle(system: System, owner: Automaton, name: str, field: Field, initial: Any) -> Any:
    """Add a field's variables to the system and give their handle."""
    full = f"{owner.name}.{name}"
    if field.shape == "table":
        return system.table(full, _keys(owner, name, field), initial)
    if field.shape == "queue":
        return Queue(system.cursor, system.add_slot(full, SlotKind.QUEUE, ()))
    return system.variable(full, initial)


def reset(handle: Any, initial: Any) -> None:
    """Give a field its initial value again, within a step."""
    if isinstance(handle, Variable):
        handle.value = initial
    elif isinstance(handle, Table):
        for key in handle:
            handle[key] = initial
    else:
        while not handle.is_empty:
            handle.pop()


def _keys(owner: Automaton, name: str, field: Field) -> tuple[Any, ...]:
    if not isinstance(field.over, str):
        return tuple(field.over)
    keys = getattr(owner, field.over, None)
    if not isinstance(keys, (tuple, frozenset, range)):
        raise ModelError(
            f"{type(owner).__name__}.{name} is a table over {field.over!r}, which is no constant "
            f"tuple of that machine; declare {field.over}: tuple[..., ...]",
            place=place_of(type(owner)),
        )
    return tuple(keys)
