"""The options that commands share: the same flag, spelt and meant the same, everywhere."""

from __future__ import annotations

import functools
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
        callback=writable,
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
    """Add the limits of an exploration, which the command gets together, as `limits`."""

    def gathered(
        *,
        max_states: int | None,
        max_depth: int | None,
        max_seconds: float | None,
        max_memory: int | None,
        **given: Any,
    ) -> Any:
        from ..checker import Limits

        limits = Limits(
            max_states=max_states,
            max_depth=max_depth,
            max_seconds=max_seconds,
            max_memory_mb=max_memory,
        )
        return command(limits=limits, **given)

    taken: Command = functools.update_wrapper(gathered, command)  # type: ignore[assignment]
    for name, kind, help_text in reversed(_LIMITS):
        taken = click.option(name, type=kind, metavar=kind.name.upper(), help=help_text)(taken)
    return taken


def search_options(command: Command) -> Command:
    """Add how to search; the command gets them together, as the keywords of `explore`."""

    def gathered(*, search: str, **given: Any) -> Any:
        searching = {name: given.pop(name) for name in ("schedules", "seed", "workers")}
        told = {name: value for name, value in searching.items() if value is not None}
        for name, value in told.items():
            if search in ("bfs", "dfs") and name != "workers":
                raise UsageError(
                    f"--{name} {value} is for --search random, pct or pos; --search {search} takes "
                    "no schedules"
                )
        return command(searching={"search": search, **told}, **given)

    taken: Command = functools.update_wrapper(gathered, command)  # type: ignore[assignment]
    for name, kind, help_text in reversed(_SEARCHING):
        taken = click.option(name, type=kind, metavar=kind.name.upper(), help=help_text)(taken)
    return click.option(
        "--search",
        type=click.Choice(["bfs", "dfs", "random", "pct", "pos"]),
        default="bfs",
        show_default=True,
        help="Breadth or depth first, or schedules: at random, by priorities, by partial order.",
    )(taken)


def checkpoint_options(command: Command) -> Command:
    """Add where a search is written and taken up from; the command gets them as `checkpoints`."""

    def gathered(
        *,
        checkpoint: Path | None,
        checkpoint_seconds: float | None,
        resume: Path | None,
        **given: Any,
    ) -> Any:
        from ..checker import Checkpoints

        if checkpoint is None and resume is None:
            if checkpoint_seconds is not None:
                raise UsageError("--checkpoint-seconds is for --checkpoint DIR or --resume DIR")
            return command(checkpoints=None, **given)
        often = {} if checkpoint_seconds is None else {"seconds": checkpoint_seconds}
        return command(checkpoints=Checkpoints(save=checkpoint, resume=resume, **often), **given)

    taken: Command = functools.update_wrapper(gathered, command)  # type: ignore[assignment]
    folder = click.Path(path_type=Path)
    seconds = click.option(
        "--checkpoint-seconds",
        type=Seconds(),
        metavar="SECONDS",
        help="Write it every so many seconds; 60 where it is left out.",
    )
    taken = seconds(taken)
    taken = click.option(
        "--resume",
        type=folder,
        metavar="DIR",
        help="Go on with the search that was written to DIR, and write it there.",
    )(taken)
    return click.option(
        "--checkpoint",
        type=folder,
        metavar="DIR",
        help="Write the search to DIR now and then, on Ctrl-C and at a limit.",
    )(taken)


def follow_options(command: Command) -> Command:
    """Add how a log is followed; the command gets them as `following`, None where it is not."""

    def gathered(*, follow: bool, **given: Any) -> Any:
        hold_back = given.pop("hold_back")
        if hold_back is not None and not follow:
            raise UsageError(f"--hold-back {hold_back:g} is for --follow, which was not given")
        following = {} if hold_back is None else {"hold_back": hold_back}
        return command(following=following if follow else None, **given)

    taken: Command = functools.update_wrapper(gathered, command)  # type: ignore[assignment]
    for name, help_text in (
        ("--max-seconds", "Stop reading after that many seconds, and judge what was read."),
        ("--hold-back", "With --follow: how late a line may come, 0.5 where it is left out."),
    ):
        taken = click.option(name, type=Seconds(), metavar="SECONDS", help=help_text)(taken)
    return click.option(
        "--follow",
        is_flag=True,
        help="Go on while the traces are written, and tell violations as they are found.",
    )(taken)


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


_SEARCHING: tuple[tuple[str, click.ParamType[Any], str], ...] = (
    ("--schedules", Count(min=1), "Take N schedules; 10,000 where it is left out."),
    ("--seed", Count(min=0, max=(1 << 64) - 1), "Draw the schedules of seed N; 0 if left out."),
    ("--workers", Count(min=1, max=64), "Let N workers share the search; the result is the same."),
)

_LIMITS: tuple[tuple[str, click.ParamType[Any], str], ...] = (
    ("--max-states", Count(min=1), "Stop after N distinct states."),
    ("--max-depth", Count(min=0), "Go no further than N steps from the start."),
    ("--max-seconds", Seconds(), "Stop after that many seconds."),
    ("--max-memory", Megabytes(min=1), "Stop before the states take more than MB megabytes."),
)


def writable(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Give a file's path back; raise `UsageError` where it could not be written."""
    if value is not None:
        from .output import check_writable

        check_writable(value)
    return value
