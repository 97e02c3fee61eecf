"""`gtcheck gate`: all explorations and traces of a project, each held to what is expected of it."""

from __future__ import annotations

from pathlib import Path

import click

from .options import result_options
from .output import check_writable, deliver, write_whole

_INTERRUPTED = 3


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a JUnit XML report to FILE; `junit` in the configuration does the same.",
)
@result_options
def command(file: Path | None, junit: Path | None, result_format: str, output: Path | None) -> int:
    """Run every row of FILE, and tell which is not as expected.

    FILE is gtcheck.toml or a pyproject.toml with [tool.gtcheck]; without it, the nearest one. The
    command ends with 0 where all is as expected, 1 where something is not, 2 where something could
    not be run, 3 where something is undecided that should not be.
    """
    from .gates import find_configuration, junit_text, read_gate, run_row
    from .progress import progress_line
    from .rendering.gates import gate_json, gate_text

    gate = read_gate(find_configuration(file))
    report = junit or gate.junit
    if report is not None:
        if junit is None:
            report.parent.mkdir(parents=True, exist_ok=True)
        check_writable(report)
    results = []
    with progress_line() as line:
        for number, row in enumerate(gate.rows, start=1):
            if line is not None:
                line.show(f"{number} of {len(gate.rows)}: {row.title}")
            results.append(run_row(row))
            if results[-1].interrupted:
                break
    if report is not None:
        write_whole(report, junit_text(results))
    codes = {result.exit_code for result in results} - {0}
    interrupted = any(result.interrupted for result in results)
    exit_code = min(codes) if codes else (_INTERRUPTED if interrupted else 0)
    is_text = result_format == "text"
    deliver(
        (lambda palette: gate_text(results, palette)) if is_text else gate_json(results, exit_code),
        output,
    )
    return exit_code
