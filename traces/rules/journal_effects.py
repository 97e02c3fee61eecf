"""GT505 and GT506, what the journal does for clients: conflicts are void, fences see everything."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..events import MISSING, Append, Apply, Snapshot, Stream
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import UNSET, Value, identity, shown, version_key
from ..wording import line_of, named_item


class ConflictHasNoEffect(Monitor):
    """A write that was refused with a conflict is seen nowhere, before or after.

    Promised in mode mrsc (claims C103, C104): every region skips it, and the client may try again.
    From operations whose `outcome` is conflict, and whatever shows their version or their value:
    reads, `apply` events with `applied` true, `stream` events and snapshots. A value that another
    write of the item gave as well, a second attempt above all, shows nothing. Counts what was seen
    of items with conflicts. One pass; remembers the newest conflicts and values of an item
    (`limits.max_remembered`).
    """

    code, name = "GT505", "a conflict has no effect"
    summary = "a write that was refused with a conflict is seen nowhere"
    modes = ("mrsc",)
    nothing = "no write met a conflict in an item that was looked at later"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.conflicts: dict[Any, Remembered] = {}
        self.written: dict[Any, Remembered] = {}
        self.blurred: set[Any] = set()

    def opened(self, operation: Operation) -> None:
        """Remember conflicts, and what else was written."""
        if operation.is_read or self.run.model_of(operation.key) != "register":
            return
        kept = self.conflicts if operation.failed == "conflict" else self.written
        if operation.failed == "failed":
            return
        names = kept.get(operation.key)
        if names is None:
            names = kept[operation.key] = Remembered(self.run.limits.max_remembered)
        is_valued = operation.action in ("write", "cas")
        if not is_valued and operation.failed is None:
            self.blurred.add(operation.key)
        for name in _names(operation.version, operation.value if is_valued else UNSET):
            names.keep(name, operation)

    def settled(self, entry: Entry) -> None:
        """Hold what was seen against the conflicts."""
        if isinstance(entry, Operation):
            if entry.is_read and entry.certain:
                self._judge(entry, entry.key, entry.version, entry.value)
            return
        event = entry.event
        if isinstance(event, Stream) or (isinstance(event, Apply) and event.applied):
            self._judge(entry, event.key, event.version, getattr(event, "value", UNSET))
        elif isinstance(event, Snapshot):
            self._judge(entry, event.key, event.version, event.value)

    def _judge(self, entry: Entry, key: Any, version: Value, value: Value) -> None:
        conflicts = self.conflicts.get(key)
        if conflicts is None:
            return
        self.checked += 1
        written = self.written.get(key) or Remembered(1)
        has_initial = value in (UNSET, MISSING) or identity(value) == identity(
            self.run.initial_of(key)
        )
        for name in _names(version, value):
            if name[0] == "value" and (has_initial or key in self.blurred):
                continue
            conflict = conflicts.get(name)
            if conflict is not None and name not in written:
                told = shown(value) if name[0] == "value" else f"version {shown(version)}"
                self.violate(
                    f"{line_of(entry)} shows {told} of {named_item(key)}, but {line_of(conflict)}, "
                    "which alone would have written it, met a conflict",
                    conflict,
                    entry,
                    item=key,
                )


def _names(version: Value, value: Value) -> list[tuple[str, Hashable]]:
    names: list[tuple[str, Hashable]] = []
    if version is not None:
        names.append(("version", identity(version)))
    if value is not UNSET and value is not MISSING:
        names.append(("value", identity(value)))
    return names


class FenceSeesAll(Monitor):
    """A strong read gives what is before its fence in the journal, or something later.

    Promised in mode mrsc (claims C86, C88, C89): the region has applied every entry before the
    fence when it answers. From `append` events whose `entry` is the `id` of a strong read, or
    `{"fence": id}`; from that read's version; and from `apply` events with `applied` true and a
    lower `position`, in whichever region. Counts strong reads with a fence. One pass; remembers the
    newest fences, and of each item the newest entries and fenced reads (`limits.max_remembered`).
    """

    code, name = "GT506", "a fence sees all before it"
    summary = "a strong read gives what is before its fence in the journal, or something later"
    modes = ("mrsc",)
    nothing = "no strong read of which the fence is in the journal"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        most = run.limits.max_remembered
        self.fences = Remembered(most)
        self.waiting = Remembered(most)
        self.applied: dict[Any, Remembered] = {}
        self.reads: dict[Any, Remembered] = {}

    def seen(self, record: Record) -> None:
        """Take a fence, or an entry that was applied."""
        event = record.event
        if isinstance(event, Append):
            fenced = fence_of(event)
            if fenced is not None and fenced not in self.fences:
                self.fences.keep(fenced, record)
        elif isinstance(event, Apply) and event.applied and event.position is not None:
            version = version_key(event.version)
            known = _kept(self.applied, event.key, self.run)
            if version is not None and event.position not in known:
                known.keep(event.position, (version, record))
                for read, fence in _kept(self.reads, event.key, self.run).values():
                    self._hold(read, fence, version, record)

    def settled(self, entry: Entry) -> None:
        """Hold a strong read against all entries before its fence."""
        if not isinstance(entry, Operation) or not entry.is_read or not entry.certain:
            return
        fence = self.fences.get(entry.id) if entry.id is not None else None
        if fence is None or entry.consistency == "eventual":
            return
        self.checked += 1
        _kept(self.reads, entry.key, self.run).keep(entry.id, (entry, fence))
        for version, record in _kept(self.applied, entry.key, self.run).values():
            self._hold(entry, fence, version, record)

    def _hold(
        self, read: Operation, fence: Record, version: tuple[Any, ...], applied: Record
    ) -> None:
        assert isinstance(fence.event, Append)
        assert isinstance(applied.event, Apply)
        seen = version_key(read.version)
        if read.version is not None and seen is None:
            return
        position = applied.event.position
        if position is None or position >= fence.event.position or (seen or ()) >= version:
            return
        self.violate(
            f"{line_of(read)} read version {shown(read.version)} of {named_item(read.key)}, but "
            f"version {shown(applied.event.version)} is at position {position}, before its "
            f"fence at {fence.event.position}",
            fence,
            read,
            applied,
            item=read.key,
        )


def fence_of(append: Append) -> Any:
    """Give the id of the read that an entry is the fence of; None where it is no fence."""
    entry = append.entry
    if isinstance(entry, dict):
        entry = entry.get("fence")
    return entry if isinstance(entry, (str, int)) and not isinstance(entry, bool) else None


def _kept(known: dict[Any, Remembered], key: Any, run: Run) -> Remembered:
    found = known.get(key)
    if found is None:
        found = known[key] = Remembered(run.limits.max_remembered)
    return found
