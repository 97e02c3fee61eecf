"""Making the fields of a machine or spec variables of a system."""

from __future__ import annotations

from typing import Any

from .errors import ModelError
from .fields import Field
from .places import place_of
from .steps import SlotKind
from .systems import System
from .variables import Queue, Table, Variable


def make_handle(system: System, owner: Any, name: str, field: Field, initial: Any) -> Any:
    """Add the variables of a machine's or spec's field to the system and give their handle."""
    full, identity = f"{owner.name}.{name}", owner.identity_of(name)
    if field.shape == "table":
        return system.table(full, _keys(owner, name, field), initial, identity=identity)
    if field.shape == "queue":
        return Queue(system.cursor, system.add_slot(full, SlotKind.QUEUE, (), identity=identity))
    return system.variable(full, initial, identity=identity)


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


def is_initial(handle: Any, initial: Any) -> bool:
    """Tell whether a field has its initial value, within a step."""
    if isinstance(handle, Variable):
        return bool(handle.value == initial)
    if isinstance(handle, Table):
        return all(value == initial for value in handle.values())
    return bool(handle.is_empty)


def _keys(owner: Any, name: str, field: Field) -> tuple[Any, ...]:
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
