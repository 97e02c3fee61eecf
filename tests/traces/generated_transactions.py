"""Histories of transactions as a store of a level makes them, with one anomaly planted or none.

A serializable store executes one transaction after the other on a map. One with snapshots gives
each what was committed when it began, and refuses to commit over what was changed since.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from random import Random
from typing import Literal

from gtcheck.traces.transactions.histories import (
    Access,
    AccessAction,
    Transaction,
    TransactionHistory,
)

Kind = Literal["registers", "lists"]
Step = tuple[str, Hashable]
"""`r` or `w`, and the item."""


class Store:
    """Executes transactions at one moment each, or between two, and logs them."""

    def __init__(self, kind: Kind = "registers") -> None:
        self.kind = kind
        self.held: dict[Hashable, tuple[object, ...]] = {}
        self.changed: dict[Hashable, int] = {}
        self.commits = 0
        self.values = 0
        self.logged: list[Transaction] = []

    def execute(
        self, session: int, steps: Sequence[Step], moments: tuple[int, int] = (0, 0)
    ) -> None:
        """Execute a transaction that nothing comes between."""
        self.commit(session, steps, self.commits, dict(self.held), moments)

    def commit(
        self,
        session: int,
        steps: Sequence[Step],
        began: int,
        snapshot: dict[Hashable, tuple[object, ...]],
        moments: tuple[int, int],
    ) -> None:
        """Commit what saw a snapshot, or abort it where another has changed what it writes."""
        accesses: list[Access] = []
        written = {key for action, key in steps if action == "w"}
        stale = any(self.changed.get(key, 0) > began for key in written)
        line = len(self.logged) + 1
        for action, key in steps:
            if action == "r":
                accesses.append(Access("read", key, self._seen(snapshot, key), line))
                continue
            self.values += 1
            before = snapshot.get(key, ())
            snapshot[key] = (*before, self.values) if self.kind == "lists" else (self.values,)
            done: AccessAction = "append" if self.kind == "lists" else "write"
            accesses.append(Access(done, key, self.values, line))
        if not stale and written:
            self.commits += 1
            for key in written:
                self.held[key], self.changed[key] = snapshot[key], self.commits
        status: Literal["aborted", "committed"] = "aborted" if stale else "committed"
        self.logged.append(Transaction(session, accesses, status, 0, line, line, *moments))

    def _seen(self, snapshot: dict[Hashable, tuple[object, ...]], key: Hashable) -> object:
        held = snapshot.get(key, ())
        return held if self.kind == "lists" else (held[-1] if held else None)


def drawn_steps(random: Random, keys: int, most: int, reads: float) -> list[Step]:
    """Draw what a transaction does, at most `most` accesses of so many keys."""
    return [
        ("r" if random.random() < reads else "w", random.randrange(keys))
        for _ in range(random.randint(max(1, most // 2), most))
    ]


def serial_run(
    random: Random,
    count: int,
    *,
    sessions: int = 20,
    keys: int = 1_000,
    most: int = 12,
    reads: float = 0.5,
    kind: Kind = "registers",
) -> TransactionHistory:
    """Give a run of a serializable store; the interval of each contains when it was executed."""
    store = Store(kind)
    ended = [0] * sessions
    for number in range(count):
        session = random.randrange(sessions)
        now = 1_000 * (number + 1)
        start = max(ended[session] + 1, now - random.randrange(1_000 * sessions))
        ended[session] = now + random.randrange(1, 900)
        store.execute(session, drawn_steps(random, keys, most, reads), (start, ended[session]))
    return history_of(store.logged)


def snapshot_run(
    random: Random,
    count: int,
    *,
    sessions: int = 20,
    keys: int = 1_000,
    most: int = 12,
    reads: float = 0.5,
    kind: Kind = "registers",
) -> TransactionHistory:
    """Give a run of a store with snapshots, all sessions at the same time."""
    store = Store(kind)
    began: dict[int, tuple[int, int, dict[Hashable, tuple[object, ...]]]] = {}
    for now in range(1, 2 * count + 1):
        session = random.randrange(sessions)
        if session not in began:
            began[session] = (now, store.commits, dict(store.held))
            continue
        start, commits, snapshot = began.pop(session)
        steps = drawn_steps(random, keys, most, reads)
        store.commit(session, steps, commits, snapshot, (start, now))
    return history_of(store.logged)


def history_of(transactions: Iterable[Transaction]) -> TransactionHistory:
    """Give the history of transactions in the order of their lines."""
    found = TransactionHistory(["generated"], list(transactions))
    for line, transaction in enumerate(found.transactions, 1):
        renumber(transaction, line)
    return found


def by_session(history: TransactionHistory) -> TransactionHistory:
    """Give a history as the texts of one session after the other tell it: without moments."""
    ordered = sorted(history.transactions, key=lambda t: (t.session, t.start))
    for at, transaction in enumerate(ordered):
        transaction.start = transaction.end = at
    return history_of(ordered)


def renumber(transaction: Transaction, line: int) -> None:
    """Put a transaction into a line."""
    transaction.line = transaction.invoked = line
    transaction.accesses = [access._replace(line=line) for access in transaction.accesses]
