"""Transactions in words, and the lines of a contradiction."""

from __future__ import annotations

from typing import Any

from ..results import WitnessLine
from ..values import plain, shown
from .contradictions import Contradiction, did
from .histories import Access, Transaction, TransactionHistory

MOST_ACCESSES = 8
"""How many accesses of a transaction are told before the rest is only counted."""


def witness_of(history: TransactionHistory, found: Contradiction) -> tuple[WitnessLine, ...]:
    """Give one line for each transaction of a contradiction, T1 first as the sentence names them.

    It tells the accesses that the sentence speaks of, with their lines where they have their own.
    """
    spoken_of: dict[Transaction, list[Access]] = {}
    for transaction, access in found.mentions:
        accesses = spoken_of.setdefault(transaction, [])
        if access is not None and access not in accesses:
            accesses.append(access)
    return tuple(
        _line(history, f"T{number}", transaction, accesses)
        for number, (transaction, accesses) in enumerate(spoken_of.items(), 1)
    )


def _line(
    history: TransactionHistory, name: str, transaction: Transaction, spoken_of: list[Access]
) -> WitnessLine:
    is_one_line = all(access.line == transaction.line for access in transaction.accesses)
    accesses = [access for access in transaction.accesses if access in spoken_of]
    lines = sorted({access.line for access in accesses}) or [transaction.line]
    event: dict[str, Any] = {
        "type": "transaction",
        "session": plain(transaction.session),
        "status": transaction.status,
        "accesses": [
            [access.action, plain(access.key), plain(access.value)]
            for access in (transaction.accesses if is_one_line else accesses)
        ],
    }
    if transaction.invoked != transaction.line:
        event["invoked_line"] = transaction.invoked
    if len(lines) > 1:
        event["lines"] = lines
    where = f" (lines {', '.join(map(str, lines))})" if len(lines) > 1 else ""
    who = f"{name}: session {shown(transaction.session)}{where}{_status(transaction)}"
    more = len(transaction.accesses) - len(accesses)
    return WitnessLine(
        history.files[transaction.file],
        lines[0],
        event=event,
        text=f"{who} {_told(accesses, more)}",
    )


def _status(transaction: Transaction) -> str:
    if transaction.status == "aborted":
        return ", aborted,"
    return ", outcome unknown," if transaction.status == "unknown" else ""


def _told(accesses: list[Access], more: int) -> str:
    told = [did(access) for access in accesses[:MOST_ACCESSES]]
    more += len(accesses) - len(told)
    if not told:
        return f"did {more} things" if more else "did nothing"
    return ", ".join(told) + (f" and {more} more" if more else "")
