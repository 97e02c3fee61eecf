"""The fields of machines and specs: each is a variable of the system, durable or volatile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from .errors import ModelError
from .places import place_of
from .values import check_value
from .variables import Queue, Table, Variable

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


class HasFields(Protocol):
    """A machine or spec, as its fields see it: the handles of its variables by name."""

    handles: dict[str, Any]


class FieldAccess:
    """The descriptor that stands in the class for a field: it reads and writes the variable."""

    def __init__(self, name: str, field: Field) -> None:
        self.name = name
        self.field = field

    def __get__(self, machine: HasFields | None, owner: type) -> Any:
        if machine is None:
            return self
        handle = machine.handles.get(self.name)
        if handle is None:
            raise ModelError(
                f"{owner.__name__}.{self.name} was read before the machine was added to a system"
            )
        return handle.value if isinstance(handle, Variable) else handle

    def __set__(self, machine: HasFields, value: Any) -> None:
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
