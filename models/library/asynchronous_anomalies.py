"""What asynchronous tables allow: each must be possible, or the model is stricter than they are."""

from itertools import permutations

from ..networks import MachineSystem
from .asynchronous import GlobalTable, Replicator
from .versions import Version


def add_anomalies(
    system: MachineSystem, table: GlobalTable, *, writes: int, writers: int, one_way: bool
) -> None:
    """Declare the witnesses that must exist within these bounds."""
    if writes:
        _add_lags(system, table)
    if writes > 1 and writers > 1:
        _add_conflicts(system, table)
    if writes > 1 and len(table.items) > 1:
        _add_inversions(system, table)
    if one_way and writes > 1 and writers > 1:
        _add_one_way(system, table)


def _add_lags(system: MachineSystem, table: GlobalTable) -> None:
    @system.sometimes
    def regions_differ_for_a_while() -> bool:
        """A write is in one region and not yet in another (C37)."""
        return not table.has_converged()

    @system.sometimes
    def a_write_is_at_risk() -> bool:
        """An acknowledged write is in one region only, and would be lost with it (C10, C145)."""
        return any(_holders_of_newest(table, item) == 1 for item in table.items)

    @system.sometimes(promised=False)
    def a_backlog_waits() -> bool:
        """A write cannot reach a region for as long as a fault lasts (C52, C57)."""
        return any(not one.can_work and not one.is_done for one in table.replicators)


def _add_conflicts(system: MachineSystem, table: GlobalTable) -> None:
    @system.sometimes
    def regions_write_at_once() -> bool:
        """Two regions write the same item, neither having seen the other's write (C11, C45)."""
        return any(
            sum(region.table[item].region == region.name for region in table.regions) > 1
            for item in table.items
        )


def _add_inversions(system: MachineSystem, table: GlobalTable) -> None:
    @system.sometimes
    def an_inversion_across_items() -> bool:
        """A region has a later write of one item and not the earlier one of another (C43)."""
        return any(
            _is_unseen_and_older(one, first, one.target.table[second])
            for one in table.replicators
            for first, second in permutations(table.items, 2)
        )


def _add_one_way(system: MachineSystem, table: GlobalTable) -> None:
    @system.sometimes
    def arrives_one_way_only() -> bool:
        """A region has another's write while its own cannot go the opposite way (C33)."""
        return any(
            not one.can_work and not one.is_done and _arrived_against(one, item)
            for one in table.replicators
            for item in table.items
        )


def _arrived_against(replicator: Replicator, item: str) -> bool:
    return replicator.source.table[item].region == replicator.target.name


def _is_unseen_and_older(replicator: Replicator, item: str, than: Version) -> bool:
    if than.region != replicator.source.name:
        return False
    return any(than.is_after(change.version) for change in replicator.feeds[item].unread())


def _holders_of_newest(table: GlobalTable, item: str) -> int:
    held = [region.table[item] for region in table.regions]
    newest = max(held, key=lambda version: (version.time, version.region))
    return sum(version == newest for version in held) if newest.region != "nowhere" else 0
