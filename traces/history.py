"""What the rules look at: operations on items, what each did and when, and where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .events import Append, Apply, Deliver, Fault, Outcome, Snapshot, Stream
from .values import UNSET, Value

if TYPE_CHECKING:
    from .transactions.histories import TransactionHistory
    from .workloads.runs import WorkloadRun

FOREVER = 1 << 62
"""The end of an operation that never returned, or of which nobody knows whether it happened."""

Action = Literal["read", "write", "cas", "append", "increment", "acquire", "release", "transaction"]
RecordedEvent: TypeAlias = Apply | Stream | Append | Deliver | Snapshot | Fault


@dataclass(slots=True, eq=False)
class Operation:
    """One operation on one item, whatever became of it.

    `start` and `end` are moments on one clock, both inclusive: operations that share a moment
    are concurrent. `end` is `FOREVER` where the outcome is unknown. A read whose result is not
    known has the value `UNSET`. `line` is where the outcome stands, `invoked` where the
    operation begins, the same for one line an operation. `parts` are all operations of the
    transaction that it belongs to, itself among them, or none.
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
    failed: Literal["failed", "conflict"] | None = None
    id: str | int | None = None
    error: Any = None
    parts: list[Operation] = field(default_factory=list, repr=False)

    @property
    def is_read(self) -> bool:
        """Tell whether it only looks."""
        return self.action == "read"

    @property
    def is_write(self) -> bool:
        """Tell whether it changes its item and did not fail; what is unknown may have."""
        return self.action != "read" and self.failed is None

    @property
    def outcome(self) -> Outcome:
        """Give what became of it."""
        return self.failed or ("ok" if self.certain else "unknown")


@dataclass(slots=True, eq=False)
class Record:
    """An event that is no operation, with where it stands."""

    event: RecordedEvent
    file: int
    line: int

    @property
    def start(self) -> int:
        """Give its moment; of a fault the first."""
        return self.event.start if isinstance(self.event, Fault) else self.event.time


Entry: TypeAlias = Operation | Record
"""What a rule is fed with, one after the other."""


@dataclass(slots=True)
class Item:
    """One item: its key, what it holds at first, and the operations on it.

    `model` names what the operations mean: register, mutex, text or registers. `failed` are the
    operations that certainly did not happen, which are not among the others.
    """

    key: Any
    initial: Value
    operations: list[Operation] = field(default_factory=list)
    model: Literal["register", "mutex", "text", "registers"] = "register"
    failed: list[Operation] = field(default_factory=list)


QUIET = 1_000_000
"""Microseconds after which replicas are expected to agree: typically a second (AWS's documents)."""


@dataclass(slots=True)
class History:
    """All that was read: items with their operations, and counts of what was not used.

    `runs` are histories of transactions, `workloads` those of banks, counters and sets. `cut` says
    why what follows was not read; where the lines are `in_order`, all that happened later.
    """

    files: list[str]
    format: str = ""
    mode: str | None = None
    items: dict[Any, Item] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    clock_error: int = 0
    quiet: int = QUIET
    runs: list[TransactionHistory] = field(default_factory=list)
    workloads: list[WorkloadRun] = field(default_factory=list)
    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    cut: str | None = None
    in_order: bool = False

    def add(self, operation: Operation, initial: Value = None) -> Item:
        """Put an operation to its item, which begins as `initial` where it is new."""
        item = self.items.get(operation.key)
        if item is None:
            item = self.items[operation.key] = Item(operation.key, initial)
        (item.operations if operation.failed is None else item.failed).append(operation)
        return item

    def entries(self) -> list[Entry]:
        """Give all operations and records in the order of their starts."""
        found: list[Entry] = [*self.records]
        for item in self.items.values():
            found += item.operations
            found += item.failed
        found.sort(key=entry_order)
        return found


_RANKS: dict[type, int] = {Operation: 0, Fault: 0, Append: 1, Deliver: 2, Apply: 3, Stream: 4}


def entry_order(entry: Entry) -> tuple[int, int, int, int, int]:
    """Give what entries are sorted by: their start, then cause before effect, then their place."""
    if isinstance(entry, Record):
        return (entry.start, _RANKS.get(type(entry.event), 5), entry.file, entry.line, 0)
    part = entry.parts.index(entry) if entry.parts else 0
    return (entry.start, _RANKS[Operation], entry.file, entry.line, part)
