"""GT505 and GT506, what the journal does for clients: conflicts are void, fences see everything."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from typing import Any, TypeAlias

from ..events import MISSING, Append, Apply, Snapshot, Stream
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import UNSET, Value, identity, shown, version_key
from ..wording import line_of, named_item

_Version: TypeAlias = tuple[Any, ...]


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
            if operation.failed is None:
                self._clear(operation.key, name)
            elif self._may_be_written(operation.key, name):
                continue
            names.keep(name, operation)

    def _clear(self, key: Any, name: tuple[str, Hashable]) -> None:
        """Take that a conflict is not the only one to have written so."""
        conflicts = self.conflicts.get(key)
        if conflicts is not None and name in conflicts:
            conflicts[name] = None

    def _may_be_written(self, key: Any, name: tuple[str, Hashable]) -> bool:
        written = self.written.get(key)
        if written is None:
            return False
        return name in written or (name[0] == "value" and written.forgot)

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
        has_initial = value in (UNSET, MISSING) or identity(value) == identity(
            self.run.initial_of(key)
        )
        for name in _names(version, value):
            if name[0] == "value" and (has_initial or key in self.blurred):
                continue
            conflict = conflicts.get(name)
            if conflict is not None:
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
        self.fences = Remembered(run.limits.max_remembered)
        self.journals: dict[Any, _Journal] = {}

    def _journal(self, key: Any) -> _Journal:
        found = self.journals.get(key)
        if found is None:
            found = self.journals[key] = _Journal(self.run.limits.max_remembered)
        return found

    def seen(self, record: Record) -> None:
        """Take a fence, or an entry that was applied."""
        event = record.event
        if isinstance(event, Append):
            fenced = fence_of(event)
            if fenced is not None and fenced not in self.fences:
                self.fences.keep(fenced, record)
        elif isinstance(event, Apply) and event.applied and event.position is not None:
            version = version_key(event.version)
            if version is not None:
                read = self._journal(event.key).apply(event.position, version, record)
                if read is not None:
                    self._tell(*read, record)

    def settled(self, entry: Entry) -> None:
        """Hold a strong read against all entries before its fence."""
        if not isinstance(entry, Operation) or not entry.is_read or not entry.certain:
            return
        fence = self.fences.get(entry.id) if entry.id is not None else None
        if fence is None or entry.consistency == "eventual":
            return
        self.checked += 1
        version = version_key(entry.version)
        if version is None and entry.version is not None:
            return
        applied = self._journal(entry.key).read(version or (), entry, fence)
        if applied is not None:
            self._tell(entry, fence, applied)

    def _tell(self, read: Operation, fence: Record, applied: Record) -> None:
        assert isinstance(fence.event, Append)
        assert isinstance(applied.event, Apply)
        self.violate(
            f"{line_of(read)} read version {shown(read.version)} of {named_item(read.key)}, but "
            f"version {shown(applied.event.version)} is at position {applied.event.position}, "
            f"before its fence at {fence.event.position}",
            fence,
            read,
            applied,
            item=read.key,
        )


class _Journal:
    """The entries of one item and the reads that have a fence, as far as they may contradict.

    Both go up in position and in version: an entry counts only where no earlier one is newer, a
    read only where no later one saw something older.
    """

    __slots__ = ("entries", "most", "reads")

    def __init__(self, most: int) -> None:
        self.most = most
        self.entries: list[tuple[int, _Version, Record]] = []
        self.reads: list[tuple[int, _Version, Operation, Record]] = []

    def apply(
        self, position: int, version: _Version, record: Record
    ) -> tuple[Operation, Record] | None:
        """Take an entry; give a read with a later fence that saw something older, if any."""
        entries = self.entries
        at = bisect_right(entries, position, key=_position)
        if not at or entries[at - 1][1] < version:
            end = at
            while end < len(entries) and entries[end][1] <= version:
                end += 1
            entries[at:end] = [(position, version, record)]
            del entries[: max(0, len(entries) - self.most)]
        after = bisect_right(self.reads, position, key=_position)
        if after < len(self.reads) and self.reads[after][1] < version:
            return self.reads[after][2:]
        return None

    def read(self, version: _Version, read: Operation, fence: Record) -> Record | None:
        """Take a read; give a newer entry before its fence, if any."""
        assert isinstance(fence.event, Append)
        position, reads = fence.event.position, self.reads
        at = bisect_left(reads, position, key=_position)
        if at == len(reads) or reads[at][1] > version:
            begin = at
            while begin and reads[begin - 1][1] >= version:
                begin -= 1
            reads[begin:at] = [(position, version, read, fence)]
            del reads[: max(0, len(reads) - self.most)]
        before = bisect_left(self.entries, position, key=_position) - 1
        if before >= 0 and self.entries[before][1] > version:
            return self.entries[before][2]
        return None


def _position(entry: tuple[Any, ...]) -> int:
    return int(entry[0])


def fence_of(append: Append) -> Any:
    """Give the id of the read that an entry is the fence of; None where it is no fence."""
    entry = append.entry
    if isinstance(entry, dict):
        entry = entry.get("fence")
    return entry if isinstance(entry, (str, int)) and not isinstance(entry, bool) else None
