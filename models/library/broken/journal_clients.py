"""Journals and clients of theirs that lack a mechanism each."""

from ...states import action
from ..stored_journal import Client, Entry, StoredJournal


class AppendWithOneCopy(StoredJournal):
    """Takes an entry for durable that one site holds."""

    def is_durable(self, number: int) -> bool:
        """Tell whether any site holds an entry."""
        return bool(self.holders[number])


class AppendWithoutAQuorum(StoredJournal):
    """Appends and delivers wherever it is asked to."""

    def reaches_quorum(self, site: str) -> bool:
        """Tell that no others are needed."""
        return True


class CopyOverDirectLinks(StoredJournal):
    """Copies between neighbours only, and never through another site."""

    def reach(self, site: str) -> frozenset[str]:
        """Give the sites that this one has a link to, and itself."""
        return frozenset(other for other in self.sites if self.works(site, other))


class DeliverBeforeDurable(Client):
    """Hears what is asked for at its own site at once."""

    @action
    def ask(self) -> None:
        """Let a request arrive here, and take it for appended."""
        number = self.journal.ask(self.site)
        self.waiting.push(number)
        self.heard += (number,)


class DeliverInArrivalOrder(Client):
    """Puts entries that come together into the order in which they were asked for."""

    @action
    def hear(self) -> None:
        """Take two entries where there are two, the one that was asked for first before."""
        entries = [self.journal.hear(self.site)]
        if not self.journal.feeds[self.site].is_read:
            entries.append(self.journal.hear(self.site))
        numbers = sorted(entry.number for entry in entries)
        for entry, number in zip(entries, numbers, strict=True):
            self.take(Entry(entry.position, number))


class SkipAnEntry(Client):
    """Passes over an entry when another one comes after it."""

    @action
    def hear(self) -> None:
        """Take the last of the entries that are there."""
        entry = self.journal.hear(self.site)
        if not self.journal.feeds[self.site].is_read:
            entry = self.journal.hear(self.site)
        self.take(entry)


class HearAgain(Client):
    """Takes each entry twice."""

    def take(self, entry: Entry) -> None:
        """Take an entry, and again."""
        super().take(entry)
        super().take(entry)


class ForgetACopy(Client):
    """Makes room for the entries that it has heard."""

    def take(self, entry: Entry) -> None:
        """Take an entry, and drop this site's copy of it."""
        super().take(entry)
        self.journal.holders[entry.number] -= {self.site}
