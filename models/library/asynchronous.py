"""Asynchronous global tables: write locally, replicate later, the last writer wins (C27 to C49).

Each region has a replicator to every other one; it carries an item's writes in order and stops
while its link is cut, without stopping the others (C31 to C33). Nothing is relayed (C58).
"""

from typing import Annotated

from ..events import Event
from ..fields import durable
from ..machines import Ref
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..states import on
from ..systems import System
from ..values import NEVER, Record, Time
from ..variables import Table
from .clients import EventualReads, Replica, StrongReads, Writes, add_clients
from .consistency import (
    Acknowledged,
    EventualReadReturned,
    LinearizableStrongReads,
    MonotonicEventualReads,
    StrongReadBegan,
    StrongReadReturned,
)
from .disasters import Crash, Cut, Isolate, Offline, add_disasters
from .geography import ITEMS, REGIONS


class Version(Record):
    """What a table holds of an item: when and in which region it was written (C47)."""

    time: Time
    region: str


UNWRITTEN = Version(NEVER, "nowhere")


class Replicated(Event):
    """A replicator brings another region's write."""

    item: str
    version: Version


class Region(Replica):
    """One region's copy of the table, with a replicator to each peer."""

    items: tuple[str, ...]
    peers: tuple[Ref["Region"], ...]
    table: Table[str, Version] = durable.table(UNWRITTEN, over="items")

    def write(self, item: str) -> None:
        """Write locally, acknowledge, and leave the rest to the replicators (C27, C30)."""
        version = Version(self.now(), self.name)
        self.table[item] = version
        for peer in self.peers:
            self.send(peer, Replicated(item, version))
        self.announce(Acknowledged(item, version.time))

    @on(Replicated)
    def apply(self, update: Replicated) -> None:
        """Keep the later of two writes; an earlier one that comes late is ignored (C48)."""
        if update.version.time > self.table[update.item].time:
            self.table[update.item] = update.version

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what this region has: strong, but within the region only (C39 to C41)."""
        self.announce(StrongReadBegan(reader, item))
        self.announce(StrongReadReturned(reader, item, self.table[item].time))

    def read_eventually(self, item: str) -> None:
        """Read what this region has (C20)."""
        self.announce(EventualReadReturned(self.name, item, self.table[item].time))


@model("async")
def asynchronous(
    *,
    regions: Annotated[int, Parameter(2, 5, "regions, each with a copy of the table")] = 3,
    items: Annotated[int, Parameter(1, 3, "items in the table")] = 1,
    writes: Writes = 2,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    cut: Cut = 1,
    isolate: Isolate = 0,
    offline: Offline = 0,
    crash: Crash = 0,
) -> System:
    """Asynchronous global tables: local writes, a replicator for each pair, last writer wins."""
    system = MachineSystem()
    names = REGIONS[:regions]
    keys = ITEMS[:items]
    tables = [
        Region(name=name, items=keys, peers=tuple(Ref(peer) for peer in names if peer != name))
        for name in names
    ]
    system.add(*tables)
    add_clients(
        system,
        tables,
        keys,
        writes=writes,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_disasters(system, tables, cut=cut, isolate=isolate, offline=offline, crash=crash)

    @system.always
    def converged_when_quiet() -> bool:
        """Where nothing is on its way, every region holds the same of every item (C14)."""
        if not system.is_quiet():
            return True
        return all(len({region.table[item] for region in tables}) == 1 for item in keys)

    if writes:

        @system.sometimes
        def regions_differ_for_a_while() -> bool:
            """A write is in one region and not yet in another (C37)."""
            return any(len({region.table[item] for region in tables}) > 1 for item in keys)

    places = tuple((name, item) for name in names for item in keys)
    system.spec(MonotonicEventualReads(places=places))
    readers = tuple(range(1, strong_reads + 1))
    system.spec(LinearizableStrongReads(items=keys, readers=readers), promised=False)
    return system
