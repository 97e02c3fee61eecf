"""Read atomic: what is seen of a transaction is seen of all that it wrote."""

from __future__ import annotations

from collections.abc import Hashable

from .anomalies import not_repeatable
from .contradictions import Contradiction, Mention
from .dependencies import INITIAL, Dependencies, Read
from .precedence import Inference, Precedence
from .weak_levels import decide


def find_read_atomic_violation(dependencies: Dependencies) -> Contradiction | None:
    """Give what contradicts read atomic, None where it holds.

    There must be one order of all transactions, with those of a session and writers before
    readers in order, such that a transaction that reads anything of T2, or comes after T2 in its
    session, reads an item that T2 wrote of T2 or of a transaction after T2 (Biswas and Enea,
    OOPSLA 2019). The edges are those of AWDIT (PLDI 2025): O(n^1.5) in the number of accesses.
    """
    repeated = find_not_repeatable(dependencies)
    if repeated is not None:
        return repeated
    precedence = Precedence(dependencies)
    for chain in dependencies.chains:
        last: dict[Hashable, int] = {}
        before = dependencies.before[chain[0]]
        if before is not None:
            last = _written_until(dependencies, before)
        for reader in chain:
            _infer_session(precedence, reader, last)
            _infer_reads(precedence, reader)
            for key in dependencies.writes[reader]:
                last[key] = reader
    return decide(precedence, "fractured read")


def find_not_repeatable(dependencies: Dependencies) -> Contradiction | None:
    """Give a transaction that reads two versions of an item which it does not change."""
    for reader, reads in enumerate(dependencies.reads):
        seen: dict[Hashable, Read] = {}
        for read in reads:
            first = seen.setdefault(read.key, read)
            if first.writer != read.writer:
                return not_repeatable(
                    dependencies.transactions[reader],
                    (first.access, _write_of(dependencies, first)),
                    (read.access, _write_of(dependencies, read)),
                )
    return None


def _write_of(dependencies: Dependencies, read: Read) -> Mention | None:
    """Give the write that a read gave, None for what the item held at first."""
    if read.writer == INITIAL:
        return None
    return dependencies.transactions[read.writer], dependencies.writes[read.writer][read.key]


def _written_until(dependencies: Dependencies, number: int) -> dict[Hashable, int]:
    """Give the last writer of each item in a session, up to a transaction of it."""
    last: dict[Hashable, int] = {}
    at: int | None = number
    while at is not None:
        for key in dependencies.writes[at]:
            last.setdefault(key, at)
        at = dependencies.previous(at)
    return last


def _infer_session(precedence: Precedence, reader: int, last: dict[Hashable, int]) -> None:
    for read in precedence.dependencies.reads[reader]:
        writer = last.get(read.key)
        if writer is not None and writer != read.writer:
            precedence.infer(writer, read.writer, Inference(reader, read, None))


def _infer_reads(precedence: Precedence, reader: int) -> None:
    reads = precedence.dependencies.reads[reader]
    by_key = {read.key: read for read in reads}
    seen: dict[int, Read] = {}
    for read in reads:
        if read.writer >= 0:
            seen.setdefault(read.writer, read)
    for writer, first in seen.items():
        written = precedence.dependencies.writes[writer]
        shared = by_key if len(by_key) < len(written) else written
        for key in shared:
            if key in written and key in by_key and by_key[key].writer != writer:
                inference = Inference(reader, by_key[key], first)
                precedence.infer(writer, by_key[key].writer, inference)
