"""Multi-region strong consistency: every write and every strong read goes through a journal.

A region's replication engine reads its local copy, makes a conditional entry of the request,
appends it, applies what it hears in journal order, and answers when it has applied its own entry
(C77 to C84). A strong read appends a fence and waits to hear it (C88). Of two writes that were
made of the same version, the one that the journal has second is refused everywhere (C100 to C104).
"""

from typing import Annotated

from ..events import Event
from ..fields import durable, volatile
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..states import action
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
from .journal import Journal


class Entry(Record):
    """What a region appends to the journal."""

    origin: str


class ConditionalPut(Entry):
    """Put a new version of an item, if it still has the one that the request was made of (C99)."""

    item: str
    expected: Time
    version: Time


class Fence(Entry):
    """A strong read's mark: whoever hears it has heard all that was appended before (C88, C89)."""

    reader: int
    item: str


class Conflicted(Event):
    """A client was told that another write came first and that it may retry (C104)."""

    item: str
    version: Time


class Region(Replica):
    """One region's replica and its replication engine."""

    items: tuple[str, ...]
    journal: Journal[Entry]
    table: Table[str, Time] = durable.table(NEVER, over="items")
    refused: frozenset[Time] = durable(frozenset())
    pending: frozenset[Entry] = volatile(frozenset())

    def write(self, item: str) -> None:
        """Make a conditional entry of what the item is here, and append it (C80, C99, C100)."""
        entry = ConditionalPut(self.name, item, expected=self.table[item], version=self.now())
        self.journal.append(self.site, entry)
        self.pending |= {entry}

    def read_strongly(self, reader: int, item: str) -> None:
        """Append a fence; the answer comes when this region hears it (C88)."""
        fence = Fence(self.name, reader, item)
        self.journal.append(self.site, fence, to=(self.name,))
        self.pending |= {fence}
        self.announce(StrongReadBegan(reader, item))

    def read_eventually(self, item: str) -> None:
        """Read the local copy, which may be behind (C83, C139)."""
        self.announce(EventualReadReturned(self.name, item, self.table[item]))

    @action
    def hear_the_journal(self) -> None:
        """Take the next entry in journal order: apply a put, answer a fence (C79)."""
        entry = self.journal.hear(self.name)
        if isinstance(entry, ConditionalPut):
            self.apply(entry)
        elif isinstance(entry, Fence):
            self.answer(entry)

    def apply(self, entry: ConditionalPut) -> None:
        """Apply a put whose condition holds, skip it elsewhere, and tell its client (C84, C103)."""
        holds = self.table[entry.item] == entry.expected
        if holds:
            self.table[entry.item] = entry.version
        if entry.origin != self.name:
            return
        if not holds:
            self.refused |= {entry.version}
        if entry in self.pending:
            self.pending -= {entry}
            told = Acknowledged if holds else Conflicted
            self.announce(told(entry.item, entry.version))

    def answer(self, fence: Fence) -> None:
        """Answer a strong read of this region: everything before its fence is applied (C89)."""
        if fence in self.pending:
            self.pending -= {fence}
            version = self.table[fence.item]
            self.announce(StrongReadReturned(fence.reader, fence.item, version))


@model("mrsc")
def mrsc(
    *,
    regions: Annotated[int, Parameter(3, 3, "regions, each with a replica")] = 3,
    items: Annotated[int, Parameter(1, 2, "items in the table")] = 1,
    writes: Writes = 2,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    cut: Cut = 1,
    isolate: Isolate = 0,
    offline: Offline = 0,
    crash: Crash = 0,
) -> System:
    """Multi-region strong consistency: conditional entries in a journal, a fence a strong read."""
    system = MachineSystem()
    names = REGIONS[:regions]
    keys = ITEMS[:items]
    journal = Journal[Entry](
        system, sites=names, subscribers=names, of=Entry, works=system.can_reach
    )
    replicas = [Region(name=name, items=keys, journal=journal) for name in names]
    system.add(*replicas)
    add_clients(
        system,
        replicas,
        keys,
        writes=writes,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_disasters(system, replicas, cut=cut, isolate=isolate, offline=offline, crash=crash)

    @system.always
    def replicas_agree_when_all_is_heard() -> bool:
        """Where every region has heard the whole journal, all hold the same (C75, C112)."""
        if not journal.is_heard():
            return True
        return all(len({replica.table[item] for replica in replicas}) == 1 for item in keys)

    @system.always
    def a_conflict_has_no_effect() -> bool:
        """What was refused with a conflict is in no region's table (C103, C104)."""
        held = {replica.table[item] for replica in replicas for item in keys}
        return all(held.isdisjoint(replica.refused) for replica in replicas)

    if writes > 1:

        @system.sometimes
        def writes_conflict() -> bool:
            """Two regions write the same item at once, and one of them is refused (C103)."""
            return any(replica.refused for replica in replicas)

    places = tuple((name, item) for name in names for item in keys)
    system.spec(LinearizableStrongReads(items=keys, readers=tuple(range(1, strong_reads + 1))))
    system.spec(MonotonicEventualReads(places=places))
    return system
