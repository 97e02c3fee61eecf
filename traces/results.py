"""What a rule concluded, with the few lines that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..models.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """One line of a contradiction: where it stands, the event, and what happened in words."""

    file: str
    line: int
    event: Mapping[str, Any] = field(kw_only=True)
    text: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The verdict of one rule.

    `checked` is how many events it held against others; `reason` says why it is undecided or was
    not checked; `explanation` and `witness` tell the contradiction, about the item of key `item`.
    """

    code: str
    name: str
    verdict: Verdict
    checked: int = field(default=0, kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    note: str | None = field(default=None, kw_only=True)
    explanation: str | None = field(default=None, kw_only=True)
    witness: tuple[WitnessLine, ...] = field(default=(), kw_only=True)
    item: Any = field(default=None, kw_only=True)

    def as_json(self) -> dict[str, Any]:
        """Give the documented JSON object of this result."""
        return {
            "code": self.code,
            "name": self.name,
            "verdict": self.verdict.value,
            "checked": self.checked,
            "reason": self.reason,
            "note": self.note,
            "explanation": self.explanation,
            "item": self.item,
            "witness": [witness_json(line) for line in self.witness],
        }


def witness_json(line: WitnessLine) -> dict[str, Any]:
    """Give the documented JSON object of one line of a witness."""
    return {"file": line.file, "line": line.line, "event": dict(line.event), "text": line.text}
