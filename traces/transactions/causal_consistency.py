"""Causal consistency: what a transaction depends on, over any number of steps, it has seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable

from .contradictions import Contradiction
from .cycles import told_cycle
from .dependencies import Dependencies
from .precedence import Inference, Precedence, shortest_cycle, topological_order
from .read_atomic import find_not_repeatable
from .visible_clocks import VisibleClocks
from .weak_levels import decide

Writers = tuple[int, list[int], list[int]]
"""The writers of an item in a chain: which it is, their places there, and their numbers."""


def find_causal_violation(dependencies: Dependencies) -> Contradiction | None:
    """Give what contradicts (transactional) causal consistency, None where it holds.

    There must be one order of all transactions, with those of a session and writers before
    readers in order, such that a transaction reads an item of the last writer among all that come
    before it by steps of sessions and reads (Biswas and Enea, OOPSLA 2019). The edges are those
    of AWDIT (PLDI 2025), by vector clocks over chains of sessions: O(n k) for k of them.
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
    clocks = VisibleClocks(precedence)
    writers: dict[Hashable, list[Writers]] = {}
    in_chain: dict[tuple[Hashable, int], Writers] = {}
    for reader, clock in clocks.each(order):
        for read in dependencies.reads[reader]:
            known = clocks.known(read.writer)
            for chain, places, numbers in writers.get(read.key, ()):
                place = clock[chain]
                if place > known[chain] and places[0] <= place:
                    at = bisect_right(places, place) - 1
                    if places[at] > known[chain]:
                        precedence.infer(numbers[at], read.writer, Inference(reader, read, None))
        for key in dependencies.writes[reader]:
            found = in_chain.get((key, clocks.chain_of[reader]))
            if found is None:
                found = (clocks.chain_of[reader], [], [])
                in_chain[key, clocks.chain_of[reader]] = found
                writers.setdefault(key, []).append(found)
            found[1].append(clocks.place_of[reader])
            found[2].append(reader)
