"""GT501 to GT504, the journal: one order of entries, durable before heard, each applied once."""

from __future__ import annotations

from typing import Any

from ..events import Append, Apply, Deliver
from ..history import Entry, Record
from ..monitors import Monitor, Remembered, Run
from ..values import identity, shown
from ..wording import line_of, named_item

DEFAULT_QUORUM = 2
"""Of three regions, which a journal has where the trace does not say (claim C92)."""


class AppendOnly(Monitor):
    """A journal's position holds one entry for ever, and positions follow each other without a gap.

    Promised in mode mrsc (claim C73). From `append` and `deliver` events: whoever tells of a
    position names the same entry; a region is given no position twice over a gap; and when the
    trace ends, no position is missing between those that were appended.

    Counts `append` and `deliver` events. One pass; remembers the newest positions
    (`limits.max_remembered`) and the gaps.
    """

    code, name = "GT501", "append-only, no gap"
    heeds_operations = False
    summary = "a journal's position holds one entry for ever, and none is missing"
    modes = ("mrsc",)
    nothing = "no journal in the trace"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.entries = Remembered(run.limits.max_remembered)
        self.runs: dict[int, tuple[int, Record, Record]] = {}
        """Positions appended without a gap: the first, and the last with the records of both."""
        self.ends: dict[int, int] = {}
        self.forgotten: int | None = None
        self.delivered: dict[str, tuple[int, Record]] = {}

    def seen(self, record: Record) -> None:
        """Hold an entry against what its position held before, and look for gaps."""
        event = record.event
        if not isinstance(event, (Append, Deliver)):
            return
        self.checked += 1
        before = self.entries.get(event.position)
        if before is None:
            self.entries.keep(event.position, record)
        elif identity(before.event.entry) != identity(event.entry):
            self.violate(
                f"position {event.position} holds {shown(before.event.entry)} in {line_of(before)} "
                f"and {shown(event.entry)} in {line_of(record)}",
                before,
                record,
            )
        if isinstance(event, Append):
            self._append(event.position, record)
        else:
            self._deliver(event, record)

    def _deliver(self, event: Deliver, record: Record) -> None:
        newest, last = self.delivered.get(event.region, (event.position, record))
        if event.position > newest + 1:
            self.violate(
                f"{event.region} is given position {event.position} after {newest}: it missed "
                f"what is between",
                last,
                record,
            )
        if event.position >= newest:
            self.delivered[event.region] = (event.position, record)

    def _append(self, position: int, record: Record) -> None:
        first, last = position, position
        first_record = last_record = record
        if self._holds(position) or (self.forgotten is not None and position <= self.forgotten):
            return
        if position - 1 in self.ends:
            first = self.ends.pop(position - 1)
            first_record = self.runs.pop(first)[1]
        if position + 1 in self.runs:
            last, _, last_record = self.runs.pop(position + 1)
        self.runs[first] = (last, first_record, last_record)
        self.ends[last] = first
        if len(self.runs) > self.run.limits.max_remembered:
            self._forget_lowest()

    def _forget_lowest(self) -> None:
        first = min(self.runs)
        self.forgotten = self.runs.pop(first)[0]
        del self.ends[self.forgotten]
        most = self.run.limits.max_remembered
        self.undecided = f"more than {most:,} gaps in the journal, of which the first are forgotten"

    def _holds(self, position: int) -> bool:
        return any(first <= position <= run[0] for first, run in self.runs.items())

    def finish(self) -> None:
        """Look for positions that are missing."""
        runs = sorted(self.runs.items())
        if len(runs) > 1:
            (_, before), (after, following) = runs[0], runs[1]
            self.violate(
                f"positions {before[0]} and {after} were appended, but none between them",
                before[2],
                following[1],
            )


class DurableFirst(Monitor):
    """An entry of the journal is durable in a quorum of regions before any region is given it.

    Promised in mode mrsc (claims C74, C92): a quorum is more than half of the regions of the
    trace's first line, else two. From `append` events that list the `regions` which hold the entry,
    and `deliver` events. Positions before the first that was appended in the trace are not judged.

    Counts `deliver` events. One pass; remembers the newest positions (`limits.max_remembered`).
    """

    code, name = "GT502", "durable before delivered"
    heeds_operations = False
    summary = "an entry is durable in a quorum of regions before any region is given it"
    modes = ("mrsc",)
    nothing = "no delivery of an entry of which the trace tells where it is durable"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.quorum = len(run.regions) // 2 + 1 if run.regions else DEFAULT_QUORUM
        self.appends = Remembered(run.limits.max_remembered)
        self.lowest: Record | None = None

    def seen(self, record: Record) -> None:
        """Remember where an entry is durable."""
        event = record.event
        if not isinstance(event, Append) or not event.regions:
            return
        if event.position not in self.appends:
            self.appends.keep(event.position, [])
        known = self.appends[event.position]
        if not any(set(event.regions) <= set(each.event.regions) for each in known):
            known.append(record)
        if self.lowest is None or event.position < _position(self.lowest):
            self.lowest = record

    def settled(self, entry: Entry) -> None:
        """Hold a delivery against where the entry was durable by then."""
        event = entry.event if isinstance(entry, Record) else None
        if not isinstance(event, Deliver) or self.lowest is None:
            return
        position = event.position
        if position < _position(self.lowest) or self.appends.may_have_had(position):
            return
        self.checked += 1
        appends = self.appends.get(event.position, [])
        held = {region for each in appends for region in each.event.regions}
        if len(held) < self.quorum:
            where = ", ".join(sorted(held)) or "no region"
            self.violate(
                f"{event.region} is given position {event.position}, durable in {where} by then, "
                f"but a quorum is {self.quorum}",
                *(appends[:3] or [self.lowest]),
                entry,
            )


def _position(record: Record) -> int:
    assert isinstance(record.event, Append)
    return record.event.position


class JournalOrder(Monitor):
    """A region applies the entries of the journal in the order of their positions.

    Promised in mode mrsc (claims C79, C85): over all items, not only per item. From `apply` events
    with `applied` true and a `position`. After a crash entries may be looked at again, and are
    skipped then. Counts the applied entries after another. One pass; remembers one a region.
    """

    code, name = "GT503", "applied in journal order"
    heeds_operations = False
    is_conclusive = True
    summary = "a region applies entries in the order of the journal, over all items"
    modes = ("mrsc",)
    nothing = "no region applied two entries of which the positions are told"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.newest: dict[str, tuple[int, Record]] = {}

    def seen(self, record: Record) -> None:
        """Hold the position against the newest that the region has applied."""
        event = record.event
        if not isinstance(event, Apply) or not event.applied or event.position is None:
            return
        newest, last = self.newest.get(event.region, (event.position, record))
        self.checked += last is not record
        if event.position < newest:
            self.violate(
                f"{event.region} applied position {event.position} after position {newest}",
                last,
                record,
                item=event.key,
            )
        self.newest[event.region] = max((newest, last), (event.position, record), key=_first)


def _first(pair: tuple[int, Record]) -> int:
    return pair[0]


class AppliedOnce(Monitor):
    """A region applies each write at most once, also after it was delivered again.

    Promised in mode mrsc (claims C96 to C98). From `apply` events with `applied` true: no version
    of an item, and no position for one item, comes twice in a region. Counts what was applied. One
    pass; remembers the newest versions of each item and region (`limits.max_remembered`).
    """

    code, name = "GT504", "applied at most once"
    heeds_operations = False
    is_conclusive = True
    summary = "a region applies each write at most once"
    modes = ("mrsc",)
    nothing = "no region applied anything"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.applied: dict[tuple[str, Any], Remembered] = {}

    def seen(self, record: Record) -> None:
        """Look for the same write among those applied before."""
        event = record.event
        if not isinstance(event, Apply) or not event.applied:
            return
        self.checked += 1
        place = (event.region, event.key)
        applied = self.applied.get(place)
        if applied is None:
            applied = self.applied[place] = Remembered(self.run.limits.max_remembered)
        names = [("version", identity(event.version))]
        names += [("position", event.position)] if event.position is not None else []
        for name in names:
            before = applied.get(name)
            if before is not None:
                self.violate(
                    f"{event.region} applied {name[0]} {shown(getattr(event, name[0]))} of "
                    f"{named_item(event.key)} twice",
                    before,
                    record,
                    item=event.key,
                )
            applied.keep(name, record)
