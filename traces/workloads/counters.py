"""Counters: they are added to, and a read gives what was added before it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ..results import WitnessLine
from ..values import shown
from .runs import WorkloadRun

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]
MOST_LINES = 6
"""How many additions a witness tells at most."""


def find_counter_violation(run: WorkloadRun) -> Found | None:
    """Give a read outside its bounds, None where there is none.

    Additions that had ended before a read began are in it; those that had begun when it ended,
    and did not fail, may be (as Jepsen's counter has it, for additions of any sign). The counter
    begins at zero. O(n log n).
    """
    adds = [call for call in run.calls if call.function == "add" and call.type != "fail"]
    ended = sorted((call for call in adds if call.type == "ok"), key=lambda call: call.ended)
    begun = sorted(adds, key=lambda call: call.position)
    certain = _Sums([call.ended for call in ended], [_amount(call) for call in ended])
    possible = _Sums([call.position for call in begun], [_amount(call) for call in begun])
    for read in run.reads:
        value: Any = read.result
        least = certain.more(read.position) + possible.less(read.ended)
        most = possible.more(read.ended) + certain.less(read.position)
        if least <= value <= most:
            continue
        told = f"session {shown(read.process)} read {value}, but "
        if value > most:
            told += f"no more than {most} can have been added by then"
            return told, (run.line(read, f"read {value}"),)
        told += f"at least {least} had been added before it"
        return told, (*_needed(run, ended, read), run.line(read, f"read {value}"))
    return None


class _Sums:
    """Sums of what was added before a moment, of positive and of negative amounts apart."""

    def __init__(self, moments: list[int], amounts: list[Any]) -> None:
        self.moments = moments
        self.positive = [0, *accumulate(max(amount, 0) for amount in amounts)]
        self.negative = [0, *accumulate(min(amount, 0) for amount in amounts)]

    def more(self, moment: int) -> Any:
        return self.positive[bisect_left(self.moments, moment)]

    def less(self, moment: int) -> Any:
        return self.negative[bisect_left(self.moments, moment)]


def _amount(call: Call) -> Any:
    return call.value


def _needed(run: WorkloadRun, ended: list[Call], read: Call) -> list[WitnessLine]:
    """Give the largest additions before a read that are more than it gave, if they are few."""
    value: Any = read.result
    before = [call for call in ended if call.ended < read.position]
    before.sort(key=_amount, reverse=True)
    lines, total = [], 0
    for call in before[:MOST_LINES]:
        lines.append(run.line(call, f"added {_amount(call)}"))
        total += _amount(call)
        if total > value:
            break
    return sorted(lines, key=lambda line: line.line)
