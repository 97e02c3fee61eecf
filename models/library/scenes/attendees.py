"""Two regions count one attendee more at once: 6 becomes 7, the other must retry (C101, C104)."""

from collections.abc import Iterator

from ...networks import MachineSystem
from ...parameters import model
from ...systems import System, guard
from ...values import Time
from ..geography import REGIONS
from ..journaling import AcknowledgedAfterApplying, AConflictHasNoEffect, NoLostUpdates
from ..mrsc import ConditionalPut, Region
from ..mrsc_tables import JournaledTable, add_journaled_table
from ..replication import AppliedAtMostOnce
from ..versions import Version

ITEM = "attendees"
BEFORE, AFTER = 6, 7
SIX = Version(Time(0), REGIONS[2], BEFORE)
"""What every region holds at first, from long ago."""


@model("attendees")
def attendees() -> System:
    """Two regions increment a counter of 6 at once: one makes it 7, the other is refused."""
    system = MachineSystem()
    table = add_journaled_table(system, REGIONS[:3], (ITEM,), table=SIX)
    places = table.places
    conflicts = AConflictHasNoEffect(places=places)
    asked = system.table("asked", over=REGIONS[:2], initial=False)

    @system.action(region=table.replicas[:2])
    def increment(region: Region) -> None:
        """The region has not heard of the other's increment: it still counts 6."""
        count = count_of(region)
        guard(not asked[region.name] and count == BEFORE)
        asked[region.name] = True
        system.describe(f"a client increments {ITEM} of {count} in {region.name}")
        region.write(ITEM, count + 1)

    system.spec(AppliedAtMostOnce(places=places))
    system.spec(AcknowledgedAfterApplying(places=places))
    system.spec(NoLostUpdates())
    system.spec(conflicts)

    @system.always
    def counts_to_seven_once() -> bool:
        """Where all is heard, every region counts 7, or 6 if nobody has incremented (C103)."""
        counted = {count_of(replica) for replica in table.replicas}
        return not table.has_settled or counted == {AFTER if any(asked.values()) else BEFORE}

    @system.always(using=[conflicts])
    def the_second_is_refused_everywhere() -> bool:
        """Where all is heard and answered, of two increments one was refused (C103, C104)."""
        refused, made = len(conflicts.refused), sum(asked.values())
        return not table.has_settled or (refused == max(0, made - 1) and table.agrees())

    @system.rests_when
    def an_increment_is_heard_and_answered() -> bool:
        """All is heard and answered, and every region counts 7."""
        return table.has_settled and all(count_of(replica) == AFTER for replica in table.replicas)

    _promise_entries(system, table)
    _promise_both_orders(system, table, conflicts)
    return system


def _promise_entries(system: MachineSystem, table: JournaledTable) -> None:
    @system.always
    def entries_differ_in_the_timestamp_only() -> bool:
        """Every entry puts 7 where the item still has one and the same timestamp (C101, C102)."""
        made = {(put.item, put.version.value) for put in entries_of(table)}
        return made <= {(ITEM, AFTER)} and len({put.expected for put in entries_of(table)}) <= 1

    @system.sometimes
    def two_entries_of_one_condition() -> bool:
        """The journal has an entry of each region, made of the same 6 (C102)."""
        return len(set(entries_of(table))) > 1


def _promise_both_orders(
    system: MachineSystem, table: JournaledTable, conflicts: AConflictHasNoEffect
) -> None:
    first, second = table.replicas[:2]

    @system.sometimes(using=[conflicts])
    def the_loser_is_told_of_a_conflict() -> bool:
        """The second region's entry came first: it counts, and the first has a conflict (C104)."""
        return table.has_settled and bool(conflicts.refused) and is_counted(table, second)

    @system.sometimes(using=[conflicts])
    def the_other_may_lose_as_well() -> bool:
        """It may as well be the other way round (C95)."""
        return table.has_settled and bool(conflicts.refused) and is_counted(table, first)


def count_of(region: Region) -> int:
    """Give the count that a region holds."""
    return region.table[ITEM].value or 0


def is_counted(table: JournaledTable, origin: Region) -> bool:
    """Tell whether every region holds what `origin` has written."""
    return all(replica.table[ITEM].region == origin.name for replica in table.replicas)


def entries_of(table: JournaledTable) -> Iterator[ConditionalPut]:
    """Give the entries that some region has still to hear."""
    for feed in table.journal.feeds.values():
        yield from (entry for entry in feed.unread() if isinstance(entry, ConditionalPut))
