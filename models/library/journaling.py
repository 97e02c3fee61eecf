"""What clients may expect of writes and reads that go through a journal, as specs over events."""

from ..fields import volatile
from ..specs import Spec
from ..states import on
from ..values import NEVER, Time
from ..variables import Table
from .consistency import (
    Acknowledged,
    Applied,
    EventualReadReturned,
    Place,
    StrongReadBegan,
    StrongReadReturned,
)
from .mrsc import Conflicted, FenceAppended


class AcknowledgedAfterApplying(Spec):
    """A client is told of success once its own region has applied the write (C82, C84)."""

    places: tuple[Place, ...]
    applied: Table[Place, Time] = volatile.table(NEVER, over="places")

    @on(Applied)
    def remember(self, event: Applied) -> None:
        """This region has applied the write."""
        self.applied[event.region, event.item] = event.version

    @on(Acknowledged)
    def judge(self, event: Acknowledged) -> None:
        """The write, or a later one, is applied in the region that acknowledges it."""
        applied = self.applied[event.region, event.item]
        assert applied >= event.version, (
            f"{event.region} acknowledged the write of {event.version}, having applied {applied}"
        )


class AConflictHasNoEffect(Spec):
    """What was refused with a conflict is applied nowhere, before or after (C103, C104)."""

    places: tuple[Place, ...]
    applied: Table[Place, Time] = volatile.table(NEVER, over="places")
    refused: frozenset[Time] = volatile(frozenset())

    @on(Applied)
    def judge(self, event: Applied) -> None:
        """The write was not refused before."""
        time = event.version
        assert time not in self.refused, f"{event.region} applied {time}, which was refused"
        self.applied[event.region, event.item] = time

    @on(Conflicted)
    def refuse(self, event: Conflicted) -> None:
        """The write is in no region."""
        held = [place for place, time in self.applied.items() if time == event.version]
        assert not held, f"{event.version} was refused, but {held[0][0]} has applied it"
        self.refused |= {event.version}


class NoLostUpdates(Spec):
    """A write replaces the very write that it was made of (C99, C100): no update is lost."""

    @on(Applied)
    def judge(self, event: Applied) -> None:
        """What the region had is what the request had read."""
        assert event.before == event.made_of, (
            f"{event.region} replaced the write of {event.before} by one that was made of "
            f"{event.made_of}"
        )


class StrongReadsAppendAFence(Spec):
    """Every strong read costs an append, also in a region that alone writes (C90, C91)."""

    readers: tuple[int, ...]
    waiting: Table[int, bool] = volatile.table(False, over="readers")
    fenced: Table[int, bool] = volatile.table(False, over="readers")

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """A client waits for this read."""
        self.waiting[event.reader] = True

    @on(FenceAppended)
    def remember(self, event: FenceAppended) -> None:
        """This read has its fence in the journal."""
        self.fenced[event.reader] = True

    @on(StrongReadReturned)
    def judge(self, event: StrongReadReturned) -> None:
        """The read that is answered was asked for, once, and has its fence."""
        assert self.waiting[event.reader], f"nobody waits for strong read {event.reader}"
        assert self.fenced[event.reader], f"strong read {event.reader} appended no fence"
        self.waiting[event.reader] = False

    def is_waited_for(self) -> bool:
        """Tell whether a client waits for a strong read."""
        return any(self.waiting.values())


class AWitnessServesNobody(Spec):
    """The region that is a witness answers neither reads nor writes (C94)."""

    witnesses: tuple[str, ...]

    @on(Acknowledged)
    def judge_write(self, event: Acknowledged) -> None:
        """A write is acknowledged by a replica."""
        self.judge(event.region)

    @on(StrongReadReturned)
    def judge_strong_read(self, event: StrongReadReturned) -> None:
        """A strong read is answered by a replica."""
        self.judge(event.region)

    @on(EventualReadReturned)
    def judge_eventual_read(self, event: EventualReadReturned) -> None:
        """An eventual read is answered by a replica."""
        self.judge(event.region)

    def judge(self, region: str) -> None:
        """The region that answers is no witness."""
        assert region not in self.witnesses, f"{region}, a witness, answered a request"
