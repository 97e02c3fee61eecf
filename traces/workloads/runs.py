"""A run of a workload: its calls, which kind it is, and its lines for a witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..results import WitnessLine
from ..values import plain, shown

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Kind = Literal["bank", "counter", "set", "queue", "sequential", "comments", "unique-ids", "ledger"]


@dataclass(frozen=True, slots=True)
class WorkloadRun:
    """The calls of one file that all belong to a workload of a kind."""

    kind: Kind
    file: str
    calls: Sequence[Call]

    @property
    def reads(self) -> list[Call]:
        """Give the reads that gave something, in the order of their invocations."""
        return [
            call
            for call in self.calls
            if call.function == "read" and call.type == "ok" and call.result is not None
        ]

    @property
    def looked_at(self) -> list[Call]:
        """Give the calls whose results are judged: reads, removals, what was generated, ids."""
        if self.kind not in ("queue", "unique-ids", "ledger"):
            return self.reads
        return [
            call
            for call in self.calls
            if call.function != "enqueue" and call.type == "ok" and call.result is not None
        ]

    def line(self, call: Call, told: str) -> WitnessLine:
        """Give the line of a call's outcome, with what it did in words."""
        event: dict[str, Any] = {
            "type": "op",
            "session": call.process,
            "op": call.function,
            "value": plain(call.result if call.type == "ok" else call.value),
            "outcome": {"ok": "ok", "fail": "failed"}.get(call.type, "unknown"),
            "invoked_line": call.line,
        }
        line = call.ended_line or call.line
        return WitnessLine(
            self.file, line, event=event, text=f"session {shown(call.process)} {told}"
        )


def kind_of(calls: Sequence[Call]) -> Kind | None:
    """Tell which workload the functions and the results of all calls are those of."""
    functions = {call.function for call in calls}
    results = [call.result for call in calls if call.function == "read" and call.type == "ok"]
    results = [result for result in results if result is not None]
    if functions == {"generate"}:
        return "unique-ids"
    if functions <= {"enqueue", "dequeue", "drain"}:
        return "queue"
    if functions <= {"read", "transfer"} and results:
        return "bank" if all(isinstance(result, dict) for result in results) else None
    if functions <= {"add", "read"} and "add" in functions:
        added = [call.value for call in calls if call.function == "add"]
        if results and all(map(_is_pair, added)) and all(map(_has_parts, results)):
            return "sequential"
        return _kind_of_additions(added, results)
    if functions == {"read", "write"} and results:
        return "comments" if _are_comments(calls, results) else None
    return None


def _are_comments(calls: Sequence[Call], results: list[Any]) -> bool:
    """Tell whether single values are written, and many read at once."""
    written = [call.value for call in calls if call.function == "write"]
    return all(isinstance(result, (tuple, frozenset)) for result in results) and not any(
        isinstance(value, tuple) for value in written
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2


def _has_parts(result: Any) -> bool:
    """Tell whether a result is a key and a list of its parts, as long as none is a list."""
    return (
        _is_pair(result)
        and not isinstance(result[0], tuple)
        and isinstance(result[1], tuple)
        and not any(isinstance(part, tuple) for part in result[1])
    )


def _kind_of_additions(added: list[Any], results: list[Any]) -> Kind | None:
    """Tell a counter, which gives numbers, from a set; unread, by adding something again."""
    numbers = all(map(is_number, [*added, *results]))
    if numbers and (results or len(set(added)) < len(added)):
        return "counter"
    return "set" if all(isinstance(result, (tuple, frozenset)) for result in results) else None


def is_number(value: object) -> bool:
    """Tell whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
