"""Isolation levels and workloads, which a whole run is held to, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from ...traces.transactions.levels import LEVELS
from ...traces.transactions.rules_of_runs import rule_of
from ...traces.whole_runs import WholeRunRule
from ...traces.workloads.workload_rules import WORKLOADS
from ..palette import Palette


def isolation_rules() -> Mapping[str, WholeRunRule]:
    """Give the rule of each isolation level, the strongest first."""
    return {name: rule_of(level) for name, level in LEVELS.items()}


def whole_run_rules() -> dict[str, WholeRunRule]:
    """Give all rules that look at whole runs, by their names."""
    return {**isolation_rules(), **WORKLOADS}


def whole_run_list_text(palette: Palette) -> str:
    """Give a line a level and a line a workload."""
    width = max(map(len, whole_run_rules()))

    def listed(rules: Mapping[str, WholeRunRule]) -> str:
        lines = (
            f"{palette.strong(rule.code)}{' ' * (width - len(rule.code))}  {rule.name}\n"
            for rule in rules.values()
        )
        return "".join(lines)

    return (
        f"Isolation levels, --isolation LEVEL\n\n{listed(isolation_rules())}\n"
        f"Workloads, told by the operations of a log\n\n{listed(WORKLOADS)}"
    )


def whole_run_text(rule: WholeRunRule, palette: Palette) -> str:
    """Give all that one level, or one workload, says of itself."""
    asked = f"--isolation {rule.code}" if rule.code in LEVELS else "where a log is such a workload"
    return f"{palette.strong(rule.code)}  {rule.name}  ({asked})\n\n{rule.description.rstrip()}\n"


def whole_run_json(rule: WholeRunRule) -> dict[str, object]:
    """Give the documented JSON object of one level or workload."""
    return {"code": rule.code, "name": rule.name, "description": rule.description}
