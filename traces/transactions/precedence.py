"""What must come before what: edges between transactions, each with the reason for it.

The edges that are known of every history are those of its sessions (so), of reads from writes
(wr), and of lists' versions (ww). Levels add edges that follow from what they promise.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .dependencies import INITIAL, Dependencies, Read

if TYPE_CHECKING:
    import networkx as nx


class Inference(NamedTuple):
    """Why a writer of an item is before the one that was read: the `reader` had seen the first.

    `seen` is the read by which it had; without it, by a path of other edges (or its session).
    """

    reader: int
    read: Read
    seen: Read | None


Edge = tuple[int, int]


@dataclass(slots=True)
class Precedence:
    """The edges between the transactions of a history: known ones, and inferred ones by reason.

    `visible` are those of sessions and of reads from writes; `successors` are all.
    """

    dependencies: Dependencies
    visible: list[list[int]] = field(init=False)
    successors: list[list[int]] = field(init=False)
    inferred: dict[Edge, Inference] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visible = [[] for _ in range(len(self.dependencies))]
        for before, after in visible_edges(self.dependencies):
            self.visible[before].append(after)
        self.successors = [list(following) for following in self.visible]
        for _, before, after in list_edges(self.dependencies):
            self.successors[before].append(after)

    def infer(self, before: int, after: int, inference: Inference) -> None:
        """Add an edge with its reason; only the first reason is kept."""
        edge = (before, after)
        if edge not in self.inferred:
            self.inferred[edge] = inference
            if after != INITIAL:
                self.successors[before].append(after)


def visible_edges(dependencies: Dependencies) -> Iterator[Edge]:
    """Give the edges of sessions and of reads from writes."""
    for number in range(len(dependencies)):
        previous = dependencies.previous(number)
        if previous is not None:
            yield previous, number
        for read in dependencies.reads[number]:
            if read.writer != INITIAL:
                yield read.writer, number


def list_edges(dependencies: Dependencies) -> Iterator[tuple[Hashable, int, int]]:
    """Give each list's versions that follow each other, and those after the last known one."""
    if not dependencies.orders:
        return
    writers = dependencies.writers()
    for key, order in dependencies.orders.items():
        for one, other in pairwise(order):
            yield key, one, other
        if order:
            known = set(order)
            for number in writers.get(key, ()):
                if number not in known:
                    yield key, order[-1], number


def topological_order(successors: Sequence[Sequence[int]]) -> list[int]:
    """Give the nodes, each after all before it; those on cycles and after them are left out."""
    pending = predecessor_counts(successors)
    order = [node for node, count in enumerate(pending) if not count]
    for node in order:
        for after in successors[node]:
            pending[after] -= 1
            if not pending[after]:
                order.append(after)
    return order


def predecessor_counts(successors: Sequence[Sequence[int]]) -> list[int]:
    """Give how many edges lead to each node."""
    counts = [0] * len(successors)
    for following in successors:
        for after in following:
            counts[after] += 1
    return counts


def shortest_cycle(successors: Sequence[Sequence[int]]) -> list[int] | None:
    """Give the nodes of a cycle that is short, None where there is none.

    Linear where there is none. Otherwise the smallest strongly connected component is searched
    from each of its nodes, from 200 of them at most.
    """
    import networkx as nx

    left = set(range(len(successors))) - set(topological_order(successors))
    if not left:
        return None
    graph: nx.DiGraph[int] = nx.DiGraph(
        (node, after) for node in left for after in successors[node] if after in left
    )
    components = (part for part in nx.strongly_connected_components(graph) if len(part) > 1)
    component = graph.subgraph(min(components, key=len)).copy()
    best: list[int] | None = None
    for node in sorted(component)[:200]:
        found = _cycle_through(component, node)
        if best is None or len(found) < len(best):
            best = found
    return best


def _cycle_through(component: nx.DiGraph[int], node: int) -> list[int]:
    """Give a shortest cycle through a node of a strongly connected graph, breadth first."""
    import networkx as nx

    paths = nx.single_source_shortest_path(component, node)
    return min((paths[last] for last in component.predecessors(node)), key=len)
