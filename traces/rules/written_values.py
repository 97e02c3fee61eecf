"""GT302 and GT306, what is seen of an item: only what was written, and one value a version."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..events import MISSING, Apply, Snapshot, Stream
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import UNSET, Value, identity, shown, version_key
from ..wording import line_of, named_item


class _Written:
    """What was written to one item until now, and what was tried in vain."""

    __slots__ = ("failed", "first", "initial", "is_blurred", "lowest", "unversioned", "values")

    def __init__(self, initial: Value, most: int) -> None:
        self.initial = identity(initial)
        self.values: Remembered = Remembered(most)
        """The first that wrote each value and each version, as `_of_value` and `_of_version`."""
        self.failed: Remembered = Remembered(most)
        self.first: Operation | None = None
        self.lowest: tuple[Any, ...] | None = None
        self.is_blurred = False
        self.unversioned = False

    def begin(self, operation: Operation) -> None:
        """Take a change from the moment from which its effect can be seen."""
        version = version_key(operation.version)
        is_valued = operation.action in ("write", "cas")
        keys = [_of_value(operation.value)] if is_valued else []
        keys += [] if version is None else [_of_version(version)]
        kept = self.values if operation.failed is None else self.failed
        for key in keys:
            if key not in kept:
                kept.keep(key, operation)
        if operation.failed is None:
            self.first = self.first or operation
            self.is_blurred |= not is_valued
            self.unversioned |= version is None
            if version is not None and (self.lowest is None or version < self.lowest):
                self.lowest = version

    def knows_value(self, value: Value) -> bool:
        """Tell whether a value was, or for all that is known may have been, written."""
        if self.is_blurred:
            return True
        return identity(value) == self.initial or _of_value(value) in self.values

    def knows_version(self, version: tuple[Any, ...]) -> bool:
        """Tell whether a version was, or for all that is known may have been, written."""
        if self.unversioned or self.lowest is None or version < self.lowest:
            return True
        return _of_version(version) in self.values


def _of_value(value: Value) -> Hashable:
    return ("value", identity(value))


def _of_version(version: tuple[Any, ...]) -> Hashable:
    return ("version", version)


class NoValueFromNowhere(Monitor):
    """Whatever is seen of an item was written to it before, by something that did not fail.

    Promised in both modes (claims C28, C104): a value read, applied, streamed or held by a replica
    is what the item held at first or what a write gave that began earlier. What failed or met a
    conflict has no effect; what is unknown may have one.

    From reads and their writes, by value; where every write of the item has a version, by version
    as well, also for `apply`, `stream` and `snapshot` events of items that clients write in the
    trace. A version lower than all written ones is taken to be from before. Items with increments
    are judged by version only. Counts what was seen. One pass; remembers the newest values and
    versions of an item (`limits.max_remembered`), and does not judge what may be among the
    forgotten; in an endless run that is undecided.
    """

    code, name = "GT302", "no value from nowhere"
    summary = "whatever is seen of an item was written before, by something that did not fail"
    nothing = "nothing was read, and nothing was seen elsewhere of what clients wrote with versions"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.items: dict[Any, _Written] = {}

    def opened(self, operation: Operation) -> None:
        """Take a change from its start."""
        if not operation.is_read and self.run.model_of(operation.key) == "register":
            self._item(operation.key).begin(operation)

    def _item(self, key: Any) -> _Written:
        item = self.items.get(key)
        if item is None:
            most = self.run.limits.max_remembered
            item = self.items[key] = _Written(self.run.initial_of(key), most)
        return item

    def settled(self, entry: Entry) -> None:
        """Judge what was seen, when all that may have written it has begun."""
        if isinstance(entry, Operation):
            is_known = entry.certain and entry.value is not UNSET
            if entry.is_read and is_known and self.run.model_of(entry.key) == "register":
                self._judge(entry, entry.key, entry.value, entry.version)
        elif isinstance(entry.event, (Apply, Snapshot, Stream)):
            event = entry.event
            if isinstance(event, Apply) and not event.applied:
                return  # what is skipped is not seen
            value = UNSET if isinstance(event, Stream) or event.value is MISSING else event.value
            item = self.items.get(event.key)
            if item is not None and item.first is not None:
                self._judge(entry, event.key, value, event.version)

    def _judge(self, entry: Entry, key: Any, value: Value, version: Value) -> None:
        item = self._item(key)
        ordered = version_key(version)
        self.checked += 1
        if value is not UNSET and identity(value) == item.initial:
            return
        is_read = isinstance(entry, Operation)
        knows_value = value is UNSET or item.knows_value(value)
        knows_version = ordered is None or item.knows_version(ordered)
        if item.values.forgot and not (knows_value and knows_version):
            if self.run.is_endless:
                self.undecided = (
                    f"what {line_of(entry)} shows of {named_item(key)} may be older than the "
                    f"{item.values.most:,} values and versions of it that are remembered"
                )
        elif not knows_value:
            failed = item.failed.get(_of_value(value))
            self._tell(entry, key, shown(value), failed, None if is_read else item.first)
        elif ordered is not None and not knows_version:
            failed = item.failed.get(_of_version(ordered))
            self._tell(entry, key, f"version {shown(version)}", failed, item.first)

    def _tell(
        self, entry: Entry, key: Any, what: str, failed: Operation | None, first: Operation | None
    ) -> None:
        of = named_item(key)
        if failed is not None:
            why = "failed" if failed.failed == "failed" else "met a conflict"
            told = f"which only {line_of(failed)} tried to write, and that {why}"
        else:
            told = "which nothing had written"
        initial = shown(self.run.initial_of(key))
        self.violate(
            f"{line_of(entry)} shows {what} of {of}, {told}; it began as {initial}",
            first,
            failed,
            entry,
            item=key,
        )


class EqualVersionsEqualValues(Monitor):
    """A version of an item is one value, wherever and whenever it is seen.

    Promised in both modes (claims C75, C112): a version is the name of one write. From operations
    with version and value, `apply` events with a value, and snapshots. What an increment adds is
    not its value and does not count.

    Counts what was seen of a version that had been seen before. One pass; remembers the newest
    versions of an item (`limits.max_remembered`).
    """

    code, name = "GT306", "equal versions mean equal values"
    is_conclusive = True
    takes_late = "everything"
    summary = "a version of an item is one value, wherever it is seen"
    nothing = "no version of an item was seen twice with its value"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.items: dict[Any, Remembered] = {}

    def opened(self, operation: Operation) -> None:
        """Compare what an operation wrote or read."""
        if operation.failed is None and operation.action in ("read", "write", "cas"):
            self._compare(operation, operation.key, operation.version, operation.value)

    def seen(self, record: Record) -> None:
        """Compare what a region applied or holds."""
        event = record.event
        if (isinstance(event, Apply) and event.value is not MISSING) or isinstance(event, Snapshot):
            self._compare(record, event.key, event.version, event.value)

    def _compare(self, entry: Entry, key: Any, version: Value, value: Value) -> None:
        if version is None or value is UNSET:
            return
        versions = self.items.get(key)
        if versions is None:
            versions = self.items[key] = Remembered(self.run.limits.max_remembered)
        named, valued = identity(version), identity(value)
        before = versions.get(named)
        if before is None:
            versions.keep(named, (valued, value, entry))
            return
        self.checked += 1
        if before[0] != valued:
            self.violate(
                f"version {shown(version)} of {named_item(key)} is {shown(before[1])} in "
                f"{line_of(before[2])} and {shown(value)} in {line_of(entry)}",
                before[2],
                entry,
                item=key,
            )
