"""The order of moments that a search begins with: one that agrees with what is known at first."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from .dependencies import Dependencies
from .precedence import predecessor_counts, topological_order


def guessed_order(
    dependencies: Dependencies, successors: Sequence[Sequence[int]], moments: int
) -> list[int]:
    """Give all moments, each after all that are known to be before it, else as they are guessed.

    They are guessed by the times of starts and ends, where there are any, else by how many moments
    are known to be before and after each; with so many `moments` a transaction.
    """
    transactions = dependencies.transactions
    has_times = any(one.start < one.end for one in transactions if one.status == "committed")
    guess = _by_time(dependencies, moments) if has_times else _by_depth(successors, moments)
    pending = predecessor_counts(successors)
    ready = [(guess[moment], moment) for moment, count in enumerate(pending) if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        _, moment = heapq.heappop(ready)
        order.append(moment)
        for after in successors[moment]:
            pending[after] -= 1
            if not pending[after]:
                heapq.heappush(ready, (guess[after], after))
    return order


def _by_time(dependencies: Dependencies, moments: int) -> list[float]:
    """Guess by start and end; nobody knows when what may have happened ended."""
    found: list[float] = []
    for one in dependencies.transactions:
        end = one.end if one.status == "committed" else one.start
        found += [one.start, end] if moments == 2 else [end]
    return found


def _by_depth(successors: Sequence[Sequence[int]], moments: int) -> list[float]:
    """Guess by the moments before and after, and that no other comes within a transaction."""
    order = topological_order(successors)
    above, below = [0] * len(successors), [0] * len(successors)
    for moment in order:
        depth = above[moment] + 1
        for after in successors[moment]:
            if above[after] < depth:
                above[after] = depth
    for moment in reversed(order):
        for after in successors[moment]:
            if below[after] >= below[moment]:
                below[moment] = below[after] + 1
    depths = [up / (up + down + 1) for up, down in zip(above, below, strict=True)]
    return [depths[moment - moment % moments] for moment in range(len(depths))]
