"""The smallest clock error under which a violated rule would hold, and the lines that pin it.

A larger error makes more operations concurrent and never fewer, so what is legal stays legal: the
smallest one is found by bisection, with the rule itself as the judge. Whether the clocks of whole
regions explain it is for `clock_offsets.py`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...models.verdicts import Verdict
from ..history import FOREVER, History, Operation
from ..judging import judge
from ..limits import ObservationLimits
from ..results import RuleResult, WitnessLine, witness_json
from ..rules import RULES
from .clock_offsets import find_offsets

_NONE = "no clock error explains it"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumSkew:
    """How far clocks must have been off, for a rule to hold.

    `clock_error_us` is what each timestamp may be off by, the least that will do; None where none
    will or it is not known, for which `reason` says why. `witness` are the lines that would still
    contradict each other if it were one microsecond less. `offsets` is another explanation: by how
    many microseconds the clocks of regions were ahead of the others', the fewest regions; None
    where that does not explain it.
    """

    code: str
    clock_error_us: int | None
    reason: str | None = None
    witness: tuple[WitnessLine, ...] = field(default=())
    offsets: Mapping[str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the documented JSON object."""
        return {
            "code": self.code,
            "clock_error_us": self.clock_error_us,
            "reason": self.reason,
            "witness": [witness_json(line) for line in self.witness],
            "offsets": None if self.offsets is None else dict(self.offsets),
        }


def minimum_skews(
    history: History, results: Sequence[RuleResult], limits: ObservationLimits
) -> tuple[MinimumSkew, ...]:
    """Give the smallest clock error for each of `RULES` that is violated; levels have no clocks.

    Takes some 40 checks of a rule, and `limits.max_seconds` for all of them together.
    """
    deadline = time.monotonic() + limits.max_seconds
    violated = [
        result for result in results if result.verdict is Verdict.VIOLATED and result.code in RULES
    ]
    return tuple(_minimum(history, result, limits, deadline) for result in violated)


def _minimum(
    history: History, violated: RuleResult, limits: ObservationLimits, deadline: float
) -> MinimumSkew:
    found = _smallest_error(history, violated, limits, deadline)
    if found.reason == _NONE:
        return found
    offsets = find_offsets(history, violated.code, limits, deadline + limits.max_seconds / 2)
    return replace(found, offsets=offsets or None)


def _smallest_error(
    history: History, violated: RuleResult, limits: ObservationLimits, deadline: float
) -> MinimumSkew:
    code = violated.code
    each = replace(limits, max_seconds=limits.max_seconds / 8)
    low, pinned = history.clock_error, violated  # violated with this error
    high = max(_span(history), low + 1)
    at_most = _judged(history, code, high, each)
    if at_most.verdict is Verdict.VIOLATED:
        return MinimumSkew(code=code, clock_error_us=None, reason=_NONE)
    is_enough, step = _holds(at_most), 1
    while low + 1 < high:
        # Errors are mostly small: look near the lower end first, then halve.
        middle = min(low + step, (low + high) // 2)
        found = _judged(history, code, middle, each)
        if found.verdict is Verdict.VIOLATED:
            low, pinned, step = middle, found, step * 4
        elif _holds(found):
            high, is_enough = middle, True
        if found.verdict is Verdict.UNDECIDED or time.monotonic() > deadline:
            known = f" and at most {high:,} us" if is_enough else " us"
            reason = f"a limit was reached: it is more than {low:,}{known}"
            return MinimumSkew(
                code=code, clock_error_us=None, reason=reason, witness=pinned.witness
            )
    if not is_enough:
        reason = f"a limit was reached: it is more than {low:,} us"
        return MinimumSkew(code=code, clock_error_us=None, reason=reason, witness=pinned.witness)
    return MinimumSkew(code=code, clock_error_us=high, witness=pinned.witness)


def _judged(history: History, code: str, error: int, limits: ObservationLimits) -> RuleResult:
    return judge(replace(history, clock_error=error), [RULES[code]], True, limits)[code]


def _holds(result: RuleResult) -> bool:
    return result.verdict in (Verdict.HOLDS, Verdict.NOT_CHECKED)


def _span(history: History) -> int:
    """Give an error under which nothing is certainly before anything else."""
    moments = [
        moment
        for entry in history.entries()
        for moment in (entry.start, entry.end if isinstance(entry, Operation) else entry.start)
        if moment < FOREVER
    ]
    return max(moments, default=0) - min(moments, default=0) + 1
