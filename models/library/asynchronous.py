"""Asynchronous global tables: write locally, replicate later, the last writer wins (C24 to C61).

A region writes locally and records what it wrote in its stream. For each other region a replicator
reads the stream and writes there what it finds; it stops while its path is broken, without
stopping the others (C28 to C33).
"""

from dataclasses import dataclass
from itertools import permutations
from typing import Any

from ..fields import durable
from ..machines import Machine
from ..networks import MachineSystem
from ..states import action
from ..systems import guard
from ..values import Record, Time
from ..variables import Shared, Table
from .clients import Replica
from .consistency import (
    Acknowledged,
    Applied,
    EventualReadReturned,
    Place,
    StrongReadBegan,
    StrongReadReturned,
)
from .copies import hold_the_same, places_of
from .feeds import Crashes, Feed
from .mutants import NO_BUG, variant
from .replication import Carried, Recorded
from .versions import UNWRITTEN, Version


class Change(Record):
    """A record of a stream: a write that was applied to an item."""

    item: str
    version: Version


class Feeds(Shared, dict[str, Feed[Change]]):
    """What a replicator has still to read, item by item: no order goes across items (C42, C43)."""


class Stream(Shared):
    """A region's stream, as each replicator has still to read it (C29)."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.readers: list[Feeds] = []

    def record(self, change: Change) -> None:
        """Record a write; replicators skip what others wrote, so it is not kept for them (C58)."""
        if change.version.region == self.region:
            for feeds in self.readers:
                feeds[change.item].push(change)


class Region(Replica):
    """One region's copy of the table, with its stream."""

    items: tuple[str, ...]
    stream: Stream
    table: Table[str, Version] = durable.table(UNWRITTEN, over="items")

    def write(self, item: str, value: int | None = 1) -> None:
        """Write locally and acknowledge; the rest is left to the replicators (C27, C30)."""
        self.write_at(self.now(), item, value)

    def write_at(self, time: Time, item: str, value: int | None = 1) -> None:
        """Write with the timestamp that the region's clock shows (C26, C47)."""
        self.accept(Change(item, Version(time, self.name, value)))
        self.announce(Acknowledged(item, time, self.name))

    def accept(self, change: Change) -> None:
        """Keep the later of two writes; an earlier one that comes late is ignored (C45, C48)."""
        if change.version.is_after(self.table[change.item]):
            self.apply(change)

    def apply(self, change: Change) -> None:
        """Make a write durable, and only then record it in the stream (C28, C60, C61)."""
        item, version = change.item, change.version
        before = self.table[item].time
        self.table[item] = version
        self.announce(Applied(self.name, item, version.time, before))
        self.stream.record(change)
        self.announce(Recorded(self.name, item, version.time, version.value))

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what this region has: strong, but within the region only (C38 to C41)."""
        here = self.table[item]
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(StrongReadReturned(reader, item, here.time, self.name, here.value))

    def read_eventually(self, item: str) -> None:
        """Read what this region has (C20)."""
        here = self.table[item]
        self.announce(EventualReadReturned(self.name, item, here.time, here.value))


class Replicator(Machine):
    """The replicator of one region's stream to one other region: a path that fails alone (C31)."""

    source: Region
    target: Region
    feeds: Feeds

    @action
    def replicate(self) -> None:
        """Read the stream's next record and write it in the other region (C29, C30)."""
        guard(self.works_with(self.target))
        change = self.feeds[self.choose(self.source.items)].next()
        self.describe(f"{change.version} of {change.item} reaches {self.target.name}")
        self.target.accept(change)
        self.announce(Carried(self.source.name, self.target.name, change.item, change.version))

    @property
    def is_done(self) -> bool:
        """Whether the stream is read to its end."""
        return all(feed.is_read for feed in self.feeds.values())

    @property
    def is_paused(self) -> bool:
        """Whether it has something to carry and is kept from any step."""
        return not self.is_done and not self.system.can_step(self)

    @property
    def can_work(self) -> bool:
        """Whether no fault keeps this replicator from its work."""
        return self.system.can_step(self) and self.works_with(self.target)

    def is_in_order(self, item: str) -> bool:
        """Tell whether nothing is unread that is older than what the target has of this source."""
        there = self.target.table[item]
        if there.region != self.source.name:
            return True
        return not any(there.is_after(change.version) for change in self.feeds[item].unread())


@dataclass(frozen=True, slots=True)
class GlobalTable:
    """A table in several regions, with a replicator for each ordered pair of them (C36)."""

    regions: tuple[Region, ...]
    replicators: tuple[Replicator, ...]
    items: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Every region with every item."""
        return places_of(self.regions, self.items)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way."""
        return all(replicator.is_done for replicator in self.replicators)

    def origin_holds(self, region: Region, item: str) -> bool:
        """Tell whether what `region` has of an item is where it was written, or a later write."""
        held = region.table[item]
        origins = (other for other in self.regions if other.name == held.region)
        return not any(held.is_after(origin.table[item]) for origin in origins)

    def holds_everywhere(self, item: str, stamp: tuple[Time, str]) -> bool:
        """Tell whether every region has the write of this time and region."""
        held = (region.table[item] for region in self.regions)
        return all((version.time, version.region) == stamp for version in held)

    def has_converged(self) -> bool:
        """Tell whether every region holds the same of every item (C14)."""
        return hold_the_same(self.regions, self.items)


def add_global_table(
    system: MachineSystem,
    names: tuple[str, ...],
    items: tuple[str, ...],
    *,
    bug: str = NO_BUG,
    crashes: Crashes | None = None,
    kind: type[Region] = Region,
    replicators_are: type[Replicator] = Replicator,
    feeds_are: type[Feed[Change]] = Feed,
    **constants: object,
) -> GlobalTable:
    """Add a table's regions and its replicators, each of them able to crash or not.

    The regions are of this `kind`, made with these constants of their own; so are
    the replicators and their feeds.
    """
    region: Any = variant("async", bug, kind)
    stream = variant("async", bug, Stream)
    replicator = variant("async", bug, replicators_are)
    feed = variant("async", bug, feeds_are)
    regions = tuple(
        region(name=name, items=items, stream=stream(name), **constants) for name in names
    )
    system.add(*regions)
    replicators = []
    for source, target in permutations(regions, 2):
        ends, path = (source.name, target.name), f"{source.name} → {target.name}"
        feeds = Feeds(
            (item, feed(system, f"{path}: {item}", Change, crashes, identity=(*ends, item)))
            for item in items
        )
        source.stream.readers.append(feeds)
        replicators.append(
            replicator(
                name=path,
                site=source.name,
                identity=ends,
                source=source,
                target=target,
                feeds=feeds,
            )
        )
    system.add(*replicators)
    return GlobalTable(regions, tuple(replicators), items)
