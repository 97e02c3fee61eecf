"""One request while something is broken: whether it is served, and whether it is fresh (C117).

The fault is there before the first step and stays. What the talk says of each mode, fault, request
and place is a row of its truth table.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from .. import faults
from ..fields import volatile
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..specs import Spec
from ..states import on
from ..systems import System, guard
from ..values import NEVER, Time
from . import asynchronous, mrsc
from .asynchronous import add_global_table
from .clients import Replica, spend
from .consistency import (
    Acknowledged,
    EventualReadReturned,
    StrongReadBegan,
    StrongReadReturned,
)
from .geography import REGIONS
from .mrsc_tables import add_journaled_table
from .versions import UNWRITTEN

Mode = Literal["async", "mrsc"]
FaultName = Literal["none", "offline", "isolate", "cut"]
Request = Literal["write", "strong-read", "eventual-read"]
Place = Literal["faulty", "other"]

NEAR, FAULTY, FAR = NAMES = REGIONS[:3]
ITEM = "x"
READER = 1


class Fresh(Spec):
    """A read gives every write that was acknowledged anywhere before it began, or a later one."""

    known: Time = volatile(NEVER)
    owed: Time = volatile(NEVER)

    @on(Acknowledged)
    def learn(self, event: Acknowledged) -> None:
        """Reads that begin from now on may not miss this."""
        self.known = max(self.known, event.version)

    @on(StrongReadBegan)
    def begin(self, event: StrongReadBegan) -> None:
        """What is acknowledged by now is owed to the read."""
        self.owed = self.known

    @on(StrongReadReturned)
    def judge_strong_read(self, event: StrongReadReturned) -> None:
        """The read gives what it is owed, or a later write."""
        assert event.version >= self.owed, (
            f"a strong read in {event.region} gave the version of {event.version}, but that of "
            f"{self.owed} was acknowledged before"
        )

    @on(EventualReadReturned)
    def judge_eventual_read(self, event: EventualReadReturned) -> None:
        """The read gives what is acknowledged by now, or a later write."""
        assert event.version >= self.known, (
            f"an eventual read in {event.region} gave the version of {event.version}, but that of "
            f"{self.known} was acknowledged before"
        )


class Answers(Spec):
    """The request has one answer at most, in the region that was asked."""

    region: str
    has_come: bool = volatile(False)

    @on(Acknowledged)
    def note_write(self, event: Acknowledged) -> None:
        """A write is answered; where it is not the one that was asked for, it was elsewhere."""
        self.note(event.region)

    @on(StrongReadReturned)
    def note_strong_read(self, event: StrongReadReturned) -> None:
        """A strong read is answered."""
        self.note(event.region)

    @on(EventualReadReturned)
    def note_eventual_read(self, event: EventualReadReturned) -> None:
        """An eventual read is answered."""
        self.note(event.region)

    def note(self, region: str) -> None:
        """The answer counts where it comes from the region that was asked, and is the first."""
        if region == self.region:
            assert not self.has_come, f"{region} answered twice"
            self.has_come = True


@model("availability")
def availability(
    *,
    mode: Annotated[Mode, Parameter(summary="how the table is replicated")] = "mrsc",
    fault: Annotated[FaultName, Parameter(summary="what is broken from the start")] = "cut",
    request: Annotated[Request, Parameter(summary="what a client asks for")] = "strong-read",
    at: Annotated[
        Place, Parameter(summary="where: in the region that is struck, or in one that is not")
    ] = "faulty",
) -> System:
    """One request in one region while something is broken: is it served, and is it fresh?"""
    system = MachineSystem()
    regions = _add_regions(system, mode)
    _strike(system, fault)
    asked = FAULTY if at == "faulty" else FAR if fault == "cut" else NEAR
    answers = Answers(region=asked)
    system.spec(answers)
    system.spec(Fresh(), promised=False)
    _add_request(system, request, regions[asked])
    if request != "write":
        _add_earlier_write(system, [one for name, one in regions.items() if name != asked])

    @system.rests_when(using=[answers])
    def the_request_is_answered() -> bool:
        """The request is answered: it is served whatever happens."""
        return answers.has_come

    @system.sometimes(using=[answers])
    def answered() -> bool:
        """The request can be answered: without a witness it is denied."""
        return answers.has_come

    return system


def _add_regions(system: MachineSystem, mode: Mode) -> dict[str, Replica]:
    regions: Sequence[asynchronous.Region | mrsc.Region]
    if mode == "async":
        regions = add_global_table(system, NAMES, (ITEM,)).regions
        _promise_no_crossing(system, regions, system.can_reach)
    else:
        table = add_journaled_table(system, NAMES, (ITEM,))
        regions = table.replicas
        _promise_no_crossing(system, regions, lambda _, here: table.journal.reaches_quorum(here))
    return {region.name: region for region in regions}


def _promise_no_crossing(
    system: MachineSystem,
    regions: Sequence[asynchronous.Region | mrsc.Region],
    arrives: Callable[[str, str], bool],
) -> None:
    @system.always
    def nothing_crosses_what_is_broken() -> bool:
        """A region has no write that could not come while the fault lasts (C58, C106)."""
        held = ((region.table[ITEM].region, region.name) for region in regions)
        return all(
            origin in (UNWRITTEN.region, here) or arrives(origin, here) for origin, here in held
        )


def _strike(system: MachineSystem, fault: FaultName) -> None:
    """Break the region, or its link to the nearest one, before the first step and for good."""
    if fault == "offline":
        faults.offline(system, 1, sites=(FAULTY,), heals=False, struck=True)
    elif fault == "isolate":
        faults.isolate(system, 1, sites=(FAULTY,), heals=False, struck=True)
    elif fault == "cut":
        faults.cut(system, 1, between=(NEAR, FAULTY), heals=False, struck=True)


def _add_request(system: MachineSystem, request: Request, region: Replica) -> None:
    requests_left = system.variable("requests left", 1)

    @system.action
    def ask() -> None:
        guard(system.can_step(region))
        spend(requests_left)
        system.describe(f"a client asks {region.name} for a {request}")
        if request == "write":
            region.write(ITEM)
        elif request == "strong-read":
            region.read_strongly(READER, ITEM)
        else:
            region.read_eventually(ITEM)


def _add_earlier_write(system: MachineSystem, regions: Sequence[Replica]) -> None:
    """Let a client write where the request is not made, so that a read may have missed it."""
    writes_left = system.variable("earlier writes left", 1)

    @system.action(region=regions)
    def write(region: Replica) -> None:
        guard(system.can_step(region))
        spend(writes_left)
        system.describe(f"a client writes {ITEM} in {region.name}")
        region.write(ITEM)
