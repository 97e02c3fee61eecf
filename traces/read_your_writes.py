"""GT102, read your writes: a session never reads something older than what it wrote."""

from __future__ import annotations

from ..models.verdicts import Verdict
from .history import History
from .results import RuleResult
from .session_order import Dated, first_step_back
from .values import shown
from .wording import line_of, named_item, witness_line

CODE, NAME = "GT102", "read your writes"


def check_read_your_writes(history: History) -> RuleResult:
    """Hold each read against the newest acknowledged write of its session to the item.

    All reads of a session in the region where it wrote count, strong and eventual (claim C15: per
    region and client), and except in mode `async` strong reads in any region (C64). What is older
    is told as for GT101, and a newer value of another session is as good. `checked` counts the
    reads that came after a write of their session. Takes O(n log n).
    """
    judged, contradiction = first_step_back(history, reads_before=False)
    if contradiction is not None:
        return _violation(history, *contradiction, judged)
    if not judged:
        reason = (
            "no session read an item that it had written, with versions or values written only once"
        )
        return RuleResult(CODE, NAME, Verdict.NOT_CHECKED, reason=reason)
    return RuleResult(CODE, NAME, Verdict.HOLDS, checked=judged)


def _violation(history: History, read: Dated, newest: Dated, checked: int) -> RuleResult:
    write, later = newest.operation, read.operation
    by_version = later.version is not None and write.version is not None
    found = (
        f"version {shown(later.version)}"
        if by_version
        else f"{shown(later.value)}, which is older,"
    )
    wrote = f"version {shown(write.version)}" if by_version else shown(write.value)
    explanation = (
        f"{line_of(later)}: session {shown(later.session)} read {found} of "
        f"{named_item(later.key)} after its own write of {wrote} in {line_of(write)} had succeeded"
    )
    return RuleResult(
        CODE,
        NAME,
        Verdict.VIOLATED,
        checked=checked,
        explanation=explanation,
        witness=(witness_line(history, write), witness_line(history, later)),
        item=later.key,
    )
