"""`gtcheck schema`: the JSON Schema of trace lines."""

from __future__ import annotations

from pathlib import Path

import click

from .output import check_writable, deliver


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the schema to FILE, whole or not at all, instead of to standard output.",
)
def command(output: Path | None) -> int:
    """Print the JSON Schema (draft 2020-12) of one line of a trace."""
    from ..traces import trace_schema

    if output is not None:
        check_writable(output)
    deliver(trace_schema(), output)
    return 0
