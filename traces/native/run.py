"""What the native engine is asked about a run, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from ...models.errors import ParameterError
from ..history import History
from ..limits import ObservationLimits
from ..readers.excerpts import Spot
from ..readers.sources import BadLines
from ..values import Value
from ..watch import Watch

EngineName = Literal["native", "reference"]


class Unsuitable(Exception):
    """The native engine does not take this run; the plain reference does."""


@dataclass(slots=True, kw_only=True)
class Question:
    """How a run is to be read and judged."""

    mode: str | None
    across_items: bool
    initial: Value
    limits: ObservationLimits
    skips_bad_lines: bool
    watch: Watch


@dataclass(slots=True)
class Answer:
    """What one rule came to: what it counted, and what the reference has to look at.

    `how` and what follows are as `TraceReader.finish` gives them.
    """

    checked: int
    how: str
    spots: list[Spot]
    items: list[tuple[Spot, int, int, list[Spot]]]


@dataclass(slots=True)
class NativeRun:
    """What was read and found.

    `bad` are the files and numbers of lines that were passed over, `records` the types of events
    that are no operations. Where reading ended early, `until` has the bytes that were read of each
    file.
    """

    history: History
    bad_lines: BadLines = field(default_factory=BadLines)
    answers: dict[str, Answer] = field(default_factory=dict)
    bad: set[tuple[int, int]] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    has_transactions: bool = False
    initial: Value = None
    until: list[int] | None = None


def is_built() -> bool:
    """Tell whether the native engine can be imported."""
    try:
        from .. import _native  # noqa: F401
    except ImportError:
        return False
    return True


def check_engine(name: str | None) -> None:
    """Raise `ParameterError` for an engine that does not exist or was not built."""
    if name not in (None, *get_args(EngineName)):
        raise ParameterError(f"engine is {name!r}; it can be {', '.join(get_args(EngineName))}")
    if name == "native" and not is_built():
        raise ParameterError("the native engine is not built; use --engine reference, or reinstall")
