"""What an exploration may cost at most, and how far one has come."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..models.errors import ParameterError

_MOST = {
    "max_states": 2**63 - 1,
    "max_depth": 2**32 - 1,
    "max_seconds": 10**9,
    "max_memory_mb": 2**43 - 1,
}
"""The largest limits that the engines can count to; of seconds, thirty years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one exploration; `None` is no limit. Reaching one gives the verdict `undecided`.

    `max_depth` counts steps, `max_seconds` seconds of wall-clock time, `max_memory_mb` mebibytes
    that the states take; without it, three quarters of the machine's memory.
    """

    max_states: int | None = None
    max_depth: int | None = None
    max_seconds: float | None = None
    max_memory_mb: int | None = None

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            value = getattr(self, name)
            if value is None:
                continue
            kinds = (int, float) if name == "max_seconds" else int
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise ParameterError(f"{name}={value!r} is no limit: it must be a whole number")
            least = 0 if name == "max_depth" else 1e-9
            if not value >= least:
                raise ParameterError(f"{name}={value} is no limit: it must be greater than 0")
            if value > most:
                raise ParameterError(
                    f"{name}={value} is beyond {most:,}, which nothing reaches; leave it out for "
                    "no limit"
                )

    @property
    def memory_bytes(self) -> int:
        """How many bytes the states may take."""
        if self.max_memory_mb is not None:
            return self.max_memory_mb << 20
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an exploration has come; told about five times a second.

    `schedules` counts those that were taken, None for a search that remembers states.
    """

    states: int
    transitions: int
    depth: int
    frontier: int
    seconds: float
    schedules: int | None = None
