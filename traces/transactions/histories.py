"""Histories of transactions: what each read and wrote, in which session, and what became of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ..values import UNSET, Value, identity

AccessAction = Literal["read", "write", "append"]
Status = Literal["committed", "aborted", "unknown"]
ACTIONS: Mapping[str, AccessAction] = {
    "r": "read",
    "read": "read",
    "w": "write",
    "write": "write",
    "append": "append",
}
"""The accesses by the names that formats have for them."""


class Access(NamedTuple):
    """One read, write or append of one item inside a transaction, and the line it stands in.

    A read of a list gives it as a tuple. `key` is hashable and equal exactly for one item.
    """

    action: AccessAction
    key: Hashable
    value: Value
    line: int


@dataclass(slots=True, eq=False)
class Transaction:
    """The accesses of one transaction in their order; `unknown` means that it may have happened.

    `start` and `end` are moments on one clock; a transaction of a session comes after all that
    had ended in it before it started. `line` is where its outcome stands, `invoked` where it
    begins.
    """

    session: Any
    accesses: list[Access]
    status: Status
    file: int
    line: int
    invoked: int
    start: int
    end: int


@dataclass(slots=True)
class TransactionHistory:
    """The transactions of one run in the order of their lines, and what every item held at first.

    `initial` is that value, or a mapping by item where `initial_by_key`; a written value that is
    also the initial one counts as written where `initial_is_assumed`.
    """

    files: list[str]
    transactions: list[Transaction] = field(default_factory=list)
    initial: Value = None
    initial_by_key: bool = False
    initial_is_assumed: bool = False
    unusable: dict[Hashable, str] = field(default_factory=dict)

    def initial_of(self, key: Hashable) -> Value:
        """Give what an item held at first."""
        if not self.initial_by_key:
            return self.initial
        by_key: Any = self.initial
        found = by_key.get(key, UNSET)
        return by_key.get(str(key).lstrip(":")) if found is UNSET else found

    def starts_as(self, initial: Value, default: Value, *, assumed: bool = False) -> None:
        """Say what items hold at first: `initial` as the user gave it, else `default`."""
        given = initial is not UNSET
        self.initial = initial if given else default
        self.initial_by_key = isinstance(self.initial, dict)
        self.initial_is_assumed = assumed and not given


def hashable(value: Value) -> Hashable:
    """Give what stands for a value in dictionaries: equal exactly where the values are."""
    kind = type(value)
    return value if kind is int or kind is str else identity(value)
