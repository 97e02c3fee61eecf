"""Attributes each read to the transaction that wrote what it gave; what cannot be is an anomaly.

Anomalies have the names of Adya (2000) and Elle: aborted read (G1a), intermediate read (G1b),
reads against the transaction's own accesses, and reads of what nobody wrote.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from .anomalies import (
    aborted_read,
    future_read,
    intermediate_read,
    own_write_missed,
    read_of_nothing,
)
from .contradictions import Contradiction
from .dependencies import INITIAL, Dependencies, Read, chain_up
from .histories import Access, Transaction, TransactionHistory, hashable
from .list_orders import ListOrders, mark_unusable

Version = tuple[Hashable, Hashable]


class Write(NamedTuple):
    """Who wrote a value, in which access, and whether it was its last of the item."""

    transaction: Transaction
    access: Access
    is_final: bool


class Ambiguity(NamedTuple):
    """A read that several transactions can have written: `reads[reader][place]`."""

    reader: int
    place: int
    writers: tuple[int, ...]


class Attribution:
    """Who wrote what was read: `dependencies`, reads that are `ambiguous`, and the first `anomaly`.

    Time and memory are linear in the accesses and in the lengths of the lists that were read.
    """

    def __init__(self, history: TransactionHistory) -> None:
        self.history = history
        self.anomaly: Contradiction | None = None
        self.ambiguous: list[Ambiguity] = []
        self.checked = 0
        mark_unusable(history)
        self._writes: dict[Version, list[Write]] = {}
        self._aborted: dict[Version, Write] = {}
        self._lists = ListOrders(history)
        self._gather()
        counted = [t for t in history.transactions if t.status == "committed"]
        counted += self._observed(counted)
        counted.sort(key=lambda transaction: transaction.end)
        self.dependencies = Dependencies(counted)
        self._number = {transaction: number for number, transaction in enumerate(counted)}
        self.dependencies.writes = [self._final_writes(t) for t in counted]
        self.dependencies.reads = [self._reads_of(t) for t in counted]
        self.dependencies.orders = self._lists.orders(self._number)
        self.dependencies.evidence = self._lists.evidence()
        chain_up(self.dependencies)

    def _gather(self) -> None:
        for transaction in self.history.transactions:
            last: dict[Hashable, Write] = {}
            for access in transaction.accesses:
                if access.action != "write" or access.key in self.history.unusable:
                    continue
                write = Write(transaction, access, True)
                version = (access.key, hashable(access.value))
                if transaction.status == "aborted":
                    self._aborted.setdefault(version, write)
                    continue
                before = last.get(access.key)
                if before is not None:
                    self._outdate(before)
                last[access.key] = write
                self._writes.setdefault(version, []).append(write)

    def _outdate(self, write: Write) -> None:
        same = self._writes[write.access.key, hashable(write.access.value)]
        same[same.index(write)] = write._replace(is_final=False)

    def _observed(self, committed: list[Transaction]) -> list[Transaction]:
        """Give those that may have happened and did, as somebody read from them."""
        observed: dict[Transaction, None] = dict.fromkeys(self._lists.observed_unknown())
        if all(transaction.status != "unknown" for transaction in self.history.transactions):
            return []
        for transaction in committed:
            for access in transaction.accesses:
                if access.action == "read":
                    for write in self._writes.get((access.key, hashable(access.value)), ()):
                        if write.transaction.status == "unknown":
                            observed[write.transaction] = None
        return list(observed)

    def _final_writes(self, transaction: Transaction) -> dict[Hashable, Access]:
        unusable = self.history.unusable
        return {
            access.key: access
            for access in transaction.accesses
            if access.action != "read" and access.key not in unusable
        }

    def _reads_of(self, transaction: Transaction) -> list[Read]:
        if transaction.status != "committed":
            return []
        reads: list[Read] = []
        own: dict[Hashable, list[Access]] = {}
        for access in transaction.accesses:
            key = access.key
            if key in self.history.unusable:
                continue
            if access.action != "read":
                own.setdefault(key, []).append(access)
                continue
            self.checked += 1
            mine = own.get(key, [])
            if self._lists.is_list(key):
                self._take_list_read(transaction, access, mine, reads)
            elif mine:
                self._take_own_read(transaction, access, mine)
            else:
                self._take_read(transaction, access, reads)
        return reads

    def _take_list_read(
        self, transaction: Transaction, access: Access, mine: list[Access], reads: list[Read]
    ) -> None:
        found = self._lists.writer_of(transaction, access, mine)
        if isinstance(found, Contradiction):
            self._found(found)
        elif found is None:
            reads.append(Read(access.key, INITIAL, access))
        else:
            reads.append(Read(access.key, self._number[found], access))

    def _take_own_read(self, transaction: Transaction, access: Access, mine: list[Access]) -> None:
        if hashable(mine[-1].value) != hashable(access.value):
            self._found(own_write_missed(transaction, mine[-1], access))

    def _take_read(self, transaction: Transaction, access: Access, reads: list[Read]) -> None:
        version = (access.key, hashable(access.value))
        writes = self._writes.get(version, [])
        others = [write for write in writes if write.transaction is not transaction]
        writers = [self._number[write.transaction] for write in others if write.is_final]
        initial = hashable(self.history.initial_of(access.key)) == version[1]
        if initial and not (others and self.history.initial_is_assumed):
            writers.append(INITIAL)
        if not writers:
            self._found(self._anomaly_of(transaction, access, writes, others))
            return
        if len(writers) > 1:
            writers.sort(key=lambda writer: self._likelihood(transaction, writer), reverse=True)
            reader = self._number[transaction]
            self.ambiguous.append(Ambiguity(reader, len(reads), tuple(writers)))
        reads.append(Read(access.key, writers[0], access))

    def _likelihood(self, reader: Transaction, writer: int) -> tuple[bool, int]:
        """Order writers by how likely they were read: the last that had begun before."""
        if writer == INITIAL:
            return True, -1
        transaction = self.dependencies.transactions[writer]
        return transaction.start < reader.end, transaction.end

    def _anomaly_of(
        self,
        transaction: Transaction,
        access: Access,
        writes: list[Write],
        others: list[Write],
    ) -> Contradiction:
        if others:
            writer, write, _ = others[0]
            final = self._final_writes(writer)[access.key]
            return intermediate_read(writer, write, final, transaction, access)
        aborted = self._aborted.get((access.key, hashable(access.value)))
        if aborted is not None:
            return aborted_read(aborted.transaction, aborted.access, transaction, access)
        if writes:
            return future_read(transaction, access, writes[0].access)
        return read_of_nothing(transaction, access)

    def _found(self, anomaly: Contradiction) -> None:
        if self.anomaly is None:
            self.anomaly = anomaly
