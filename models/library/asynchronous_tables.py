"""The model `async`: asynchronous global tables with their clients, faults and promises."""

from typing import Annotated

from .. import faults
from ..networks import MachineSystem
from ..parameters import Fault, Parameter, model
from ..systems import System
from .anti_entropy import add_losses
from .asynchronous import GlobalTable, add_global_table
from .asynchronous_anomalies import add_anomalies
from .clients import Deletes, EventualReads, StrongReads, Writers, Writes, add_clients
from .clocks import add_late_clocks
from .consistency import (
    LinearizableInEachRegion,
    LinearizableStrongReads,
    MonotonicEventualReads,
    ReadYourWrites,
    ReadYourWritesAnywhere,
)
from .disasters import (
    ANY,
    Cut,
    CutOneWay,
    Faulty,
    Heals,
    Isolate,
    Offline,
    add_disasters,
    declare_alike,
)
from .feeds import Crashes, add_crashes
from .geography import ITEMS, REGIONS
from .local_writes import add_creations, add_expiries
from .mutants import NO_BUG, bugs_of
from .replication import (
    AppliedAtMostOnce,
    NoRelay,
    StreamsHoldWhatWasApplied,
    TimestampsFollowWrites,
    WritesAreToldApart,
)


@model("async")
def asynchronous(
    *,
    regions: Annotated[int, Parameter(2, 5, "regions, each with a copy of the table")] = 3,
    items: Annotated[int, Parameter(1, 3, "items in the table")] = 1,
    writers: Writers = 5,
    writes: Writes = 2,
    deletes: Deletes = 0,
    expiries: Annotated[int, Parameter(0, 3, "items that their time to live deletes")] = 0,
    creations: Annotated[int, Parameter(0, 3, "writes on condition that there is no item")] = 0,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    faulty: Faulty = ANY,
    heals: Heals = True,
    bug: Annotated[str, bugs_of("async")] = NO_BUG,
    cut: Cut = 1,
    cut_one_way: CutOneWay = 0,
    isolate: Isolate = 0,
    offline: Offline = 0,
    pause: Annotated[int, Fault(3, "times that a replicator is paused")] = 0,
    crash: Annotated[int, Fault(3, "times that a replicator restarts from a checkpoint")] = 0,
    lose: Annotated[int, Fault(2, "records that a replicator loses; anti-entropy mends it")] = 0,
    skew: Annotated[int, Fault(1, "writes in a region whose clock is behind")] = 0,
) -> System:
    """Asynchronous global tables: local writes, a replicator for each pair, last writer wins."""
    system = MachineSystem()
    crashes = Crashes(system, crash) if crash else None
    table = add_global_table(system, REGIONS[:regions], ITEMS[:items], bug=bug, crashes=crashes)
    system.symmetric("items", table.items)
    if not skew:  # Of two writes at the same time, the names of their regions decide.
        declare_alike(system, REGIONS[:regions], writers=writers, faulty=faulty)
    add_clients(
        system,
        table.regions,
        table.items,
        writers=writers,
        writes=writes,
        deletes=deletes,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_expiries(system, expiries, table)
    add_creations(system, creations, table)
    add_disasters(
        system,
        table.regions,
        cut=cut,
        cut_one_way=cut_one_way,
        isolate=isolate,
        offline=offline,
        faulty=faulty,
        heals=heals,
    )
    faults.pause(system, pause, machines=table.replicators, heals=heals)
    add_crashes(system, crashes, {one: tuple(one.feeds.values()) for one in table.replicators})
    add_losses(system, lose, table)
    add_late_clocks(system, skew, table)
    _promise_convergence(system, table, loses=lose > 0)
    _promise_catching_up(system, table, heals=heals, loses=lose > 0, pauses=pause > 0)
    _promise_replication(system, table, in_order=crash + lose == 0, clocks_agree=skew == 0)
    _promise_reads(system, table, strong_reads, clocks_agree=skew == 0)
    _promise_last_writes(system, table, strong_reads, clocks_agree=skew == 0, loses=lose > 0)
    add_anomalies(system, table, writes=writes, writers=writers, one_way=cut_one_way > 0)
    return system


def _promise_convergence(system: MachineSystem, table: GlobalTable, *, loses: bool) -> None:
    @system.rests_when
    def everything_is_carried_where_paths_work() -> bool:
        """Each replicator whose path works has carried everything, whatever others do (C32)."""
        if table.is_quiet:
            return table.has_converged()
        return not any(one.can_work and not one.is_done for one in table.replicators)

    if not loses:

        @system.always
        def converged_when_quiet() -> bool:
            """Where nothing is on its way, every region holds the same of every item (C14)."""
            return not table.is_quiet or table.has_converged()


def _promise_catching_up(
    system: MachineSystem, table: GlobalTable, *, heals: bool, loses: bool, pauses: bool
) -> None:
    @system.leads_to(lambda: not table.has_converged(), promised=heals and not loses)
    def replicas_converge() -> bool:
        """Once writes stop and links heal, every region comes to hold the same (C14)."""
        return table.has_converged()

    if pauses:

        @system.leads_to(lambda: any(one.is_paused for one in table.replicators), promised=heals)
        def a_paused_replicator_catches_up() -> bool:
            """Where a replicator was paused, all comes to be carried nevertheless (C126)."""
            return table.is_quiet


def _promise_replication(
    system: MachineSystem, table: GlobalTable, *, in_order: bool, clocks_agree: bool
) -> None:
    places = table.places
    streams = StreamsHoldWhatWasApplied(places=places)
    system.spec(NoRelay())
    system.spec(AppliedAtMostOnce(places=places), promised=clocks_agree)
    system.spec(streams)

    @system.always(using=[streams])
    def streams_miss_nothing() -> bool:
        """Every write that a region applied has its record in the region's stream (C61)."""
        return streams.misses_nothing()

    @system.always
    def no_value_from_nowhere() -> bool:
        """What a region holds of another's write, the other holds itself, or a later one (C28)."""
        return all(
            table.origin_holds(region, item) for region in table.regions for item in table.items
        )

    if in_order:

        @system.always
        def carries_in_order() -> bool:
            """What a region has of another's item is older than all still to come of it (C24)."""
            return all(one.is_in_order(item) for one in table.replicators for item in table.items)


def _promise_reads(
    system: MachineSystem, table: GlobalTable, strong_reads: int, *, clocks_agree: bool
) -> None:
    places = table.places
    readers = tuple(range(1, strong_reads + 1))
    system.spec(MonotonicEventualReads(places=places))
    system.spec(ReadYourWrites(places=places), promised=clocks_agree)
    system.spec(
        LinearizableInEachRegion(items=places, readers=readers, places=places),
        promised=clocks_agree,
    )
    system.spec(
        LinearizableStrongReads(items=table.items, readers=readers, places=places), promised=False
    )
    system.spec(ReadYourWritesAnywhere(items=table.items), promised=False)


def _promise_last_writes(
    system: MachineSystem, table: GlobalTable, strong_reads: int, *, clocks_agree: bool, loses: bool
) -> None:
    writes = WritesAreToldApart(items=table.items)
    system.spec(writes)
    system.spec(TimestampsFollowWrites(items=table.items), promised=clocks_agree)
    if not loses:

        @system.always(promised=clocks_agree, using=[writes])
        def the_last_writer_wins() -> bool:
            """Where nothing is on its way, the write that was made last is everywhere (C45)."""
            return not table.is_quiet or all(
                table.holds_everywhere(item, writes.last[item]) for item in table.items
            )

    if strong_reads:

        @system.sometimes(using=[writes])
        def a_strong_read_elsewhere_is_stale() -> bool:
            """A strong read in another region does not see the last write, as it may (C39)."""
            return writes.read_stale
