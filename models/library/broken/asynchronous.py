"""Asynchronous tables with one mechanism left out."""

from ...states import action
from ...systems import guard
from .. import asynchronous
from ..asynchronous import Change
from ..consistency import Acknowledged, Applied, StrongReadBegan, StrongReadReturned
from ..feeds import Feed
from ..replication import Carried, Recorded
from ..versions import UNWRITTEN, Version


class RelayEverything(asynchronous.Stream):
    """Replicators pass on what other regions wrote."""

    def record(self, change: Change) -> None:
        """Keep every record for every replicator."""
        for feeds in self.readers:
            feeds[change.item].push(change)


class ReplicateOutOfOrder(Feed[Change]):
    """A replicator takes the newest record of an item before the older ones."""

    def next(self) -> Change:
        """Take the last record, and put those before it back."""
        guard(not self.is_read)
        records = [self._log.pop() for _ in range(len(self._log))]
        for record in records[:-1]:
            self._log.push(record)
        return records[-1]


class LastArrivalWins(asynchronous.Region):
    """A region keeps what arrives last, not what was written last."""

    def accept(self, change: Change) -> None:
        """Take whatever comes."""
        self.apply(change)


class RecordStaleWrites(asynchronous.Region):
    """The stream has records of writes that were ignored."""

    def accept(self, change: Change) -> None:
        """Record what comes, applied or not."""
        if change.version.is_after(self.table[change.item]):
            self.apply(change)
        else:
            self.announce(record_of(self, change))


class RecordOnlyLocalWrites(asynchronous.Region):
    """The stream has no records of what other regions wrote."""

    def apply(self, change: Change) -> None:
        """Write, and record what was written here."""
        before = self.table[change.item].time
        self.table[change.item] = change.version
        self.announce(Applied(self.name, change.item, change.version.time, before))
        if change.version.region == self.name:
            self.stream.record(change)
            self.announce(record_of(self, change))


class ReplicateBeforeWriting(asynchronous.Region):
    """The stream has a record before the write is durable in its own region."""

    def write(self, item: str, value: int | None = 1) -> None:
        """Record and acknowledge now; the local copy follows in a step of its own."""
        version = Version(self.now(), self.name, value)
        self.stream.record(Change(item, version))
        self.announce(record_of(self, Change(item, version)))
        self.announce(Acknowledged(item, version.time, self.name))


class ReadStronglyFromACopy(asynchronous.Region):
    """A strong read may go to a copy that has not seen the last write."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what is here, or what was here at first."""
        self.announce(StrongReadBegan(reader, item, self.name))
        time = self.choose((self.table[item].time, UNWRITTEN.time))
        self.announce(StrongReadReturned(reader, item, time, self.name))


class ForgetWhoWrote(asynchronous.Region):
    """Of two writes at one time, each region keeps the one that came last."""

    def accept(self, change: Change) -> None:
        """Keep the later of two writes by the timestamp alone."""
        if change.version.time >= self.table[change.item].time:
            self.apply(change)


class ForgetDeletedItems(asynchronous.Region):
    """A delete leaves no tombstone."""

    def apply(self, change: Change) -> None:
        """Write; of a deleted item nothing stays behind."""
        super().apply(change)
        if not change.version.is_there:
            self.table[change.item] = UNWRITTEN


class OneReplicatorForAll(asynchronous.Replicator):
    """One replicator serves the other regions in turn, so that a broken path stops all after it."""

    @action
    def replicate(self) -> None:
        """Go on only when those who come before have everything."""
        for feeds in self.source.stream.readers:
            if feeds is self.feeds:
                break
            guard(all(feed.is_read for feed in feeds.values()))
        guard(self.works_with(self.target))
        change = self.feeds[self.choose(self.source.items)].next()
        self.target.accept(change)
        self.announce(Carried(self.source.name, self.target.name, change.item, change.version))


class ApplyAgain(asynchronous.Region):
    """A record that a replicator carries again after a crash is applied again."""

    def accept(self, change: Change) -> None:
        """Keep what is no earlier than what is here."""
        if change.version == self.table[change.item]:
            self.apply(change)
        else:
            super().accept(change)


def record_of(region: asynchronous.Region, change: Change) -> Recorded:
    """Give the announcement of a record in a region's stream."""
    return Recorded(region.name, change.item, change.version.time, change.version.value)
