"""One region leads an asynchronous table: it takes all writes and strong reads (C65 to C67).

When the leader is out of reach, nobody can tell whether its last write has arrived elsewhere. So a
failover waits until the leader is in reach again and has been told to answer no more, and until
everything that it holds has arrived where the next leader is to be.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..states import action
from ..systems import System, guard
from ..variables import Shared, Variable
from .applications import NOBODY, Application, LocalRequestsStayLocal, add_applications
from .asynchronous import Region, add_global_table
from .clients import EventualReads, StrongReads, Writers, Writes, add_clients, spend
from .consistency import LinearizableStrongReads
from .disasters import ANY, Cut, Faulty, Heals, Isolate, Offline, add_disasters, declare_alike
from .geography import ITEMS, REGIONS
from .leadership import (
    FIRST,
    Deposed,
    Elected,
    FailoverBegan,
    FailoversAreInOrder,
    OnlyTheLeaderAnswers,
)
from .mutants import NO_BUG, bugs_of, variant
from .versions import Version


class Leadership(Shared):
    """Who leads, who is to be replaced, and how many more failovers there may be.

    That a failover is asked for is known everywhere at once: it may come for any reason.
    """

    def __init__(self, system: System, failovers: int) -> None:
        self.leaders: Variable[frozenset[str]] = system.variable("leaders", frozenset({FIRST}))
        self.replaced: Variable[str] = system.variable("to be replaced", NOBODY)
        self.failovers_left: Variable[int] = system.variable("failovers left", failovers)

    def is_with(self, region: Region) -> bool:
        """Tell whether a region leads."""
        return region.name in self.leaders.value


class LedApplication(Application):
    """The application in one region: it goes to the leader, and takes part in failovers."""

    leadership: Leadership

    def write(self, item: str, value: int | None = 1) -> None:
        """Write in the leader region (C65)."""
        self.leader().write(item, value)

    def read_strongly(self, reader: int, item: str) -> None:
        """Read in the leader region (C65, C66)."""
        self.leader().read_strongly(reader, item)

    def leader(self) -> Region:
        """Give the leader; the step is enabled where it is in reach."""
        return self.choose(self.leaders_in_reach())

    def leaders_in_reach(self) -> tuple[Region, ...]:
        """Give whoever leads, runs, and has a working link to here."""
        leaders = (region for region in self.regions if self.leadership.is_with(region))
        return tuple(region for region in leaders if self.works_with(region))

    @action
    def ask_for_a_failover(self) -> None:
        """Find the leader out of reach: it is to be replaced, once that is possible (C67)."""
        guard(self.leadership.replaced.value == NOBODY)
        old = self.choose(region for region in self.regions if self.leadership.is_with(region))
        guard(not self.works_with(old))
        spend(self.leadership.failovers_left)
        self.leadership.replaced.value = old.name
        self.announce(FailoverBegan(old.name, in_reach=self.works_with(old)))

    @action
    def depose_the_leader(self) -> None:
        """Tell the leader that is to be replaced to answer no more, and learn what it holds."""
        old = self.region_to_replace()
        guard(self.leadership.is_with(old) and self.home is not old and self.works_with(old))
        self.leadership.leaders.value -= {old.name}
        self.announce(Deposed(old.name, by=self.home.name, in_reach=self.works_with(old)))

    @action
    def become_the_leader(self) -> None:
        """Lead from now on, where everything that the old leader holds has arrived (C67)."""
        old = self.region_to_replace()
        guard(self.works_with(old) and self.answers_no_more(old) and self.has_caught_up_with(old))
        self.leadership.leaders.value |= {self.home.name}
        self.leadership.replaced.value = NOBODY
        self.announce(Elected(self.home.name, in_reach=self.works_with(old)))

    def region_to_replace(self) -> Region:
        """Give the region that led; the step is enabled during a failover."""
        replaced = self.leadership.replaced.value
        return self.choose(region for region in self.regions if region.name == replaced)

    def answers_no_more(self, old: Region) -> bool:
        """Tell whether the old leader was deposed."""
        return not self.leadership.is_with(old)

    def has_caught_up_with(self, old: Region) -> bool:
        """Tell whether this region has what the old leader holds, or what is later."""
        return not any(old.table[item].is_after(self.home.table[item]) for item in old.items)


@model("leader-region")
def leader_region(
    *,
    regions: Annotated[int, Parameter(2, 5, "regions, the first of which leads")] = 3,
    writers: Writers = 5,
    writes: Writes = 2,
    strong_reads: StrongReads = 1,
    eventual_reads: EventualReads = 1,
    failovers: Annotated[int, Parameter(0, 3, "times that the leader is replaced")] = 1,
    faulty: Faulty = ANY,
    heals: Heals = True,
    bug: Annotated[str, bugs_of("leader-region")] = NO_BUG,
    cut: Cut = 0,
    isolate: Isolate = 1,
    offline: Offline = 0,
) -> System:
    """Asynchronous tables with a leader region, which takes all writes and strong reads."""
    system = MachineSystem()
    table = add_global_table(system, REGIONS[:regions], ITEMS[:1])
    leadership = Leadership(system, failovers)
    followers = [name for name in REGIONS[:regions] if name != FIRST]
    declare_alike(system, followers, writers=writers - 1, faulty=faulty)
    kind = variant("leader-region", bug, LedApplication)
    applications = add_applications(system, kind, table.regions, leadership=leadership)
    add_clients(
        system,
        applications,
        table.items,
        writers=writers,
        writes=writes,
        deletes=0,
        strong_reads=strong_reads,
        eventual_reads=eventual_reads,
    )
    add_disasters(
        system,
        table.regions,
        cut=cut,
        isolate=isolate,
        offline=offline,
        faulty=faulty,
        heals=heals,
    )
    readers = tuple(range(1, strong_reads + 1))
    system.spec(LinearizableStrongReads(items=table.items, readers=readers))
    system.spec(OnlyTheLeaderAnswers())
    system.spec(FailoversAreInOrder())
    system.spec(LocalRequestsStayLocal())
    _promise_one_leader(system, leadership, applications, heals=heals)
    if isolate > 0 or cut > 0 or (offline > 0 and faulty in (ANY, FIRST)):
        _witness_failovers(system, leadership, applications, promised=failovers > 0 and heals)
    is_alone = isolate + offline > 0 or cut >= regions - 1
    _witness_doubts(
        system, applications, promised=writes > 1 and is_alone and faulty in (ANY, FIRST)
    )
    return system


def _promise_one_leader(
    system: MachineSystem,
    leadership: Leadership,
    applications: Sequence[LedApplication],
    *,
    heals: bool,
) -> None:
    @system.always
    def one_leader_at_a_time() -> bool:
        """No two regions lead."""
        return len(leadership.leaders.value) <= 1

    @system.rests_when(promised=heals)
    def every_region_reaches_the_leader() -> bool:
        """Every region that runs reaches a leader, and no failover is under way."""
        return leadership.replaced.value == NOBODY and all(
            application.leaders_in_reach()
            for application in applications
            if system.can_step(application)
        )


def _witness_failovers(
    system: MachineSystem,
    leadership: Leadership,
    applications: Sequence[LedApplication],
    *,
    promised: bool,
) -> None:
    @system.sometimes
    def the_leader_is_out_of_reach() -> bool:
        """A region leads, and the clients of another can neither write nor read strongly (C67)."""
        return bool(leadership.leaders.value) and any(
            system.can_step(application) and not application.leaders_in_reach()
            for application in applications
        )

    @system.sometimes(promised=promised)
    def another_region_leads() -> bool:
        """A failover comes to its end: a region leads that did not lead at first (C67)."""
        return bool(leadership.leaders.value - {FIRST})


def _witness_doubts(
    system: System, applications: Sequence[LedApplication], *, promised: bool
) -> None:
    """Declare the two cases that nobody can tell apart: what the other regions see is the same."""

    @system.sometimes(promised=promised)
    def the_last_write_may_be_lost() -> bool:
        """The leader is out of reach, and holds a write that is in no other region (C67)."""
        return any(
            leader.table[item] != seen for leader, item, seen in _seen_from_elsewhere(applications)
        )

    @system.sometimes(promised=promised)
    def the_last_write_may_have_arrived() -> bool:
        """The leader is out of reach, and all that it acknowledged is everywhere (C67)."""
        return any(
            leader.table[item] == seen for leader, item, seen in _seen_from_elsewhere(applications)
        )


def _seen_from_elsewhere(
    applications: Sequence[LedApplication],
) -> Iterator[tuple[Region, str, Version]]:
    """Give each leader out of reach, with the write of its own that all others hold of an item."""
    for application in applications:
        leader, others = application.home, [one for one in applications if one is not application]
        if not application.leadership.is_with(leader):
            continue
        if any(other.works_with(leader) for other in others):
            continue
        for item in leader.items:
            first, *rest = (other.home.table[item] for other in others)
            if first.region == leader.name and all(version == first for version in rest):
                yield leader, item, first
