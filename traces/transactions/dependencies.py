"""Who read from whom: a history in the numbers that the isolation levels are decided on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .histories import Access, Transaction

INITIAL = -1
"""The writer of what every item held at first; it comes before all transactions."""


class Read(NamedTuple):
    """A read of what another transaction (or `INITIAL`) wrote last."""

    key: Hashable
    writer: int
    access: Access


@dataclass(slots=True)
class Dependencies:
    """The transactions that count, by number: those committed, and those that somebody read from.

    `reads` are in program order, without reads of what the transaction itself had written;
    `writes` give the access that made an item's final version. `chains` are the sessions:
    transactions of a chain come one after the other, and `before` gives the last transaction of
    another chain that had ended, where there is one. `orders` gives the writers of a list's known
    versions, oldest first, and `evidence` the read that shows them; all other writers of such an
    item come after them.
    """

    transactions: list[Transaction]
    reads: list[list[Read]] = field(default_factory=list)
    writes: list[dict[Hashable, Access]] = field(default_factory=list)
    chains: list[list[int]] = field(default_factory=list)
    chain_of: list[int] = field(default_factory=list)
    place_of: list[int] = field(default_factory=list)
    before: list[int | None] = field(default_factory=list)
    orders: dict[Hashable, list[int]] = field(default_factory=dict)
    evidence: dict[Hashable, tuple[Transaction, Access]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.transactions)

    def previous(self, number: int) -> int | None:
        """Give the transaction that comes right before this one in its session."""
        place = self.place_of[number]
        return self.chains[self.chain_of[number]][place - 1] if place else self.before[number]

    def restricted(self, kept: Iterable[int]) -> Dependencies:
        """Give the same without all other transactions, and without the reads of what they wrote.

        What holds of the whole holds of the part: nothing in it is ordered that was not before.
        """
        kept = sorted(kept)
        number = {old: new for new, old in enumerate(kept)}
        number[INITIAL] = INITIAL
        part = Dependencies([self.transactions[old] for old in kept])
        part.writes = [self.writes[old] for old in kept]
        part.reads = [
            [
                Read(read.key, number[read.writer], read.access)
                for read in self.reads[old]
                if read.writer in number
            ]
            for old in kept
        ]
        part.orders = {
            key: [number[writer] for writer in order if writer in number]
            for key, order in self.orders.items()
        }
        part.evidence = self.evidence
        for chain in self.chains:
            members = [number[old] for old in chain if old in number]
            if members:
                part.chains.append(members)
        part.set_places()
        part.before = [self._nearest_kept(old, number) for old in kept]
        return part

    def writers(self) -> dict[Hashable, list[int]]:
        """Give the transactions that wrote each item, in the order of their numbers."""
        found: dict[Hashable, list[int]] = {}
        for number, written in enumerate(self.writes):
            for key in written:
                found.setdefault(key, []).append(number)
        return found

    def _nearest_kept(self, old: int, number: dict[int, int]) -> int | None:
        at = self.previous(old)
        while at is not None and at not in number:
            at = self.previous(at)
        if at is None or self.chain_of[at] == self.chain_of[old]:
            return None
        return number[at]

    def set_places(self) -> None:
        """Fill in where in its chain each transaction stands."""
        self.chain_of, self.place_of = [0] * len(self), [0] * len(self)
        for index, chain in enumerate(self.chains):
            for place, member in enumerate(chain):
                self.chain_of[member], self.place_of[member] = index, place


def chain_up(dependencies: Dependencies) -> None:
    """Put the transactions into chains, by session and by the moments of their start and end.

    Those that may not have happened end nobody knows when, so nothing comes after them.
    """
    chains: list[list[int]] = []
    last_of: dict[Hashable, int] = {}
    transactions = dependencies.transactions
    before: list[int | None] = [None] * len(transactions)
    numbers = sorted(range(len(transactions)), key=lambda number: transactions[number].start)
    for number in numbers:
        transaction = transactions[number]
        session = (transaction.file, transaction.session)
        index = last_of.get(session)
        if transaction.status == "committed" and index is not None:
            last = transactions[chains[index][-1]]
            if last.end < transaction.start:
                chains[index].append(number)
                continue
        before[number] = _last_ended(dependencies, chains, index, transaction)
        chains.append([number])
        if transaction.status == "committed":
            last_of[session] = len(chains) - 1
    dependencies.chains, dependencies.before = chains, before
    dependencies.set_places()


def _last_ended(
    dependencies: Dependencies, chains: list[list[int]], index: int | None, of: Transaction
) -> int | None:
    """Give the last transaction of the session's chain that had ended before `of` started."""
    if index is None:
        return None
    for number in reversed(chains[index]):
        if dependencies.transactions[number].end < of.start:
            return number
    return None
