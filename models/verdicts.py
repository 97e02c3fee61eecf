"""What a check concluded, and the exit code that says so."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """The answer of one check or of several together; its value is what is printed."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNDECIDED = "undecided"
    NOT_CHECKED = "not checked"

    @property
    def exit_code(self) -> int:
        """Give 0 where it holds, 1 where it is violated, 3 where nothing can be said."""
        return _EXIT_CODES[self]

    @classmethod
    def together(cls, verdicts: Iterable["Verdict"]) -> "Verdict":
        """Sum up several: a violation outranks undecided, undecided outranks what holds.

        `NOT_CHECKED` only remains where nothing else was concluded.
        """
        found = set(verdicts)
        ranked = (cls.VIOLATED, cls.UNDECIDED, cls.HOLDS)
        return next((verdict for verdict in ranked if verdict in found), cls.NOT_CHECKED)


_EXIT_CODES = {
    Verdict.HOLDS: 0,
    Verdict.VIOLATED: 1,
    Verdict.UNDECIDED: 3,
    Verdict.NOT_CHECKED: 3,
}
