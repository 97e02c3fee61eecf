"""The end of every weak level: its edges are all inferred, and must make no cycle."""

from __future__ import annotations

from .contradictions import Contradiction
from .cycles import told_before_initial, told_cycle
from .dependencies import INITIAL
from .precedence import Precedence, shortest_cycle


def decide(precedence: Precedence, name: str) -> Contradiction | None:
    """Give a cycle of the edges, or a writer that would come before the initial values, or None.

    Any order of all transactions that contains edges without a cycle is one that the level asks
    for, so that this decides.
    """
    for edge in precedence.inferred:
        if edge[1] == INITIAL:
            return told_before_initial(precedence, edge, name)
    cycle = shortest_cycle(precedence.successors)
    return None if cycle is None else told_cycle(precedence, cycle, name)
