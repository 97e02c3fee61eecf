"""Multi-region strong consistency: every write and every strong read goes through a journal.

A region's replication engine reads its local copy, makes a conditional entry of the request,
appends it, applies what it hears in journal order, and answers when it has applied its own entry
(C77 to C84). A strong read appends a fence and waits to hear it (C88). Of two writes that were
made of the same version, the one that the journal has second is refused everywhere (C100 to C104).
"""

from ..errors import ParameterError
from ..events import Event
from ..fields import durable, volatile
from ..states import action
from ..systems import guard
from ..values import Record, Time
from ..variables import Table
from .clients import Replica
from .consistency import (
    Acknowledged,
    Applied,
    EventualReadReturned,
    StrongReadBegan,
    StrongReadReturned,
)
from .journal import Journal
from .versions import UNWRITTEN, Version


class Entry(Record):
    """What a region appends to the journal."""

    origin: str


class ConditionalPut(Entry):
    """Put a version of an item, if it still has the timestamp that the request was made of (C99).

    A conditional delete is one whose version holds no value.
    """

    item: str
    expected: Time
    version: Version


class Fence(Entry):
    """A strong read's mark: whoever hears it has heard all that was appended before (C88, C89)."""

    reader: int
    item: str


class FenceAppended(Event):
    """The strong read of this number has its fence in the journal (C91)."""

    reader: int


class Conflicted(Event):
    """A client was told that another write came first and that it may retry (C104)."""

    item: str
    version: Time
    region: str


class Region(Replica):
    """One region's replica and its replication engine."""

    items: tuple[str, ...]
    journal: Journal[Entry]
    table: Table[str, Version] = durable.table(UNWRITTEN, over="items")
    pending: frozenset[Entry] = volatile(frozenset())

    def write(self, item: str, value: int | None = 1) -> None:
        """Make a conditional entry of what the item is here, and append it (C80)."""
        self.append_put(item, value, made_of=self.table[item].time)

    def append_put(self, item: str, value: int | None, *, made_of: Time) -> None:
        """Append a put on condition that the item still has this timestamp (C99, C100)."""
        version = Version(self.now(), self.name, value)
        self.append(ConditionalPut(self.name, item, made_of, version))

    def read_strongly(self, reader: int, item: str) -> None:
        """Append a fence; the answer comes when this region hears it (C88, C90)."""
        self.append(Fence(self.name, reader, item))
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(FenceAppended(reader))

    def read_eventually(self, item: str) -> None:
        """Read the local copy, which may be behind (C83, C139)."""
        here = self.table[item]
        self.announce(EventualReadReturned(self.name, item, here.time, here.value))

    def append(self, entry: Entry) -> None:
        """Append to the journal, and remember that a client waits for it (C78)."""
        self.pending |= {entry}
        self.journal.append(self.site, entry, to=None if is_for_all(entry) else (self.name,))

    @property
    def awaits_a_write(self) -> bool:
        """Whether a client waits for a write here."""
        return any(isinstance(entry, ConditionalPut) for entry in self.pending)

    @property
    def awaits_a_read(self) -> bool:
        """Whether a client waits for a strong read here."""
        return any(isinstance(entry, Fence) for entry in self.pending)

    @action
    def hear_the_journal(self) -> None:
        """Take the next entry in journal order (C75, C79)."""
        self.hear(self.journal.hear(self.name))

    def hear(self, entry: Entry) -> None:
        """Apply an entry, and answer if it is ours (C79, C84)."""
        if isinstance(entry, ConditionalPut):
            self.hear_a_put(entry)
        elif isinstance(entry, Fence):
            self.hear_a_fence(entry)

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Apply a put whose condition holds, skip it elsewhere, and tell its client (C82, C103)."""
        holds = self.table[put.item].time == put.expected
        if holds:
            self.apply(put)
        if put in self.pending:
            self.pending -= {put}
            told = Acknowledged if holds else Conflicted
            self.announce(told(put.item, put.version.time, self.name))

    def apply(self, put: ConditionalPut) -> None:
        """Write the version to the local copy (C79)."""
        before = self.table[put.item].time
        self.table[put.item] = put.version
        time = put.version.time
        self.announce(Applied(self.name, put.item, time, before, made_of=put.expected))

    def hear_a_fence(self, fence: Fence) -> None:
        """Answer a strong read of this region: everything before its fence is applied (C89)."""
        if fence in self.pending:
            self.pending -= {fence}
            here = self.table[fence.item]
            self.announce(
                StrongReadReturned(fence.reader, fence.item, here.time, self.name, here.value)
            )


class Witness(Replica):
    """A region that holds a copy of the journal and nothing else: it serves nobody (C94)."""

    def write(self, item: str, value: int | None = 1) -> None:
        """Take no write."""
        guard(False)

    def read_strongly(self, reader: int, item: str) -> None:
        """Serve no read."""
        guard(False)

    def read_eventually(self, item: str) -> None:
        """Serve no read."""
        guard(False)


def is_for_all(entry: Entry) -> bool:
    """Tell whether all regions must hear an entry: a fence is skipped by all but its own."""
    return isinstance(entry, ConditionalPut)


def refuse(feature: str, asked: int) -> None:
    """Raise `ParameterError` where a feature is asked for that this mode does not have (C113)."""
    if asked:
        raise ParameterError(
            f"{feature}={asked} is impossible: multi-region strong consistency has no {feature}; "
            "the asynchronous mode has"
        )
