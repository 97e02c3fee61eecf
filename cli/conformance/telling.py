"""Claims about logs: the rules must tell a violation in a few lines that hold one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ...models.claims import Told
from ...models.verdicts import Verdict
from .results import CheckResult
from .verdicts import ClaimVerdict

_VERDICTS = {
    Verdict.VIOLATED: ClaimVerdict.REFUTED,
    Verdict.HOLDS: ClaimVerdict.VIOLATED,
}


def told(check: Told) -> CheckResult:
    """Observe the lines of a check as a log of its own, under the one rule that must tell."""
    from ...traces import observe

    with TemporaryDirectory() as folder:
        path = Path(folder) / "claim.jsonl"
        path.write_text("\n".join(check.lines) + "\n", encoding="utf-8")
        [found] = observe([path], rules=[check.rule]).rules
    return CheckResult(
        check=check,
        verdict=_VERDICTS.get(found.verdict, ClaimVerdict.UNDECIDED),
        summary=found.name,
        message=found.explanation or found.reason,
    )
