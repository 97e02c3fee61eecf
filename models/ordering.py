"""An order of all values, by which equal ones sort alike however they were made or are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import Enum
from typing import Any

from .values import Map, parts_of


def in_order(elements: Iterable[Any]) -> tuple[Any, ...]:
    """Give elements in an order that depends on nothing but what they are equal to.

    It is what makes equal bags equal tuples: a map is shown in the order in which it was filled,
    and 1, 1.0 and True are equal and shown in three ways.

    >>> in_order(["b", 2, (1, "x"), None, 1.5, "a"])
    (None, 1.5, 2, 'a', 'b', (1, 'x'))
    """
    return tuple(sorted(elements, key=_key))


def _key(value: Any) -> tuple[Any, ...]:
    """Give a key that equal values share: first a number for what it is equal to at most."""
    if value is None:
        return (0,)
    if isinstance(value, (int, float)):
        return (1, value, 0)
    if isinstance(value, complex):
        return (1, value.real, value.imag)
    if isinstance(value, str):
        return (2, str.__str__(value))
    if isinstance(value, bytes):
        return (3, value)
    if isinstance(value, Enum):
        return (4, type(value).__module__, type(value).__qualname__, value.name)
    if isinstance(value, tuple):
        return (5, *map(_key, value))
    if isinstance(value, frozenset):
        return (6, *sorted(map(_key, value)))
    if isinstance(value, Map):
        return (7, *sorted((_key(key), _key(held)) for key, held in value.items()))
    name = (8, type(value).__module__, type(value).__qualname__)
    if dataclasses.is_dataclass(value):
        compared = (field.name for field in dataclasses.fields(value) if field.compare)
        return (*name, *(_key(getattr(value, field)) for field in compared))
    return (*name, *map(_key, parts_of(value) or ()), repr(value))
