"""Where two runs of the same step part: the line after which they are not in the same situation."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from ...models.errors import Place
from ...models.places import is_of_a_model, place_at

_EVENTS_MAX = 20_000
_SHOWN_MAX = 2_000
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A line that a run came to, or a function's end, and what the run knew there."""

    function: str
    file: str
    line: int
    is_end: bool
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """The function that a step begins with, and the line where two of its runs part, if found."""

    step: str | None
    function: str | None
    place: Place | None


def divergence_of(run: Callable[[], object], situation: Callable[[], object]) -> Divergence:
    """Run a step twice, line by line, and compare; `situation` gives what it did so far."""
    one, other = _traced(run, situation), _traced(run, situation)
    step = next((moment.function for moment in (*one, *other)), None)
    for position, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            # At its end a function has just computed what it returns; a line is yet to be run.
            guilty = left if left.is_end and right.is_end else one[max(position - 1, 0)]
            return Divergence(step, guilty.function, place_at(guilty.file, guilty.line))
    if len(one) != len(other):
        last = (one if len(one) < len(other) else other)[-1]
        return Divergence(step, last.function, place_at(last.file, last.line))
    first = one[0] if one else None
    return Divergence(step, None, place_at(first.file, first.line) if first else None)


def _traced(run: Callable[[], object], situation: Callable[[], object]) -> list[Moment]:
    moments: list[Moment] = []

    def note(frame: FrameType, event: str, value: Any) -> Any:
        if event in ("line", "return") and len(moments) < _EVENTS_MAX:
            code, is_end = frame.f_code, event == "return"
            known = [_shown(lambda: dict(frame.f_locals)), _shown(situation)]
            known += [_shown(lambda: value)] if is_end else []
            where = (code.co_qualname, code.co_filename, frame.f_lineno)
            moments.append(Moment(*where, is_end, tuple(known)))
        return note

    def begin(frame: FrameType, event: str, value: Any) -> Any:
        is_written = frame.f_code.co_filename != "<string>"  # What dataclasses make is not.
        return note if is_written and is_of_a_model(frame.f_globals) else None

    with _tracing(begin), suppress(Exception):
        run()
    return moments


@contextmanager
def _tracing(begin: Callable[[FrameType, str, Any], Any]) -> Iterator[None]:
    previous, is_collecting = sys.gettrace(), gc.isenabled()
    # What others do at a collection (`gc.callbacks`) is no part of the step.
    gc.disable()
    sys.settrace(begin)
    try:
        yield
    finally:
        sys.settrace(previous)
        if is_collecting:
            gc.enable()


def _shown(thing: Callable[[], object]) -> str:
    # What a model's own `__repr__` raises must not hide what was looked for.
    try:
        return _ADDRESS.sub("", repr(thing()))[:_SHOWN_MAX]
    except Exception:
        return "?"
