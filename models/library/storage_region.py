"""The model `storage`: one region's storage with its clients, faults and promises (C17 to C22)."""

from typing import Annotated

from .. import faults
from ..machines import Ref
from ..networks import MachineSystem
from ..parameters import Fault, Parameter, model
from ..specs import Spec
from ..states import State
from ..systems import System, guard
from ..values import NEVER
from ..variables import Variable
from .clients import Writes, spend
from .consistency import (
    HERE,
    LinearizableStrongReads,
    MonotonicEventualReads,
    ReadYourWrites,
    StrongReadBegan,
    StrongReadReturned,
)
from .mutants import NO_BUG, bugs_of, variant
from .storage import (
    ITEM,
    READER,
    ZONES,
    Region,
    StorageNode,
    add_anti_entropy,
    add_failover,
)

LoseZone = Annotated[int, Fault(3, "times that a zone is lost; it comes back with what it held")]
Lose = Annotated[int, Fault(3, "messages between storage nodes that are lost")]


class StrongReadsAreAnswered(Spec):
    """Every strong read that begins returns, and none returns that did not begin."""

    idle = State(start=True)
    reading = State()

    @idle.on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """The leader takes one read at a time."""
        self.goto(StrongReadsAreAnswered.reading)

    @reading.on(StrongReadReturned)
    def finish(self, event: StrongReadReturned) -> None:
        """The client has its answer."""
        self.goto(StrongReadsAreAnswered.idle)


def add_requests(
    region: Region, *, writes: int, strong_reads: int, eventual_reads: int
) -> tuple[Variable[int], ...]:
    """Let clients write and read at most so often, and give what is left of these budgets."""
    system = region.system
    writes_left = system.variable("writes left", writes)
    strong_reads_left = system.variable("strong reads left", strong_reads)
    eventual_reads_left = system.variable("eventual reads left", eventual_reads)

    @system.action(node=region.nodes)
    def write(node: StorageNode) -> None:
        guard(system.can_step(node))
        spend(writes_left)
        system.describe(f"a client writes {ITEM} in {node.name}")
        node.write()

    @system.action(node=region.nodes)
    def read_strongly(node: StorageNode) -> None:
        guard(system.can_step(node))
        spend(strong_reads_left)
        system.describe(f"a client reads {ITEM} strongly in {node.name}")
        node.read_strongly()

    @system.action(node=region.nodes)
    def read_eventually(node: StorageNode) -> None:
        guard(system.can_step(node))
        spend(eventual_reads_left)
        system.describe(f"a client reads {ITEM} eventually in {node.name}")
        if node.version < region.acknowledged.value:
            region.stale_read.value = True
        node.read_eventually()

    return writes_left, strong_reads_left, eventual_reads_left


@model("storage")
def storage(
    *,
    writes: Writes = 2,
    strong_reads: Annotated[int, Parameter(0, 4, "strong reads in all")] = 2,
    eventual_reads: Annotated[int, Parameter(0, 4, "eventual reads in all")] = 2,
    lose_zone: LoseZone = 1,
    lose: Lose = 0,
    bug: Annotated[str, bugs_of("storage")] = NO_BUG,
) -> System:
    """One region's storage: three copies with a leader, a write is durable in two zones."""
    system = MachineSystem()
    system.symmetric("zones that do not lead at first", ZONES[1:])
    leader = system.variable("leader", ZONES[0])
    acknowledged = system.variable("acknowledged", NEVER)
    node = variant("storage", bug, StorageNode)
    nodes = tuple(
        node(
            name=zone,
            peers=tuple(Ref(peer) for peer in ZONES if peer != zone),
            leader=leader,
            acknowledged=acknowledged,
        )
        for zone in ZONES
    )
    system.add(*nodes)
    stale_read = system.variable("a stale read was seen", False)
    region = Region(system, nodes, leader, acknowledged, stale_read)
    budgets = add_requests(
        region, writes=writes, strong_reads=strong_reads, eventual_reads=eventual_reads
    )
    add_failover(region)
    faults.offline(system, lose_zone, sites=ZONES)
    faults.lose(system, lose)
    if lose:
        add_anti_entropy(region)

    def is_mended() -> bool:
        return not lose or not any(one.finds_behind(other) for one, other in region.pairs)

    @system.always
    def acknowledged_writes_survive() -> bool:
        """Two zones hold what was acknowledged, or later, so it survives the loss of any (C22)."""
        return sum(node.version >= acknowledged.value for node in nodes) >= 2

    @system.always
    def copies_agree_when_quiet() -> bool:
        """Where nothing is on its way or to be mended, all copies are the same (C14, C125)."""
        return not (system.is_quiet() and is_mended()) or region.agrees()

    @system.rests_when
    def every_request_is_served() -> bool:
        """Every request is served and all copies are the same."""
        return all(budget.value == 0 for budget in budgets) and region.agrees()

    add_witnesses(region, writes=writes, eventual_reads=eventual_reads, lose_zone=lose_zone)
    system.spec(LinearizableStrongReads(items=(ITEM,), readers=(READER,)))
    system.spec(StrongReadsAreAnswered())
    system.spec(MonotonicEventualReads(places=((HERE, ITEM),)), promised=False)
    system.spec(ReadYourWrites(places=((HERE, ITEM),)), promised=False)
    return system


def add_witnesses(region: Region, *, writes: int, eventual_reads: int, lose_zone: int) -> None:
    """Declare what the region must be able to do, where its parameters let it."""
    if writes and eventual_reads:

        @region.system.sometimes
        def an_eventual_read_is_stale() -> bool:
            """An eventual read misses an acknowledged write: its copy lags (C20)."""
            return region.stale_read.value

    if writes and lose_zone:

        @region.system.sometimes
        def a_lost_zone_is_survived() -> bool:
            """A write is acknowledged that the lost first leader has not seen (C22)."""
            first = region.nodes[0]
            return not region.system.can_step(first) and first.version < region.acknowledged.value
