"""Transactions in words, and the lines of a contradiction."""

from __future__ import annotations

from typing import Any

from ..results import WitnessLine
from ..values import plain, shown
from .contradictions import Contradiction, Mention, did
from .histories import Access, Transaction, TransactionHistory

MOST_ACCESSES = 8
"""How many accesses of a transaction are told before the rest is only counted."""


def witness_of(history: TransactionHistory, found: Contradiction) -> tuple[WitnessLine, ...]:
    """Give the lines of a contradiction: of its transactions, or of accesses that have lines.

    What the sentence calls T1 is the first transaction among them.
    """
    names: dict[Transaction, str] = {}
    lines: dict[tuple[int, int], tuple[Transaction, list[Access]]] = {}
    for transaction, access in _told_by_access(found.mentions):
        names.setdefault(transaction, f"T{len(names) + 1}")
        line = transaction.line if access is None else access.line
        accesses = lines.setdefault((transaction.file, line), (transaction, []))[1]
        if access is not None and access not in accesses:
            accesses.append(access)
    return tuple(
        _line(history, names[transaction], transaction, line, accesses)
        for (_, line), (transaction, accesses) in lines.items()
    )


def _told_by_access(mentions: tuple[Mention, ...]) -> list[Mention]:
    """Leave out that a transaction is mentioned as a whole where an access of it is."""
    with_access = {transaction for transaction, access in mentions if access is not None}
    return [
        (transaction, access)
        for transaction, access in mentions
        if access is not None or transaction not in with_access
    ]


def _line(
    history: TransactionHistory,
    name: str,
    transaction: Transaction,
    line: int,
    accesses: list[Access],
) -> WitnessLine:
    if all(access.line == transaction.line for access in transaction.accesses):
        accesses = transaction.accesses
    event: dict[str, Any] = {
        "type": "transaction",
        "session": plain(transaction.session),
        "status": transaction.status,
        "accesses": [
            [access.action, plain(access.key), plain(access.value)] for access in accesses
        ],
    }
    if transaction.invoked != transaction.line:
        event["invoked_line"] = transaction.invoked
    who = f"{name}: session {shown(transaction.session)}{_status(transaction)}"
    return WitnessLine(
        history.files[transaction.file],
        line,
        event=event,
        text=f"{who} {_told(accesses)}",
    )


def _status(transaction: Transaction) -> str:
    if transaction.status == "aborted":
        return ", aborted,"
    return ", outcome unknown," if transaction.status == "unknown" else ""


def _told(accesses: list[Access]) -> str:
    told = [did(access) for access in accesses[:MOST_ACCESSES]]
    more = len(accesses) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "") if told else "did nothing"
