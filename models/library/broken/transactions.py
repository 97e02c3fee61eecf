"""Transactions that lack a mechanism each."""

from ...states import action
from ..asynchronous import Change
from ..transactions import Coordinator
from ..versions import Version


class WriteItemByItem(Coordinator):
    """Each write of a transaction is seen as soon as it is made."""

    @action
    def write_the_next_item(self) -> None:
        """Write an item in sight."""
        super().write_the_next_item()
        for item, version in zip(self.region.items, self.written, strict=False):
            self.region.accept(Change(item, version))


class CommitOverLaterWrites(Coordinator):
    """A commit overwrites what another region wrote later."""

    def commit(self, written: tuple[Version, ...]) -> None:
        """Put every write in place, whatever is there."""
        for item, version in zip(self.region.items, written, strict=True):
            self.region.apply(Change(item, version))
        super().commit(written)
