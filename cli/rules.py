"""`gtcheck rules`: every rule that a trace can be checked against."""

from __future__ import annotations

from pathlib import Path

import click

from .options import result_options
from .output import deliver


@click.command()
@result_options
def command(result_format: str, output: Path | None) -> int:
    """List rules, isolation levels and workloads; `gtcheck explain CODE` tells one in full."""
    from ..traces import RULES
    from ..traces.workloads.workload_rules import WORKLOADS
    from .rendering.rules import rule_json, rule_list_text
    from .rendering.whole_runs import isolation_rules, whole_run_json, whole_run_list_text

    if result_format == "text":
        deliver(
            lambda palette: "\n".join(
                [
                    rule_list_text(RULES.values(), palette),
                    whole_run_list_text(palette),
                    "gtcheck explain CODE tells one in full\n",
                ]
            ),
            output,
        )
    else:
        result = {
            "rules": [rule_json(rule) for rule in RULES.values()],
            "levels": [whole_run_json(rule) for rule in isolation_rules().values()],
            "workloads": [whole_run_json(rule) for rule in WORKLOADS.values()],
        }
        deliver(result, output)
    return 0
