"""The storage of one region: three copies in three zones, one of which leads (C17 to C22, C125).

A write goes to the leader, which sends it to the others, and it is acknowledged once two zones have
it. Who leads is in the region's metadata, by which requests are routed; every copy sees it as it
changes. When the leader's zone is lost, another of the copies takes over: the newer of two.
Anti-entropy compares the copies always.
"""

from dataclasses import dataclass
from itertools import permutations

from ..events import Event
from ..fields import durable
from ..machines import Machine, Ref
from ..networks import MachineSystem
from ..states import on
from ..systems import guard
from ..values import NEVER, Time
from ..variables import Variable
from .consistency import (
    HERE,
    Acknowledged,
    EventualReadReturned,
    StrongReadBegan,
    StrongReadReturned,
)

ZONES = ("zone-a", "zone-b", "zone-c")
ITEM = "x"
READER = 1
"""Strong reads have one number: each returns in the step in which it begins."""


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
