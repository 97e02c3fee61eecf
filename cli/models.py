"""`gtcheck models`: the built-in models, their parameters, faults and properties."""

from __future__ import annotations

from pathlib import Path

import click

from .options import result_options
from .output import deliver


@click.command()
@click.argument("model", required=False)
@result_options
def command(model: str | None, result_format: str, output: Path | None) -> int:
    """List the built-in models, or tell all of MODEL: parameters, faults and properties."""
    from ..models.catalog import load_model, model_names
    from .rendering.models import model_json, model_list_text, model_text

    if model is None:
        found = [load_model(name) for name in model_names()]
        if result_format == "text":
            deliver(lambda palette: model_list_text(found, palette), output)
        else:
            deliver({"models": [model_json(one) for one in found]}, output)
        return 0
    one = load_model(model)
    if result_format == "text":
        deliver(lambda palette: model_text(one, palette), output)
    else:
        deliver(model_json(one), output)
    return 0
