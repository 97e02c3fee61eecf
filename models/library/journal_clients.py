"""The journal and its clients: all ask it, and all hear it (C72 to C76, C85, C92, C106, C110).

A request waits at its site until a quorum holds the entry, wherever the copies have to pass; then
the journal appends it. Whoever listens hears the entries in the order of appending, which need not
be that of asking.
"""

from collections.abc import Sequence
from typing import Annotated

from ..fields import volatile
from ..networks import MachineSystem
from ..parameters import Parameter, model
from ..specs import Spec
from ..states import on
from ..systems import System
from ..variables import Table
from .disasters import ANY, Cut, Faulty, Heals, Isolate, Offline, add_disasters, declare_alike
from .geography import REGIONS
from .mutants import NO_BUG, bugs_of, variant
from .stored_journal import Client, Copied, Deed, Heard, Progress, StoredJournal


class AppendOnly(Spec):
    """Each site hears one entry a position, from the first on, without a gap (C73)."""

    sites: tuple[str, ...]
    last: Table[str, int] = volatile.table(0, over="sites")

    @on(Heard)
    def judge(self, event: Heard) -> None:
        """The entry is the one after the last that was heard."""
        last, position = self.last[event.site], event.entry.position
        assert position == last + 1, f"{event.site} heard entry {position} after entry {last}"
        self.last[event.site] = position


class NoProgressWithoutAQuorum(Spec):
    """A site neither appends nor hears unless it reaches more than half of all (C92, C106)."""

    sites: tuple[str, ...]

    @on(Progress, Heard)
    def judge(self, event: Progress) -> None:
        """The site and those it reaches are more than half."""
        reached = event.others + 1
        assert 2 * reached > len(self.sites), (
            f"{event.site} reaches {reached} of {len(self.sites)} sites, itself counted"
        )

    @on(Copied)
    def judge_copy(self, event: Copied) -> None:
        """The copy comes from somewhere."""
        assert event.others > 0, f"{event.site} took a copy while it reached nobody"


@model("journal")
def journal_clients(
    *,
    sites: Annotated[int, Parameter(2, 5, "sites, each of which appends and listens")] = 3,
    appends: Annotated[int, Parameter(0, 4, "entries in all, asked for at any site")] = 3,
    faulty: Faulty = ANY,
    heals: Heals = True,
    cut: Cut = 0,
    isolate: Isolate = 0,
    offline: Offline = 0,
    bug: Annotated[str, bugs_of("journal")] = NO_BUG,
) -> System:
    """The journal across sites with its clients: append-only, durable, heard in one order."""
    system = MachineSystem()
    names = REGIONS[:sites]
    declare_alike(system, names, writers=sites, faulty=faulty)
    journal = variant("journal", bug, StoredJournal)(
        system, sites=names, works=system.can_reach, appends=appends
    )
    client = variant("journal", bug, Client)
    clients = [client(name=name, journal=journal, is_faulty=name == faulty) for name in names]
    system.add(*clients)
    add_disasters(
        system, clients, cut=cut, isolate=isolate, offline=offline, faulty=faulty, heals=heals
    )
    system.spec(AppendOnly(sites=names))
    system.spec(NoProgressWithoutAQuorum(sites=names))
    promise(system, journal, clients)
    if appends:
        witness_appends(system, journal, in_a_fault=cut + isolate + offline > 0)
    if appends and cut and sites > 2:
        witness_the_third_site(system, journal, faulty=faulty)
    if appends > 1:

        @system.sometimes
        def appended_in_another_order_than_asked() -> bool:
            """What was asked for later is heard earlier (C85)."""
            return any(list(client.heard) != sorted(client.heard) for client in clients)

    return system


def promise(system: System, journal: StoredJournal, clients: Sequence[Client]) -> None:
    """Promise that all hear the same, that it lasts, and that all are served."""

    @system.always
    def delivered_in_one_order() -> bool:
        """Of what two sites have heard, one is the beginning of the other (C75)."""
        longest = max((client.heard for client in clients), key=len)
        return all(client.heard == longest[: len(client.heard)] for client in clients)

    @system.always
    def durable_before_delivered() -> bool:
        """More than half of the sites hold what any has heard, whichever site is lost (C74)."""
        heard = {number for client in clients for number in client.heard}
        copies = [journal.holders[number] for number in heard]
        return all(2 * len(sites) > len(clients) and len(sites) > 1 for sites in copies)

    @system.rests_when
    def everyone_is_served() -> bool:
        """All is appended and heard, but at one site at most, which reaches no quorum (C92)."""
        left = [client for client in clients if not client.is_served()]
        excused = all(2 * (client.count_others() + 1) <= len(clients) for client in left)
        return journal.asked.value == len(journal.numbers) and len(left) <= 1 and excused


def witness_appends(system: System, journal: StoredJournal, *, in_a_fault: bool) -> None:
    """Declare that entries are appended, whatever the faults are."""

    @system.sometimes
    def an_entry_is_appended() -> bool:
        """An entry is appended, and where there are faults, while a link is broken (C92)."""
        return Deed.APPENDED in journal.deeds.value if in_a_fault else journal.appended.value > 0

    if len(journal.numbers) >= len(journal.sites):

        @system.sometimes
        def every_site_appends() -> bool:
            """Each site has an entry in the journal (C76)."""
            return journal.appenders.value >= frozenset(journal.sites)


def witness_the_third_site(system: System, journal: StoredJournal, *, faulty: str) -> None:
    """Declare that the journal goes round a link that is cut."""

    @system.sometimes
    def appended_through_a_third_site() -> bool:
        """An entry is appended that was copied where the direct links are cut (C110)."""
        return Deed.APPENDED_THROUGH_A_THIRD_SITE in journal.deeds.value

    if faulty != ANY:

        @system.sometimes
        def an_entry_is_heard_by_the_faulty_site() -> bool:
            """The site that faults strike hears an entry while a link of it is broken (C111)."""
            return Deed.HEARD_BY_THE_FAULTY_SITE in journal.deeds.value
