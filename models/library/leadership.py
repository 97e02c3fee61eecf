"""What a leader region and its failovers must keep to, as specs over announced events."""

from ..events import Event
from ..fields import volatile
from ..specs import Spec
from ..states import on
from .applications import NOBODY
from .consistency import Acknowledged, StrongReadReturned
from .geography import REGIONS

FIRST = REGIONS[0]
"""The region that leads at the beginning."""


class FailoverBegan(Event):
    """An application looked for the leader, in reach or not, and asks for another one."""

    leader: str
    in_reach: bool


class Deposed(Event):
    """An application told the leader, in reach or not, to answer no more."""

    leader: str
    by: str
    in_reach: bool


class Elected(Event):
    """A region leads from now on, having heard of the old leader, in reach or not."""

    leader: str
    in_reach: bool


class OnlyTheLeaderAnswers(Spec):
    """Writes and strong reads are answered by the region that leads, however far it is (C66)."""

    leader: str = volatile(FIRST)

    @on(Deposed)
    def depose(self, event: Deposed) -> None:
        """Nobody answers from now on."""
        self.leader = NOBODY

    @on(Elected)
    def elect(self, event: Elected) -> None:
        """This region answers from now on, and nobody did before."""
        assert self.leader == NOBODY, f"{event.leader} was elected, while {self.leader} leads"
        self.leader = event.leader

    @on(Acknowledged)
    def judge_write(self, event: Acknowledged) -> None:
        """A write is acknowledged by the leader."""
        self.judge(event.region)

    @on(StrongReadReturned)
    def judge_strong_read(self, event: StrongReadReturned) -> None:
        """A strong read is answered by the leader."""
        self.judge(event.region)

    def judge(self, region: str) -> None:
        """The region that answers leads."""
        assert region == self.leader, f"{region} answered, while {self.leader} leads"


class FailoversAreInOrder(Spec):
    """A failover begins with a leader out of reach, and another region tells it to stop (C67)."""

    @on(FailoverBegan)
    def begin(self, event: FailoverBegan) -> None:
        """The leader is out of reach."""
        assert not event.in_reach, f"{event.leader} is in reach, and yet is to be replaced"

    @on(Deposed)
    def depose(self, event: Deposed) -> None:
        """The leader hears of it, and from another region."""
        assert event.in_reach, f"{event.leader} was deposed out of reach, and does not know it"
        assert event.by != event.leader, f"{event.leader} deposed itself, and nobody knows it"

    @on(Elected)
    def elect(self, event: Elected) -> None:
        """The next leader hears from the old one what there is."""
        assert event.in_reach, f"{event.leader} leads without a word of the leader before"
