"""Causal consistency: what a transaction depends on, over any number of steps, it has seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping

from .contradictions import Contradiction
from .cycles import told_cycle
from .dependencies import INITIAL, Dependencies
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
    """Put the last writers that a reader depends on before the one that it read of.

    What the one that was read depends on itself is before it as it is.
    """
    dependencies = precedence.dependencies
    writers = _writers_by_place(dependencies)
    for reader, clock, clocks in _clocks(precedence, order):
        for read in dependencies.reads[reader]:
            known = clocks[read.writer]
            for chain, places, numbers in writers.get(read.key, ()):
                place = clock[chain]
                if place > known[chain] and places[0] <= place:
                    at = bisect_right(places, place) - 1
                    if places[at] > known[chain]:
                        precedence.infer(numbers[at], read.writer, Inference(reader, read, None))


def _clocks(
    precedence: Precedence, order: list[int]
) -> Iterator[tuple[int, list[int], Mapping[int, list[int]]]]:
    """Give each transaction with the last place in every chain that comes before it.

    And with the same, themselves among it, of those that come right before it: such a clock is
    dropped when all that follow have used it.
    """
    dependencies = precedence.dependencies
    nothing = [-1] * len(dependencies.chains)
    clocks = {INITIAL: nothing}
    uses = [len(following) for following in precedence.visible]
    predecessors: list[list[int]] = [[] for _ in order]
    for number, following in enumerate(precedence.visible):
        for after in following:
            predecessors[after].append(number)
    for number in order:
        before = predecessors[number]
        clock = nothing
        for one in before:
            other = clocks[one]
            if clock is nothing:
                clock = other
            elif clock is not other:
                clock = list(map(max, clock, other))
        yield number, clock, clocks
        for one in before:
            uses[one] -= 1
            if not uses[one]:
                del clocks[one]
        if uses[number]:
            clocks[number] = own = clock.copy()
            own[dependencies.chain_of[number]] = dependencies.place_of[number]


def _writers_by_place(
    dependencies: Dependencies,
) -> dict[Hashable, list[tuple[int, list[int], list[int]]]]:
    """Give the chains that write each item, with the places there and the writers' numbers."""
    place_of = dependencies.place_of
    return {
        key: [
            (chain, [place_of[number] for number in numbers], numbers)
            for chain, numbers in by_chain.items()
        ]
        for key, by_chain in writers_by_chain(dependencies).items()
    }


def writers_by_chain(dependencies: Dependencies) -> WritersByChain:
    """Give the writers of each item in each chain, in its order."""
    found: WritersByChain = {}
    for index, chain in enumerate(dependencies.chains):
        for number in chain:
            for key in dependencies.writes[number]:
                found.setdefault(key, {}).setdefault(index, []).append(number)
    return found
