"""Writes that depend on what a region holds: each region decides by its own copy alone."""

from ..networks import MachineSystem
from ..systems import guard
from .asynchronous import GlobalTable, Region
from .clients import spend

CREATED = 2
"""The value of an item that was written on condition that there was none."""


def add_creations(system: MachineSystem, budget: int, table: GlobalTable) -> None:
    """Let clients put an item on condition that there is none, which only this region judges."""
    if budget < 1:
        return
    creations_left = system.variable("creations left", budget)

    @system.action(region=table.regions, item=table.items)
    def create(region: Region, item: str) -> None:
        guard(system.can_step(region) and not region.table[item].is_there)
        spend(creations_left)
        system.describe(f"a client creates {item} in {region.name}, where there is none")
        region.write(item, CREATED)

    if budget < 2:
        return

    @system.sometimes
    def two_regions_create_the_same_item() -> bool:
        """A condition that only one write may meet is met in two regions (a lost update)."""
        return any(_created_at_home(table, item) > 1 for item in table.items)


def _created_at_home(table: GlobalTable, item: str) -> int:
    held = [(region.name, region.table[item]) for region in table.regions]
    return sum(version.region == name and version.value == CREATED for name, version in held)


def add_expiries(system: MachineSystem, budget: int, table: GlobalTable) -> None:
    """Let a region delete an item whose time to live is over; the deletion replicates (C127)."""
    if budget < 1:
        return
    expiries_left = system.variable("expiries left", budget)

    @system.action(region=table.regions, item=table.items)
    def expire(region: Region, item: str) -> None:
        guard(system.can_step(region) and region.table[item].is_there)
        spend(expiries_left)
        system.describe(f"{region.name} deletes {item}, whose time to live is over")
        region.write(item, None)
