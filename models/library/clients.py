"""The clients of a replicated table: what they may ask of a region, and how often."""

from collections.abc import Sequence
from typing import Annotated

from ..errors import ParameterError
from ..machines import Machine
from ..networks import MachineSystem
from ..parameters import Parameter
from ..systems import guard
from ..variables import Variable

Writers = Annotated[int, Parameter(0, 5, "regions in which clients write, from the first one on")]
Writes = Annotated[int, Parameter(0, 6, "writes in all")]
Deletes = Annotated[int, Parameter(0, 4, "deletes in all")]
StrongReads = Annotated[int, Parameter(0, 4, "strong reads in all, in any region")]
EventualReads = Annotated[int, Parameter(0, 4, "0: no eventual reads; else any number of them")]


class Replica(Machine):
    """A region as its clients see it; each request begins in a step of its own."""

    def write(self, item: str, value: int | None = 1) -> None:
        """Begin to write a new version of `item`, or with None to delete it."""
        raise NotImplementedError

    def read_strongly(self, reader: int, item: str) -> None:
        """Begin the strong read of this number."""
        raise NotImplementedError

    def read_eventually(self, item: str) -> None:
        """Read whatever is here."""
        raise NotImplementedError


def add_clients(
    system: MachineSystem,
    replicas: Sequence[Replica],
    items: Sequence[str],
    *,
    writers: int,
    writes: int,
    deletes: int,
    strong_reads: int,
    eventual_reads: int,
) -> None:
    """Let clients write and read any item in any region that runs, at most so often in all.

    Raises `ParameterError` where something is to be written and nobody writes.
    """
    if writes + deletes > 0 and writers < 1:
        asked = f"writes={writes}" if writes else f"deletes={deletes}"
        raise ParameterError(f"{asked} needs writers, but writers={writers}; set writers=1 or more")
    add_writers(system, replicas[:writers], items, writes=writes, deletes=deletes)
    add_readers(system, replicas, items, strong_reads=strong_reads, eventual_reads=eventual_reads)


def add_writers(
    system: MachineSystem,
    replicas: Sequence[Replica],
    items: Sequence[str],
    *,
    writes: int,
    deletes: int = 0,
) -> None:
    """Let clients write and delete any item in these regions, at most so often in all."""
    writes_left = system.variable("writes left", writes)

    @system.action(region=replicas, item=items)
    def write(region: Replica, item: str) -> None:
        guard(system.can_step(region))
        spend(writes_left)
        system.describe(f"a client writes {item} in {region.name}")
        region.write(item)

    if not deletes:
        return
    deletes_left = system.variable("deletes left", deletes)

    @system.action(region=replicas, item=items)
    def delete(region: Replica, item: str) -> None:
        guard(system.can_step(region))
        spend(deletes_left)
        system.describe(f"a client deletes {item} in {region.name}")
        region.write(item, None)


def add_readers(
    system: MachineSystem,
    replicas: Sequence[Replica],
    items: Sequence[str],
    *,
    strong_reads: int,
    eventual_reads: int,
) -> None:
    """Let clients read any item in these regions, strongly at most so often in all.

    An eventual read changes nothing, so that any number of them makes no more states than one.
    """
    strong_reads_begun = system.variable("strong reads begun", 0)

    @system.action(region=replicas, item=items)
    def read_strongly(region: Replica, item: str) -> None:
        guard(strong_reads_begun.value < strong_reads and system.can_step(region))
        strong_reads_begun.value += 1
        system.describe(f"a client reads {item} strongly in {region.name}")
        region.read_strongly(strong_reads_begun.value, item)

    if not eventual_reads:
        return

    @system.action(region=replicas, item=items)
    def read_eventually(region: Replica, item: str) -> None:
        guard(system.can_step(region))
        system.describe(f"a client reads {item} eventually in {region.name}")
        region.read_eventually(item)


def spend(budget: Variable[int]) -> None:
    """Take one of a budget; the step is enabled where one is left."""
    guard(budget.value > 0)
    budget.value -= 1
