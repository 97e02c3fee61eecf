"""`gtcheck replay FILE`: a counterexample, taken again step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..models.errors import InputError, UsageError
from .options import result_options
from .output import deliver

if TYPE_CHECKING:
    from ..checker import Counterexample, Digest, Retraced


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--model",
    metavar="MODEL",
    help="Take the run on this model instead of the one that FILE names.",
)
@result_options
def command(file: Path, model: str | None, result_format: str, output: Path | None) -> int:
    """Take the run of a counterexample FILE again and judge its property.

    `gtcheck explore --counterexample FILE` writes such files. It ends with 1 where the run still
    violates the property, with 0 where it does not any more, and with 2 where it cannot be taken:
    then it tells at which step, and what would be enabled there.
    """
    from ..checker import read_counterexample
    from .rendering.replay import replay_json, replay_text

    run = read_counterexample(file)
    found, digest = _retraced(file, run, model or run.model)
    changes = tuple(run.differences(digest))
    if result_format == "text":
        deliver(lambda palette: replay_text(run, found, changes, palette), output)
    else:
        deliver(replay_json(run, found, changes), output)
    return 1 if found.violates else 0


def _retraced(file: Path, run: Counterexample, model: str) -> tuple[Retraced, Digest]:
    """Build the model and take the run; what stands against it is told with what has changed."""
    from ..checker import digest_of, retrace
    from ..models.catalog import load_model

    digest = None
    try:
        system = load_model(model).build(run.parameters, run.faults)
        digest = digest_of(system)
        return retrace(system, run), digest
    except UsageError as error:
        changes = "" if digest is None else "; ".join(run.differences(digest))
        told = f" ({changes})" if changes else ""
        raise InputError(f"{file} cannot be replayed: {error}{told}") from None
