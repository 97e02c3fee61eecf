"""Rules as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from textwrap import indent
from typing import Any

from ...traces import Rule, observe
from ..palette import Palette
from .timelines import timeline_text


def rule_list_text(rules: Iterable[Rule], palette: Palette) -> str:
    """Give a line a rule."""
    listed = list(rules)
    width = max(len(rule.name) for rule in listed)
    lines = [
        f"{palette.strong(rule.code)}  {rule.name:<{width}}  {rule.summary}" for rule in listed
    ]
    return "\n".join(lines) + "\n"


def rule_text(rule: Rule, palette: Palette) -> str:
    """Give all that one rule says of itself."""
    modes = f"on by default in: {', '.join(rule.modes)}" if rule.modes else "off unless named"
    if rule.monitor.is_across_items:
        modes = "with --across-items, or named"
    told = f"; told, and allowed, in: {', '.join(rule.told_in)}" if rule.told_in else ""
    example = rule_example(rule)
    return (
        f"{palette.strong(rule.code)}  {rule.name}  ({modes}{told})\n\n"
        f"{rule.description.rstrip()}\n\n"
        f"{palette.strong('An example that breaks it')}\n\n"
        f"{indent(timeline_text(example), '  ')}\n\n"
        f"{palette.alarm('violated')}: {_explanation(rule)}\n"
    )


def rule_example(rule: Rule) -> list[dict[str, Any]]:
    """Give the lines of the trace that breaks a rule."""
    return [json.loads(line) for line in rule.example.read_text(encoding="utf-8").splitlines()]


def _explanation(rule: Rule) -> str:
    [found] = observe(rule.example, rules=[rule.code]).rules
    return found.explanation or ""


def rule_json(rule: Rule) -> dict[str, object]:
    """Give the documented JSON object of one rule."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "description": rule.description,
        "modes": list(rule.modes),
        "told_in": list(rule.told_in),
        "example": rule_example(rule),
    }
