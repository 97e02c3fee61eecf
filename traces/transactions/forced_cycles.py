"""Contradictions of forced orders in words: what puts each moment before the next."""

from __future__ import annotations

from collections.abc import Sequence

from ..values import shown
from .contradictions import Cast, Contradiction, did
from .dependencies import INITIAL, Read
from .forced_orders import ForcedOrder, Reason
from .histories import Access

Edge = tuple[int, int]


def told_forced_cycle(forced: ForcedOrder, cycle: Sequence[int]) -> Contradiction:
    """Tell a cycle of moments, and what its edges follow from."""
    return _Teller(forced).cycle(cycle)


def told_unexplained(forced: ForcedOrder) -> Contradiction:
    """Tell transactions that no order explains, although no cycle shows it."""
    cast = Cast()
    dependencies = forced.dependencies
    for number, transaction in enumerate(dependencies.transactions):
        accesses = [read.access for read in dependencies.reads[number]]
        for access in [*accesses, *dependencies.writes[number].values()]:
            cast.mention(transaction, access)
        cast.mention(transaction, None)
    names = [cast.name(transaction) for transaction in dependencies.transactions]
    return cast.contradiction(
        "reads that no order explains",
        f"no order of {', '.join(names[:-1])} and {names[-1]} gives each what it read: every one "
        "was tried, and without any of them there would be an order",
    )


def _edges_of(cycle: Sequence[int]) -> list[Edge]:
    return list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))


def _premises(forced: ForcedOrder, edge: Edge) -> list[Edge]:
    """Give the edges that an edge follows from."""
    reason = forced.reasons[edge]
    writer, reader = INITIAL, reason.reader
    if reason.kind == "seen":
        return _path(forced, edge[0], forced.begin(reader), edge)
    if reason.kind == "overwritten" and reason.read is not None:
        writer = reason.read.writer
    elif reason.kind == "later":
        writer = edge[0] // forced.moments
    if writer == INITIAL:
        return []
    return _path(forced, forced.begin(writer), forced.commit(edge[1] // forced.moments), edge)


def _path(forced: ForcedOrder, start: int, end: int, later_than: Edge) -> list[Edge]:
    """Give a shortest path of edges that were there before another was added."""
    stamp = forced.stamps[later_than]
    came: dict[int, int] = {start: start}
    ready = [start]
    for moment in ready:
        if moment == end:
            break
        for after in forced.successors[moment]:
            if after not in came and forced.stamps[moment, after] < stamp:
                came[after] = moment
                ready.append(after)
    edges = []
    while end != start:
        edges.append((came[end], end))
        end = came[end]
    return edges[::-1]


class _Teller:
    def __init__(self, forced: ForcedOrder) -> None:
        self.forced = forced
        self.dependencies = forced.dependencies
        self.cast = Cast()
        self.clauses: list[str] = []
        self.told: set[Edge] = set()

    def cycle(self, cycle: Sequence[int]) -> Contradiction:
        members: list[int] = []
        for moment in cycle:
            number = moment // self.forced.moments
            if not members or members[-1] != number:
                members.append(number)
        if len(members) > 1 and members[0] == members[-1]:
            members.pop()
        reasons = [self.forced.reasons[edge] for edge in _edges_of(cycle)]
        name = self._name_of(members, reasons)
        if name == "lost update":
            [key] = {reason.key for reason in reasons if reason.kind == "overwritten"}
            reads = [r for n in members for r in self.dependencies.reads[n] if r.key == key]
            if len(reads) == 2 and reads[0].writer == reads[1].writer:
                return self._lost_update(members, reads)
        names = [self.cast.name(self.dependencies.transactions[member]) for member in members]
        for edge in _edges_of(cycle):
            self.tell(edge)
        order = ", ".join(
            f"{one} before {other}"
            for one, other in zip(names, [*names[1:], names[0]], strict=True)
        )
        return self.cast.contradiction(name, f"{'; '.join(self.clauses)}. So {order}: a cycle")

    def _lost_update(self, members: Sequence[int], reads: Sequence[Read]) -> Contradiction:
        told = []
        for number, read in zip(members, reads, strict=True):
            write = self.dependencies.writes[number][read.key]
            self.mention(number, read.access)
            told.append(f"{self.mention(number, write)} {did(read.access)} and {did(write)}")
        if read.writer != INITIAL:
            write = self.dependencies.writes[read.writer][read.key]
            told.append(f"both read what {self.mention(read.writer, write)} wrote")
        together = "; ".join(told)
        return self.cast.contradiction(
            "lost update", f"{together}. Whichever was first, the other did not see its update"
        )

    def mention(self, number: int, access: Access | None) -> str:
        return self.cast.mention(self.dependencies.transactions[number], access)

    def tell(self, edge: Edge) -> None:
        """Say why one moment is before another, after what that follows from."""
        if edge in self.told:
            return
        self.told.add(edge)
        reason = self.forced.reasons[edge]
        for premise in _premises(self.forced, edge):
            if self.forced.reasons[premise].kind != "itself":
                self.tell(premise)
        clause = self._clause(edge, reason)
        if clause and clause not in self.clauses:
            self.clauses.append(clause)

    def _clause(self, edge: Edge, reason: Reason) -> str:
        before, after = (moment // self.forced.moments for moment in edge)
        if reason.kind == "itself":
            return ""
        if reason.kind == "session":
            session = shown(self.dependencies.transactions[after].session)
            one, other = self.mention(before, None), self.mention(after, None)
            return f"{other} came after {one} in session {session}"
        if reason.read is not None and reason.kind == "read":
            write = self.dependencies.writes[before][reason.read.key]
            name = self.mention(after, reason.read.access)
            return f"{name} {did(reason.read.access)}, which {self.mention(before, write)} wrote"
        if reason.read is not None and reason.kind == "overwritten":
            return self._overwritten(before, after, reason)
        older, newer = (self.dependencies.writes[n][reason.key] for n in (before, after))
        told = (
            f"{self.mention(before, older)} {did(older)} before "
            f"{self.mention(after, newer)} {did(newer)}"
        )
        evidence = self.dependencies.evidence.get(reason.key)
        if reason.kind == "list" and evidence is not None:
            told += f", as {self.cast.mention(*evidence)} {did(evidence[1])}"
        elif reason.kind == "seen" and reason.read is not None:
            name = self.mention(reason.reader, reason.read.access)
            told += f", as {name} came after that and {did(reason.read.access)}"
        return told

    def _overwritten(self, before: int, after: int, reason: Reason) -> str:
        assert reason.read is not None
        read = reason.read
        name = self.mention(before, read.access)
        write = self.dependencies.writes[after][read.key]
        other = self.mention(after, write)
        if read.writer != INITIAL:
            self.mention(read.writer, self.dependencies.writes[read.writer][read.key])
        return f"{name} {did(read.access)}, so it was before {other}, which {did(write)}"

    def _name_of(self, members: Sequence[int], reasons: Sequence[Reason]) -> str:
        """Give the name that the cycle has in Adya (2000) and Berenson et al. (1995)."""
        lost = [reason for reason in reasons if reason.kind == "overwritten"]
        if not lost:
            kinds = {reason.kind for reason in reasons}
            if "seen" in kinds:
                return "contradictory order of versions"
            if "read" in kinds or "session" in kinds:
                return "circular information flow (G1c)"
            return "cycle of writes (G0)"
        keys = {reason.key for reason in lost}
        if len(keys) == 1 and len(members) == 2:
            [key] = keys
            if all(key in self.dependencies.writes[member] for member in members):
                return "lost update"
        if len(lost) == 1:
            return "read skew (G-single)"
        if self.forced.moments == 2:
            return "long fork (G-nonadjacent)"
        return "write skew (G2)" if len(members) == 2 else "anti-dependency cycle (G2)"
