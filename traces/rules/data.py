"""GT601 to GT604, data: no update is lost, transactions are whole, and no mode has what it
lacks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..ages import Dated, ItemValues
from ..events import Append, Deliver
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import UNSET, identity, shown, version_key
from ..wording import line_of, named_item


@dataclass(slots=True)
class _Counter:
    """An item that is only added to: what was added for certain, and what may have been."""

    base: float
    ended: float = 0
    begun_up: float = 0
    begun_down: float = 0
    ended_up: float = 0
    ended_down: float = 0
    is_written: bool = False
    recent: deque[Operation] = field(default_factory=lambda: deque(maxlen=3))
    last_read: Operation | None = None
    floors: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    """For each read under way, what had ended when it began: all, upwards, and downwards."""

    def begin(self, amount: float) -> None:
        """Take an addition that may have happened from now on."""
        self.begun_up += max(amount, 0)
        self.begun_down += min(amount, 0)

    def end(self, operation: Operation, amount: float) -> None:
        """Take an addition that has happened."""
        self.ended += amount
        self.ended_up += max(amount, 0)
        self.ended_down += min(amount, 0)
        self.recent.append(operation)


class NoLostUpdate(Monitor):
    """No acknowledged update is lost: additions add up, and one value is replaced only once.

    Promised in mode mrsc (claims C99, C140, C142); in mode async two regions may lose each other's
    updates, which is then told. Of an item that is only added to, a strong read (or one that does
    not say) gives at least what had been added before it began, and at most what may have been by
    its end. Of two conditional writes that succeeded, no two `expected` the same value, where that
    value was written once at most.

    From increments, conditional writes and reads of numbers. Counts those reads and conditional
    writes. One pass; remembers sums, and the newest values of each item (`limits.max_remembered`).
    """

    code, name = "GT601", "no lost update"
    heeds_records = False
    summary = "additions add up, and one value is replaced only once"
    modes = ("mrsc",)
    told_in = ("async",)
    nothing = "nothing was added to an item that was read, and no conditional write succeeded"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.counters: dict[Any, _Counter] = {}
        self.replaced: dict[Any, Remembered] = {}
        self.written: dict[Any, Remembered] = {}

    def _counter(self, key: Any) -> _Counter:
        found = self.counters.get(key)
        if found is None:
            initial = self.run.initial_of(key)
            is_number = isinstance(initial, (int, float)) and not isinstance(initial, bool)
            found = self.counters[key] = _Counter(float(initial) if is_number else 0.0)  # type: ignore[arg-type]
            found.is_written = initial is not None and not is_number
        return found

    def opened(self, operation: Operation) -> None:
        """Take what may be added from now on, and what had been when a read begins."""
        if operation.failed is not None or self.run.model_of(operation.key) != "register":
            return
        counter = self._counter(operation.key)
        if operation.is_read:
            if operation.certain:  # what is unknown is never settled
                counter.floors[id(operation)] = (
                    counter.ended,
                    counter.ended_up,
                    counter.ended_down,
                )
        elif operation.action == "increment":
            counter.begin(_amount(operation))
        else:
            counter.is_written = True
            written = self.written.setdefault(
                operation.key, Remembered(self.run.limits.max_remembered)
            )
            value = identity(operation.value)
            written.keep(value, written.get(value, 0) + 1)
            replaced = self.replaced.get(operation.key)
            if written.forgot and replaced is not None and value in replaced:
                replaced[value] = None  # it may be replaced once more

    def settled(self, entry: Entry) -> None:
        """Count what has ended, hold reads to it, and look for values that were replaced twice."""
        if not isinstance(entry, Operation) or entry.key not in self.counters:
            return
        if entry.action == "increment" and entry.certain:
            self.counters[entry.key].end(entry, _amount(entry))
        elif entry.action == "cas" and entry.certain:
            self._replace(entry)
        elif entry.is_read:
            self._read(entry, self.counters[entry.key])

    def _read(self, read: Operation, counter: _Counter) -> None:
        floor = counter.floors.pop(id(read), None)
        value = 0 if read.value is None else read.value
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if floor is None or not is_number or not isinstance(value, (int, float)):
            return
        if counter.is_written or read.consistency == "eventual" or not read.certain:
            return
        if not counter.begun_up and not counter.begun_down:
            return
        self.checked += 1
        ended, up, down = floor
        previous, counter.last_read = counter.last_read, read
        least = counter.base + ended + counter.begun_down - down
        most = counter.base + ended + counter.begun_up - up
        if least <= value <= most:
            return
        lost = value < least
        bound = f"at least {least:g} before it began" if lost else f"at most {most:g} by its end"
        self.violate(
            f"{line_of(read)} read {shown(read.value)} of {named_item(read.key)}, but what was "
            f"added came to {bound}: something was {'lost' if lost else 'added twice'}",
            previous,
            *list(counter.recent)[previous is not None :],
            read,
            item=read.key,
        )

    def _replace(self, write: Operation) -> None:
        self.checked += 1
        key, expected = write.key, identity(write.expected)
        replaced = self.replaced.setdefault(key, Remembered(self.run.limits.max_remembered))
        before = replaced.get(expected)
        written = self.written[key].get(expected, 0)
        is_initial = expected == identity(self.run.initial_of(key))
        counter = self.counters[key]
        if expected == identity(write.value) or counter.begun_up or counter.begun_down:
            return
        if before is not None and written + is_initial <= 1:
            self.violate(
                f"{line_of(before)} and {line_of(write)} both replaced {shown(write.expected)} in "
                f"{named_item(key)}, which was there once: one of the two updates is lost",
                before,
                write,
                item=key,
            )
        replaced.keep(expected, write)


def _amount(operation: Operation) -> float:
    value = operation.value
    return value if isinstance(value, (int, float)) else 0


class _Torn(Monitor):
    """Looks for transactions that see one part of another and something older of the rest."""

    within_region = True
    heeds_records = False
    nothing = "no transaction read two items that another transaction had written"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.items: dict[Any, ItemValues] = {}
        self.versions: dict[Any, Remembered] = {}

    def opened(self, operation: Operation) -> None:
        """Remember what transactions write."""
        if not operation.is_write or self.run.model_of(operation.key) != "register":
            return
        self._item(operation.key).begin(operation)
        version = version_key(operation.version)
        if version is not None:
            versions = self.versions.setdefault(
                operation.key, Remembered(self.run.limits.max_remembered)
            )
            versions.keep(version, operation)

    def _item(self, key: Any) -> ItemValues:
        found = self.items.get(key)
        if found is None:
            most = self.run.limits.max_remembered
            found = self.items[key] = ItemValues(self.run.initial_of(key), most)
        return found

    def settled(self, entry: Entry) -> None:
        """Hold what a transaction read against the whole of each transaction that it read from."""
        if not isinstance(entry, Operation) or not entry.certain or entry is not _last(entry):
            return
        reads = {part.key: part for part in entry.parts if part.is_read}
        dates = {key: list(self._item(key).dates(part)) for key, part in reads.items()}
        for key, read in reads.items():
            writer = self._writer(read)
            if writer is None or writer.parts is entry.parts or not writer.parts:
                continue
            if (writer.region == entry.region) != self.within_region:
                continue
            for other in writer.parts:
                if other.is_write and other.key != key and other.key in reads:
                    self.checked += 1
                    self._compare(read, writer, other, dates[other.key])

    def _writer(self, read: Operation) -> Operation | None:
        version = version_key(read.version)
        if version is not None:
            versions = self.versions.get(read.key)
            found = versions.get(version) if versions is not None else None
            return found if isinstance(found, Operation) else None
        if read.value is UNSET:
            return None
        found = self._item(read.key).writers.get(identity(read.value))
        return found if isinstance(found, Operation) else None

    def _compare(
        self, read: Operation, writer: Operation, other: Operation, seen: list[Dated]
    ) -> None:
        wrote = {dated.kind: dated for dated in self._item(other.key).dates(other)}
        for dated in seen:
            if dated.kind in wrote and dated.is_older(wrote[dated.kind], self.run):
                self.violate(
                    f"{line_of(read)} read what {line_of(writer)} wrote of {named_item(read.key)}, "
                    f"but of {named_item(other.key)} the older {dated.result}: "
                    "it saw a part of that transaction only",
                    dated.writer,
                    writer,
                    read,
                    item=other.key,
                )


def _last(operation: Operation) -> Operation | None:
    return operation.parts[-1] if operation.parts else None


class AtomicInRegion(_Torn):
    """A transaction is seen whole or not at all in the region where it was made.

    Promised in both modes (claim C62). A transaction that reads an item as another transaction of
    the same region wrote it reads no other item older than that one wrote it: fractured reads of
    Bailis et al., "Scalable Atomic Visibility with RAMP Transactions" (SIGMOD 2014).

    From transactions with `items`, by version or, without, by values that one write had written.
    Counts pairs of a read and a part of the transaction that it read from. One pass; remembers the
    newest writes of each item (`limits.max_remembered`).
    """

    code, name = "GT602", "transactions are atomic within a region"
    summary = "a transaction is seen whole or not at all in its own region"


class TornElsewhere(_Torn):
    """A transaction may be seen in parts in another region: told, and allowed, in mode async.

    Replication goes item by item (claim C63), so that mode async allows what GT602 forbids within a
    region; this rule tells where it was seen. No other mode allows it.

    From the same events and in the same way as GT602, for transactions of two regions. Counts the
    same.
    """

    code, name = "GT603", "torn transactions elsewhere"
    summary = "whether a transaction was seen in parts in another region, which async allows"
    modes = ("mrsc",)
    told_in = ("async",)
    within_region = False


class ModeHasFeature(Monitor):
    """A table is not asked, and does not answer, what its mode does not have.

    In mode mrsc no transaction succeeds (claims C113, C127); in mode async there is no journal, and
    no write meets a conflict with another region (C45, C104). Without a mode nothing is checked.

    From outcomes, and `append` and `deliver` events; each is a violation by itself. Counts
    transactions in mrsc, and what failed in async. One pass; remembers nothing.
    """

    code, name = "GT604", "only what the mode has"
    is_conclusive = True
    takes_late = "everything"
    summary = "no feature is used that the mode does not have"
    nothing = "nothing was asked for that only one mode has, or the trace does not say its mode"

    def opened(self, operation: Operation) -> None:
        """Look for transactions in mrsc and conflicts in async."""
        if self.run.mode == "mrsc" and operation.parts:
            self.checked += 1
            if operation.certain:
                what = "a transaction succeeded, but a table with strong consistency has none"
                self.violate(f"{line_of(operation)}: {what}", operation, item=operation.key)
        elif self.run.mode == "async" and operation.failed is not None:
            self.checked += 1
            if operation.failed == "conflict":
                what = "a write met a conflict, but in mode async the last writer wins"
                self.violate(f"{line_of(operation)}: {what}", operation, item=operation.key)

    def seen(self, record: Record) -> None:
        """Look for a journal in async."""
        if self.run.mode == "async" and isinstance(record.event, (Append, Deliver)):
            what = "a journal is told of, but mode async has none"
            self.violate(f"{line_of(record)}: {what}", record)
