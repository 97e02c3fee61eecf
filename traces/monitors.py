"""What a rule is: a monitor that is told what happened, moment by moment, and remembers little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from .events import Apply, Snapshot, Stream
from .history import QUIET, Entry, Operation, Record
from .limits import ObservationLimits
from .values import Value

MODES = ("mrsc", "async")


def _absent(key: Value) -> Value:
    return None


def _register(key: Value) -> str:
    return "register"


@dataclass(slots=True, kw_only=True)
class Run:
    """What holds of the whole run that is checked.

    Each timestamp may be off by `clock_error` microseconds; `quiet` is after how many replicas are
    expected to agree. `across_items` asks the session rules for an order across items as well.
    `is_endless` asks for memory that does not grow with the length of the run; of the items in
    `unjudged` not everything was told, so that no violation may rest on them. `violated` counts the
    violations so far. `cut` says why what follows was not read, None where all was; where it
    `goes_on` with what happened later, all violations stay.
    """

    mode: str | None = None
    regions: tuple[str, ...] = ()
    clock_error: int = 0
    quiet: int = QUIET
    across_items: bool = False
    is_endless: bool = False
    initial_of: Callable[[Value], Value] = _absent
    model_of: Callable[[Value], str] = _register
    limits: ObservationLimits = field(default_factory=ObservationLimits)
    deadline: float = float("inf")
    violated: int = 0
    unjudged: set[Any] = field(default_factory=set)
    cut: str | None = None
    goes_on: bool = False

    @property
    def promises_mrsc(self) -> bool:
        """Tell whether the run is held to strong consistency: unless it is said to be async."""
        return self.mode != "async"

    def is_before(self, end: int, start: int) -> bool:
        """Tell whether what ended at one moment was over before another began, for any clocks."""
        return end + 2 * self.clock_error < start


@dataclass(frozen=True, slots=True)
class Violation:
    """Entries that contradict each other, in words, about the item of key `item`.

    Where it `is_conclusive` they do so by themselves, whatever else may have happened.
    """

    explanation: str
    entries: tuple[Entry, ...]
    item: Any = None
    is_conclusive: bool = False

    @property
    def keys(self) -> set[Any]:
        """Give the items that it rests on."""
        return {self.item}.union(*map(keys_of, self.entries))


def keys_of(entry: Entry) -> set[Any]:
    """Give the items of an entry: of a transaction all, of what concerns none nothing."""
    if isinstance(entry, Operation):
        return {part.key for part in entry.parts} or {entry.key}
    event = entry.event
    return {event.key} if isinstance(event, (Apply, Stream, Snapshot)) else set()


class Monitor:
    """One rule on one run; the docstring of each says what it promises and how it is checked.

    The hooks are called in the order of time. An operation is `opened` when it starts and `closed`
    when it ends; a record is `seen` at its moment. Each is `settled` as soon as everything that may
    have begun before its end was told. Operations of unknown outcome are neither closed nor
    settled.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    modes: ClassVar[tuple[str, ...]] = MODES
    """The modes that promise it."""

    told_in: ClassVar[tuple[str, ...]] = ()
    """The modes that allow the opposite, in which it is told without being a violation."""

    is_across_items: ClassVar[bool] = False
    """Whether it is checked where an order across items is asked for."""

    nothing: ClassVar[str]
    """Why nothing was checked, where nothing was."""

    heeds_operations: ClassVar[bool] = True
    heeds_records: ClassVar[bool] = True
    is_conclusive: ClassVar[bool] = False
    """Whether the entries of its violations contradict each other, whatever else happened."""

    takes_late: ClassVar[Literal["nothing", "operations", "everything"]] = "nothing"
    """What it judges in whichever order it is told."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.checked = 0
        self.violation: Violation | None = None
        self.undecided: str | None = None
        self.note: str | None = None

    def opened(self, operation: Operation) -> None:
        """Take the start of an operation."""

    def closed(self, operation: Operation) -> None:
        """Take the end of an operation of known outcome."""

    def seen(self, record: Record) -> None:
        """Take a record."""

    def settled(self, entry: Entry) -> None:
        """Take that all which may have begun before the end of an entry was told."""

    def answered(self, operation: Operation) -> None:
        """Take that what was told to be of unknown outcome ended after all, too late to be told."""

    def finish(self) -> None:
        """Take that the run is over."""

    def violate(
        self,
        explanation: str,
        *entries: Entry | None,
        item: Any = None,
        is_conclusive: bool | None = None,
    ) -> None:
        """Keep the first violation; entries that are None are left out, and no one is told
        twice."""
        if self.violation is not None:
            return
        told = dict.fromkeys(entry for entry in entries if entry is not None)
        conclusive = self.is_conclusive if is_conclusive is None else is_conclusive
        found = Violation(explanation, tuple(told), item, conclusive)
        if not self.run.unjudged or self.run.unjudged.isdisjoint(found.keys):
            self.violation = found
            self.run.violated += 1


class Remembered(dict[Any, Any]):
    """A dictionary of bounded size that forgets what it was given first.

    >>> remembered = Remembered(2)
    >>> remembered.update(a=1)
    >>> remembered.keep("b", 2); remembered.keep("c", 3)
    >>> remembered, remembered.forgot
    ({'b': 2, 'c': 3}, True)
    """

    __slots__ = ("forgot", "most")

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.forgot = False

    def keep(self, key: Any, value: Any) -> None:
        """Put a value in, and drop the oldest key where there are too many."""
        self[key] = value
        if len(self) > self.most:
            del self[next(iter(self))]
            self.forgot = True

    def may_have_had(self, key: Any) -> bool:
        """Tell whether a key that grows may be among the forgotten: lower than the oldest left."""
        return self.forgot and bool(key < next(iter(self)))
