"""What is concluded of a claim, of a mutant, and of all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class ClaimVerdict(StrEnum):
    """How a claim, or one check of it, came out; the value is what is printed."""

    HOLDS = "holds"
    WITNESSED = "witnessed"
    REFUTED = "refuted as it must"
    BACKGROUND = "background"
    WAITING = "waiting"
    UNDECIDED = "undecided"
    VIOLATED = "violated"

    @classmethod
    def of_all(cls, checks: Iterable[ClaimVerdict]) -> ClaimVerdict:
        """Sum up a claim's checks: the worst of them, and where all is well the first."""
        found = list(checks)
        return next((bad for bad in (cls.VIOLATED, cls.UNDECIDED) if bad in found), found[0])


class MutantVerdict(StrEnum):
    """Whether the property that a mutant must break has noticed it."""

    KILLED = "killed"
    SURVIVED = "survived"
    UNDECIDED = "undecided"


def exit_code_of(verdicts: Iterable[StrEnum]) -> int:
    """Give 1 where a claim is violated or a mutant survived, else 3 where one is undecided."""
    found = set(verdicts)
    if ClaimVerdict.VIOLATED in found or MutantVerdict.SURVIVED in found:
        return 1
    return 3 if {ClaimVerdict.UNDECIDED, MutantVerdict.UNDECIDED} & found else 0
