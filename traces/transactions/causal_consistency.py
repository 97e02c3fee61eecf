"""Causal consistency: what a transaction depends on, over any number of steps, it has seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator

from .contradictions import Contradiction
from .cycles import told_cycle
from .dependencies import Dependencies
from .precedence import Inference, Precedence, shortest_cycle, topological_order
from .read_atomic import find_not_repeatable
from .weak_levels import decide

WritersByChain = dict[Hashable, dict[int, list[int]]]


def find_causal_violation(dependencies: Dependencies) -> Contradiction | None:
    """Give what contradicts (transactional) causal consistency, None where it holds.

    There must be one order of all transactions, with those of a session and writers before
    readers in order, such that a transaction reads an item of the last writer among all that come
    before it by steps of sessions and reads (Biswas and Enea, OOPSLA 2019). The edges are those
    of AWDIT (PLDI 2025), by vector clocks over the sessions: O(n k) for k of them.
    """
    repeated = find_not_repeatable(dependencies)
    if repeated is not None:
        return repeated
    precedence = Precedence(dependencies)
    order = topological_order(precedence.visible)
    if len(order) < len(dependencies):
        cycle = shortest_cycle(precedence.visible)
        assert cycle is not None
        return told_cycle(precedence, cycle, "circular information flow (G1c)")
    _infer(precedence, order)
    return decide(precedence, "causality violation")


def _infer(precedence: Precedence, order: list[int]) -> None:
    """Put the last writers that a reader depends on before the one that it read of."""
    dependencies = precedence.dependencies
    writers = writers_by_chain(dependencies)
    for reader, clock in _clocks(precedence, order):
        for read in dependencies.reads[reader]:
            for chain, numbers in writers.get(read.key, {}).items():
                known = clock[chain]
                if known < 0:
                    continue
                at = bisect_right(numbers, known, key=dependencies.place_of.__getitem__)
                if at and numbers[at - 1] != read.writer:
                    precedence.infer(numbers[at - 1], read.writer, Inference(reader, read, None))


def _clocks(precedence: Precedence, order: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Give each transaction with the last place in every chain that comes before it.

    A clock is dropped when all that follow have used it.
    """
    dependencies = precedence.dependencies
    clocks: dict[int, list[int]] = {}
    uses = [len(following) for following in precedence.visible]
    predecessors: list[list[int]] = [[] for _ in order]
    for number, following in enumerate(precedence.visible):
        for after in following:
            predecessors[after].append(number)
    empty = [-1] * len(dependencies.chains)
    for number in order:
        clock = empty
        merged = False
        for before in predecessors[number]:
            other = clocks[before]
            clock = list(map(max, clock, other)) if merged else other.copy()
            merged = True
            chain, place = dependencies.chain_of[before], dependencies.place_of[before]
            if clock[chain] < place:
                clock[chain] = place
            uses[before] -= 1
            if not uses[before]:
                del clocks[before]
        yield number, clock
        if uses[number]:
            clocks[number] = clock


def writers_by_chain(dependencies: Dependencies) -> WritersByChain:
    """Give the writers of each item in each chain, in its order."""
    found: WritersByChain = {}
    for index, chain in enumerate(dependencies.chains):
        for number in chain:
            for key in dependencies.writes[number]:
                found.setdefault(key, {}).setdefault(index, []).append(number)
    return found
