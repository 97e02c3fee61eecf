"""The options that commands share: the same flag, spelt and meant the same, everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..models.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])


def result_options(command: Command) -> Command:
    """Add `--format` and `--output`, which say how the result is written and where to."""
    written = click.option(
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_writable,
        help="Write the result to FILE, whole or not at all, instead of to standard output.",
    )
    formatted = click.option(
        "--format",
        "result_format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Text for people, or one documented JSON object.",
    )
    return formatted(written(command))


def limit_options(command: Command) -> Command:
    """Add the limits of an exploration; reaching one makes the verdict `undecided`."""
    for name, kind, help_text in reversed(_LIMITS):
        command = click.option(name, type=kind, metavar=kind.name.upper(), help=help_text)(command)
    return command


class Assignment(click.ParamType[tuple[str, str]]):
    """NAME=VALUE, as a pair of strings; the value may hold further equals signs."""

    name = "name=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first equals sign; what has none, or no name before it, fails."""
        if isinstance(value, tuple):
            return value
        name, sign, given = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(f"expected NAME=VALUE, got {value!r}", param, ctx)
        return name.strip(), given.strip()


class Seconds(click.ParamType[float]):
    """A positive and finite number of seconds."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number; text, zero, what is negative and what is not finite fail."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds > 0):
            self.fail(f"expected a positive number of seconds, got {value!r}", param, ctx)
        return seconds


class Count(click.IntRange):
    """A whole number of at least `min`."""

    name = "n"


class Megabytes(click.IntRange):
    """A whole number of megabytes, at least 1."""

    name = "mb"


def unique_assignments(pairs: tuple[tuple[str, str], ...], option: str) -> dict[str, str]:
    """Give NAME=VALUE pairs as a mapping; raise `UsageError` where a name is given twice."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise UsageError(
                f"{option} gives {name!r} twice, as {given[name]!r} and as {value!r}; give it once"
            )
        given[name] = value
    return given


_LIMITS: tuple[tuple[str, click.ParamType[Any], str], ...] = (
    ("--max-states", Count(min=1), "Stop after N distinct states."),
    ("--max-depth", Count(min=0), "Go no further than N steps from the start."),
    ("--max-seconds", Seconds(), "Stop after that many seconds."),
    ("--max-memory", Megabytes(min=1), "Stop before the states take more than MB megabytes."),
)


def _writable(
    context: click.Context, parameter: click.Parameter, value: Path | None
) -> Path | None:
    if value is not None:
        from .output import check_writable

        check_writable(value)
    return value
