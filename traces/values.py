"""The values of items as the checks see them: small integers, equal where the values are equal."""

import json
from collections.abc import Hashable
from enum import Enum
from typing import Any, Final

Value = object
"""What a trace gives as a value: null, a boolean, a number, a string, a list or an object."""


def identity(value: Value) -> Hashable:
    """Give a key that two values share exactly when they are equal; true is not 1, 1.0 is 1."""
    if value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, (list, tuple)):
        return (list, tuple(map(identity, value)))
    if isinstance(value, (set, frozenset)):
        return (set, frozenset(map(identity, value)))
    if isinstance(value, dict):
        return (dict, frozenset((identity(k), identity(v)) for k, v in value.items()))
    return (type(value), repr(value))


def shown(value: Value, width: int = 60) -> str:
    """Give a value as a person reads it in a sentence, cut to `width` characters."""
    if value is None or isinstance(value, (bool, int, float)):
        text = json.dumps(value)
    elif isinstance(value, Keyword):
        text = str(value)
    else:
        try:
            text = json.dumps(plain(value), ensure_ascii=False)
        except (TypeError, ValueError):
            text = str(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def plain(value: Value) -> Value:
    """Give a value in JSON's terms: sets and tuples as lists, other keys than strings as text."""
    if isinstance(value, Keyword):
        return str(value)
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and isinstance(value[0], type):  # what `identity` gives
            return plain(value[1])
        return [plain(part) for part in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(part) for part in value), key=repr)
    if isinstance(value, dict):
        return {k if isinstance(k, str) else shown(k): plain(v) for k, v in value.items()}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return str(value)


def frozen(value: Value, depth: int = 100) -> Value:
    """Give a value of JSON with tuples for its lists, as values of EDN have them.

    Raises `RecursionError` for more than `depth` brackets within brackets.
    """
    if not depth:
        raise RecursionError("brackets within brackets")
    if isinstance(value, list):
        return tuple([frozen(part, depth - 1) for part in value])
    if isinstance(value, dict):
        return {key: frozen(part, depth - 1) for key, part in value.items()}
    return value


class Keyword(str):
    """A keyword of EDN, with its colon: `:read`."""

    __slots__ = ()


class ValueNumbers:
    """Numbers the distinct values of an item, so that checks compare integers.

    >>> numbers = ValueNumbers()
    >>> numbers.of("a"), numbers.of(1), numbers.of("a"), numbers.of(True)
    (0, 1, 0, 2)
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.values: list[Value] = []

    def of(self, value: Value) -> int:
        """Give the number of a value, a new one where it was not seen before."""
        key = identity(value)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.values)
            self.values.append(value)
        return number


def version_key(version: object) -> tuple[Any, ...] | None:
    """Give what a version is compared by: a number, or a list of numbers and strings; else None.

    All keys can be compared, those of lists from left to right, a number as a list of one.

    >>> version_key(7) < version_key([7, "us-east-1"]) < version_key([8]), version_key(True)
    (True, None)
    """
    if isinstance(version, (int, float)):
        return None if isinstance(version, bool) else ((0, version),)
    if not isinstance(version, (list, tuple)):
        return None
    parts: list[tuple[int, Any]] = []
    for part in version:
        if isinstance(part, bool) or not isinstance(part, (int, float, str)):
            return None
        parts.append((1, part) if isinstance(part, str) else (0, part))
    return tuple(parts)


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Stands for a field or an argument that was not given; null is something given."""
