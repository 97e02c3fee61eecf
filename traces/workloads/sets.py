"""Sets: elements are added, and what was added stays."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from ..results import WitnessLine
from ..transactions.histories import hashable
from ..values import shown
from .runs import WorkloadRun

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]


def find_set_violation(run: WorkloadRun) -> Found | None:
    """Give a read that no set explains, or an element that was lost; None where there is none.

    An element is lost where it was known to be there, as its addition had ended or a read had
    given it, and then a read begins that does not give it, nor does any that begins later (as
    Jepsen's set-full has it; to be late is no loss). A read of an element that nobody added, or
    whose addition failed, or that stands twice, is wrong by itself. O(n) in the elements read.
    """
    adds: dict[Hashable, Call] = {}
    for call in run.calls:
        if call.function == "add":
            before = adds.get(hashable(call.value))
            if before is None or (before.type == "fail" and call.type != "fail"):
                adds[hashable(call.value)] = call
    read_first: dict[Hashable, Call] = {}
    for read in sorted(run.reads, key=lambda read: read.ended):
        wrong = _wrong_read(run, adds, read)
        if wrong is not None:
            return wrong
        for element in _elements(read):
            read_first.setdefault(element, read)
    return _lost(run, adds, read_first)


def _elements(read: Call) -> list[Hashable]:
    result: Any = read.result
    return [hashable(element) for element in result]


def _wrong_read(run: WorkloadRun, adds: Mapping[Hashable, Call], read: Call) -> Found | None:
    seen: set[Hashable] = set()
    for element in _elements(read):
        line = run.line(read, f"read {shown(element)}")
        who = f"session {shown(read.process)} read {shown(element)}"
        if element in seen:
            return f"{who} twice, and it is a set", (line,)
        seen.add(element)
        add = adds.get(element)
        if add is None:
            return f"{who}, which nobody added", (line,)
        if add.type == "fail":
            failed = run.line(add, f"failed to add {shown(element)}")
            return f"{who}, but to add it had failed", (failed, line)
    return None


def _lost(
    run: WorkloadRun, adds: Mapping[Hashable, Call], read_first: Mapping[Hashable, Call]
) -> Found | None:
    missing = {element for element, add in adds.items() if add.type != "fail"}
    for read in sorted(run.reads, key=lambda read: read.position, reverse=True):
        missing.difference_update(_elements(read))
        for element in sorted(missing, key=lambda element: adds[element].position):
            add, seen = adds[element], read_first.get(element)
            lines = [run.line(read, f"read a set without {shown(element)}")]
            if add.type == "ok" and add.ended < read.position:
                lines.insert(0, run.line(add, f"added {shown(element)}"))
            elif seen is not None and seen.ended < read.position:
                lines.insert(0, run.line(seen, f"read {shown(element)}"))
                lines.insert(0, run.line(add, f"may have added {shown(element)}"))
            else:
                continue
            told = (
                f"{shown(element)} was there and was lost: no read from session "
                f"{shown(read.process)}'s on gives it"
            )
            return told, tuple(lines)
    return None
