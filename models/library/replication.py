"""What replication does inside a table, as announced events and the specs that judge them."""

from ..events import Event
from ..fields import volatile
from ..specs import Spec
from ..states import on
from ..values import NEVER, Time
from ..variables import Table
from .consistency import Acknowledged, Applied, Place, StrongReadReturned
from .versions import Version

Stamp = tuple[Time, str]
"""What tells a write from others: its timestamp and its region."""

NO_STAMP: Stamp = (NEVER, "nowhere")


class Recorded(Event):
    """The stream of a region got a record of a write (C60)."""

    region: str
    item: str
    version: Time
    value: int | None


class Carried(Event):
    """A replicator wrote a record of one region's stream to another region (C30)."""

    source: str
    target: str
    item: str
    version: Version


class NoRelay(Spec):
    """A write reaches a region from the region where a client wrote it, and from no other (C58)."""

    @on(Carried)
    def judge(self, event: Carried) -> None:
        """The replicator carries what its own source region wrote."""
        assert event.version.region == event.source, (
            f"{event.source} passed on to {event.target} what {event.version.region} wrote"
        )


class AppliedAtMostOnce(Spec):
    """A region applies each write once, and later ones of an item after earlier ones (C79, C97)."""

    places: tuple[Place, ...]
    applied: Table[Place, Time] = volatile.table(NEVER, over="places")

    @on(Applied)
    def judge(self, event: Applied) -> None:
        """The write is later than all that this region applied to the item."""
        place = (event.region, event.item)
        assert event.version > self.applied[place], (
            f"{event.region} applied {event.version} after {self.applied[place]}"
        )
        self.applied[place] = event.version


class StreamsHoldWhatWasApplied(Spec):
    """A stream gets one record of each write that its region applied, and no other (C60, C61)."""

    places: tuple[Place, ...]
    unrecorded: Table[Place, Time] = volatile.table(NEVER, over="places")

    @on(Applied)
    def owe(self, event: Applied) -> None:
        """The write is now owed to the stream; none is owed from before."""
        place = (event.region, event.item)
        missing = self.unrecorded[place]
        assert missing == NEVER, f"the stream of {event.region} has no record of {missing}"
        self.unrecorded[place] = event.version

    @on(Recorded)
    def judge(self, event: Recorded) -> None:
        """The record is of the write that was just applied, which is durable before (C28)."""
        place = (event.region, event.item)
        assert event.version == self.unrecorded[place], (
            f"the stream of {event.region} has a record of {event.version}, which was not applied"
        )
        self.unrecorded[place] = NEVER

    def misses_nothing(self) -> bool:
        """Tell whether every applied write has its record; true between steps."""
        return all(time == NEVER for time in self.unrecorded.values())


class TimestampsFollowWrites(Spec):
    """Of two writes of an item, the one that was made later has the later timestamp (C46)."""

    items: tuple[str, ...]
    last: Table[str, Time] = volatile.table(NEVER, over="items")

    @on(Acknowledged)
    def judge(self, event: Acknowledged) -> None:
        """The timestamp is after that of every write before it, in any region."""
        before, self.last[event.item] = self.last[event.item], event.version
        assert event.version > before, (
            f"{event.region} wrote {event.item} at {event.version}, after a write of {before}"
        )


class WritesAreToldApart(Spec):
    """No two writes of an item have the same timestamp and region (C2, C46).

    What it remembers is which write was made last, whatever the clocks say.
    """

    items: tuple[str, ...]
    last: Table[str, Stamp] = volatile.table(NO_STAMP, over="items")
    read_stale: bool = volatile(False)

    @on(Acknowledged)
    def judge(self, event: Acknowledged) -> None:
        """The write is another one than the last."""
        before, self.last[event.item] = self.last[event.item], (event.version, event.region)
        assert before != (event.version, event.region), (
            f"{event.region} wrote {event.item} twice at {event.version}"
        )

    @on(StrongReadReturned)
    def look(self, event: StrongReadReturned) -> None:
        """Remember that a strong read did not give the last write."""
        time, _ = self.last[event.item]
        self.read_stale = self.read_stale or event.version < time
