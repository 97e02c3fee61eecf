"""A log of a replicated table as the library's models follow it: requests, and what they saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from ...models.library.logged_clients import Logged, LoggedApply, LoggedRequest, TableLog
from ...traces.events import MISSING, Apply, Snapshot
from ...traces.history import FOREVER, Entry, History, Operation, Record
from ...traces.values import UNSET, Value, identity, version_key

Key = tuple[Hashable, Hashable]
_WRITES = ("write", "cas", "increment", "append")


@dataclass(slots=True)
class TableLogBuilder:
    """Numbers the writes of a history by their versions, and finds which a read may have seen.

    `lines` are the entries that the model is to follow, in step with what is `logged`; `ignored`
    counts by kind those that no model tells of. Where `reads_locally`, strong reads are as others.
    """

    history: History
    reads_locally: bool
    lines: list[Entry] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    _numbers: dict[int, int] = field(default_factory=dict)
    _versions: dict[Key, int] = field(default_factory=dict)
    _values: dict[Key, set[int]] = field(default_factory=dict)
    _unversioned: dict[Hashable, dict[int, Operation]] = field(default_factory=dict)
    _twice: set[int] = field(default_factory=set)
    _positions: dict[Key, int] = field(default_factory=dict)

    def build(self) -> TableLog:
        """Give the log as the models know it."""
        entries = list(self.history.entries())
        operations = [one for one in entries if isinstance(one, Operation)]
        records = [one for one in entries if isinstance(one, Record)]
        self._number([one for one in operations if one.action in _WRITES])
        for record in records:
            self._record(record)
        for operation in operations:
            self._operation(operation)
        self._leave_out_what_nobody_saw()
        regions = [*self.history.regions, *(one.region for one in self.logged)]
        items = dict.fromkeys(one.item for one in self.logged)
        requests = [one for one in self.logged if isinstance(one, LoggedRequest)]
        origins = {one.number: one.region for one in requests if one.kind == "write"}
        applies = [one for one in self.logged if isinstance(one, LoggedApply)]
        return TableLog(
            regions=tuple(dict.fromkeys(regions)),
            items=tuple(items),
            logged=self.logged,
            origins=origins,
            tells_own=frozenset(one.region for one in applies if _is_own(one, origins)),
            tells_others=frozenset(one.region for one in applies if not _is_own(one, origins)),
        )

    def _number(self, writes: list[Operation]) -> None:
        writes = [one for one in writes if one.failed != "failed"]
        writes.sort(key=lambda one: (_order(one), one.start, one.line))
        for number, write in enumerate(writes):
            self._numbers[id(write)] = number
            item = identity(write.key)
            if write.version is None:
                self._unversioned.setdefault(item, {})[number] = write
            elif (item, identity(write.version)) in self._versions:
                self._twice.add(number)
            else:
                self._versions[item, identity(write.version)] = number
            if write.failed is None and write.action != "increment":
                self._values.setdefault((item, identity(write.value)), set()).add(number)

    def _operation(self, operation: Operation) -> None:
        if operation.failed == "failed":
            self.ignored["failed operations"] += 1
        elif operation.is_read and not operation.certain:
            self.ignored["reads without a result"] += 1
        elif operation.region is None:
            self.ignored["operations without a region"] += 1
        else:
            self.lines.append(operation)
            self.logged.append(self._request(operation, operation.region))

    def _request(self, operation: Operation, region: str) -> LoggedRequest:
        error, item = self.history.clock_error, identity(operation.key)
        is_local = self.reads_locally or operation.consistency == "eventual"
        number = self._numbers.get(id(operation), len(self._numbers) + len(self.lines))
        is_known = operation.action == "read" or operation.action in _WRITES
        conflicts = operation.failed == "conflict"
        in_order = operation.version is not None and not conflicts
        return LoggedRequest(
            number=number,
            kind="write" if not operation.is_read else "eventual" if is_local else "strong",
            region=region,
            item=item,
            start=operation.start - error,
            end=None if operation.end >= FOREVER else operation.end + error,
            conflicts=conflicts,
            gives=self._seen(item, operation.version, operation.value)
            if operation.is_read
            else None,
            chain=item if in_order and not operation.is_read else None,
            possible=is_known and not operation.parts and number not in self._twice,
        )

    def _seen(self, item: Hashable, version: Value, value: Value) -> frozenset[int | None] | None:
        """Give the numbers of the writes that a result may be of, None among them for no item."""
        if version is not None:
            number = self._versions.get((item, identity(version)))
            return frozenset(self._unknown(item, value) if number is None else [number])
        if value is UNSET:
            return None
        found: set[int | None] = {*self._values.get((item, identity(value)), ())}
        if self._is_initial(item, value):
            found.add(None)
        return frozenset(found)

    def _unknown(self, item: Hashable, value: Value) -> Iterator[int]:
        """Give the writes without a version that may have had the one that was seen."""
        for number, write in self._unversioned.get(item, {}).items():
            if write.failed is None and value in (UNSET, MISSING, write.value):
                yield number

    def _is_initial(self, item: Hashable, value: Value) -> bool:
        known = next(
            (i.initial for i in self.history.items.values() if identity(i.key) == item), None
        )
        return value is None or identity(value) == identity(known)

    def _record(self, record: Record) -> None:
        event = record.event
        if isinstance(event, Apply) and event.applied:
            seen = self._seen(identity(event.key), event.version, event.value) or frozenset()
            number = min((one for one in seen if one is not None), default=None)
            self._follow(record, number, event.region, identity(event.key), event.time)
        elif isinstance(event, Snapshot):
            self._snapshot(record, event)
        else:
            kind = "skipped apply" if isinstance(event, Apply) else type(event).__name__.lower()
            self.ignored[f"{kind} lines"] += 1

    def _follow(
        self, record: Record, number: int | None, region: str, item: Hashable, time: int
    ) -> None:
        error = self.history.clock_error
        self.lines.append(record)
        self.logged.append(
            LoggedApply(
                number=number, region=region, item=item, start=time - error, end=time + error
            )
        )

    def _snapshot(self, record: Record, event: Snapshot) -> None:
        """A look at what a replica holds is as good as an eventual read there."""
        error, item = self.history.clock_error, identity(event.key)
        self.lines.append(record)
        self.logged.append(
            LoggedRequest(
                number=len(self._numbers) + len(self.lines),
                kind="eventual",
                region=event.region,
                item=item,
                start=event.time - error,
                end=event.time + error,
                gives=self._seen(item, event.version, event.value),
            )
        )

    def _leave_out_what_nobody_saw(self) -> None:
        """Leave out writes of which nobody knows whether they happened, and that nobody saw."""
        seen: set[int | None] = set()
        contended: set[Hashable] = set()
        for one in self.logged:
            if isinstance(one, LoggedApply):
                seen.add(one.number)
            elif one.kind == "write":
                contended |= {one.item} if one.conflicts else set()
            else:
                seen |= one.gives or set()
        kept = [
            number
            for number, one in enumerate(self.logged)
            if isinstance(one, LoggedApply)
            or one.end is not None
            or one.number in seen
            or one.item in contended
        ]
        self.ignored["writes that nobody saw"] += len(self.logged) - len(kept)
        self.lines = [self.lines[number] for number in kept]
        self.logged = [self.logged[number] for number in kept]


def _is_own(one: LoggedApply, origins: Mapping[int, str]) -> bool:
    return one.number is not None and origins.get(one.number) == one.region


def _order(write: Operation) -> tuple[bool, object]:
    """Give what writes are numbered by: their versions, those without one last."""
    key = None if write.version is None else version_key(write.version)
    return (key is None, () if key is None else key)
