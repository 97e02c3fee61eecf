"""Queues: what is taken out had been put in, and comes out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING

from ..results import WitnessLine
from ..transactions.histories import hashable
from ..values import Value, shown
from .runs import WorkloadRun

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]


def find_queue_violation(run: WorkloadRun) -> Found | None:
    """Give an element that was taken out and not put in, or was lost; None where there is none.

    An element comes out at most as often as it was put in, and after that has begun (as Jepsen's
    total queue and Knossos' unordered queue have it; the order in which elements come out is not
    looked at). One that was put in with success is lost if it never came out although a drain
    that began later has emptied the queue, unless a removal of unknown outcome may have it.
    O(n log n).
    """
    puts: dict[Hashable, list[Call]] = {}
    for call in run.calls:
        if call.function == "enqueue":
            puts.setdefault(hashable(call.value), []).append(call)
    taken: Counter[Hashable] = Counter()
    for call in sorted(run.calls, key=lambda call: call.ended):
        for value in _removed(call):
            element = hashable(value)
            taken[element] += 1
            wrong = _wrong_removal(run, call, value, puts.get(element, []), taken[element])
            if wrong is not None:
                return wrong
    return _lost(run, puts, taken)


def _removed(call: Call) -> tuple[Value, ...]:
    """Give what a call certainly took out; a dequeue of null found the queue empty."""
    if call.type != "ok" or call.result is None:
        return ()
    if call.function == "dequeue":
        return (call.result,)
    is_list = call.function == "drain" and isinstance(call.result, tuple)
    return call.result if is_list else ()  # type: ignore[return-value]


def _wrong_removal(
    run: WorkloadRun, call: Call, value: Value, puts: list[Call], times: int
) -> Found | None:
    who = f"session {shown(call.process)} took out {shown(value)}"
    line = run.line(call, f"took out {shown(value)}")
    possible = [put for put in puts if put.type != "fail" and put.position < call.ended]
    if len(possible) >= times:
        return None
    if possible:
        lines = tuple(run.line(put, f"put in {shown(value)}") for put in possible[:3])
        return f"{who}, {times} times taken out and put in {len(possible)} times", (*lines, line)
    if not puts:
        return f"{who}, which nobody put in", (line,)
    if puts[0].type == "fail":
        failed = run.line(puts[0], f"failed to put in {shown(value)}")
        return f"{who}, but to put it in had failed", (failed, line)
    later = run.line(puts[0], f"put in {shown(value)}")
    return f"{who} before anybody began to put it in", (line, later)


def _lost(
    run: WorkloadRun, puts: dict[Hashable, list[Call]], taken: Counter[Hashable]
) -> Found | None:
    drains = [call for call in run.calls if call.function == "drain" and call.type == "ok"]
    if not drains:
        return None
    last = max(drains, key=lambda call: call.position)
    lost = [
        call
        for element, calls in puts.items()
        for call in calls
        if call.type == "ok" and call.ended < last.position and not taken[element]
    ]
    unknown = sum(c.function != "enqueue" and c.type == "info" for c in run.calls)
    if len(lost) <= unknown:
        return None
    first = min(lost, key=lambda call: call.position)
    told = f"{shown(first.value)} was put in and never came out, though the queue was drained"
    lines = (
        run.line(first, f"put in {shown(first.value)}"),
        run.line(last, "emptied the queue without it"),
    )
    return told, lines
