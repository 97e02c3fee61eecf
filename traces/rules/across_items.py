"""GT204, one order of all items: whether what fits item by item also fits together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import count, pairwise
from typing import Any, TypeAlias

from ..history import FOREVER, Operation
from ..monitors import Monitor, Run
from ..values import identity, shown, version_key
from ..wording import line_of, named_item

_Node: TypeAlias = Hashable
_MOST_STARTS = 40


class OneOrderOfAll(Monitor):
    """One order of all operations fits every item, every session and what is known of time.

    No mode promises it: mrsc promises that each item is linearizable (GT201). Where clocks are
    exact that is all, since items that are linearizable one by one are so together (Herlihy and
    Wing 1990). Where they are not (`clock_error_us`), or where a transaction has several items, an
    order may fit each item and none fit all with what each session did in turn: then the run is
    linearizable per item, and not strict across items. Checked with `--across-items` or by name.

    From strong reads (or reads that do not say) and acknowledged writes with versions that can be
    ordered; the items of a transaction happen at one moment. An item's versions, a session's
    turns and what had ended before something else began must go round in no circle. Counts these
    operations. Remembers all of them until the end; linear in their number. Undecided in an endless
    run.
    """

    code, name = "GT204", "one order of all items"
    summary = "one order of all operations fits every item, every session and time"
    modes = ()
    is_across_items = True
    nothing = "no two strong reads or writes of which the versions can be ordered"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.operations: list[Operation] = []

    def opened(self, operation: Operation) -> None:
        """Collect what has a place in the order."""
        if self.run.is_endless:
            self.undecided = "it needs all operations at once: observe the log when it is complete"
            return
        is_eventual = operation.is_read and operation.consistency == "eventual"
        if operation.certain and not is_eventual and version_key(operation.version) is not None:
            self.operations.append(operation)

    def finish(self) -> None:
        """Look for a circle among all that comes before something else."""
        if len(self.operations) < 2:
            return
        self.checked = len(self.operations)
        circle = _Orders(self.operations, 2 * self.run.clock_error).find_circle()
        if circle is None:
            return
        told = "; ".join(self._why(a, b) for a, b in pairwise([*circle, circle[0]]))
        self.violate(f"no one order fits all items: {told}", *circle, item=circle[0].key)

    def _why(self, one: Operation, other: Operation) -> str:
        before = f"{line_of(one)} comes before {line_of(other)}"
        if one.parts and one.parts is other.parts:
            return f"{line_of(one)} and {line_of(other)} are one transaction"
        if _is_in_turn(one, other):
            return f"{before} in its session"
        if one.end + 2 * self.run.clock_error < other.start:
            return f"{before}, which began later"
        return (
            f"{before}, with version {shown(one.version)} and {shown(other.version)} of "
            f"{named_item(one.key)}"
        )


def _is_in_turn(one: Operation, other: Operation) -> bool:
    is_same = identity(one.session) == identity(other.session)
    return is_same and one.end <= other.start and one.start < other.start


class _Orders:
    """What comes before what, with points between so that the graph stays small."""

    def __init__(self, operations: Sequence[Operation], margin: int) -> None:
        import networkx

        self.networkx: Any = networkx
        self.graph: Any = networkx.DiGraph()
        self.points = count()
        self.members: dict[_Node, list[Operation]] = {}
        self.margin = margin
        sessions: defaultdict[_Node, list[Operation]] = defaultdict(list)
        items: defaultdict[_Node, list[Operation]] = defaultdict(list)
        for operation in operations:
            self.members.setdefault(_node(operation), []).append(operation)
            sessions[identity(operation.session)].append(operation)
            items[identity(operation.key)].append(operation)
        self._add_time(operations, margin + 1)
        for session in sessions.values():
            self._add_time(session, 0)
        for item in items.values():
            self._add_versions(item)

    def _add_time(self, operations: Iterable[Operation], margin: int) -> None:
        """Let what ended `margin` before something else began come before it."""
        moments = []
        for operation in operations:
            moments.append((operation.start, 1, _node(operation)))
            if operation.end < FOREVER:
                # What is over at once neither precedes itself nor what began with it.
                closes = max(operation.end + margin, operation.start + 1)
                moments.append((closes, 0, _node(operation)))
        moments.sort(key=lambda moment: moment[:2])
        point = next(self.points)
        for _, begins, node in moments:
            if begins:
                self.graph.add_edge(point, node)
            else:
                point, before = next(self.points), point
                self.graph.add_edge(before, point)
                self.graph.add_edge(node, point)

    def _add_versions(self, item: Iterable[Operation]) -> None:
        """Let a version's writes come before its reads, and these before the next one's writes."""
        levels: defaultdict[Any, list[_Node]] = defaultdict(list)
        for operation in item:
            levels[version_key(operation.version), operation.is_read].append(_node(operation))
        before: list[_Node] = []
        point = next(self.points)
        for level in sorted(levels):
            nodes = levels[level]
            last, point = point, next(self.points)
            self.graph.add_edge(last, point)
            # What reads a version and writes the next one is not before itself.
            self.graph.add_edges_from((node, point) for node in before if node not in nodes)
            self.graph.add_edges_from((point, node) for node in nodes)
            before = nodes

    def find_circle(self) -> list[Operation] | None:
        """Give the operations of a small circle in order; None where there is none."""
        for component in self.networkx.strongly_connected_components(self.graph):
            nodes = [node for node in component if node in self.members]
            if len(nodes) > 1:
                part = self.graph.subgraph(component)
                circles = [self._circle(part, node) for node in sorted(nodes)[:_MOST_STARTS]]
                return self._told(min(circles, key=len))
        return None

    def _circle(self, part: Any, node: _Node) -> list[_Node]:
        """Give the nodes of a circle through a node with the fewest operations."""

        def length(_: _Node, to: _Node, __: Any) -> int:
            return 1000 if to in self.members else 1

        paths = (
            self.networkx.dijkstra_path(part, after, node, length)
            for after in part.successors(node)
        )
        return min(([n for n in path if n in self.members] for path in paths), key=len)

    def _told(self, circle: Sequence[_Node]) -> list[Operation]:
        """Give the operations that stand for nodes: of a transaction the parts that matter."""
        told: list[Operation] = []
        keys = [{identity(o.key) for o in self.members[node]} for node in circle]
        for at, node in enumerate(circle):
            members = self.members[node]
            near = keys[at - 1] | keys[(at + 1) % len(circle)]
            shared = [each for each in members if identity(each.key) in near]
            told += (shared or members)[:2]
        return told


def _node(operation: Operation) -> _Node:
    """Give what stands for an operation, or for the transaction that it is a part of."""
    first = operation.parts[0] if operation.parts else operation
    return (first.file, first.line, first.start)
