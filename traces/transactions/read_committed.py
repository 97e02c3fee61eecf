"""Read committed: a transaction never goes back to what it has seen replaced."""

from __future__ import annotations

from collections.abc import Hashable

from .contradictions import Contradiction
from .dependencies import Dependencies, Read
from .precedence import Inference, Precedence
from .weak_levels import decide


def find_read_committed_violation(dependencies: Dependencies) -> Contradiction | None:
    """Give what contradicts read committed, None where it holds.

    There must be one order of all transactions, with those of a session and writers before
    readers in order, such that a transaction that has read anything of T2, and then reads an item
    that T2 also wrote, reads it of T2 or of a transaction after T2 (Biswas and Enea, OOPSLA 2019).
    The edges are those of AWDIT (PLDI 2025): O(n^1.5) in the number of accesses.
    """
    precedence = Precedence(dependencies)
    for reader, reads in enumerate(dependencies.reads):
        _infer(precedence, reader, reads)
    return decide(precedence, "non-monotonic read")


def _infer(precedence: Precedence, reader: int, reads: list[Read]) -> None:
    """Put T2 before the writers of items of T2 that are read after something of T2."""
    later: dict[Hashable, list[Read]] = {}
    first: dict[int, int] = {}
    for place, read in enumerate(reads):
        if read.writer >= 0:
            first.setdefault(read.writer, place)
    writes = precedence.dependencies.writes
    waiting = {place: writer for writer, place in first.items()}
    for place in range(len(reads) - 1, -1, -1):
        writer = waiting.get(place)
        if writer is not None:
            written = writes[writer]
            shared = later if len(later) < len(written) else written
            for key in shared:
                if key in written:
                    for read in later.get(key, ()):
                        if read.writer != writer:
                            inference = Inference(reader, read, reads[place])
                            precedence.infer(writer, read.writer, inference)
        read = reads[place]
        known = later.setdefault(read.key, [])
        if all(other.writer != read.writer for other in known):
            known.append(read)
