"""`gtcheck observe`: the log of a real run, checked against the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..models.errors import UsageError
from .options import Assignment, follow_options, result_options, unique_assignments
from .output import deliver

if TYPE_CHECKING:
    from ..traces.native.run import EngineName
    from ..traces.observer import Mode
    from ..traces.readers.sources import OnBadLine


@click.command()
@click.argument("traces", nargs=-1, required=True, metavar="TRACE...")
@click.option(
    "--mode",
    type=click.Choice(["mrsc", "async"]),
    help="What the table promises; by default what the trace's first line says.",
)
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="CODE",
    help="Check this rule, GT201 for example; without it, all that fit the mode.",
)
@click.option(
    "--isolation",
    type=click.Choice(
        [
            "serializable",
            "snapshot-isolation",
            "causal-consistency",
            "read-atomic",
            "read-committed",
        ]
    ),
    help="Check transactions against this level; serializable where there is nothing else.",
)
@click.option(
    "--spec",
    "specs",
    multiple=True,
    metavar="FILE:SPEC",
    help="Run this spec over the log, through the @binding beside it.",
)
@click.option(
    "--model",
    metavar="MODEL",
    help="Search for a run of this model that the log can be of: mrsc, async, FILE.py:MODEL.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    type=Assignment(),
    metavar="NAME=VALUE",
    help="Set a parameter of the model that the log does not say.",
)
@click.option(
    "--parser",
    metavar="FILE:FUNCTION",
    help="Read lines with this function of your own, from a line to its events.",
)
@click.option(
    "--initial",
    metavar="JSON",
    help="What every item holds at first, as JSON: 0, null, or an object by item.",
)
@click.option(
    "--across-items",
    is_flag=True,
    help="Hold sessions to an order across items too, where versions are journal positions (GT103, "
    "GT104), and look for one order of all items (GT204).",
)
@click.option(
    "--minimum-skew",
    is_flag=True,
    help="Look for the smallest clock error under which each violated rule would hold.",
)
@click.option(
    "--on-bad-line",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="End at a line that cannot be read, or count it, name it and go on.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    help="The engine: native, or the slow plain Python one; by default native where it is built.",
)
@click.option(
    "--input-format",
    type=click.Choice(
        ["auto", "jsonl", "jepsen", "edn", "json", "plume", "awdit", "sessions", "ledger", "otel"]
    ),
    default="auto",
    show_default=True,
    help="The format of the traces.",
)
@follow_options
@result_options
def command(
    traces: tuple[str, ...],
    mode: Mode | None,
    rules: tuple[str, ...],
    isolation: str | None,
    specs: tuple[str, ...],
    model: str | None,
    settings: tuple[tuple[str, str], ...],
    parser: str | None,
    initial: str | None,
    across_items: bool,
    minimum_skew: bool,
    on_bad_line: OnBadLine,
    engine: EngineName | None,
    input_format: str,
    following: dict[str, float] | None,
    max_seconds: float | None,
    result_format: str,
    output: Path | None,
) -> int:
    """Check the log of a real run against the rules.

    TRACE is a file of JSON lines (`gtcheck schema`), a Jepsen console log, a Jepsen history in EDN
    or JSON, or transactions as Plume, AWDIT, PolySI or IsoVista write them, plain, .gz or .zst, or
    - for standard input. Several are one run, merged by time. A violation comes
    with the few lines that contradict each other.
    """
    read: dict[str, Any] = {
        "parser": parser,
        "on_bad_line": on_bad_line,
        "input_format": input_format,
        "initial": _initial(initial),
    }
    if following is not None:
        whole = {"isolation": isolation, "spec": specs, "model": model}
        _check_followed(engine, **whole, minimum_skew=minimum_skew)
        from .following import follow_traces

        return follow_traces(
            traces,
            result_format=result_format,
            output=output,
            mode=mode,
            rules=rules,
            across_items=across_items,
            **read,
            **following,
            **({} if max_seconds is None else {"max_seconds": max_seconds}),
        )
    from ..traces import observe
    from ..traces.telling import observation_text
    from .progress import progress_line

    judged: dict[str, Any] = {
        "mode": mode,
        "rules": rules,
        "isolation": isolation,
        "specs": specs,
        "across_items": across_items,
        "minimum_skew": minimum_skew,
    }
    _check_combination(model, settings, judged)
    with progress_line() as line:
        read |= {"progress": line and line.observing, "max_seconds": max_seconds}
        if model is None:
            result = observe(traces, engine=engine, **judged, **read)
        else:
            from .validation import validate_trace

            given = unique_assignments(settings, "--set")
            result = validate_trace(traces, model, settings=given, **read)
    if result_format == "text":
        deliver(lambda palette: observation_text(result, palette), output)
    else:
        deliver(result.as_json(), output)
    return result.exit_code


def _check_combination(
    model: str | None, settings: tuple[tuple[str, str], ...], judged: dict[str, Any]
) -> None:
    """Raise `UsageError` for options of rules beside a model, or a model's without one."""
    if model is None and settings:
        raise UsageError("--set is for a model; name it with --model")
    for name, value in judged.items():
        if model is not None and value:
            option = {"rules": "rule", "specs": "spec"}.get(name, name).replace("_", "-")
            raise UsageError(
                f"--model searches for a run and checks nothing else; leave out --{option}"
            )


def _check_followed(engine: EngineName | None, **given: object) -> None:
    """Raise `UsageError` for what needs the whole run at hand."""
    if engine == "native":
        raise UsageError("--engine native reads a log from end to end; leave it out with --follow")
    for name, value in given.items():
        if value:
            raise UsageError(
                f"--{name.replace('_', '-')} looks at the whole run, and --follow keeps none of "
                "it; leave one of the two out"
            )


def _initial(given: str | None) -> object:
    from ..traces import UNSET

    if given is None:
        return UNSET
    try:
        return json.loads(given)
    except ValueError as error:
        raise UsageError(
            f"--initial {given!r} is not JSON ({error}); write 0, null, '\"text\"' or an object"
        ) from None
