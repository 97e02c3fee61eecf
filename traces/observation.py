"""What an observation found, for programs and as the documented JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..models.errors import UnknownNameError
from ..models.verdicts import Verdict
from .history import History
from .readers.sources import BadLines
from .results import RuleResult

if TYPE_CHECKING:
    from .clocks.skew import MinimumSkew


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCounts:
    """How many events were read, how many of them rules could use, and what the others were."""

    read: int
    used: int
    ignored: int
    ignored_by_kind: Mapping[str, int]

    @classmethod
    def of(cls, history: History) -> EventCounts:
        """Give what was read of a history."""
        ignored = sum(history.ignored.values())
        return cls(
            read=history.read,
            used=history.read - ignored,
            ignored=ignored,
            ignored_by_kind=dict(history.ignored.most_common()),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Observation:
    """The verdicts of all rules on one run, and what they rest on.

    `format` is jsonl, jepsen or edn; `mode` mrsc, async or None where nobody said; `stopped_by`
    interrupted or max_seconds where not everything was read and judged, so that what is not
    violated for certain is undecided. `minimum_skews`
    are those of the violated rules, where they were asked for. `engine` is native, reference, or
    mixed where the native one left some rules to the reference.
    """

    files: tuple[str, ...]
    format: str
    mode: str | None
    events: EventCounts
    bad_lines: BadLines
    rules: tuple[RuleResult, ...]
    seconds: float
    stopped_by: str | None = None
    minimum_skews: tuple[MinimumSkew, ...] = ()
    engine: str = "reference"
    version: str = field(default=__version__)

    @property
    def interrupted(self) -> bool:
        """Tell whether the user stopped it."""
        return self.stopped_by == "interrupted"

    @property
    def verdict(self) -> Verdict:
        """Give the verdict of all rules together."""
        return Verdict.together(rule.verdict for rule in self.rules)

    @property
    def exit_code(self) -> int:
        """Give what a command ends with: 0 holds, 1 violated, 3 undecided or not checked."""
        return self.verdict.exit_code

    def rule(self, code: str) -> RuleResult:
        """Give the result of one rule; raise `UnknownNameError` where it was not asked for."""
        for found in self.rules:
            if found.code == code:
                return found
        raise UnknownNameError.among("rule", code, (found.code for found in self.rules))

    def assert_holds(self, *codes: str) -> None:
        """Raise `AssertionError` unless all rules hold, or those of these codes.

        The error shows the lines that contradict each other. A rule that is undecided does not
        hold; one that found nothing to check is passed over, unless it is named or all are so.
        """
        chosen = [self.rule(code) for code in codes] or self.rules
        verdicts = {found.verdict for found in chosen}
        allowed = {Verdict.HOLDS} if codes else {Verdict.HOLDS, Verdict.NOT_CHECKED}
        if self.stopped_by or not verdicts <= allowed or Verdict.HOLDS not in verdicts:
            raise AssertionError(f"not everything holds\n\n{self}")

    def __str__(self) -> str:
        """Give the text that `gtcheck observe` prints."""
        from .telling import observation_text

        return observation_text(self)

    def __repr__(self) -> str:
        from .telling import closing_line

        return f"<Observation of {', '.join(self.files)}: {closing_line(self)}>"

    def _repr_html_(self) -> str:
        from .telling import observation_html

        return observation_html(self)

    def as_json(self) -> dict[str, Any]:
        """Give the documented JSON object: counts, bad lines, and each rule with its witness."""
        return {
            "gtcheck": self.version,
            "files": list(self.files),
            "format": self.format,
            "mode": self.mode,
            "events": {
                "read": self.events.read,
                "used": self.events.used,
                "ignored": self.events.ignored,
                "ignored_by_kind": dict(self.events.ignored_by_kind),
            },
            "bad_lines": {"count": self.bad_lines.count, "named": list(self.bad_lines.named)},
            "rules": [rule.as_json() for rule in self.rules],
            "verdict": self.verdict.value,
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 6),
            "interrupted": self.interrupted,
            "stopped_by": self.stopped_by,
            "engine": self.engine,
            "minimum_skews": [skew.as_json() for skew in self.minimum_skews],
        }
