"""Transactions on asynchronous tables: whole in their own region, torn elsewhere (C62, C63).

A transaction writes every item in one region. Its writes are made one after another, each with a
time of its own, and are seen all at once; then they are replicated item by item. That each has its
own time is assumed: if they had one in common, of two transactions the later would win whole.
"""

from collections.abc import Sequence
from typing import Annotated

from ..events import Event
from ..fields import volatile
from ..machines import Machine
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..specs import Spec
from ..states import action, on
from ..systems import System, guard
from ..values import Record, Time
from ..variables import Shared, Table, Variable
from .asynchronous import Change, GlobalTable, Region, add_global_table
from .disasters import ANY, Cut, Faulty, Heals, Isolate, Offline, add_disasters, declare_alike
from .geography import ITEMS, REGIONS
from .mutants import NO_BUG, bugs_of, variant
from .versions import Version


class Transaction(Record):
    """A transaction that is committed: its region, and the time of each of its writes."""

    region: str
    times: tuple[Time, ...]

    def is_missed_by(self, versions: tuple[Version, ...]) -> bool:
        """Tell whether some item is older than this transaction wrote it."""
        pairs = zip(versions, self.times, strict=True)
        return any(version.time < time for version, time in pairs)


class Committed(Event):
    """A client was told that the transaction of this number succeeded."""

    number: int
    transaction: Transaction


class ItemsRead(Event):
    """A client read all items in one region at once."""

    region: str
    versions: tuple[Version, ...]

    @property
    def seen(self) -> frozenset[int]:
        """The transactions of which an item is seen."""
        return frozenset(version.value for version in self.versions if version.value is not None)


class AtomicInTheRegion(Spec):
    """A reader in the region of a transaction sees all of it or nothing (C62).

    What is committed there is seen, each item as it was written or as it was overwritten later.
    """

    numbers: tuple[int, ...]
    committed: Table[int, Transaction | None] = volatile.table(None, over="numbers")
    torn: bool = volatile(False)

    @on(Committed)
    def remember(self, event: Committed) -> None:
        """From now on it is to be seen in its region."""
        self.committed[event.number] = event.transaction

    @on(ItemsRead)
    def judge(self, event: ItemsRead) -> None:
        """Transactions of this region are seen whole; of others, one that is not is noted."""
        for number in event.seen:
            assert self.committed[number], f"{event.region} shows {number} before it is committed"
        for number, transaction in self.committed.items():
            if transaction is None or not transaction.is_missed_by(event.versions):
                continue
            assert transaction.region != event.region, (
                f"{event.region} does not show all of its own transaction {number}"
            )
            self.torn = self.torn or number in event.seen


class Numbers(Shared):
    """The numbers of transactions, of which there are at most so many in all regions."""

    def __init__(self, system: System, transactions: int) -> None:
        self.all = tuple(range(1, transactions + 1))
        self._begun: Variable[int] = system.variable("transactions begun", 0)

    def next(self) -> int:
        """Give the next number; the step is enabled where there is one."""
        guard(self._begun.value < len(self.all))
        self._begun.value += 1
        return self._begun.value


class Coordinator(Machine):
    """Makes one region's transactions: one at a time, and each seen at once."""

    region: Region
    numbers: Numbers
    written: tuple[Version, ...] = volatile(())

    @action
    def write_the_next_item(self) -> None:
        """Write an item out of sight, or with the last one commit."""
        number = self.written[0].value if self.written else self.numbers.next()
        written = (*self.written, Version(self.now(), self.region.name, number))
        item = self.region.items[len(self.written)]
        self.describe(f"transaction {number} writes {item} in {self.region.name}")
        is_whole = item == self.region.items[-1]
        self.written = () if is_whole else written
        if is_whole:
            self.describe(f"transaction {number} commits in {self.region.name}")
            self.commit(written)

    def commit(self, written: tuple[Version, ...]) -> None:
        """Show all writes at once, but where an item was written later (C45, C62)."""
        for item, version in zip(self.region.items, written, strict=True):
            self.region.accept(Change(item, version))
        times = tuple(version.time for version in written)
        self.announce(Committed(written[0].value or 0, Transaction(self.region.name, times)))


@model("transactions")
def transactions(
    *,
    regions: Annotated[int, Parameter(2, 5, "regions, each with a copy of the table")] = 3,
    items: Annotated[int, Parameter(2, 3, "items, all of which a transaction writes")] = 2,
    transactions: Annotated[int, Parameter(0, 3, "transactions in all, in any region")] = 2,
    reads: Annotated[int, Parameter(0, 1, "0: no reads; else any number, each of all items")] = 1,
    faulty: Faulty = ANY,
    heals: Heals = True,
    bug: Annotated[str, bugs_of("transactions")] = NO_BUG,
    cut: Cut = 0,
    isolate: Isolate = 0,
    offline: Offline = 0,
) -> System:
    """Transactions on an asynchronous table: whole in their own region, torn elsewhere."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:regions], ITEMS[:items])
    declare_alike(system, REGIONS[:regions], writers=regions, faulty=faulty)
    numbers = Numbers(system, transactions)
    kind = variant("transactions", bug, Coordinator)
    coordinators = tuple(
        kind(
            name=f"{region.name}'s coordinator",
            site=region.name,
            identity=(region.name,),
            region=region,
            numbers=numbers,
        )
        for region in table.regions
    )
    system.add(*coordinators)
    if reads:
        _add_reads(system, table)
    add_disasters(
        system,
        table.regions,
        cut=cut,
        isolate=isolate,
        offline=offline,
        faulty=faulty,
        heals=heals,
    )
    atomic = AtomicInTheRegion(numbers=numbers.all)
    system.spec(atomic)
    _promise_convergence(system, table, coordinators)
    if transactions and reads:

        @system.sometimes(using=[atomic])
        def a_torn_transaction_is_seen() -> bool:
            """A reader in another region sees an item of a transaction, and not the other (C63)."""
            return atomic.torn

    if transactions > 1:

        @system.sometimes
        def transactions_mix() -> bool:
            """All that is left in the end is a part of one transaction and a part of another."""
            left = {table.regions[0].table[item].value for item in table.items}
            return table.is_quiet and table.has_converged() and len(left) > 1

    return system


def _add_reads(system: MachineSystem, table: GlobalTable) -> None:
    @system.action(region=table.regions)
    def read_all_items(region: Region) -> None:
        guard(system.can_step(region))
        system.describe(f"a client reads all items in {region.name}")
        versions = tuple(region.table[item] for item in table.items)
        system.announce(ItemsRead(region.name, versions))


def _promise_convergence(
    system: MachineSystem, table: GlobalTable, coordinators: Sequence[Coordinator]
) -> None:
    @system.always
    def converged_when_quiet() -> bool:
        """Where nothing is on its way, every region holds the same of every item (C14)."""
        return not table.is_quiet or table.has_converged()

    @system.rests_when
    def everything_is_committed_and_carried() -> bool:
        """Every transaction is committed, and carried wherever paths work, in regions that run."""
        is_open = any(one.written and system.can_step(one) for one in coordinators)
        return not is_open and not any(
            path.can_work and not path.is_done for path in table.replicators
        )
