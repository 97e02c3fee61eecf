"""Jepsen's transactions: operations whose value is a list of reads, writes and appends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..history import FOREVER
from ..values import UNSET, Value
from .histories import ACTIONS, Access, Status, Transaction, TransactionHistory, hashable

if TYPE_CHECKING:
    from ..readers.jepsen import Call

_STATUS: dict[str, Status] = {"ok": "committed", "fail": "aborted", "info": "unknown"}


def is_transaction(value: Value) -> bool:
    """Tell whether a value is a list of `[:r k v]`, `[:w k v]` and `[:append k v]`."""
    return isinstance(value, tuple) and all(
        isinstance(part, tuple)
        and 2 <= len(part) <= 3
        and isinstance(part[0], str)
        and part[0].lstrip(":") in ACTIONS
        for part in value
    )


def are_transactions(calls: Iterable[Call]) -> bool:
    """Tell whether all calls are transactions, and one of them does something."""
    does_something = False
    for call in calls:
        if not is_transaction(call.value) and call.value is not None:
            return False
        does_something = does_something or bool(call.value)
    return does_something


def transactions_in(calls: Iterable[Call], file: int) -> list[Transaction]:
    """Give the transactions that calls make; what one read stands in its completion."""
    found = []
    for call in calls:
        done = call.type == "ok" and is_transaction(call.result)
        value = call.result if done else call.value
        line = call.ended_line or call.line
        found.append(
            Transaction(
                call.process,
                _accesses(value, line, with_reads=done),
                _STATUS[call.type],
                file,
                line,
                call.line,
                call.position,
                call.ended if call.type == "ok" else FOREVER,
            )
        )
    return found


def _accesses(value: Value, line: int, *, with_reads: bool) -> list[Access]:
    accesses = []
    for part in value if isinstance(value, tuple) else ():
        action = ACTIONS[part[0].lstrip(":")]
        given = part[2] if len(part) == 3 else None
        if action != "read" or with_reads:
            accesses.append(Access(action, hashable(part[1]), given, line))
    return accesses


def history_of(
    files: list[str], calls: Iterable[Call], file: int, initial: Value = UNSET
) -> TransactionHistory:
    """Give the run that calls make; its items begin as `initial`, or as null or empty lists."""
    history = TransactionHistory(files, transactions_in(calls, file))
    history.starts_as(initial, None)
    return history
