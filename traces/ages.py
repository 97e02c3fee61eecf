"""Which of two results is older: by explicit versions, or by when unique values were written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .history import FOREVER, Operation
from .monitors import Remembered, Run
from .values import UNSET, Value, identity, shown, version_key

Kind = Literal["version", "value"]


@dataclass(frozen=True, slots=True)
class Dated:
    """An operation with where its result stands in the order of its item's values.

    One is older than another of its kind where its `latest` is before the other's `earliest`. With
    versions the two are one; without, they are when the write of the value had ended and begun.
    """

    operation: Operation
    kind: Kind
    earliest: Any
    latest: Any
    writer: Operation | None = None

    def is_older(self, other: Dated, run: Run) -> bool:
        """Tell whether this is certainly older than another of the same kind."""
        if self.kind == "version":
            return bool(self.latest < other.earliest)
        return run.is_before(self.latest, other.earliest)

    @property
    def result(self) -> str:
        """Give the result in words: the version, or the value where only values are compared."""
        operation = self.operation
        if self.kind == "version" and operation.version is not None:
            return f"version {shown(operation.version)}"
        return shown(operation.value)


class ItemValues:
    """What was written to one item so far, to date the results of its operations.

    A version counts that can be ordered, and a read without one of what the item held at first as
    the oldest, if nothing wrote that. Without versions a value counts that a single write, begun
    before the read had ended, has written, and the initial value if nothing wrote it.
    """

    __slots__ = ("initial", "is_blurred", "is_rewritten", "writers")

    def __init__(self, initial: Value, remember: int) -> None:
        self.initial = identity(initial)
        self.writers: Remembered = Remembered(remember)
        self.is_rewritten = False
        self.is_blurred = False
        """Whether what the item holds cannot be told from single operations."""

    def begin(self, operation: Operation) -> None:
        """Take a change that may have happened from now on."""
        if operation.action not in ("write", "cas"):
            self.is_blurred = self.is_rewritten = True
            return
        value = identity(operation.value)
        self.is_rewritten = self.is_rewritten or value == self.initial
        self.writers.keep(value, None if value in self.writers else operation)

    def dates(self, operation: Operation) -> Iterator[Dated]:
        """Date an operation as far as that can be done, by version and by value."""
        key = version_key(operation.version)
        if key is not None:
            yield Dated(operation, "version", key, key)
            return
        if operation.version is not None or operation.value is UNSET:
            return
        value = identity(operation.value)
        if operation.is_read and value == self.initial:
            if not self.is_rewritten:
                yield Dated(operation, "version", (), ())
                yield Dated(operation, "value", -FOREVER, -FOREVER)
        elif not self.is_blurred:
            writer = self.writers.get(value)
            if writer is not None:
                yield Dated(operation, "value", writer.start, writer.end, writer)


class NewestBefore:
    """The newest result among operations that had ended before another began.

    Operations begin when they start and are added when they are settled, in the order of their
    ends. `margin` is how much earlier than its start an operation may ask for. What nobody can ask
    for any more is forgotten, so that the memory is bounded by how many operations overlap.
    """

    __slots__ = ("best", "margin", "open")

    def __init__(self, margin: int) -> None:
        self.margin = margin
        self.open: list[int] = []
        self.best: dict[Kind, list[tuple[int, bool, Dated]]] = {}

    def begin(self, start: int) -> None:
        """Take that an operation starts, which will ask."""
        self.open.append(start)

    def drop(self, start: int) -> None:
        """Take that an operation which started then will ask no more."""
        self.open.remove(start)

    def add(self, dated: Dated) -> None:
        """Put a result among those of operations that have ended."""
        best = self.best.setdefault(dated.kind, [])
        operation = dated.operation
        if not best or dated.earliest > best[-1][2].earliest:
            best.append((operation.end, operation.start == operation.end, dated))
        if len(best) > 1:
            first = self.open[0] - self.margin if self.open else FOREVER
            del best[: max(0, bisect_left(best, first, key=_end) - 1)]

    def newest(self, kind: Kind, before: tuple[int, bool]) -> Dated | None:
        """Give the newest result of those that ended before (moment, whether they began there)."""
        best = self.best.get(kind)
        at = bisect_left(best, before, key=_end_and_length) if best else 0
        return best[at - 1][2] if best and at else None


def _end(entry: tuple[int, bool, Dated]) -> int:
    return entry[0]


def _end_and_length(entry: tuple[int, bool, Dated]) -> tuple[int, bool]:
    return entry[:2]
