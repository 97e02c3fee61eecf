"""The clients of a replicated table: what they may ask of a region, and how often."""

from collections.abc import Sequence
from typing import Annotated

from ..machines import Machine
from ..networks import MachineSystem
from ..parameters import Parameter
from ..systems import guard

Writes = Annotated[int, Parameter(0, 6, "writes in all, in any region")]
StrongReads = Annotated[int, Parameter(0, 4, "strong reads in all, in any region")]
EventualReads = Annotated[int, Parameter(0, 4, "eventual reads in all, in any region")]


class Replica(Machine):
    """A region as its clients see it; each request begins in a step of its own."""

    def write(self, item: str) -> None:
        """Begin to write a new version of `item`."""
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
    writes: int,
    strong_reads: int,
    eventual_reads: int,
) -> None:
    """Let clients write and read any item in any region that runs, at most so often in all."""
    writes_left = system.variable("writes left", writes)
    strong_reads_begun = system.variable("strong reads begun", 0)
    eventual_reads_left = system.variable("eventual reads left", eventual_reads)

    @system.action(region=replicas, item=items)
    def write(region: Replica, item: str) -> None:
        guard(writes_left.value > 0 and system.can_step(region))
        writes_left.value -= 1
        system.describe(f"a client writes {item} in {region.name}")
        region.write(item)

    @system.action(region=replicas, item=items)
    def read_strongly(region: Replica, item: str) -> None:
        guard(strong_reads_begun.value < strong_reads and system.can_step(region))
        strong_reads_begun.value += 1
        system.describe(f"a client reads {item} strongly in {region.name}")
        region.read_strongly(strong_reads_begun.value, item)

    @system.action(region=replicas, item=items)
    def read_eventually(region: Replica, item: str) -> None:
        guard(eventual_reads_left.value > 0 and system.can_step(region))
        eventual_reads_left.value -= 1
        system.describe(f"a client reads {item} eventually in {region.name}")
        region.read_eventually(item)
