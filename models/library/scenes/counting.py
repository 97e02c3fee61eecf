"""Regions whose own clients count: each increments the counter that it finds there, in a loop."""

from collections.abc import Sequence
from typing import Annotated, Literal

from ...events import Event
from ...fields import durable, volatile
from ...parameters import Parameter
from ...states import action
from ...systems import guard
from .. import asynchronous, mrsc
from ..asynchronous import Change
from ..consistency import Acknowledged
from ..feeds import Feed
from ..journal import Journal
from ..mrsc import Entry
from ..versions import UNWRITTEN, Version

ITEM = "counter"

Mode = Annotated[Literal["async", "mrsc"], Parameter(summary="how the regions replicate")]

NOTHING_SEEN = Version(UNWRITTEN.time, "not read")


class CountsLocally(asynchronous.Region):
    """A region of an asynchronous table, with a client that increments the local copy (C140)."""

    increments: int
    done: int = durable(0)

    @action
    def increment(self) -> None:
        """Write one more than what is here; it is acknowledged at once."""
        guard(self.done < self.increments)
        self.done += 1
        self.write(ITEM, count_of(self) + 1)


class CountsThroughTheJournal(mrsc.Region):
    """A region of a consistent table, with a client that retries until it succeeds (C105, C142)."""

    increments: int
    done: int = durable(0)

    @action
    def increment(self) -> None:
        """Write one more than what is here, when the last attempt is answered."""
        guard(self.done < self.increments and not self.awaits_a_write)
        self.write(ITEM, count_of(self) + 1)

    def announce(self, event: Event) -> None:
        """Let the client hear of its success; after a conflict it will try again."""
        if isinstance(event, Acknowledged):
            self.done += 1
        super().announce(event)


class ReadsEarly(CountsThroughTheJournal):
    """The same client, where every region hears an entry at once and reads may be early (C80).

    What a late region does, a region does that read when it was not late: it makes an entry of a
    timestamp that has been replaced. Nothing else of a late region can be seen before it has heard
    all, so that the outcomes are the same, of far fewer states.
    """

    seen: Version = volatile(NOTHING_SEEN)

    @action
    def read(self) -> None:
        """Read what is here; the entry that is made of it follows in a step of its own."""
        guard(self.done < self.increments and self.seen == NOTHING_SEEN)
        self.seen = self.table[ITEM]

    @action
    def increment(self) -> None:
        """Append one more than what was read."""
        guard(self.seen != NOTHING_SEEN)
        seen, self.seen = self.seen, NOTHING_SEEN
        self.append_put(ITEM, (seen.value or 0) + 1, made_of=seen.time)


class HeardAtOnce(Journal[Entry]):
    """A journal whose entries every region hears in the step that appends them."""

    listeners: tuple[mrsc.Region, ...] = ()

    def append(self, site: str, entry: Entry, *, to: Sequence[str] | None = None) -> None:
        """Append, and let every region hear it."""
        super().append(site, entry, to=())
        for listener in self.listeners:
            listener.hear(entry)


class NewestOnly(Feed[Change]):
    """A replicator's feed that keeps only the newest write of an item, as the service may do."""

    def push(self, record: Change) -> None:
        """Put the record in the place of one that is still unread."""
        if not self._log.is_empty:
            self._log.pop()
        super().push(record)


class AfterTheLoop(asynchronous.Replicator):
    """A replicator that is slower than its region's client: it begins when the loop has ended."""

    @action
    def replicate(self) -> None:
        """Carry on, once all that will be written here is written."""
        assert isinstance(self.source, CountsLocally)
        guard(self.source.done == self.source.increments)
        super().replicate()


def count_of(region: asynchronous.Region | mrsc.Region) -> int:
    """Give the count that a region holds; 0 where nothing was written."""
    return region.table[ITEM].value or 0
