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
    modes = f"on by default in: {', '.join(rule.modes)}" if rule.modes else "off unless named"
    told = f"; told, and allowed, in: {', '.join(rule.told_in)}" if rule.told_in else ""
    return f"{palette.strong(rule.code)}  {rule.name}  ({modes}{told})\n\n" + (
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
        "told_in": list(rule.told_in),
        "example": rule.example.read_text(encoding="utf-8").splitlines(),
    }
