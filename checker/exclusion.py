"""One exploration of a system at a time: its machines and its cursor know only one running step."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from ..models.systems import System

P = ParamSpec("P")
R = TypeVar("R")


def exclusive(function: Callable[Concatenate[System, P], R]) -> Callable[Concatenate[System, P], R]:
    """Let a function that runs steps of a system raise `ModelError` where another one does so.

    That is a handler that explores its own system, or a second thread with the same system.
    """

    @functools.wraps(function)
    def alone(system: System, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with system.cursor.claimed():
            return function(system, *args, **kwargs)

    return alone
