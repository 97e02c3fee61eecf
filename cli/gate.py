"""`gtcheck gate`: everything that a project expects of its models and logs, in one command."""

from __future__ import annotations

from pathlib import Path

import click

from .options import result_options
from .output import check_writable, deliver, write_whole


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write JUnit XML to FILE; it replaces the configuration's `junit`.",
)
@result_options
def command(file: Path | None, junit: Path | None, result_format: str, output: Path | None) -> int:
    """Run every exploration and trace that FILE lists, and hold each to what it expects.

    FILE is a gtcheck.toml, or a pyproject.toml with [tool.gtcheck]; without it, the nearest one
    from this folder upwards. Ends with 0 where all is as expected, 1 where something is not, 3
    where something could not be decided.
    """
    from .gates import find_gate, read_gate, run_gate
    from .progress import progress_line
    from .rendering.gate import gate_text
    from .rendering.junit import junit_text

    gate = read_gate(file if file is not None else _shortest(find_gate(Path.cwd())))
    report = junit if junit is not None else gate.junit
    if report is not None:
        if junit is None:
            report.parent.mkdir(parents=True, exist_ok=True)
        check_writable(report)
    with progress_line() as line:
        result = run_gate(gate, announce=line.show if line is not None else None)
    if report is not None:
        write_whole(report, junit_text(result))
    is_text = result_format == "text"
    deliver((lambda palette: gate_text(result, palette)) if is_text else result.as_json(), output)
    return result.exit_code


def _shortest(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
