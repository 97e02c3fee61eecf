"""`gtcheck rules`: every rule that a trace can be checked against."""

from __future__ import annotations

from pathlib import Path

import click

from .options import result_options
from .output import deliver


@click.command()
@result_options
def command(result_format: str, output: Path | None) -> int:
    """List the rules by code; `gtcheck explain CODE` tells one in full."""
    from ..traces import RULES
    from .rendering.rules import rule_json, rule_list_text

    if result_format == "text":
        deliver(lambda palette: rule_list_text(RULES.values(), palette), output)
    else:
        deliver({"rules": [rule_json(rule) for rule in RULES.values()]}, output)
    return 0
