"""Two regions count one attendee more at once: 6 becomes 7, the other must retry (C101, C104)."""

from collections.abc import Iterator

from ...networks import MachineSystem
from ...parameters import model
from ...systems import System, guard
from ...values import NEVER
from ..geography import REGIONS
from ..journaling import AcknowledgedAfterApplying, AConflictHasNoEffect, NoLostUpdates
from ..mrsc import ConditionalPut, Region
from ..mrsc_tables import JournaledTable, add_journaled_table
from ..replication import AppliedAtMostOnce

ITEM = "attendees"
BEFORE, AFTER = 6, 7


@model("attendees")
def attendees() -> System:
    """Two regions increment a counter of 6 at once: one makes it 7, the other is refused."""
    system = MachineSystem()
    table = add_journaled_table(system, REGIONS[:3], (ITEM,))
    places = tuple((replica.name, ITEM) for replica in table.replicas)
    conflicts = AConflictHasNoEffect(places=places)
    asked = system.table("asked", over=REGIONS[:2], initial=False)

    @system.action(region=table.replicas[:2])
    def increment(region: Region) -> None:
        """The region has not heard of the other's increment: it still counts 6."""
        guard(not asked[region.name] and not region.table[ITEM].is_there)
        asked[region.name] = True
        system.describe(f"a client increments {ITEM} of {BEFORE} in {region.name}")
        region.write(ITEM, BEFORE + 1)

    system.spec(AppliedAtMostOnce(places=places))
    system.spec(AcknowledgedAfterApplying(places=places))
    system.spec(NoLostUpdates())
    system.spec(conflicts)
    system.rests_when(lambda: table.has_settled)
    _promise(system, table, conflicts)
    return system


def _promise(system: MachineSystem, table: JournaledTable, conflicts: AConflictHasNoEffect) -> None:
    first, second = table.replicas[:2]

    @system.always
    def entries_differ_in_the_timestamp_only() -> bool:
        """Every entry puts 7 where the item still has the timestamp of 6 (C101, C102)."""
        return all(
            (put.item, put.expected, put.version.value) == (ITEM, NEVER, AFTER)
            for put in entries_of(table)
        )

    @system.always
    def counts_to_seven_once() -> bool:
        """Where all is heard of at least one increment, every region counts 7 (C103)."""
        held = {replica.table[ITEM].value for replica in table.replicas}
        return not table.journal.is_heard() or held in ({None}, {AFTER})

    @system.sometimes(using=[conflicts])
    def two_entries_of_one_condition() -> bool:
        """The journal has an entry of each region, made of the same 6 (C102)."""
        return len(set(entries_of(table))) > 1

    @system.sometimes(using=[conflicts])
    def the_loser_is_told_of_a_conflict() -> bool:
        """The second region's entry came first: it counts, and the first has a conflict (C104)."""
        return table.has_settled and bool(conflicts.refused) and _counts(table, second)

    @system.sometimes(using=[conflicts])
    def the_other_may_lose_as_well() -> bool:
        """It may as well be the other way round (C95)."""
        return table.has_settled and bool(conflicts.refused) and _counts(table, first)


def _counts(table: JournaledTable, origin: Region) -> bool:
    return all(replica.table[ITEM].region == origin.name for replica in table.replicas)


def entries_of(table: JournaledTable) -> Iterator[ConditionalPut]:
    """Give the entries that some region has still to hear."""
    for feed in table.journal.feeds.values():
        yield from (entry for entry in feed.unread() if isinstance(entry, ConditionalPut))
