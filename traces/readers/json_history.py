"""Jepsen's histories in JSON: an array of operation maps, or one map after the other."""

from __future__ import annotations

from typing import Any

from ...models.errors import InputError, Place
from ..values import frozen
from .jepsen import JepsenHistory
from .json_values import JsonValues
from .sources import BadLines, Source

_TYPES = ("invoke", "ok", "fail", "info")


def read_json_history(source: Source, history: JepsenHistory, bad_lines: BadLines | None) -> None:
    """Read the operation maps of a JSON file one by one into `history`.

    A map that is JSON and no operation raises `InputError`, or is counted in `bad_lines`; what is
    not JSON ends the reading, as nobody knows where it goes on.
    """
    forms = JsonValues(source)
    forms.take_each(lambda operation: _take(forms, history, operation), bad_lines)


def _take(forms: JsonValues, history: JepsenHistory, operation: Any) -> None:
    """Understand one map and hand it on."""
    place = Place(forms.source.name, forms.source.line)
    if not isinstance(operation, dict):
        raise InputError(f"expected an operation, in braces, not {operation!r:.40}", place=place)
    type_ = str(operation.get("type", "")).lstrip(":")
    if type_ not in _TYPES:
        told = f"its type is {type_!r}" if type_ else "it has no type"
        raise InputError(f"{told}; one of {', '.join(_TYPES)} is needed", place=place)
    process = operation.get("process")
    if process is not None and not isinstance(process, (int, str)):
        raise InputError("its process is neither an integer nor a name", place=place)
    try:
        value, key = frozen(operation.get("value")), frozen(operation.get("key"))
    except RecursionError:
        told = "brackets within brackets, too deep to be read"
        raise InputError(told, place=place) from None
    function = operation.get("f")
    named = "txn" if function is None and isinstance(value, tuple) else str(function).lstrip(":")
    try:
        history.add(type_, process, named, value, key, place.line or 1)
    except InputError as error:
        raise InputError(error.message, place=place) from None
