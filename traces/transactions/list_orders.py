"""Lists that are only appended to: every read tells the order of all versions before it.

The inference is Elle's (Kingsbury and Alvaro, VLDB 2020): where elements are unique and all lists
of an item begin like the longest, its elements are the order of the item's versions.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from ..values import shown
from .anomalies import (
    aborted_read,
    element_twice,
    future_read,
    incompatible_orders,
    intermediate_read,
    own_write_missed,
    read_of_nothing,
)
from .contradictions import Contradiction
from .histories import Access, Transaction, TransactionHistory, hashable

Element = tuple[Hashable, Hashable]
Elements = tuple[Hashable, ...]


class Append(NamedTuple):
    """Who appended an element."""

    transaction: Transaction
    access: Access


class LongestRead(NamedTuple):
    """The longest list of an item that was read, without what its reader had appended itself."""

    elements: Elements
    transaction: Transaction
    access: Access


def mark_unusable(history: TransactionHistory) -> None:
    """Say of which items nothing can be concluded, as their elements or reads are not unique lists.

    They are written and appended to, an element was appended twice, or a read gave no list.
    """
    written, appended, elements = set(), set(), set()
    for transaction in history.transactions:
        for access in transaction.accesses:
            if access.action == "write":
                written.add(access.key)
            elif access.action == "append":
                element = (access.key, hashable(access.value))
                if element in elements and transaction.status != "aborted":
                    told = f"{shown(access.value)} was appended to it more than once"
                    history.unusable.setdefault(access.key, told)
                appended.add(access.key)
                if transaction.status != "aborted":
                    elements.add(element)
    for key in written & appended:
        history.unusable.setdefault(key, "it was both written and appended to")
    for transaction in history.transactions:
        for access in transaction.accesses:
            if (
                access.action == "read"
                and access.key in appended
                and not (access.value is None or isinstance(access.value, tuple))
            ):
                told = f"{shown(access.value)} was read of it, which is no list"
                history.unusable.setdefault(access.key, told)


class ListOrders:
    """The lists of a history: who appended what, and the longest that was read of each."""

    def __init__(self, history: TransactionHistory) -> None:
        self._appends: dict[Element, Append] = {}
        self._aborted: dict[Element, Append] = {}
        self._last: dict[tuple[Transaction, Hashable], Access] = {}
        self._longest: dict[Hashable, LongestRead] = {}
        self._sound: dict[Hashable, int] = {}
        self._keys: set[Hashable] = set()
        self._gather(history)
        for transaction in history.transactions:
            if transaction.status == "committed":
                self._find_longest(history, transaction)

    def is_list(self, key: Hashable) -> bool:
        """Tell whether an item was appended to, or was read as a list and never written."""
        return key in self._keys

    def observed_unknown(self) -> Iterator[Transaction]:
        """Give the transactions that may have happened and of which an element was read."""
        for key, longest in self._longest.items():
            for element in longest.elements:
                found = self._appends.get((key, element))
                if found is not None and found.transaction.status == "unknown":
                    yield found.transaction

    def orders(self, number: Mapping[Transaction, int]) -> dict[Hashable, list[int]]:
        """Give for each item the writers of its known versions, oldest first."""
        found: dict[Hashable, list[int]] = {}
        for key in self._keys:
            order = found.setdefault(key, [])
            longest = self._longest.get(key)
            for element in longest.elements if longest is not None else ():
                append = self._appends.get((key, element))
                if append is not None:
                    writer = number[append.transaction]
                    if not order or order[-1] != writer:
                        order.append(writer)
        return found

    def evidence(self) -> dict[Hashable, tuple[Transaction, Access]]:
        """Give for each item the reader of its longest list, and that read."""
        return {
            key: (longest.transaction, longest.access) for key, longest in self._longest.items()
        }

    def writer_of(
        self, transaction: Transaction, access: Access, mine: list[Access]
    ) -> Transaction | Contradiction | None:
        """Give who appended the last element before the reader's own, None for nobody."""
        external = _external(access, mine)
        if external is None:
            return own_write_missed(transaction, mine[-1], access)
        longest = self._longest[access.key]
        if longest.elements[: len(external)] != external:
            if wrong := self._unsound(transaction, access, external, 0):
                return wrong
            return incompatible_orders(longest.transaction, longest.access, transaction, access)
        checked = self._sound.get(access.key, 0)
        if len(external) > checked:
            if wrong := self._unsound(transaction, access, external, checked):
                return wrong
            self._sound[access.key] = len(external)
        if not external:
            return None
        last = self._appends[access.key, external[-1]]
        if last.transaction is transaction:
            return future_read(transaction, access, last.access)
        final = self._last[last.transaction, access.key]
        if final is not last.access:
            return intermediate_read(last.transaction, last.access, final, transaction, access)
        return last.transaction

    def _gather(self, history: TransactionHistory) -> None:
        written: set[Hashable] = set()
        for transaction in history.transactions:
            for access in transaction.accesses:
                if access.action == "write":
                    written.add(access.key)
                elif access.action == "read" and isinstance(access.value, tuple):
                    self._keys.add(access.key)
                if access.action != "append" or access.key in history.unusable:
                    continue
                element = (access.key, hashable(access.value))
                self._keys.add(access.key)
                if transaction.status == "aborted":
                    self._aborted.setdefault(element, Append(transaction, access))
                    continue
                self._appends[element] = Append(transaction, access)
                self._last[transaction, access.key] = access
        self._keys -= written

    def _find_longest(self, history: TransactionHistory, transaction: Transaction) -> None:
        own: dict[Hashable, list[Access]] = {}
        for access in transaction.accesses:
            if access.key not in self._keys:
                continue
            if access.action != "read":
                own.setdefault(access.key, []).append(access)
                continue
            external = _external(access, own.get(access.key, []))
            if external is None:
                continue
            longest = self._longest.get(access.key)
            if longest is None or len(external) > len(longest.elements):
                self._longest[access.key] = LongestRead(external, transaction, access)

    def _unsound(
        self, transaction: Transaction, access: Access, elements: Elements, start: int
    ) -> Contradiction | None:
        """Look at the elements from `start` on: each appended, not aborted, and there once."""
        if len(set(elements)) < len(elements):
            seen: set[Hashable] = set()
            for element in elements:
                if element in seen:
                    return element_twice(transaction, access, element)
                seen.add(element)
        for element in elements[start:]:
            append = self._appends.get((access.key, element))
            if append is None:
                aborted = self._aborted.get((access.key, element))
                if aborted is None:
                    return read_of_nothing(transaction, access, element)
                return aborted_read(aborted.transaction, aborted.access, transaction, access)
            if append.transaction is transaction:
                return future_read(transaction, access, append.access)
        return None


def _external(access: Access, mine: list[Access]) -> Elements | None:
    """Give a list without the elements that its reader appended before; None where they miss."""
    value = access.value
    elements: Elements = tuple(map(hashable, value)) if isinstance(value, tuple) else ()
    if not mine:
        return elements
    own = tuple(hashable(append.value) for append in mine)
    if elements[len(elements) - len(own) :] != own or len(own) > len(elements):
        return None
    return elements[: len(elements) - len(own)]
