"""What the rules look at: operations on items, what each did and when, and where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from .values import UNSET, Value

FOREVER = 1 << 62
"""The end of an operation that never returned, or of which nobody knows whether it happened."""

Action = Literal["read", "write", "cas", "append", "increment", "acquire", "release", "transaction"]


@dataclass(slots=True, eq=False)
class Operation:
    """One operation on one item that happened, or may have: what failed is not among them.

    `start` and `end` are moments on one clock, both inclusive: operations that share a moment
    are concurrent. `end` is `FOREVER` where the outcome is unknown. A read whose result is not
    known has the value `UNSET`. `line` is where the outcome stands, `invoked` where the
    operation begins, the same for one line an operation.
    """

    action: Action
    session: Any
    region: str | None
    key: Any
    value: Value
    start: int
    end: int
    file: int
    line: int
    invoked: int
    expected: Value = UNSET
    version: Value = None
    consistency: str | None = None
    certain: bool = True

    @property
    def is_read(self) -> bool:
        """Tell whether it only looks."""
        return self.action == "read"


@dataclass(slots=True)
class Item:
    """One item: its key, what it holds at first, and the operations on it.

    `model` names what the operations mean: register, mutex, text or registers. `failed` counts the
    operations that certainly did not happen, which are not among the others.
    """

    key: Any
    initial: Value
    operations: list[Operation] = field(default_factory=list)
    model: Literal["register", "mutex", "text", "registers"] = "register"
    failed: int = 0


@dataclass(slots=True)
class History:
    """All that was read: items with their operations, and counts of what was not used."""

    files: list[str]
    format: str = ""
    mode: str | None = None
    items: dict[Any, Item] = field(default_factory=dict)
    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)

    def add(self, operation: Operation, initial: Value = None) -> Item:
        """Append an operation to its item, which begins as `initial`."""
        item = self.items.get(operation.key)
        if item is None:
            item = self.items[operation.key] = Item(operation.key, initial)
        item.operations.append(operation)
        return item
