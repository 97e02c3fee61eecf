"""Anomalies by their names, each as a few transactions on items of its own."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from gtcheck.traces.transactions.contradictions import Contradiction
from gtcheck.traces.transactions.histories import (
    Access,
    AccessAction,
    Status,
    Transaction,
    TransactionHistory,
)

from tests.traces.generated_transactions import history_of

ACTIONS: dict[str, AccessAction] = {"r": "read", "w": "write", "a": "append"}


class Anomaly(NamedTuple):
    """What transactions do, in words of action, item and value; and the weakest level against it.

    `!` before one says that it was aborted. Each is alone in its session; with `>` it comes
    after the one before it, in the same one.
    """

    weakest: str
    transactions: tuple[str, ...]


ANOMALIES: dict[str, Anomaly] = {
    "cycle of writes (G0)": Anomaly(
        "read-committed", ("a:p:1 a:q:1", "a:p:2 a:q:2", "r:p:1,2", "r:q:2,1")
    ),
    "incompatible orders": Anomaly("read-committed", ("a:p:1", "a:p:2", "r:p:1,2", "r:p:2,")),
    "duplicate elements": Anomaly("read-committed", ("a:p:1", "r:p:1,1")),
    "aborted read (G1a)": Anomaly("read-committed", ("!w:p:1", "r:p:1")),
    "aborted read (G1a) of a list": Anomaly("read-committed", ("a:p:1", "!a:p:2", "r:p:1,2")),
    "intermediate read (G1b)": Anomaly("read-committed", ("w:p:1 w:p:2", "r:p:1")),
    "intermediate read (G1b) of a list": Anomaly("read-committed", ("a:p:1 a:p:2", "r:p:1,")),
    "circular information flow (G1c)": Anomaly("read-committed", ("r:p:1 w:q:1", "r:q:1 w:p:1")),
    "circular information flow (G1c) of lists": Anomaly(
        "read-committed", ("a:p:1 a:q:1", "r:p:1, a:q:2", "r:q:2,1")
    ),
    "read of a value never written": Anomaly("read-committed", ("w:p:1", "r:p:7")),
    "future read": Anomaly("read-committed", ("r:p:1 w:p:1",)),
    "own write missed (internal)": Anomaly("read-committed", ("w:p:1 r:p:-",)),
    "non-monotonic read": Anomaly("read-committed", ("w:p:1 w:q:1", "r:p:1 r:q:-")),
    "fractured read": Anomaly("read-atomic", ("w:p:1 w:q:1", "r:q:- r:p:1")),
    "fractured read of lists": Anomaly("read-atomic", ("a:p:1 a:q:1", "r:q:- r:p:1,")),
    "non-repeatable read": Anomaly("read-atomic", ("w:p:1", "r:p:- r:p:1")),
    "fractured read in a session": Anomaly("read-atomic", ("w:p:1", "> r:p:-")),
    "causality violation": Anomaly("causal-consistency", ("w:p:1", "r:p:1 w:q:1", "r:q:1 r:p:-")),
    "lost update": Anomaly("snapshot-isolation", ("r:p:- w:p:1", "r:p:- w:p:2")),
    "lost update of a list": Anomaly("snapshot-isolation", ("r:p:- a:p:1", "r:p:- a:p:2")),
    "long fork": Anomaly("snapshot-isolation", ("w:p:1", "w:q:1", "r:p:1 r:q:-", "r:p:- r:q:1")),
    "write skew (G2)": Anomaly("serializable", ("r:p:- w:q:1", "r:q:- w:p:1")),
    "anti-dependency cycle (G2)": Anomaly(
        "serializable", ("r:p:- w:q:1", "r:q:- w:s:1", "r:s:- w:p:1")
    ),
}
"""What each level must find, by Adya (2000), Berenson et al. (1995), Biswas and Enea (2019)."""


def planted(history: TransactionHistory, anomaly: Anomaly, random: Random) -> TransactionHistory:
    """Give a history with the transactions of an anomaly somewhere among its own."""
    transactions = list(history.transactions)
    places = sorted(random.randrange(len(transactions) + 1) for _ in anomaly.transactions)
    session, end = 1_000_000, 0
    for more, (place, told) in enumerate(zip(places, anomaly.transactions, strict=True)):
        session += not told.startswith(">")
        start = max(end + 1, transactions[place - 1].start if place else 0)
        end = start + 1
        found = parsed(session, told.removeprefix(">"), start, end)
        transactions.insert(place + more, found)
    return history_of(transactions)


def cut_out(history: TransactionHistory, found: Contradiction) -> TransactionHistory:
    """Give what a contradiction speaks of, and nothing else of its history."""
    spoken_of: dict[Transaction, set[Access]] = {}
    for transaction, access in found.mentions:
        spoken_of.setdefault(transaction, set()).update([access] if access is not None else [])
    part = copy(history)
    part.transactions = [
        replace(transaction, accesses=[a for a in transaction.accesses if a in accesses])
        for transaction, accesses in sorted(spoken_of.items(), key=lambda item: item[0].line)
    ]
    return part


def parsed(session: int, told: str, start: int, end: int) -> Transaction:
    """Give the transaction that does what the words say."""
    status: Status = "aborted" if "!" in told else "committed"
    accesses = []
    for word in told.replace("!", "").split():
        action, item, text = word.split(":")
        accesses.append(Access(ACTIONS[action], item, value(text), 0))
    return Transaction(session, accesses, status, 0, 0, 0, start, end)


def value(text: str) -> Any:
    """Give a value: `-` what items hold at first, with a comma a list."""
    if text == "-":
        return None
    return tuple(map(int, filter(None, text.split(",")))) if "," in text else int(text)
