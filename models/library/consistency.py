"""What clients of a replicated table may expect of their reads, as specs over announced events.

Versions of an item are told apart and ordered by the time of their write.
"""

from ..events import Event
from ..fields import volatile
from ..specs import Spec
from ..states import on
from ..values import NEVER, Time
from ..variables import Table


class Acknowledged(Event):
    """A client was told that its write of `item` at `version` succeeded."""

    item: str
    version: Time


class StrongReadBegan(Event):
    """The strong read of this number began to read `item`."""

    reader: int
    item: str


class StrongReadReturned(Event):
    """The strong read of this number gave `version`; `NEVER` where the item was never written."""

    reader: int
    item: str
    version: Time


class EventualReadReturned(Event):
    """An eventual read in `region` gave `version`."""

    region: str
    item: str
    version: Time


class LinearizableStrongReads(Spec):
    """A strong read gives what was acknowledged or strongly read before it began, or later (C71).

    Together with writes whose versions follow real time this is linearizability of each item
    (Herlihy and Wing, 1990): no read goes behind what anyone was told before it began.
    """

    items: tuple[str, ...]
    readers: tuple[int, ...]
    told: Table[str, Time] = volatile.table(NEVER, over="items")
    owed: Table[int, Time] = volatile.table(NEVER, over="readers")

    @on(Acknowledged)
    def remember_write(self, event: Acknowledged) -> None:
        """A version that a client was told of may not be missed by later strong reads."""
        self.told[event.item] = max(self.told[event.item], event.version)

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """What was told until now is owed to this read."""
        self.owed[event.reader] = self.told[event.item]

    @on(StrongReadReturned)
    def judge(self, event: StrongReadReturned) -> None:
        """The read gives at least what it is owed, and later reads at least this."""
        owed = self.owed[event.reader]
        assert event.version >= owed, (
            f"strong read {event.reader} of {event.item} gave the version of {event.version}, "
            f"but that of {owed} was known before it began"
        )
        self.owed[event.reader] = NEVER
        self.told[event.item] = max(self.told[event.item], event.version)


class MonotonicEventualReads(Spec):
    """Eventual reads of an item in one region never go back in time (C16).

    `places` are the pairs of region and item that are read.
    """

    places: tuple[tuple[str, str], ...]
    seen: Table[tuple[str, str], Time] = volatile.table(NEVER, over="places")

    @on(EventualReadReturned)
    def judge(self, event: EventualReadReturned) -> None:
        """The version is the one that was seen in this region before, or a later one."""
        place = (event.region, event.item)
        assert event.version >= self.seen[place], (
            f"an eventual read of {event.item} in {event.region} gave the version of "
            f"{event.version} after one of {self.seen[place]}"
        )
        self.seen[place] = event.version
