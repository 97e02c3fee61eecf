"""GT101, monotonic reads: a session never sees an item go back to something older."""

from __future__ import annotations

from ..models.verdicts import Verdict
from .history import History
from .results import RuleResult
from .session_order import Dated, first_step_back
from .values import shown
from .wording import line_of, named_item, witness_line

CODE, NAME = "GT101", "monotonic reads"


def check_monotonic_reads(history: History) -> RuleResult:
    """Hold each read against the newest that its session had read of the item before.

    In a region time moves forward for every reader (claim C16): an eventual read is held against
    the session's eventual reads there, a strong one against all its reads there, and except in
    mode `async` against its reads in any region. An eventual read may be behind a strong one
    (C139). Newer and older are told by versions that can be ordered; without them, by values
    written only once: one is older than another if its write had ended before the other's write
    began. `checked` counts the reads that could be held against an earlier one. Takes O(n log n).
    """
    judged, contradiction = first_step_back(history, reads_before=True)
    if contradiction is not None:
        return _violation(history, *contradiction, judged)
    if not judged:
        reason = "no session read an item twice with versions, or values written only once"
        return RuleResult(CODE, NAME, Verdict.NOT_CHECKED, reason=reason)
    return RuleResult(CODE, NAME, Verdict.HOLDS, checked=judged)


def _violation(history: History, read: Dated, newest: Dated, checked: int) -> RuleResult:
    earlier, later = newest.operation, read.operation
    by_version = later.version is not None and earlier.version is not None
    told = (
        f"version {shown(later.version)} after version {shown(earlier.version)}"
        if by_version
        else f"{shown(later.value)} after the newer {shown(earlier.value)}"
    )
    explanation = (
        f"{line_of(later)}: session {shown(later.session)} read {told} "
        f"of {named_item(later.key)}, which {line_of(earlier)} had already read"
    )
    return RuleResult(
        CODE,
        NAME,
        Verdict.VIOLATED,
        checked=checked,
        explanation=explanation,
        witness=(witness_line(history, earlier), witness_line(history, later)),
        item=later.key,
    )
