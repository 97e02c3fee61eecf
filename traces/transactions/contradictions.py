"""What contradicts an isolation level: a sentence, and the accesses that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..values import shown
from .histories import Access, Transaction

Mention = tuple[Transaction, Access | None]
"""An access of a transaction that a sentence speaks of; None stands for the whole of it."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An anomaly by its name, told in a sentence in which T1 is the first transaction mentioned."""

    name: str
    told: str
    mentions: tuple[Mention, ...]


class Cast:
    """The transactions of one sentence, named T1, T2, ... as they are first spoken of."""

    def __init__(self, first: Iterable[Transaction] = ()) -> None:
        self._names: dict[Transaction, str] = {}
        self.mentions: list[Mention] = []
        for transaction in first:
            self.name(transaction)

    def name(self, transaction: Transaction) -> str:
        """Give the name of a transaction, a new one where it has none."""
        return self._names.setdefault(transaction, f"T{len(self._names) + 1}")

    def mention(self, transaction: Transaction, access: Access | None) -> str:
        """Remember the access that is spoken of, and give the name of its transaction."""
        if (transaction, access) not in self.mentions:
            self.mentions.append((transaction, access))
        return self.name(transaction)

    def contradiction(self, name: str, told: str) -> Contradiction:
        """Make the contradiction of all that was mentioned, in the order of names and accesses."""
        order = {transaction: place for place, transaction in enumerate(self._names)}
        ordered = sorted(self.mentions, key=lambda mention: order[mention[0]])
        return Contradiction(name, told, tuple(ordered))


def did(access: Access) -> str:
    """Give an access as a fragment: `read x = 1`, `wrote x = 1`, `appended 1 to x`."""
    key, value = shown(access.key), shown(access.value)
    if access.action == "append":
        return f"appended {value} to {key}"
    return f"{'wrote' if access.action == 'write' else 'read'} {key} = {value}"
