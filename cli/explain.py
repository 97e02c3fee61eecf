"""`gtcheck explain CODE`: what a rule, a level or a workload promises, and how it is checked."""

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
    """Tell what the rule of this CODE promises, and from which events it is checked.

    CODE may also be an isolation level, as serializable, or a workload, as bank.
    """
    from ..traces import RULES
    from .rendering.rules import rule_json, rule_text
    from .rendering.whole_runs import whole_run_json, whole_run_rules, whole_run_text

    rule = RULES.get(code.upper())
    if rule is None:
        of_runs = whole_run_rules()
        known = of_runs.get(code.lower())
        if known is None:
            raise UnknownNameError.among("rule", code, (*RULES, *of_runs))
        if result_format == "text":
            deliver(lambda palette: whole_run_text(known, palette), output)
        else:
            deliver(whole_run_json(known), output)
        return 0
    if result_format == "text":
        deliver(lambda palette: rule_text(rule, palette), output)
    else:
        deliver(rule_json(rule), output)
    return 0
