"""Applications with a leader region that lack a mechanism each."""

from ..asynchronous import Region
from ..leader_region import LedApplication


class FailoverWithoutReconciliation(LedApplication):
    """A region leads before everything that the old leader wrote has arrived."""

    def has_caught_up_with(self, old: Region) -> bool:
        """Take what is here for all there is."""
        return True


class TwoLeaders(LedApplication):
    """A region leads while the old leader goes on."""

    def answers_no_more(self, old: Region) -> bool:
        """Take a leader that is to be replaced for one that answers no more."""
        return True


class StrongReadInAnyRegion(LedApplication):
    """A strong read stays in the region of its client."""

    def read_strongly(self, reader: int, item: str) -> None:
        """Read what is here."""
        self.home.read_strongly(reader, item)
