"""`gtcheck explain CODE`: what one rule promises, and how it is checked."""

from __future__ import annotations

from pathlib import Path

import click

from ..models.errors import UnknownNameError
from .options import result_options
from .output import deliver


@click.command()
@click.argument("code")
@result_options
def command(code: str, result_format: str, output: Path | None) -> int:
    """Tell what the rule of this CODE promises, and from which events it is checked."""
    from ..traces import RULES
    from .rendering.rules import rule_json, rule_text

    rule = RULES.get(code.upper())
    if rule is None:
        raise UnknownNameError.among("rule", code, RULES)
    if result_format == "text":
        deliver(lambda palette: rule_text(rule, palette), output)
    else:
        deliver(rule_json(rule), output)
    return 0
