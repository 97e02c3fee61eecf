"""Anti-entropy between regions: what a replicator lost is found by comparing copies (C124)."""

from ..networks import MachineSystem
from ..systems import guard
from .asynchronous import Change, GlobalTable, Region, Replicator
from .clients import spend


def add_losses(system: MachineSystem, budget: int, table: GlobalTable) -> None:
    """Let replicators lose records, at most so often in all, and let anti-entropy mend it."""
    if budget < 1:
        return
    losses_left = system.variable("losses left", budget)

    @system.action(replicator=table.replicators, item=table.items)
    def lose(replicator: Replicator, item: str) -> None:
        spend(losses_left)
        replicator.feeds[item].drop()
        system.describe(f"{replicator.name} loses a record of {item}")

    add_anti_entropy(system, table)


def add_anti_entropy(system: MachineSystem, table: GlobalTable) -> None:
    """Let every two regions compare what one of them wrote, and bring the other up to date."""

    @system.action(source=table.regions, target=table.regions, item=table.items)
    def compare(source: Region, target: Region, item: str) -> None:
        guard(source is not target and system.can_step(source) and source.works_with(target))
        here = source.table[item]
        guard(here.region == source.name and here.is_after(target.table[item]))
        target.accept(Change(item, here))
        system.describe(f"{source.name} finds that {target.name} lacks {here} of {item}")
