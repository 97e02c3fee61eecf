"""Replicated ledgers: what is committed stays, in the order in which it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..results import WitnessLine
from .runs import WorkloadRun

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]
Id = tuple[int, int]


def find_ledger_violation(run: WorkloadRun) -> Found | None:
    """Give events that contradict each other, None where there are none.

    A transaction's id is its view and its sequence number. Ids of writes are unique; in a view all
    up to one that is committed are committed, and all from one that is invalid on are invalid; a
    later view goes on after all that was committed in earlier ones; and a committed write that was
    answered before another was requested has the smaller id (the invariants of CCF's consistency
    specification: Howard et al., NSDI 2025). O(n log n).
    """
    return (
        _id_twice(run) or _both_statuses(run) or _overwritten_commit(run) or _against_real_time(run)
    )


def _id_twice(run: WorkloadRun) -> Found | None:
    first: dict[Id, Call] = {}
    for call in _answered(run, "write"):
        other = first.setdefault(_id(call), call)
        if other is not call:
            told = f"transactions {other.value} and {call.value} both got {_shown(call)}"
            return told, (_line(run, other), _line(run, call))
    return None


def _both_statuses(run: WorkloadRun) -> Found | None:
    invalid: dict[int, Call] = {}
    for call in _answered(run, "invalid"):
        known = invalid.get(_id(call)[0])
        if known is None or _id(call) < _id(known):
            invalid[_id(call)[0]] = call
    for call in _answered(run, "committed"):
        other = invalid.get(_id(call)[0])
        if other is not None and _id(other) <= _id(call):
            told = f"{_shown(call)} is committed, but {_shown(other)} is invalid"
            return f"{told}, and so is all after it in its view", (
                _line(run, other),
                _line(run, call),
            )
    return None


def _overwritten_commit(run: WorkloadRun) -> Found | None:
    """Find an id of a later view that is not after what was committed in an earlier one."""
    statuses = _answered(run, "committed")
    ids = [*_answered(run, "write"), *_answered(run, "read"), *statuses]
    committed = sorted(statuses, key=_id)
    highest: Call | None = None
    at = 0
    for call in sorted(ids, key=_id):
        while at < len(committed) and _id(committed[at])[0] < _id(call)[0]:
            if highest is None or _id(committed[at])[1] > _id(highest)[1]:
                highest = committed[at]
            at += 1
        if highest is not None and _id(call)[1] <= _id(highest)[1]:
            if call.function == "read" and _id(call)[1] == _id(highest)[1]:
                continue  # A read has the id of the last entry that it saw.
            told = f"{_shown(highest)} was committed, but a later view has {_shown(call)}"
            return told, (_line(run, highest), _line(run, call))
    return None


def _against_real_time(run: WorkloadRun) -> Found | None:
    committed = {_id(call) for call in _answered(run, "committed")}
    writes = [call for call in _answered(run, "write") if _id(call) in committed]
    ended = sorted(writes, key=lambda call: call.ended)
    highest: Call | None = None
    at = 0
    for call in sorted(writes, key=lambda call: call.position):
        while at < len(ended) and ended[at].ended < call.position:
            if highest is None or _id(ended[at]) > _id(highest):
                highest = ended[at]
            at += 1
        if highest is not None and _id(call) < _id(highest):
            told = (
                f"transaction {call.value} got {_shown(call)} and was committed, but transaction "
                f"{highest.value} had got {_shown(highest)} before it was requested"
            )
            return told, (_line(run, highest), _line(run, call))
    return None


def _answered(run: WorkloadRun, function: str) -> list[Call]:
    return [call for call in run.calls if call.function == function and call.type == "ok"]


def _id(call: Call) -> Id:
    result: Any = call.result
    return result  # type: ignore[no-any-return]


def _shown(call: Call) -> str:
    return f"{_id(call)[0]}.{_id(call)[1]}"


def _line(run: WorkloadRun, call: Call) -> WitnessLine:
    if call.function in ("committed", "invalid"):
        return run.line(call, f"was told that {_shown(call)} is {call.function}")
    return run.line(call, f"got {_shown(call)} for transaction {call.value}, a {call.function}")
