"""Two regions write at once, at 20 and at 30, and four regions see it (C47 to C50)."""

from ...fields import volatile
from ...networks import MachineSystem
from ...parameters import model
from ...specs import Spec
from ...states import on
from ...systems import System, guard
from ...variables import Table
from ..asynchronous import GlobalTable, Region, add_global_table
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

    @on(Carried)
    def see(self, event: Carried) -> None:
        """A write that came without a record was dropped (C48, C60)."""
        assert event.version.value is not None
        if event.version.value not in self.records[event.target]:
            self.dropped[event.target] += (event.version.value,)


@model("concurrent-writes")
def concurrent_writes() -> System:
    """Four regions, of which two write at once, at 20 and at 30: what each one's stream holds."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:4], (ITEM,))
    first, second = table.regions[:2]
    streams = StreamsRise(regions=REGIONS[:4])
    places = tuple((region.name, ITEM) for region in table.regions)

    @system.action
    def write_at_20() -> None:
        guard(not first.table[ITEM].is_there)
        first.write(ITEM, EARLY)

    @system.action
    def write_at_30() -> None:
        """The clock has gone on to 30, but the write of 20 has not come here."""
        guard(first.table[ITEM].is_there and not second.table[ITEM].is_there)
        second.write(ITEM, LATE)

    system.spec(streams)
    system.spec(NoRelay())
    system.spec(AppliedAtMostOnce(places=places))
    system.spec(StreamsHoldWhatWasApplied(places=places))
    _promise(system, table, second, streams)
    return system


def _promise(
    system: MachineSystem, table: GlobalTable, second: Region, streams: StreamsRise
) -> None:
    def is_over() -> bool:
        """Both have written, and nothing is on its way."""
        return _is_written_at_30(table) and table.is_quiet

    system.rests_when(lambda: table.is_quiet)

    @system.always
    def every_region_ends_with_30() -> bool:
        """Where both have written and nothing is on its way, all hold the write of 30 (C49)."""
        return not is_over() or all(
            region.table[ITEM].value == LATE and region.table[ITEM].region == second.name
            for region in table.regions
        )

    @system.always(using=[streams])
    def a_stale_write_is_in_no_stream() -> bool:
        """The region that writes 30 never has a record of 20, which comes too late (C60)."""
        return streams.records[second.name] in ((), (EARLY,), (LATE,)) and (
            LATE not in streams.records[second.name] or EARLY not in streams.records[second.name]
        )

    @system.sometimes(using=[streams])
    def the_streams_of_the_talk() -> bool:
        """In the end the four streams hold 20 and 30, 30, 20 and 30, 30 (C50)."""
        return is_over() and tuple(streams.records.values()) == STREAMS

    @system.sometimes(using=[streams])
    def the_drop_set_of_the_talk() -> bool:
        """In the end the second and the fourth region have dropped the write of 20 (C49)."""
        return is_over() and tuple(streams.dropped.values()) == DROPPED


def _is_written_at_30(table: GlobalTable) -> bool:
    return any(region.table[ITEM].value == LATE for region in table.regions)
