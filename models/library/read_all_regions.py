"""Strong reads before there were any across regions: write locally, read every region (C68 to C70).

A strong read asks every region in a step of its own, in any order, and gives the latest of the
answers. It is right because a write stays where it was made, and it waits for as long as any region
is out of reach.
"""

from typing import Annotated

from ..events import Event
from ..fields import volatile
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..specs import Spec
from ..states import action, on
from ..systems import System
from ..values import Record
from ..variables import Table
from .applications import Application, AskedAtHome, LocalRequestsStayLocal, add_applications
from .asynchronous import Region, add_global_table
from .clients import EventualReads, StrongReads, Writers, Writes, add_clients
from .consistency import (
    LinearizableStrongReads,
    StrongReadBegan,
    StrongReadReturned,
)
from .disasters import ANY, Cut, Faulty, Heals, Isolate, Offline, add_disasters, declare_alike
from .geography import ITEMS, REGIONS
from .mutants import NO_BUG, bugs_of, variant
from .versions import UNWRITTEN, Version


class Reading(Record):
    """A strong read that is under way: the regions that it has asked, and the latest answer."""

    item: str
    asked: frozenset[str] = frozenset()
    latest: Version = UNWRITTEN


class Asked(Event):
    """The strong read of this number asked a region."""

    reader: int
    region: str


class EveryRegionIsAsked(Spec):
    """A strong read is answered once every region was asked, the farthest too (C69)."""

    readers: tuple[int, ...]
    regions: tuple[str, ...]
    left: Table[int, frozenset[str] | None] = volatile.table(None, over="readers")

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """All regions are left to ask."""
        self.left[event.reader] = frozenset(self.regions)

    @on(Asked)
    def remember(self, event: Asked) -> None:
        """One region less is left to ask."""
        left = self.left[event.reader]
        assert left, f"strong read {event.reader} asked {event.region}, with nothing left to ask"
        assert event.region in left, f"strong read {event.reader} asked {event.region} twice"
        self.left[event.reader] = left - {event.region}

    @on(StrongReadReturned)
    def judge(self, event: StrongReadReturned) -> None:
        """No region is left to ask."""
        left = self.left[event.reader]
        assert left is not None, f"strong read {event.reader} was answered before it began"
        assert not left, f"strong read {event.reader} did not ask {', '.join(sorted(left))}"
        self.left[event.reader] = None

    def all_are_answered(self) -> bool:
        """Tell whether no strong read is under way."""
        return all(left is None for left in self.left.values())


class ReadingApplication(Application):
    """The application in one region: it writes to its own region, and reads from all."""

    readers: tuple[int, ...]
    readings: Table[int, Reading | None] = volatile.table(None, over="readers")

    def write(self, item: str, value: int | None = 1) -> None:
        """Write here (C68)."""
        self.announce(AskedAtHome(self.home.name))
        self.home.write(item, value)

    def read_strongly(self, reader: int, item: str) -> None:
        """Begin to ask all regions."""
        self.readings[reader] = Reading(item)
        self.announce(StrongReadBegan(reader, item))

    @action
    def ask_a_region(self) -> None:
        """Ask any region that is still to be asked and in reach, and answer after the last."""
        reader = self.choose(reader for reader in self.readers if self.readings[reader])
        reading = self.readings[reader]
        assert reading is not None
        region = self.choose(self.left_to_ask(reading))
        self.describe(f"strong read {reader} of {self.home.name} asks {region.name}")
        self.announce(Asked(reader, region.name))
        latest = self.latest_of(reading.latest, region.table[reading.item])
        self.go_on(reader, Reading(reading.item, reading.asked | {region.name}, latest))

    def left_to_ask(self, reading: Reading) -> tuple[Region, ...]:
        """Give the regions in reach that this read has not asked."""
        left = (region for region in self.regions if region.name not in reading.asked)
        return tuple(region for region in left if self.works_with(region))

    def latest_of(self, known: Version, answer: Version) -> Version:
        """Give the later of two versions."""
        return answer if answer.is_after(known) else known

    def go_on(self, reader: int, reading: Reading) -> None:
        """Answer where the read is complete, else remember how far it is."""
        is_complete = self.is_complete(reading)
        self.readings[reader] = None if is_complete else reading
        if is_complete:
            self.announce(StrongReadReturned(reader, reading.item, reading.latest.time))

    def is_complete(self, reading: Reading) -> bool:
        """Tell whether every region was asked: one that was not might have the latest (C70)."""
        return len(reading.asked) == len(self.regions)

    def is_stuck(self) -> bool:
        """Tell whether a read here has asked all that it reaches, and not all there are."""
        return any(
            reading is not None and not self.left_to_ask(reading)
            for reading in self.readings.values()
        )

    def found_a_later_one(self) -> bool:
        """Tell whether a read here has an answer that this region does not have yet."""
        return any(
            reading is not None and reading.latest.is_after(self.home.table[reading.item])
            for reading in self.readings.values()
        )


@model("read-all-regions")
def read_all_regions(
    *,
    regions: Annotated[int, Parameter(2, 5, "regions, each with a copy of the table")] = 3,
    writers: Writers = 5,
    writes: Writes = 2,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    faulty: Faulty = ANY,
    heals: Heals = True,
    bug: Annotated[str, bugs_of("read-all-regions")] = NO_BUG,
    cut: Cut = 1,
    isolate: Isolate = 0,
    offline: Offline = 0,
) -> System:
    """Asynchronous tables whose clients ask every region for the latest when they must know it."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:regions], ITEMS[:1])
    readers = tuple(range(1, strong_reads + 1))
    declare_alike(system, REGIONS[:regions], writers=writers, faulty=faulty)
    application = variant("read-all-regions", bug, ReadingApplication)
    applications = add_applications(system, application, table.regions, readers=readers)
    add_clients(
        system,
        applications,
        table.items,
        writers=writers,
        writes=writes,
        deletes=0,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_disasters(
        system,
        table.regions,
        cut=cut,
        isolate=isolate,
        offline=offline,
        faulty=faulty,
        heals=heals,
    )
    # Nothing that one region has applied answers a read: it is told of as of no region.
    system.spec(LinearizableStrongReads(items=table.items, readers=readers))
    asked = EveryRegionIsAsked(readers=readers, regions=REGIONS[:regions])
    system.spec(asked)
    system.spec(LocalRequestsStayLocal())

    @system.rests_when(promised=heals, using=[asked])
    def every_strong_read_is_answered() -> bool:
        """Every strong read is answered, which takes every region (C70)."""
        return asked.all_are_answered()

    if strong_reads:
        _witness_reads(system, applications, writes=writes, faults=cut + isolate + offline)
    return system


def _witness_reads(
    system: System, applications: tuple[ReadingApplication, ...], *, writes: int, faults: int
) -> None:
    if writes:

        @system.sometimes
        def the_latest_is_in_another_region() -> bool:
            """A strong read finds what its own region does not have yet (C68)."""
            return any(application.found_a_later_one() for application in applications)

    if faults:

        @system.sometimes
        def a_strong_read_waits_for_a_region() -> bool:
            """A strong read has asked all regions in reach, and one is out of reach (C70)."""
            return any(application.is_stuck() for application in applications)
