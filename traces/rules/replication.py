"""GT301, GT303 and GT305, replication: how what was written gets to the other regions."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..events import Apply, Fault, Snapshot
from ..faults import cut_links
from ..history import FOREVER, Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import UNSET, identity, shown, version_key
from ..wording import line_of, named_item


class ReplicasConverge(Monitor):
    """When an item is no longer written, all replicas come to hold the same.

    Promised in both modes (claims C14, C53, C75, C124). From snapshots: those that were taken while
    nobody wrote the item and no fault was there, nor for `quiet_us` (one second, or as the trace's
    first line says) before, must agree on version and value. What was written with unknown outcome
    may still arrive, so a snapshot that shows it is not held against others.

    Counts the snapshots that were compared. One pass; remembers one snapshot an item and region.
    """

    code, name = "GT301", "replicas converge when quiet"
    summary = "when an item is no longer written, all replicas come to hold the same"
    nothing = "no two snapshots of an item were taken after a time in which all was quiet"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.fault_until = -FOREVER
        self.writing: defaultdict[Any, int] = defaultdict(int)
        self.written_until: dict[Any, int] = {}
        self.unknown: dict[Any, set[Any]] = {}
        self.held: defaultdict[Any, dict[str, Record]] = defaultdict(dict)

    def opened(self, operation: Operation) -> None:
        """Take that an item is written, from now on and perhaps for ever."""
        if not operation.is_write:
            return
        key = operation.key
        self.held.pop(key, None)
        if operation.certain:
            self.writing[key] += 1
        else:
            shows = self.unknown.setdefault(key, set())
            shows.add(UNSET if operation.action == "increment" else identity(operation.value))
            if len(shows) > self.run.limits.max_remembered:
                self.unknown[key] = {UNSET}  # from now on any snapshot may show one of them
            self.written_until[key] = max(operation.start, self.written_until.get(key, -FOREVER))

    def closed(self, operation: Operation) -> None:
        """Take that a write has ended."""
        if operation.is_write:
            self.writing[operation.key] -= 1
            before = self.written_until.get(operation.key, -FOREVER)
            self.written_until[operation.key] = max(operation.end, before)

    def seen(self, record: Record) -> None:
        """Take that a fault is there, until it ends."""
        if isinstance(record.event, Fault):
            self.fault_until = max(self.fault_until, _end(record))
            self.held.clear()

    def settled(self, entry: Entry) -> None:
        """Hold a quiet snapshot against those of all regions."""
        event = entry.event if isinstance(entry, Record) else None
        if isinstance(entry, Record) and isinstance(event, Snapshot) and self._is_quiet(event):
            held = self.held[event.key]
            if held:
                self.checked += 1
            for other in held.values():
                self._compare(other, entry)
            held[event.region] = entry

    def _is_quiet(self, event: Snapshot) -> bool:
        key = event.key
        since = max(self.written_until.get(key, -FOREVER), self.fault_until)
        margin = self.run.quiet + 2 * self.run.clock_error
        unknown = self.unknown.get(key, ())
        shows_unknown = identity(event.value) in unknown or UNSET in unknown
        return not self.writing.get(key) and since + margin <= event.time and not shows_unknown

    def _compare(self, one: Record, other: Record) -> None:
        a, b = one.event, other.event
        assert isinstance(a, Snapshot)
        assert isinstance(b, Snapshot)
        if a.version == b.version and identity(a.value) == identity(b.value):
            return
        self.violate(
            f"{named_item(a.key)} had not been written for {self.run.quiet:,} us, but {a.region} "
            f"holds {shown(a.value)} (version {shown(a.version)}) and {b.region} "
            f"{shown(b.value)} (version {shown(b.version)})",
            one,
            other,
            item=a.key,
        )


class AppliedInOrder(Monitor):
    """A region applies the versions of an item in their order, and never an older one after a
    newer.

    Promised in both modes (claims C24, C97): each region goes forward only. From `apply` events
    with `applied` true and versions that can be ordered. The same version again is for GT504.

    Counts the versions applied after another. One pass; remembers the newest of each item and
    region.
    """

    code, name = "GT303", "versions apply in order"
    heeds_operations = False
    is_conclusive = True
    summary = "a region never applies an older version of an item after a newer one"
    nothing = "no region applied two versions of an item that can be ordered"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.newest: dict[tuple[str, Any], tuple[tuple[Any, ...], Record]] = {}

    def seen(self, record: Record) -> None:
        """Hold an applied version against the newest that was applied before."""
        event = record.event
        if not isinstance(event, Apply) or not event.applied:
            return
        version = version_key(event.version)
        if version is None:
            return
        place = (event.region, event.key)
        newest = self.newest.get(place)
        if newest is not None:
            self.checked += 1
            if version < newest[0]:
                assert isinstance(newest[1].event, Apply)
                self.violate(
                    f"{event.region} applied version {shown(event.version)} of "
                    f"{named_item(event.key)} after the newer {shown(newest[1].event.version)}",
                    newest[1],
                    record,
                    item=event.key,
                )
                return
        self.newest[place] = (version, record)


class NoRelay(Monitor):
    """An item reaches a region only from the region that wrote it, never through a third.

    Promised in mode async (claim C58): while the link between two regions is cut, neither gets what
    the other writes. In mode mrsc the journal takes the longer route (C110).

    From `apply` events and the writes that they are of, told by version: the `origin` must be the
    region of the write, and what was written after a cut began must not be applied beyond it before
    the cut ends. Counts the applied versions whose write is known. One pass; remembers the writes
    of the newest versions (`limits.max_remembered` an item).
    """

    code, name = "GT305", "no relay"
    summary = "an item reaches a region only from the region that wrote it"
    modes = ("async",)
    nothing = "no region applied a version of which a write in another region is known"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.writes: dict[Any, Remembered] = {}
        self.cuts: list[tuple[Record, frozenset[tuple[str, str]]]] = []

    def opened(self, operation: Operation) -> None:
        """Remember which region writes which version."""
        version = version_key(operation.version)
        if operation.is_write and operation.region is not None and version is not None:
            item = self.writes.get(operation.key)
            if item is None:
                item = self.writes[operation.key] = Remembered(self.run.limits.max_remembered)
            item.keep(version, operation)

    def seen(self, record: Record) -> None:
        """Remember the cuts, and forget those that are over."""
        event = record.event
        if self.cuts:
            self.cuts = [each for each in self.cuts if _end(each[0]) >= record.start]
        if isinstance(event, Fault) and event.kind == "cut":
            self.cuts.append((record, cut_links(event)))

    def settled(self, entry: Entry) -> None:
        """Hold what was applied from elsewhere against its write, and against the cuts."""
        if not isinstance(entry, Record) or not isinstance(entry.event, Apply):
            return
        event = entry.event
        version = version_key(event.version)
        known = self.writes.get(event.key)
        write = known.get(version) if known is not None else None
        if not event.applied or write is None or write.region == event.region:
            return
        self.checked += 1
        told = f"version {shown(event.version)} of {named_item(event.key)}"
        if event.origin != write.region:
            self.violate(
                f"{event.region} applied {told} from {event.origin}, but {line_of(write)} wrote it "
                f"in {write.region}: {event.origin} passed on what was not its own",
                write,
                entry,
                item=event.key,
            )
        for cut, links in self.cuts:
            if (write.region, event.region) in links and self._is_within(cut, write, event):
                self.violate(
                    f"{event.region} applied {told}, which {line_of(write)} wrote in "
                    f"{write.region} after the link between them was cut and before it was back: "
                    "a third region passed it on",
                    cut,
                    write,
                    entry,
                    item=event.key,
                )

    def _is_within(self, cut: Record, write: Operation, event: Apply) -> bool:
        is_before = self.run.is_before
        return is_before(cut.start, write.start) and is_before(event.time, _end(cut))


def _end(fault: Record) -> int:
    assert isinstance(fault.event, Fault)
    return FOREVER if fault.event.end is None else fault.event.end
