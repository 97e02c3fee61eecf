"""Rules on traces given as dictionaries, without a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gtcheck.traces import Observation, RuleResult, observe
from gtcheck.traces.history import History
from gtcheck.traces.judging import judge
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.rules import RULES

Line = dict[str, Any]


def judged(history: History, code: str) -> RuleResult:
    """Give what one rule, named, says of a history."""
    return judge(history, [RULES[code]], True, ObservationLimits())[code]


def observed(path: Path, lines: list[Line], *rules: str, **options: Any) -> Observation:
    """Write a trace and observe it."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return observe([path], rules=rules, **options)
