"""Where in a user's model something stands: of a function, a class, an error, a running frame."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Iterator
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
    return _line(file, line) if file is not None else None


def place_of_error(error: BaseException) -> Place | None:
    """Give the innermost line of an error's traceback that belongs to a model."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        if _is_of_a_model(trace.tb_frame):
            found = _line(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def place_of_frame(frame: FrameType | None) -> Place | None:
    """Give the innermost line of a running stack that belongs to a model."""
    return next(_model_places(frame), None)


def place_of_caller() -> Place | None:
    """Give the line of the model that is being built."""
    return place_of_frame(inspect.currentframe())


def place_in(function: FunctionType, line: int) -> Place:
    """Give a line of a function's file."""
    return _line(function.__code__.co_filename, line)


def _line(file: str, line: int) -> Place:
    return Place(file, line, text=linecache.getline(file, line).rstrip() or None)


def _model_places(frame: FrameType | None) -> Iterator[Place]:
    while frame is not None:
        if _is_of_a_model(frame):
            yield _line(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back


def _is_of_a_model(frame: FrameType) -> bool:
    package = frame.f_globals.get("__package__") or ""
    return package.partition(".")[0] != _PACKAGE or package.endswith(".library")
