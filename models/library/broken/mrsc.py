"""Multi-region strong consistency with one mechanism left out."""

from collections.abc import Sequence

from ...systems import guard
from .. import mrsc
from ..consistency import (
    Acknowledged,
    EventualReadReturned,
    StrongReadBegan,
    StrongReadReturned,
)
from ..journal import Journal
from ..mrsc import ConditionalPut, Conflicted, Entry, Fence, FenceAppended
from ..versions import UNWRITTEN, Version


class SkipTheFence(mrsc.Region):
    """A strong read is answered from the local copy."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what is here."""
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(FenceAppended(reader))
        self.announce(StrongReadReturned(reader, item, self.table[item].time, self.name))


class FastPathForLocalReads(mrsc.Region):
    """A strong read in the region that wrote last is answered from the local copy (C90)."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what is here if it was written here, else append a fence."""
        if self.table[item].region != self.name:
            super().read_strongly(reader, item)
            return
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(FenceAppended(reader))
        self.announce(StrongReadReturned(reader, item, self.table[item].time, self.name))


class AnswerWhenAppended(mrsc.Region):
    """A strong read is answered when its fence is appended, without waiting to hear it."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Append a fence, and read what is here."""
        super().read_strongly(reader, item)
        self.pending -= {Fence(self.name, reader, item)}
        self.announce(StrongReadReturned(reader, item, self.table[item].time, self.name))


class ReadWithoutAppending(mrsc.Region):
    """A strong read waits until the region has heard what is in the journal, without a fence."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what is here, where this region has heard everything."""
        guard(self.journal.reaches_quorum(self.site))
        guard(self.journal.feeds[self.name].is_read)
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(StrongReadReturned(reader, item, self.table[item].time, self.name))


class AcknowledgeBeforeApplying(mrsc.Region):
    """A write is acknowledged as soon as it is appended."""

    def write(self, item: str, value: int | None = 1) -> None:
        """Append, and tell the client at once."""
        version = Version(self.now(), self.name, value)
        self.append(ConditionalPut(self.name, item, self.table[item].time, version))
        self.announce(Acknowledged(item, version.time, self.name))


class NoCondition(mrsc.Region):
    """Entries carry no condition: each one is applied."""

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Apply the put, whatever the item is now."""
        self.apply(put)
        if put in self.pending:
            self.pending -= {put}
            self.announce(Acknowledged(put.item, put.version.time, self.name))


class ApplyTheLoserAtHome(mrsc.Region):
    """A region applies its own entry even where the condition does not hold."""

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Apply what is ours; of others what fits."""
        holds = self.table[put.item].time == put.expected
        if holds or put.origin == self.name:
            self.apply(put)
        if put in self.pending:
            self.pending -= {put}
            told = Acknowledged if holds else Conflicted
            self.announce(told(put.item, put.version.time, self.name))


class AcknowledgeAConflict(mrsc.Region):
    """A client whose write lost is told of success."""

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Apply what fits, and tell the client of success either way."""
        if self.table[put.item].time == put.expected:
            self.apply(put)
        if put in self.pending:
            self.pending -= {put}
            self.announce(Acknowledged(put.item, put.version.time, self.name))


class NeverAnswerAConflict(mrsc.Region):
    """A client whose write lost is left without an answer."""

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Answer only what succeeds."""
        holds = self.table[put.item].time == put.expected
        if holds:
            super().hear_a_put(put)


class ReapplyWithoutIdempotence(mrsc.Region):
    """An entry that is heard again after a crash is applied again."""

    def hear_a_put(self, put: ConditionalPut) -> None:
        """Apply again what was applied before."""
        if put.version.time <= self.table[put.item].time:
            self.apply(put)
        else:
            super().hear_a_put(put)


class ForgetTheTable(mrsc.Region):
    """A restarted engine begins with an empty table."""

    def crash(self) -> None:
        """Lose the copy as well."""
        super().crash()
        for item in self.items:
            self.table[item] = UNWRITTEN


class ServingWitness(mrsc.Witness):
    """The witness serves reads, of a table that it does not have."""

    def read_eventually(self, item: str) -> None:
        """Read nothing."""
        self.announce(EventualReadReturned(self.name, item, UNWRITTEN.time))

    def read_strongly(self, reader: int, item: str) -> None:
        """Read nothing, as strongly as can be."""
        self.announce(StrongReadBegan(reader, item, self.name))
        self.announce(FenceAppended(reader))
        self.announce(StrongReadReturned(reader, item, UNWRITTEN.time, self.name))


class DeliverInArrivalOrder(Journal[Entry]):
    """A region hears its own entries at once, those of others in the journal's order."""

    def append(self, site: str, entry: Entry, *, to: Sequence[str] | None = None) -> None:
        """Put the entry before all that its own region has still to hear."""
        feed = self.feeds[site]
        waiting = feed.unread()
        super().append(site, entry, to=to)
        for earlier in waiting:
            feed.drop()
            feed.push(earlier)


class SkipAnEntry(Journal[Entry]):
    """A region may miss an entry."""

    def append(self, site: str, entry: Entry, *, to: Sequence[str] | None = None) -> None:
        """Deliver to those who are connected, and to nobody later."""
        reached = [name for name in self.feeds if to is None or name in to]
        works = [name for name in reached if name == site or self._works(site, name)]
        super().append(site, entry, to=works)


class AppendWithOneCopy(Journal[Entry]):
    """An entry is in the journal as soon as one region holds it."""

    @property
    def quorum(self) -> int:
        """One is enough."""
        return 1
