"""Item A goes from 10 to 11, and later B from 200 to 201: each in order, not both (C42 to C44)."""

from collections.abc import Iterator

from ...networks import MachineSystem
from ...parameters import model
from ...systems import System, guard
from ..asynchronous import GlobalTable, Region, add_global_table
from ..consistency import MonotonicEventualReads
from ..geography import REGIONS
from ..replication import AppliedAtMostOnce

BEFORE = {"A": 10, "B": 200}
AFTER = {"A": 11, "B": 201}
ITEMS = ("A", "B")


@model("two-items")
def two_items() -> System:
    """One region writes A = 11 and then B = 201: another one may see them the other way round."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:3], ITEMS)
    writer, *others = table.regions
    places = table.places

    @system.action
    def write_a() -> None:
        guard(not writer.table["A"].is_there)
        writer.write("A", AFTER["A"])

    @system.action
    def write_b() -> None:
        guard(writer.table["A"].is_there and not writer.table["B"].is_there)
        writer.write("B", AFTER["B"])

    @system.action(region=table.regions, item=ITEMS)
    def read(region: Region, item: str) -> None:
        region.read_eventually(item)

    system.spec(AppliedAtMostOnce(places=places))
    system.spec(MonotonicEventualReads(places=places))

    @system.rests_when
    def both_writes_are_everywhere() -> bool:
        """Every region holds A = 11 and B = 201 (C42)."""
        return all(value_in(region, item) == AFTER[item] for region, item in places_of(table))

    @system.always
    def each_item_ends_with_its_last_write() -> bool:
        """Where nothing is on its way, every region holds what was written last (C42)."""
        return not table.is_quiet or all(
            value_in(region, item) == value_in(writer, item) for region, item in places_of(table)
        )

    @system.always
    def no_inversion_at_home() -> bool:
        """The region that writes has A = 11 before B = 201 (C42)."""
        return not is_inverted(writer)

    @system.sometimes
    def an_inversion_across_items() -> bool:
        """Another region has B = 201 and still A = 10 (C43)."""
        return any(map(is_inverted, others))

    @system.always(promised=False)
    def monotonic_across_items() -> bool:
        """Whoever has B = 201 has A = 11, which was written before (C44)."""
        return not any(map(is_inverted, table.regions))

    return system


def places_of(table: GlobalTable) -> Iterator[tuple[Region, str]]:
    """Give every region with every item."""
    return ((region, item) for region in table.regions for item in ITEMS)


def value_in(region: Region, item: str) -> int | None:
    """Give what a region holds of an item: the old value where no write has come."""
    version = region.table[item]
    return version.value if version.is_there else BEFORE[item]


def is_inverted(region: Region) -> bool:
    """Tell whether a region has the later write and not the earlier one."""
    return value_in(region, "B") == AFTER["B"] and value_in(region, "A") == BEFORE["A"]
