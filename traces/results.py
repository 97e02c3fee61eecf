"""What a rule concluded, with the few lines that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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

    def so_far(self, cut: str, *, is_final: bool) -> RuleResult:
        """Give what is known where reading ended before the log did, and `cut` says why.

        A violation stays one if it `is_final`, whatever was not read. One that a line which was not
        read may explain is told as a note.
        """
        if is_final and self.verdict is Verdict.VIOLATED:
            return self
        note, witness = (self.note, self.witness) if is_final else (None, ())
        if not is_final and self.explanation is not None:
            note = f"so far, unless a line that was not read explains it: {self.explanation}"
            witness = self.witness
        return replace(
            self,
            verdict=Verdict.UNDECIDED,
            reason=cut,
            note=note,
            explanation=None,
            witness=witness,
        )


def witness_json(line: WitnessLine) -> dict[str, Any]:
    """Give the documented JSON object of one line of a witness."""
    return {"file": line.file, "line": line.line, "event": dict(line.event), "text": line.text}
