"""The model `mrsc`: strongly consistent global tables with their clients, faults and promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from ..networks import MachineSystem
from ..parameters import Fault, Parameter, model
from ..systems import System
from .clients import Deletes, EventualReads, StrongReads, Writers, Writes, add_clients
from .consistency import (
    LinearizableStrongReads,
    MonotonicEventualReads,
    Place,
    ReadYourWrites,
    ReadYourWritesAnywhere,
)
from .copies import hold_the_same, places_of
from .disasters import ANY, Cut, Faulty, Heals, Isolate, Offline, add_disasters, declare_alike
from .feeds import Crashes, add_crashes
from .geography import ITEMS, REGIONS
from .journal import DurableInAQuorum, Journal
from .journaling import (
    AcknowledgedAfterApplying,
    AConflictHasNoEffect,
    AWitnessServesNobody,
    NoLostUpdates,
    StrongReadsAppendAFence,
)
from .mrsc import ConditionalPut, Entry, Region, Witness, refuse
from .mutants import NO_BUG, bugs_of, variant
from .replication import AppliedAtMostOnce


@dataclass(frozen=True, slots=True)
class JournaledTable:
    """A table in three regions: its replicas, its witness if it has one, and their journal."""

    replicas: tuple[Region, ...]
    witnesses: tuple[Witness, ...]
    journal: Journal[Entry]
    items: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Every replica with every item."""
        return places_of(self.replicas, self.items)

    @property
    def has_settled(self) -> bool:
        """Whether every region that takes part in the journal has heard and answered all."""
        return not any(self._has_work(replica) for replica in self.replicas)

    def _has_work(self, replica: Region) -> bool:
        if not (replica.system.can_step(replica) and self.journal.reaches_quorum(replica.site)):
            return False
        return bool(replica.pending) or not self.journal.feeds[replica.name].is_read

    def agrees(self) -> bool:
        """Tell whether all replicas hold the same."""
        return hold_the_same(self.replicas, self.items)


def add_journaled_table(
    system: MachineSystem,
    names: tuple[str, ...],
    items: tuple[str, ...],
    *,
    witness: bool = False,
    bug: str = NO_BUG,
    crashes: Crashes | None = None,
    kind: type[Region] = Region,
    journal_is: type[Journal[Entry]] = Journal,
    **constants: object,
) -> JournaledTable:
    """Add a table's replicas, the last region as a witness where asked for, and their journal.

    The replicas are of this `kind`, made with these constants of their own, and so is the journal.
    """
    with_table = names[:-1] if witness else names
    journal: Journal[Entry] = variant("mrsc", bug, journal_is)(
        system,
        sites=names,
        subscribers=with_table,
        of=Entry,
        works=system.can_reach,
        crashes=crashes,
    )
    region: Any = variant("mrsc", bug, kind)
    replicas = tuple(
        region(name=name, items=items, journal=journal, **constants) for name in with_table
    )
    witnesses = tuple(variant("mrsc", bug, Witness)(name=name) for name in names[len(with_table) :])
    system.add(*replicas, *witnesses)
    return JournaledTable(replicas, witnesses, journal, items)


@model("mrsc")
def mrsc(
    *,
    regions: Annotated[int, Parameter(3, 3, "regions that the journal spans")] = 3,
    witness: Annotated[
        bool, Parameter(summary="the third region is a witness, no replica")
    ] = False,
    items: Annotated[int, Parameter(1, 2, "items in the table")] = 1,
    writers: Writers = 3,
    writes: Writes = 2,
    deletes: Deletes = 0,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    transactions: Annotated[int, Parameter(0, 3, "none: this mode has no transactions")] = 0,
    expiries: Annotated[int, Parameter(0, 3, "none: this mode has no time to live")] = 0,
    faulty: Faulty = ANY,
    heals: Heals = True,
    bug: Annotated[str, bugs_of("mrsc")] = NO_BUG,
    cut: Cut = 1,
    isolate: Isolate = 0,
    offline: Offline = 0,
    crash: Annotated[int, Fault(3, "times that an engine restarts from a checkpoint")] = 0,
) -> System:
    """Multi-region strong consistency: conditional entries in a journal, a fence a strong read."""
    refuse("transactions", transactions)
    refuse("expiries", expiries)
    system = MachineSystem()
    crashes = Crashes(system, crash) if crash else None
    table = add_journaled_table(
        system,
        REGIONS[:regions],
        ITEMS[:items],
        witness=witness,
        bug=bug,
        crashes=crashes,
    )
    system.symmetric("items", table.items)
    declare_alike(system, [one.name for one in table.replicas], writers=writers, faulty=faulty)
    places = [*table.replicas, *table.witnesses]
    add_clients(
        system,
        places,
        table.items,
        writers=writers,
        writes=writes,
        deletes=deletes,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_disasters(
        system,
        places,
        cut=cut,
        isolate=isolate,
        offline=offline,
        faulty=faulty,
        heals=heals,
    )
    feeds = table.journal.feeds
    add_crashes(system, crashes, {one: (feeds[one.name],) for one in table.replicas})
    _promise_writes(system, table, writes=writes + deletes if writers > 1 else 0)
    fences = StrongReadsAppendAFence(readers=tuple(range(1, strong_reads + 1)))
    system.spec(fences)
    _promise_reads(system, table, strong_reads, writes=writes + deletes)
    _promise_answers(system, table, fences, crashes=crash > 0)
    _promise_ends_of_waiting(system, table, goes_on=heals or (cut < 2 and isolate + offline == 0))
    if crash and writes:
        _promise_reapplying(system, table)
    return system


def _promise_writes(system: MachineSystem, table: JournaledTable, *, writes: int) -> None:
    places = table.places
    conflicts = AConflictHasNoEffect(places=places)
    system.spec(DurableInAQuorum(sites=len(table.replicas) + len(table.witnesses)))
    system.spec(AppliedAtMostOnce(places=places))
    system.spec(AcknowledgedAfterApplying(places=places))
    system.spec(conflicts)
    system.spec(NoLostUpdates())
    system.spec(AWitnessServesNobody(witnesses=tuple(one.name for one in table.witnesses)))

    @system.always
    def replicas_agree_when_all_is_heard() -> bool:
        """Where every region has heard the whole journal, all hold the same (C75, C112)."""
        return not table.journal.is_heard() or table.agrees()

    if writes > 1:

        @system.sometimes(using=[conflicts])
        def writes_conflict() -> bool:
            """Two regions write the same item at once, and one of them is refused (C103)."""
            return bool(conflicts.refused)

        @system.sometimes
        def regions_write_at_once() -> bool:
            """Clients wait for writes in two regions at the same time (C11, C76)."""
            return sum(replica.awaits_a_write for replica in table.replicas) > 1


def _promise_reads(
    system: MachineSystem, table: JournaledTable, strong_reads: int, *, writes: int
) -> None:
    places = table.places
    readers = tuple(range(1, strong_reads + 1))
    strong = LinearizableStrongReads(items=table.items, readers=readers, places=places)
    system.spec(strong)
    system.spec(MonotonicEventualReads(places=places))
    system.spec(ReadYourWrites(places=places))
    system.spec(ReadYourWritesAnywhere(items=table.items), promised=False)

    if writes:

        @system.sometimes(using=[strong])
        def an_eventual_read_is_behind() -> bool:
            """A region still holds less than what was applied elsewhere (C83, C139)."""
            return any(
                replica.table[item].time < strong.known[item]
                for replica in table.replicas
                for item in table.items
            )


def _promise_answers(
    system: MachineSystem, table: JournaledTable, fences: StrongReadsAppendAFence, *, crashes: bool
) -> None:
    @system.rests_when(using=[fences])
    def every_request_is_answered() -> bool:
        """Every region that reaches a quorum has heard the journal and answered its clients."""
        return table.has_settled and (crashes or not _is_forgotten(table, fences))

    if crashes and fences.readers:

        @system.sometimes(using=[fences])
        def a_crash_leaves_a_client_without_an_answer() -> bool:
            """A client waits for a strong read of which its region knows nothing any more."""
            return _is_forgotten(table, fences)


def _promise_ends_of_waiting(
    system: MachineSystem, table: JournaledTable, *, goes_on: bool
) -> None:
    def is_waited_for() -> bool:
        return any(replica.pending for replica in table.replicas)

    @system.leads_to(is_waited_for, promised=goes_on)
    def nobody_waits_for_ever() -> bool:
        """Every request is answered in the end, also with one link cut (C84, C111)."""
        return not is_waited_for()


def _is_forgotten(table: JournaledTable, fences: StrongReadsAppendAFence) -> bool:
    return fences.is_waited_for() and not any(one.awaits_a_read for one in table.replicas)


def _promise_reapplying(system: MachineSystem, table: JournaledTable) -> None:
    @system.sometimes
    def an_entry_is_heard_again() -> bool:
        """After a crash a region has still to hear an entry that it applied before (C98)."""
        return any(_is_about_to_repeat(table, replica) for replica in table.replicas)


def _is_about_to_repeat(table: JournaledTable, replica: Region) -> bool:
    entries: Sequence[Entry] = table.journal.feeds[replica.name].unread()[:1]
    return any(
        isinstance(entry, ConditionalPut) and entry.version == replica.table[entry.item]
        for entry in entries
    )
