"""What an exploration may cost at most, and how far one has come."""

from __future__ import annotations

from dataclasses import dataclass

from ..models.errors import ParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one exploration; `None` is no limit. Reaching one gives the verdict `undecided`.

    `max_depth` counts steps, `max_seconds` seconds of wall-clock time, `max_memory_mb` mebibytes
    (what the engine holds, not the whole process).
    """

    max_states: int | None = None
    max_depth: int | None = None
    max_seconds: float | None = None
    max_memory_mb: int | None = None

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            least = 0 if name == "max_depth" else 1e-9
            if value is not None and value < least:
                raise ParameterError(f"{name}={value} is no limit: it must be greater than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an exploration has come; told about five times a second."""

    states: int
    transitions: int
    depth: int
    frontier: int
    seconds: float
