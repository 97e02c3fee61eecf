"""Two regions write at once, at 20 and at 30, and four regions see it (C47 to C50)."""

from ...fields import volatile
from ...networks import MachineSystem
from ...parameters import model
from ...specs import Spec
from ...states import on
from ...systems import System, guard
from ...values import NEVER, Time
from ...variables import Table
from ..asynchronous import GlobalTable, add_global_table
from ..consistency import Applied
from ..geography import REGIONS
from ..replication import AppliedAtMostOnce, Carried, NoRelay, Recorded, StreamsHoldWhatWasApplied

EARLY, LATE = 20, 30
"""The timestamps of the two writes, which are their values here as well."""

ITEM = "x"
STREAMS = ((20, 30), (30,), (20, 30), (30,))
DROPPED = ((), (20,), (), (20,))


class StreamsRise(Spec):
    """No stream has a record of the write of 20 after that of 30 (C50)."""

    regions: tuple[str, ...]
    records: Table[str, tuple[int, ...]] = volatile.table((), over="regions")
    applied: Table[str, Time] = volatile.table(NEVER, over="regions")
    dropped: Table[str, tuple[int, ...]] = volatile.table((), over="regions")

    @on(Recorded)
    def record(self, event: Recorded) -> None:
        """The record is of a later write than those before it."""
        before = self.records[event.region]
        assert event.value is not None
        assert event.value > max(before, default=0), (
            f"the stream of {event.region} has {event.value} after {before}"
        )
        self.records[event.region] = (*before, event.value)

    @on(Applied)
    def see(self, event: Applied) -> None:
        """This is what the region holds now."""
        self.applied[event.region] = event.version

    @on(Carried)
    def judge(self, event: Carried) -> None:
        """A write that came and was not applied was dropped (C48)."""
        assert event.version.value is not None
        if event.version.time != self.applied[event.target]:
            self.dropped[event.target] += (event.version.value,)


@model("concurrent-writes")
def concurrent_writes() -> System:
    """Four regions, of which two write at once, at 20 and at 30: what each one's stream holds."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:4], (ITEM,))
    first, second = table.regions[:2]
    streams = StreamsRise(regions=REGIONS[:4])
    places = table.places

    @system.action
    def write_at_20() -> None:
        guard(not first.table[ITEM].is_there)
        first.write(ITEM, EARLY)

    @system.action
    def write_at_30() -> None:
        """The clocks have gone on from 20 to 30."""
        guard(first.table[ITEM].is_there and not second.table[ITEM].is_there)
        second.write(ITEM, LATE)

    @system.link_conditions.append
    def writes_are_concurrent(source: str, target: str) -> bool:
        """The write of 20 is still on its way to the region that writes at 30 (C49)."""
        return (source, target) != (first.name, second.name) or second.table[ITEM].is_there

    system.spec(streams)
    system.spec(NoRelay())
    system.spec(AppliedAtMostOnce(places=places))
    system.spec(StreamsHoldWhatWasApplied(places=places))
    _promise(system, table, streams)
    return system


def _promise(system: MachineSystem, table: GlobalTable, streams: StreamsRise) -> None:
    def all_hold_30() -> bool:
        return all(region.table[ITEM].value == LATE for region in table.regions)

    @system.rests_when
    def all_is_carried() -> bool:
        """Both have written, nothing is on its way, and every region holds 30 (C49)."""
        return table.is_quiet and all_hold_30()

    @system.always
    def every_region_ends_with_30() -> bool:
        """Where a region has 30 and nothing is on its way, all hold the write of 30 (C49)."""
        written = any(region.table[ITEM].value == LATE for region in table.regions)
        return not (written and table.is_quiet) or all_hold_30()

    @system.always(using=[streams])
    def a_stale_write_is_in_no_stream() -> bool:
        """A region that dropped a write has no record of it (C60)."""
        return not any(
            set(streams.dropped[name]) & set(streams.records[name]) for name in streams.regions
        )

    @system.always(using=[streams])
    def the_writers_streams_are_settled() -> bool:
        """The region of 20 ends with records of 20 and 30, that of 30 with one of 30 (C50)."""
        return not all_hold_30() or tuple(streams.records.values())[:2] == STREAMS[:2]

    @system.sometimes(using=[streams])
    def the_streams_of_the_talk() -> bool:
        """In the end the four streams hold 20 and 30, 30, 20 and 30, 30 (C50)."""
        return all_is_carried() and tuple(streams.records.values()) == STREAMS

    @system.sometimes(using=[streams])
    def the_drop_set_of_the_talk() -> bool:
        """In the end the second and the fourth region have dropped the write of 20 (C49)."""
        return all_is_carried() and tuple(streams.dropped.values()) == DROPPED
