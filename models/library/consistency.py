"""What clients of a replicated table may expect, as specs over announced events.

Versions of an item are told apart and ordered by the time of their write.
"""

from collections.abc import Hashable

from ..events import Event
from ..fields import volatile
from ..specs import Spec
from ..states import on
from ..values import NEVER, Record, Time
from ..variables import Table

HERE = "here"
"""The region of a system that has only one."""

Place = tuple[str, str]
"""A region and an item."""


class Applied(Event):
    """A region wrote `version`, durably, over the write of `before` (C28).

    `made_of` is the write that the request was made of, where that is a condition (C100).
    """

    region: str
    item: str
    version: Time
    before: Time
    made_of: Time = NEVER


class Acknowledged(Event):
    """A client was told that its write of `item` at `version` succeeded."""

    item: str
    version: Time
    region: str = HERE


class StrongReadBegan(Event):
    """The strong read of this number began to read `item`."""

    reader: int
    item: str
    region: str = HERE


class StrongReadReturned(Event):
    """The strong read of this number gave `version`; `NEVER` where the item was never written."""

    reader: int
    item: str
    version: Time
    region: str = HERE
    value: int | None = None


class EventualReadReturned(Event):
    """An eventual read in `region` gave `version`."""

    region: str
    item: str
    version: Time
    value: int | None = None


Read = StrongReadBegan | StrongReadReturned


class Debt(Record):
    """The version that a strong read of a place must not miss."""

    version: Time
    place: Place


NOTHING_OWED = Debt(NEVER, ("nowhere", "nothing"))


class LinearizableStrongReads(Spec):
    """A strong read gives what was acknowledged, applied or read before it began, or later (C71).

    Together with writes whose versions follow real time this is linearizability of each item
    (Herlihy and Wing, 1990): no read goes behind what anyone knew before it began, nor behind what
    its own region has applied when it is answered.
    """

    items: tuple[Hashable, ...]
    readers: tuple[int, ...]
    places: tuple[Place, ...] = ()
    known: Table[Hashable, Time] = volatile.table(NEVER, over="items")
    applied: Table[Place, Time] = volatile.table(NEVER, over="places")
    owed: Table[int, Debt] = volatile.table(NOTHING_OWED, over="readers")

    def register(self, event: Applied | Acknowledged | Read) -> Hashable:
        """Give what is linearizable: an item, over all regions."""
        return event.item

    @on(Applied)
    def learn_of_effect(self, event: Applied) -> None:
        """A write that took effect may not be missed by later strong reads.

        Where it pays what a waiting read is owed, that need not be remembered any more.
        """
        self.raise_to(event)
        place = (event.region, event.item)
        if place in self.places:
            self.applied[place] = event.version
        for reader, debt in self.owed.items():
            if debt.place == place and event.version >= debt.version:
                self.owed[reader] = NOTHING_OWED

    @on(Acknowledged)
    def learn_of_success(self, event: Acknowledged) -> None:
        """A write that was acknowledged may not be missed by later strong reads."""
        self.raise_to(event)

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """What is known now, and not yet here, is owed to this read."""
        place, known = (event.region, event.item), self.known[self.register(event)]
        if known > self.applied_at(place):
            self.owed[event.reader] = Debt(known, place)

    @on(StrongReadReturned)
    def judge(self, event: StrongReadReturned) -> None:
        """The read gives at least what it is owed, and later reads at least this."""
        place = (event.region, event.item)
        owed = max(self.owed[event.reader].version, self.applied_at(place))
        assert event.version >= owed, (
            f"strong read {event.reader} of {event.item} gave the version of {event.version}, "
            f"but that of {owed} was known before"
        )
        self.owed[event.reader] = NOTHING_OWED
        self.raise_to(event)

    def raise_to(self, event: Applied | Acknowledged | StrongReadReturned) -> None:
        """Know this version, if no later one is known."""
        register = self.register(event)
        self.known[register] = max(self.known[register], event.version)

    def applied_at(self, place: Place) -> Time:
        """Give what a region is known to have applied to an item."""
        return self.applied[place] if place in self.places else NEVER


class LinearizableInEachRegion(LinearizableStrongReads):
    """A strong read gives what was known in its own region before it began, or later (C38, C40).

    `items` and `places` are the pairs of region and item that are read.
    """

    def register(self, event: Applied | Acknowledged | Read) -> Hashable:
        """Give what is linearizable: one region's copy of an item."""
        return (event.region, event.item)


class MonotonicEventualReads(Spec):
    """Eventual reads of an item in one region never go back in time (C16).

    `places` are the pairs of region and item that are read. What a region has applied counts as
    seen, since a client may have read it.
    """

    places: tuple[Place, ...]
    seen: Table[Place, Time] = volatile.table(NEVER, over="places")

    @on(Applied)
    def see(self, event: Applied) -> None:
        """From now on this may have been read here."""
        place = (event.region, event.item)
        self.seen[place] = max(self.seen[place], event.version)

    @on(EventualReadReturned)
    def judge(self, event: EventualReadReturned) -> None:
        """The version is the one that was seen in this region before, or a later one."""
        place = (event.region, event.item)
        assert event.version >= self.seen[place], (
            f"an eventual read of {event.item} in {event.region} gave the version of "
            f"{event.version} after one of {self.seen[place]}"
        )
        self.seen[place] = event.version


class ReadYourWrites(Spec):
    """An eventual read gives what was acknowledged in its own region before, or later (C15).

    `places` are the pairs of region and item that are written. A later version that the region has
    applied is expected as well: nothing that it overwrote comes back.
    """

    places: tuple[Place, ...]
    expected: Table[Place, Time] = volatile.table(NEVER, over="places")

    @on(Applied)
    def expect_applied(self, event: Applied) -> None:
        """What was applied here is to be read here."""
        place = (event.region, event.item)
        self.expected[place] = max(self.expected[place], event.version)

    @on(Acknowledged)
    def expect_acknowledged(self, event: Acknowledged) -> None:
        """What was acknowledged here is to be read here."""
        place = (event.region, event.item)
        self.expected[place] = max(self.expected[place], event.version)

    @on(EventualReadReturned)
    def judge(self, event: EventualReadReturned) -> None:
        """The version is the last one that was acknowledged in this region, or a later one."""
        expected = self.expected[event.region, event.item]
        assert event.version >= expected, (
            f"an eventual read of {event.item} in {event.region} gave the version of "
            f"{event.version}, but that of {expected} was acknowledged there before"
        )


class ReadYourWritesAnywhere(Spec):
    """An eventual read in any region gives what was acknowledged in any other, or later (C64)."""

    items: tuple[str, ...]
    written: Table[str, Time] = volatile.table(NEVER, over="items")

    @on(Acknowledged)
    def remember(self, event: Acknowledged) -> None:
        """What was acknowledged anywhere is to be read everywhere."""
        self.written[event.item] = max(self.written[event.item], event.version)

    @on(EventualReadReturned)
    def judge(self, event: EventualReadReturned) -> None:
        """The version is the last one that was acknowledged, or a later one."""
        written = self.written[event.item]
        assert event.version >= written, (
            f"an eventual read of {event.item} in {event.region} gave the version of "
            f"{event.version}, but that of {written} was acknowledged before, elsewhere"
        )
