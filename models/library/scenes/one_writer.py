"""Demo 1: one region counts to five, and two others read strongly and eventually (C133 to C139)."""

from collections.abc import Callable, Sequence
from typing import Annotated

from ...fields import volatile
from ...networks import MachineSystem
from ...parameters import Parameter, model
from ...specs import Spec
from ...states import on
from ...systems import System, guard
from ...variables import Table
from .. import asynchronous, mrsc
from ..asynchronous import GlobalTable, add_global_table
from ..clients import Replica, add_readers
from ..consistency import (
    Acknowledged,
    EventualReadReturned,
    LinearizableStrongReads,
    StrongReadBegan,
    StrongReadReturned,
)
from ..geography import REGIONS
from ..mrsc import Conflicted
from ..mrsc_tables import JournaledTable, add_journaled_table
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
        count = event.value or 0
        assert count == self.strong, (
            f"in {event.region} a strong read gave {self.strong}, an eventual one {count}"
        )
        self.strong = 0


class StrongReadsAreTheLatest(Spec):
    """A strong read gives what was acknowledged when it began, or more (C138).

    As clients do in the demo, it counts: one for each increment that was acknowledged.
    """

    readers: tuple[int, ...]
    acknowledged: int = volatile(0)
    owed: Table[int, int] = volatile.table(0, over="readers")

    @on(Acknowledged)
    def count(self, event: Acknowledged) -> None:
        """Whoever begins to read after this is owed one more."""
        self.acknowledged += 1

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """So much is owed to this read."""
        self.owed[event.reader] = self.acknowledged

    @on(StrongReadReturned)
    def judge(self, event: StrongReadReturned) -> None:
        """It gets what it is owed, or more."""
        count, owed = event.value or 0, self.owed[event.reader]
        assert count >= owed, (
            f"a strong read in {event.region} gave {count}; {owed} was acknowledged before it began"
        )
        self.owed[event.reader] = 0


class IncrementsAcknowledged(Spec):
    """The region that writes acknowledges each increment before the next one, and no other does."""

    increments: int
    acknowledged: int = volatile(0)

    @on(Acknowledged)
    def count(self, event: Acknowledged) -> None:
        """It is the writer's, and not one too many."""
        assert event.region == WRITER, f"{event.region} acknowledged an increment"
        assert self.acknowledged < self.increments, "there was an increment too many"
        self.acknowledged += 1

    @on(Conflicted)
    def judge(self, event: Conflicted) -> None:
        """Nobody else writes, so that nothing is refused."""
        raise AssertionError(f"{event.region} refused an increment, and there is one writer")


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
    system.spec(reads)
    if mode == "async":
        local = add_global_table(system, NAMES, (ITEM,))
        _add_local_reads(system, local)
        _promise_a_count(system, local.regions, increments, lambda: local.is_quiet)
    else:
        journaled = add_journaled_table(system, NAMES, (ITEM,))
        _add_journaled_reads(system, journaled, strong_reads)
        _promise_a_count(system, journaled.replicas, increments, lambda: journaled.has_settled)
    _promise_what_is_read(system, reads, mode, increments, strong_reads)
    return system


def _add_local_reads(system: MachineSystem, table: GlobalTable) -> None:
    system.spec(StrongEqualsEventual())

    @system.action(region=table.regions[1:])
    def read_strongly_and_eventually(region: Replica) -> None:
        """Both read what the region has, at one moment (C134)."""
        region.read_strongly(1, ITEM)
        region.read_eventually(ITEM)


def _add_journaled_reads(system: MachineSystem, table: JournaledTable, strong_reads: int) -> None:
    add_readers(system, table.replicas[1:], (ITEM,), strong_reads=strong_reads, eventual_reads=1)
    places = table.places
    readers = tuple(range(1, strong_reads + 1))
    system.spec(LinearizableStrongReads(items=(ITEM,), readers=readers, places=places))
    system.spec(StrongReadsAreTheLatest(readers=readers))


def _promise_a_count(
    system: MachineSystem,
    regions: Sequence[asynchronous.Region | mrsc.Region],
    increments: int,
    has_settled: Callable[[], bool],
) -> None:
    writer = regions[0]
    answers = IncrementsAcknowledged(increments=increments)
    system.spec(answers)

    @system.action
    def increment() -> None:
        """The last increment is acknowledged, and the next one begins (C133)."""
        guard(count_of(writer) < increments)
        guard(not (isinstance(writer, mrsc.Region) and writer.awaits_a_write))
        writer.write(ITEM, count_of(writer) + 1)

    @system.always(using=[answers])
    def the_writer_counts_to_five() -> bool:
        """The writer's region has what it acknowledged: 0, 1, 2 and so on, to the last (C133)."""
        return count_of(writer) == answers.acknowledged

    @system.rests_when(using=[answers])
    def every_region_has_counted_to_the_last() -> bool:
        """Every increment is acknowledged, every read answered, and every region has the last."""
        counts = {count_of(region) for region in regions}
        return has_settled() and answers.acknowledged == increments and counts == {increments}


def _promise_what_is_read(
    system: MachineSystem, reads: ReadsNeverGoBack, mode: str, increments: int, strong_reads: int
) -> None:
    if mode == "mrsc" and strong_reads and increments > 3:

        @system.sometimes(using=[reads])
        def strong_4_eventual_3() -> bool:
            """us-west-2 reads 3 eventually and 4 strongly (C139)."""
            return reads.was_behind

    if mode == "async" and increments > 4:

        @system.sometimes(using=[reads])
        def jumps_from_0_to_5() -> bool:
            """us-west-2 reads 0 and then 5, and nothing between (C134)."""
            return reads.has_jumped

        @system.sometimes(using=[reads])
        def an_intermediate_value_is_read() -> bool:
            """us-east-2 reads 3, which is neither the first nor the last count (C135)."""
            return reads.eventual[NEAR] == 3
