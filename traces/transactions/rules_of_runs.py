"""The rule for histories of transactions: one isolation level, told like any other rule."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.errors import UnknownNameError
from ..history import History
from ..whole_runs import WholeRunRule
from .histories import TransactionHistory
from .isolation import check_isolation
from .levels import LEVELS, IsolationLevel
from .recorded_operations import transactions_of

DEFAULT_LEVEL = "serializable"
STRONG_LEVELS = ("serializable", "snapshot-isolation")


def check_level(name: str | None) -> None:
    """Raise `UnknownNameError` for a name that no isolation level has."""
    if name is not None and name not in LEVELS:
        raise UnknownNameError.among("isolation level", name, LEVELS)


def rule_of(level: IsolationLevel) -> WholeRunRule:
    """Give the rule that checks a level."""
    return WholeRunRule(
        level.name,
        level.summary,
        level.description,
        check=lambda history, limits, deadline: check_isolation(
            _runs_of(history, level), level, limits, deadline
        ),
    )


def _runs_of(history: History, level: IsolationLevel) -> Sequence[TransactionHistory]:
    """Give the runs of transactions that were read, else the one that operations make."""
    with_eventual = level.name not in STRONG_LEVELS
    return history.runs or [transactions_of(history, with_eventual=with_eventual)]


def transaction_rules(history: History, isolation: str | None) -> list[WholeRunRule]:
    """Give the rule that the transactions of a history call for.

    That is the level that was asked for, else the default where there are only transactions.
    """
    if isolation is None and (not history.runs or history.items):
        return []
    return [rule_of(LEVELS[isolation or DEFAULT_LEVEL])]
