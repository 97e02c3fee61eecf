"""Demo 1: one region counts to five, and two others read strongly and eventually (C133 to C139)."""

from typing import Annotated

from ...fields import volatile
from ...networks import MachineSystem
from ...parameters import Parameter, model
from ...specs import Spec
from ...states import on
from ...systems import System, guard
from ...variables import Table
from .. import asynchronous, mrsc
from ..asynchronous import add_global_table
from ..clients import Replica, add_readers
from ..consistency import (
    Acknowledged,
    EventualReadReturned,
    LinearizableStrongReads,
    StrongReadReturned,
)
from ..geography import REGIONS
from ..mrsc_tables import add_journaled_table
from .counting import ITEM, Mode, count_of

NAMES = REGIONS[:3]
WRITER, NEAR, FAR = NAMES


class ReadsNeverGoBack(Spec):
    """No read of a region gives a lower count than one of the same kind before it (C134, C135).

    Of the reading regions it remembers what they read last, and what the demo showed.
    """

    regions: tuple[str, ...]
    strong: Table[str, int] = volatile.table(0, over="regions")
    eventual: Table[str, int] = volatile.table(0, over="regions")
    has_jumped: bool = volatile(False)
    was_behind: bool = volatile(False)

    @on(StrongReadReturned)
    def judge_strong_read(self, event: StrongReadReturned) -> None:
        """The count is at least what a strong read gave here before."""
        count, before = event.value or 0, self.strong[event.region]
        assert count >= before, f"a strong read in {event.region} gave {count} after {before}"
        self.strong[event.region] = count
        if (event.region, count, self.eventual[event.region]) == (FAR, 4, 3):
            self.was_behind = True

    @on(EventualReadReturned)
    def judge_eventual_read(self, event: EventualReadReturned) -> None:
        """The count is at least what an eventual read gave here before; it may jump."""
        count, before = event.value or 0, self.eventual[event.region]
        assert count >= before, f"an eventual read in {event.region} gave {count} after {before}"
        self.eventual[event.region] = count
        if (event.region, before, count) == (FAR, 0, 5):
            self.has_jumped = True


class StrongEqualsEventual(Spec):
    """Strong and eventual reads at one moment in one region give the same (C134)."""

    strong: int = volatile(0)

    @on(StrongReadReturned)
    def remember(self, event: StrongReadReturned) -> None:
        """The eventual read that follows will be compared."""
        self.strong = event.value or 0

    @on(EventualReadReturned)
    def judge(self, event: EventualReadReturned) -> None:
        """Both read the same local copy."""
        assert (event.value or 0) == self.strong
        self.strong = 0


class TheWriterCountsToFive(Spec):
    """The region that writes acknowledges one increment after the other, up to the last (C133)."""

    increments: int
    acknowledged: int = volatile(0)

    @on(Acknowledged)
    def count(self, event: Acknowledged) -> None:
        """It is the writer's, and not one too many."""
        assert event.region == WRITER, f"{event.region} acknowledged an increment"
        self.acknowledged += 1
        assert self.acknowledged <= self.increments


@model("one-writer")
def one_writer(
    *,
    mode: Mode = "async",
    increments: Annotated[int, Parameter(1, 5, "increments, one after the other")] = 5,
    strong_reads: Annotated[int, Parameter(0, 3, "strong reads in mode mrsc")] = 2,
) -> System:
    """Demo 1: us-east-1 counts to five while us-east-2 and us-west-2 read."""
    system = MachineSystem()
    reads = ReadsNeverGoBack(regions=NAMES[1:])
    system.spec(TheWriterCountsToFive(increments=increments))
    system.spec(reads)
    if mode == "async":
        _add_local_reads(system, increments)
    else:
        _add_journaled_reads(system, increments, strong_reads, reads)
    if mode == "async" and increments == 5:
        _promise_jumps(system, reads)
    return system


def _add_local_reads(system: MachineSystem, increments: int) -> None:
    table = add_global_table(system, NAMES, (ITEM,))
    _add_writer(system, table.regions[0], increments)
    system.rests_when(lambda: table.is_quiet)
    system.spec(StrongEqualsEventual())

    @system.action(region=table.regions[1:])
    def read_strongly_and_eventually(region: Replica) -> None:
        """Both read what the region has, at one moment (C134)."""
        region.read_strongly(1, ITEM)
        region.read_eventually(ITEM)


def _add_journaled_reads(
    system: MachineSystem, increments: int, strong_reads: int, reads: ReadsNeverGoBack
) -> None:
    table = add_journaled_table(system, NAMES, (ITEM,))
    _add_writer(system, table.replicas[0], increments)
    add_readers(system, table.replicas[1:], (ITEM,), strong_reads=strong_reads, eventual_reads=1)
    places = tuple((name, ITEM) for name in NAMES)
    readers = tuple(range(1, strong_reads + 1))
    system.spec(LinearizableStrongReads(items=(ITEM,), readers=readers, places=places))
    system.rests_when(lambda: table.has_settled)

    @system.sometimes(using=[reads])
    def strong_4_eventual_3() -> bool:
        """us-west-2 reads 3 eventually and 4 strongly (C139)."""
        return reads.was_behind


def _add_writer(system: System, writer: asynchronous.Region | mrsc.Region, increments: int) -> None:
    @system.action
    def increment() -> None:
        """The last increment is acknowledged, and the next one begins (C133)."""
        guard(count_of(writer) < increments)
        guard(not (isinstance(writer, mrsc.Region) and writer.awaits_a_write))
        writer.write(ITEM, count_of(writer) + 1)


def _promise_jumps(system: MachineSystem, reads: ReadsNeverGoBack) -> None:
    @system.sometimes(using=[reads])
    def jumps_from_0_to_5() -> bool:
        """us-west-2 reads 0 and then 5, and nothing between (C134)."""
        return reads.has_jumped

    @system.sometimes(using=[reads])
    def an_intermediate_value_is_read() -> bool:
        """us-east-2 reads 3, which is neither the first nor the last count (C135)."""
        return reads.eventual[NEAR] == 3
