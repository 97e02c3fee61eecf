"""Storage nodes of one region that lack a mechanism each."""

from ...fields import durable
from ...systems import guard
from ..consistency import StrongReadBegan, StrongReadReturned
from ..storage import ITEM, READER, StorageNode


class AcknowledgeWithOneCopy(StorageNode):
    """Acknowledges a write that no other zone has yet."""

    def write(self) -> None:
        """Write, send, and acknowledge at once."""
        super().write()
        self.acknowledge(until=self.version)


class StrongReadFromAnyCopy(StorageNode):
    """Answers a strong read without being the leader."""

    def read_strongly(self) -> None:
        """Read what is here, whoever leads."""
        self.announce(StrongReadBegan(READER, ITEM))
        self.announce(StrongReadReturned(READER, ITEM, self.version))


class StrongReadBeforeDurable(StorageNode):
    """Answers a strong read with a write that only the leader has yet."""

    def read_strongly(self) -> None:
        """Read what the leader has, durable or not."""
        guard(self.leads)
        self.announce(StrongReadBegan(READER, ITEM))
        self.announce(StrongReadReturned(READER, ITEM, self.version))


class ElectAnyCopy(StorageNode):
    """Leads without looking for the newest of the copies that remain."""

    def take_over(self, other: StorageNode) -> None:
        """Lead with whatever is here."""
        self.pending = frozenset()
        self.leader.value = self.name


class LeadAlone(StorageNode):
    """Leads as the newest, and leaves the other copy behind."""

    def take_over(self, other: StorageNode) -> None:
        """Lead, and serve what no other zone may have."""
        guard(self.version >= other.version)
        self.pending = frozenset()
        self.leader.value = self.name


class OldLeaderGoesOn(StorageNode):
    """Does not notice that another copy took over while its zone was lost."""

    led: bool = durable(False)

    @property
    def leads(self) -> bool:
        """Whether requests were ever routed here."""
        return self.led or super().leads

    def write(self) -> None:
        """Write, and remember to lead."""
        super().write()
        self.led = True


class NoAntiEntropy(StorageNode):
    """Leaves a copy behind that has missed a message."""

    def finds_behind(self, other: StorageNode) -> bool:
        """Find nothing, ever."""
        return False
