"""Where in a user's model something stands: of a function, a class, an error, a running frame."""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import FrameType, FunctionType
from typing import Any

from .errors import Place

_PACKAGE = __package__.partition(".")[0]


def place_of(thing: Callable[..., Any] | type) -> Place | None:
    """Give the file and line where a function or class is written; None where it has no source."""
    if isinstance(thing, FunctionType):
        return place_in(thing, thing.__code__.co_firstlineno)
    return _place_of_class(thing)


@lru_cache(maxsize=1024)  # To find a class, its whole file is parsed.
def _place_of_class(thing: Callable[..., Any] | type) -> Place | None:
    try:
        file = inspect.getsourcefile(thing)
        line = inspect.getsourcelines(thing)[1]
    except (OSError, TypeError):
        return None
    return place_at(file, line) if file is not None else None


def place_of_error(error: BaseException) -> Place | None:
    """Give the innermost line of an error's traceback that belongs to a model."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        if is_of_a_model(trace.tb_frame.f_globals):
            found = place_at(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def place_of_frame(frame: FrameType | None) -> Place | None:
    """Give the innermost line of a running stack that belongs to a model."""
    return next(_model_places(frame), None)


def place_of_caller() -> Place | None:
    """Give the line of the model that is being built."""
    return place_of_frame(inspect.currentframe())


def place_in(function: FunctionType, line: int, column: int | None = None) -> Place:
    """Give a line of a function's file."""
    return place_at(function.__code__.co_filename, line, column)


def place_at(file: str, line: int, column: int | None = None) -> Place:
    """Give a line of a file, with its text where the file can be read."""
    return Place(file, line, column, text=linecache.getline(file, line).rstrip() or None)


def is_of_a_model(names: Mapping[str, Any]) -> bool:
    """Tell by a function's globals whether it is of a model, the library's own among them.

    What a model calls in Python's own library is not of the model.
    """
    module = str(names.get("__name__", ""))
    package = module.partition(".")[0]
    if package != _PACKAGE:
        return package not in sys.stdlib_module_names
    return module.partition(".models.")[2].partition(".")[0] == "library"


def _model_places(frame: FrameType | None) -> Iterator[Place]:
    while frame is not None:
        if is_of_a_model(frame.f_globals):
            yield place_at(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
