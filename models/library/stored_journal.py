"""A journal that says which sites hold its entries, and the sites that use it (C72 to C76).

A request waits at its site until a quorum holds the entry, wherever the copies have to pass; then
the journal appends it.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from ..events import Event
from ..fields import durable, volatile
from ..machines import Machine
from ..states import action
from ..systems import System, guard
from ..values import Record
from ..variables import Queue, Table, Variable
from .journal import Journal


class Entry(Record):
    """An entry of the journal: where it stands, and as the how-manieth it was asked for."""

    position: int
    number: int


class Deed(Enum):
    """What happened while a link was cut, for the witnesses."""

    APPENDED = auto()
    APPENDED_THROUGH_A_THIRD_SITE = auto()
    HEARD_BY_THE_FAULTY_SITE = auto()


class Progress(Event):
    """A site that reaches so many others appended an entry."""

    site: str
    others: int


class Copied(Progress):
    """A site that reaches so many others took a copy of an entry."""


class Heard(Progress):
    """A site that reaches so many others heard an entry."""

    entry: Entry


class StoredJournal(Journal[Entry]):
    """A journal that says which sites hold the entries, of which there are at most so many."""

    def __init__(
        self,
        system: System,
        *,
        sites: Sequence[str],
        works: Callable[[str, str], bool],
        appends: int,
    ) -> None:
        super().__init__(system, sites=sites, subscribers=sites, of=Entry, works=works)
        self.sites = tuple(sites)
        self.works = works
        self.numbers = range(1, appends + 1)
        self.asked: Variable[int] = system.variable("asked", 0)
        self.appended: Variable[int] = system.variable("appended", 0)
        self.holders: Table[int, frozenset[str]] = system.table(
            "held by", over=self.numbers, initial=frozenset()
        )
        self.appenders: Variable[frozenset[str]] = system.variable("have appended", frozenset())
        self.relayed: Variable[frozenset[int]] = system.variable("relayed", frozenset())
        self.deeds: Variable[frozenset[Deed]] = system.variable("in a fault", frozenset())

    def ask(self, site: str) -> int:
        """Number a request that arrives at a site, which keeps it."""
        guard(self.asked.value < len(self.numbers))
        self.asked.value += 1
        self.holders[self.asked.value] = frozenset({site})
        return self.asked.value

    def copy(self, number: int, site: str) -> None:
        """Copy an entry that too few sites hold to this one, over whatever links work (C110)."""
        holders = self.holders[number]
        guard(holders and site not in holders and not self.is_durable(number))
        guard(holders & self.reach(site))
        if not any(self.works(site, holder) for holder in holders):
            self.relayed.value |= {number}
        self.holders[number] = holders | {site}

    def is_durable(self, number: int) -> bool:
        """Tell whether a quorum holds an entry (C74)."""
        return len(self.holders[number]) >= self.quorum

    def append_number(self, site: str, number: int) -> None:
        """Give a durable entry the next position (C73)."""
        guard(self.is_durable(number))
        self.appended.value += 1
        self.appenders.value |= {site}
        if number in self.relayed.value:
            self.relayed.value -= {number}
            self.note(Deed.APPENDED_THROUGH_A_THIRD_SITE)
        self.append(site, Entry(self.appended.value, number))

    def note(self, deed: Deed) -> None:
        """Remember that this happened."""
        self.deeds.value |= {deed}

    def reach(self, site: str) -> frozenset[str]:
        """Give the sites that this one reaches, directly or through others, and itself."""
        reached = [site]
        for one in reached:
            reached += [
                other for other in self.sites if other not in reached and self.works(one, other)
            ]
        return frozenset(reached)


class Client(Machine):
    """A site that asks the journal to append, and listens to it (C76)."""

    journal: StoredJournal
    is_faulty: bool
    waiting: Queue[int] = volatile.queue()
    heard: tuple[int, ...] = durable(())

    @action
    def ask(self) -> None:
        """Let a request arrive here."""
        self.waiting.push(self.journal.ask(self.site))

    @action
    def copy(self) -> None:
        """Take a copy of some entry that is on its way into the journal."""
        self.journal.copy(self.choose(self.journal.numbers), self.site)
        self.announce(Copied(self.site, self.count_others()))

    @action
    def append(self) -> None:
        """Append the request that waits longest here."""
        guard(not self.waiting.is_empty)
        number = self.waiting.pop()
        self.journal.append_number(self.site, number)
        self.announce(Progress(self.site, self.count_others()))
        if self.is_cut_off():
            self.journal.note(Deed.APPENDED)

    @action
    def hear(self) -> None:
        """Take the journal's next entry (C75)."""
        self.take(self.journal.hear(self.site))
        if self.is_faulty and self.is_cut_off():
            self.journal.note(Deed.HEARD_BY_THE_FAULTY_SITE)

    def take(self, entry: Entry) -> None:
        """Take an entry as the next that is heard here."""
        self.heard += (entry.number,)
        self.announce(Heard(self.site, self.count_others(), entry))

    def is_cut_off(self) -> bool:
        """Tell whether a link of this site is broken."""
        return not all(self.journal.works(self.site, other) for other in self.journal.sites)

    def count_others(self) -> int:
        """Count the other sites that this one reaches."""
        return len(self.journal.reach(self.site)) - 1

    def is_served(self) -> bool:
        """Tell whether all that was asked here is appended, and all that was appended is heard."""
        return self.waiting.is_empty and len(self.heard) == self.journal.appended.value
