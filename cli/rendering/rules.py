"""Rules as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from ...traces import Rule
from ..palette import Palette


def rule_list_text(rules: Iterable[Rule], palette: Palette) -> str:
    """Give a line a rule."""
    listed = list(rules)
    width = max(len(rule.name) for rule in listed)
    lines = [
        f"{palette.strong(rule.code)}  {rule.name:<{width}}  {rule.summary}" for rule in listed
    ]
    return "\n".join([*lines, "", "gtcheck explain CODE tells one in full"]) + "\n"


def rule_text(rule: Rule, palette: Palette) -> str:
    """Give all that one rule says of itself."""
    modes = ", ".join(rule.modes)
    return f"{palette.strong(rule.code)}  {rule.name}  (on by default in: {modes})\n\n" + (
        rule.description.rstrip() + "\n"
    )


def rule_json(rule: Rule) -> dict[str, object]:
    """Give the documented JSON object of one rule."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "description": rule.description,
        "modes": list(rule.modes),
    }
