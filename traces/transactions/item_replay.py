"""What all items hold after some begins and commits, and which of those may come next."""

from __future__ import annotations

from collections.abc import Hashable

from .dependencies import INITIAL, Dependencies
from .precedence import list_edges


class ItemReplay:
    """Transactions that begin, reading, and commit, writing, without looking at values.

    A version may be replaced only when all its readers have begun, so that every read gives what
    it did give. With `snapshots` there are two moments a transaction (`part` 0 and 1), and two
    that write the same item are not open at once; else there is one (`part` 0).
    """

    def __init__(self, dependencies: Dependencies, *, snapshots: bool) -> None:
        self.snapshots = snapshots
        self.reads = [{read.key: read.writer for read in reads} for reads in dependencies.reads]
        self.writes = dependencies.writes
        self.readers: dict[tuple[int, Hashable], list[int]] = {}
        for number, reads in enumerate(self.reads):
            for key, writer in reads.items():
                self.readers.setdefault((writer, key), []).append(number)
        self.current: dict[Hashable, int] = {}
        self.waiting = {
            key: len(readers)
            for (writer, key), readers in self.readers.items()
            if writer == INITIAL
        }
        self.open: dict[Hashable, int] = {}

    def hindrance(self, number: int, part: int) -> tuple[Hashable] | None:
        """Give an item, in a tuple, that keeps a moment from being taken now; None for none.

        What a transaction reads must have been written.
        """
        written = self.writes[number]
        if self.snapshots and not part:
            if self.open:
                for key in written:
                    if key in self.open:
                        return (key,)
            return None
        waiting, own = self.waiting, () if part else self.reads[number]
        for key in written:
            left = waiting.get(key)
            if left and (left > 1 or key not in own):
                return (key,)
        return None

    def take(self, number: int, part: int) -> list[int]:
        """Let a moment happen; give what the items that it wrote held before, for `undo`."""
        written, waiting = self.writes[number], self.waiting
        if not part:
            for key in self.reads[number]:
                waiting[key] -= 1
            if self.snapshots:
                for key in written:
                    self.open[key] = number
                return []
        before = []
        for key in written:
            before.append(self.current.get(key, INITIAL))
            self.current[key] = number
            waiting[key] = len(self.readers.get((number, key), ()))
            if part:
                del self.open[key]
        return before

    def undo(self, number: int, part: int, before: list[int]) -> None:
        """Take the moment that happened last back."""
        written = self.writes[number]
        if part or not self.snapshots:
            for key, writer in zip(written, before, strict=True):
                self.current[key] = writer
                self.waiting[key] = 0
                if part:
                    self.open[key] = number
        if not part:
            for key in self.reads[number]:
                self.waiting[key] += 1
            if self.snapshots:
                for key in written:
                    del self.open[key]


def their_ends_explain(dependencies: Dependencies) -> bool:
    """Tell whether transactions one after the other, by number, read what they did read."""
    if any(one > other for _, one, other in list_edges(dependencies)):
        return False
    replay = ItemReplay(dependencies, snapshots=False)
    current = replay.current
    for number, reads in enumerate(replay.reads):
        previous = dependencies.previous(number)
        if previous is not None and previous > number:
            return False
        if any(current.get(key, INITIAL) != writer for key, writer in reads.items()):
            return False
        for key in dependencies.writes[number]:
            current[key] = number
    return True
