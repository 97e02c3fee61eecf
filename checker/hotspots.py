"""What makes an exploration slow: the step that Python ran most, and what it looks at.

A native exploration is fast where Python runs a step a few times for millions of transitions. It
runs it once for each distinct thing that it looks at, so a step that looks at the whole of what has
many values runs as often as in an interpreter.
"""

from __future__ import annotations

from dataclasses import dataclass

MANY_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A step that ran `runs` times in Python, and the variable with most `values` of what it reads.

    `looks` is how many variables it looks at together.
    """

    step: str
    runs: int
    looks: int
    variable: str | None
    values: int

    def __str__(self) -> str:
        """Say what is slow, and what would be faster."""
        if self.values >= MANY_VALUES:
            reason = f"the whole of {self.variable}, which had {self.values:,} values"
            mend = "what grows is better a bag, a queue or a table, or looked at by `view`"
        else:
            reason = f"{self.looks} variables together"
            mend = "it is better to look at fewer, or at less of each, by `view` or `compare`"
        return f"Python ran {self.step} {self.runs:,} times, as it looks at {reason}; {mend}"

    def as_json(self) -> dict[str, object]:
        """Give the documented object."""
        return {
            "step": self.step,
            "runs": self.runs,
            "looks": self.looks,
            "variable": self.variable,
            "values": self.values,
        }
