"""Insertions that must become visible in their order: Jepsen's sequential, comments, unique ids."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ..results import WitnessLine
from ..transactions.histories import hashable
from ..values import shown
from .runs import WorkloadRun

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]


def find_sequential_violation(run: WorkloadRun) -> Found | None:
    """Give a read that found a part of a key and not an earlier one, None where there is none.

    The parts of a key are added in order by one process; a read asks for them from the last to
    the first and has null for each that it did not find (as Jepsen's sequential test has it), so
    that no null may follow a part that was found. One pass over the reads.
    """
    for read in run.reads:
        result: Any = read.result
        key, parts = result
        found = None
        for part in parts:
            if part is None and found is not None:
                told = f"found {shown(found)} of {shown(key)} and then not the part before it"
                who = f"session {shown(read.process)}"
                adds = [
                    run.line(call, f"added {shown(call.value)}")
                    for call in run.calls
                    if call.function == "add" and hashable(call.value) == hashable((key, found))
                ]
                return f"{who} {told}", (*adds[:1], run.line(read, told))
            found = found if part is None else part
    return None


def find_comments_violation(run: WorkloadRun) -> Found | None:
    """Give a read with an insertion and not one that had ended before; None where there is none.

    Insertions are of distinct values, and reads give a set of all; what had ended before another
    insertion began must be there where the other is (as Jepsen's comments test has it: what
    strict serializability asks). O(n) for each read.
    """
    writes: dict[Hashable, Call] = {
        hashable(call.value): call
        for call in run.calls
        if call.function == "write" and call.type != "fail"
    }
    ended = sorted((c for c in writes.values() if c.type == "ok"), key=lambda call: call.ended)
    for read in run.reads:
        result: Any = read.result
        seen = {hashable(value) for value in result}
        known = [writes[value] for value in seen if value in writes]
        if not known:
            continue
        last = max(known, key=lambda call: call.position)
        for call in ended:
            if call.ended >= last.position:
                break
            if hashable(call.value) not in seen:
                told = f"read {shown(last.value)} and not {shown(call.value)}"
                lines = (
                    run.line(call, f"wrote {shown(call.value)}"),
                    run.line(last, f"wrote {shown(last.value)}, after that had ended"),
                    run.line(read, told),
                )
                who = f"session {shown(read.process)}"
                return f"{who} {told}, which was written before the other began", lines
    return None


def find_repeated_id(run: WorkloadRun) -> Found | None:
    """Give two operations that generated the same identifier, None where there are none."""
    generated: dict[Hashable, Call] = {}
    for call in run.calls:
        if call.type != "ok" or call.result is None:
            continue
        first = generated.setdefault(hashable(call.result), call)
        if first is not call:
            told = f"generated {shown(call.result)}"
            return (
                f"{shown(call.result)} was generated twice",
                (run.line(first, told), run.line(call, told)),
            )
    return None
