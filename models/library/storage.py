"""The storage of one region: three copies in three zones, one of which leads (C17 to C22, C125).

A write goes to the leader, which sends it to the others, and it is acknowledged once two zones have
it. Who leads is in the region's metadata, by which requests are routed; every copy sees it as it
changes. When the leader's zone is lost, another of the copies takes over: the newer of two.
Anti-entropy compares the copies always.
"""

from dataclasses import dataclass
from itertools import permutations
from typing import Annotated

from .. import faults
from ..events import Event
from ..fields import durable
from ..machines import Machine, Ref
from ..networks import MachineSystem
from ..parameters import Fault, Parameter, model
from ..specs import Spec
from ..states import State, on
from ..systems import System, guard
from ..values import NEVER, Time
from ..variables import Variable
from .clients import Writes, spend
from .consistency import (
    HERE,
    Acknowledged,
    EventualReadReturned,
    LinearizableStrongReads,
    MonotonicEventualReads,
    ReadYourWrites,
    StrongReadBegan,
    StrongReadReturned,
)
from .mutants import NO_BUG, bugs_of, variant

ZONES = ("zone-a", "zone-b", "zone-c")
ITEM = "x"
READER = 1
"""Strong reads have one number: each returns in the step in which it begins."""

LoseZone = Annotated[int, Fault(3, "times that a zone is lost; it comes back with what it held")]
Lose = Annotated[int, Fault(3, "messages between storage nodes that are lost")]


class Replicate(Event):
    """The leader sends what it has written."""

    version: Time


class Stored(Event):
    """A copy holds this version, or a later one."""

    version: Time


class StorageNode(Machine):
    """One copy of the table, on a storage node in a zone of its own (C18)."""

    peers: tuple[Ref["StorageNode"], ...]
    leader: Variable[str]
    acknowledged: Variable[Time]
    version: Time = durable(NEVER)
    pending: frozenset[Time] = durable(frozenset())

    @property
    def leads(self) -> bool:
        """Whether requests are routed to this copy."""
        return self.leader.value == self.name

    @property
    def waits(self) -> bool:
        """Whether this copy leads, and not all that it wrote is known to be durable."""
        return self.leads and bool(self.pending)

    def write(self) -> None:
        """Write here, as the leader, and send it to the other copies (C19)."""
        guard(self.leads)
        self.version = self.now()
        self.pending |= {self.version}
        for peer in self.peers:
            self.send(peer, Replicate(self.version))

    @on(Replicate)
    def store(self, update: Replicate) -> None:
        """Keep the later of two versions, and say that it is held."""
        self.version = max(self.version, update.version)
        self.reply(Stored(update.version))

    @on(Stored)
    def count(self, stored: Stored) -> None:
        """Acknowledge what a second copy holds now, if this one still leads (C22)."""
        if self.waits:
            self.acknowledge(until=stored.version)

    def acknowledge(self, until: Time) -> None:
        """Tell the clients of writes up to this one that they are durable."""
        for version in sorted(version for version in self.pending if version <= until):
            self.pending -= {version}
            self.acknowledged.value = max(self.acknowledged.value, version)
            self.announce(Acknowledged(ITEM, version))

    def read_strongly(self) -> None:
        """Read what the leader has, once it is durable: the leader has part in each write (C21)."""
        guard(self.leads and not self.waits)
        self.announce(StrongReadBegan(READER, ITEM))
        self.announce(StrongReadReturned(READER, ITEM, self.version))

    def read_eventually(self) -> None:
        """Read what this copy has, which may be behind (C20)."""
        self.announce(EventualReadReturned(HERE, ITEM, self.version))

    def take_over(self, other: "StorageNode") -> None:
        """Lead, being as new as one other copy, so that all that was acknowledged is here.

        A write is in two of three copies, and of any two copies one has it; the other has it after.
        """
        guard(self.version >= other.version)
        other.version = self.version
        self.pending = frozenset()
        self.leader.value = self.name

    def finds_behind(self, other: "StorageNode") -> bool:
        """Tell whether anti-entropy has to mend the other copy, or to count it."""
        return other.version < self.version or self.waits

    def mend(self, other: "StorageNode") -> None:
        """Bring a copy up to date that has missed something (C125)."""
        guard(self.finds_behind(other))
        other.version = self.version
        if self.waits:
            self.acknowledge(until=self.version)


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


@dataclass(frozen=True, slots=True)
class Region:
    """The three copies, and the metadata by which requests find them (C17)."""

    system: MachineSystem
    nodes: tuple[StorageNode, ...]
    leader: Variable[str]
    acknowledged: Variable[Time]
    stale_read: Variable[bool]

    @property
    def pairs(self) -> tuple[tuple[StorageNode, StorageNode], ...]:
        """Every two copies, both ways round."""
        return tuple(permutations(self.nodes, 2))

    def agrees(self) -> bool:
        """Tell whether all copies are the same, and the leader waits for none."""
        versions = {node.version for node in self.nodes}
        return len(versions) == 1 and not any(node.waits for node in self.nodes)


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


def add_failover(region: Region) -> None:
    """Let another copy take over when the leader's zone is lost, with the third copy's consent."""
    machines = region.system.machines

    @region.system.action(pair=region.pairs)
    def elect(pair: tuple[StorageNode, StorageNode]) -> None:
        candidate, voter = pair
        guard(not region.system.can_step(machines[region.leader.value]))
        guard(candidate.works_with(voter))
        region.system.describe(f"{candidate.name} takes over, having asked {voter.name}")
        candidate.take_over(voter)


def add_anti_entropy(region: Region) -> None:
    """Let every two copies be compared at any time, and the one that lags be mended (C125).

    It runs always, but where no message is lost it would find what is on its way already, and hide
    a replication that does not work.
    """

    @region.system.action(pair=region.pairs)
    def compare(pair: tuple[StorageNode, StorageNode]) -> None:
        one, other = pair
        guard(one.works_with(other))
        region.system.describe(f"anti-entropy finds {other.name} behind {one.name}")
        one.mend(other)


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
