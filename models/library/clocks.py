"""A clock that is behind: what the talk rules out, and last writer wins rests upon (C46)."""

from ..networks import MachineSystem
from ..systems import guard
from .asynchronous import GlobalTable, Region
from .clients import spend


def add_late_clocks(system: MachineSystem, budget: int, table: GlobalTable) -> None:
    """Let clients write where the clock shows no more than the time of the write that is there.

    The two writes then have one timestamp, and their regions decide which of them survives.
    """
    if budget < 1:
        return
    late_left = system.variable("late clocks left", budget)

    @system.action(region=table.regions, item=table.items)
    def write_with_a_late_clock(region: Region, item: str) -> None:
        here = region.table[item]
        guard(system.can_step(region) and here.is_there and here.region != region.name)
        spend(late_left)
        system.describe(f"a client writes {item} in {region.name}, whose clock is behind")
        region.write_at(here.time, item)
