"""A cycle in words: what each transaction read or wrote that puts it before the next."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

from ..values import shown
from .contradictions import Cast, Contradiction, did
from .dependencies import Dependencies, Read
from .histories import Access
from .precedence import Edge, Inference, Precedence


def told_cycle(precedence: Precedence, cycle: Sequence[int], name: str) -> Contradiction:
    """Tell a cycle of numbers, each before the next and the last before the first."""
    return _Teller(precedence).cycle(cycle, name)


def told_before_initial(precedence: Precedence, edge: Edge, name: str) -> Contradiction:
    """Tell that a writer would have to come before what the item held at first."""
    return _Teller(precedence).before_initial(edge, name)


class _Teller:
    def __init__(self, precedence: Precedence) -> None:
        self.precedence = precedence
        self.dependencies: Dependencies = precedence.dependencies
        self.cast = Cast()
        self.kinds: list[str] = []

    def cycle(self, cycle: Sequence[int], name: str) -> Contradiction:
        members = self._without_inner_session_steps(cycle)
        names = [self.cast.name(self.dependencies.transactions[member]) for member in members]
        pairs = list(zip(members, [*members[1:], members[0]], strict=True))
        clauses = [self.clause(*pair) for pair in pairs]
        order = ", ".join(
            f"{one} before {other}"
            for one, other in zip(names, [*names[1:], names[0]], strict=True)
        )
        if not self.precedence.inferred.keys() & set(pairs):
            name = _name_of(self.kinds) or name
        return self.cast.contradiction(name, f"{'; '.join(clauses)}. So {order}: a cycle")

    def before_initial(self, edge: Edge, name: str) -> Contradiction:
        inference = self.precedence.inferred[edge]
        writer = edge[0]
        self.cast.name(self.dependencies.transactions[writer])
        told = self._how_seen(writer, inference)
        reader = self.mention(inference.reader, inference.read.access)
        key = inference.read.key
        first = self.mention(writer, self.dependencies.writes[writer][key])
        return self.cast.contradiction(
            name,
            f"{told}, and {first} {did(self.dependencies.writes[writer][key])}, but {reader} "
            f"{did(inference.read.access)}, which is what it held before all transactions",
        )

    def mention(self, number: int, access: Access | None) -> str:
        return self.cast.mention(self.dependencies.transactions[number], access)

    def clause(self, before: int, after: int) -> str:
        """Tell why one transaction is before another; what is read is stronger than the rest."""
        inference = self.precedence.inferred.get((before, after))
        if inference is None:
            return self.known_clause(before, after)
        key = inference.read.key
        writes = self.dependencies.writes
        one = self.mention(before, writes[before][key])
        other = self.mention(after, writes[after][key])
        seen = self._how_seen(before, inference)
        reader = self.mention(inference.reader, inference.read.access)
        self.kinds.append("ww")
        return (
            f"{one} {did(writes[before][key])} before {other} {did(writes[after][key])}, as "
            f"{seen}, yet {reader} {did(inference.read.access)} of {other}"
        )

    def known_clause(self, before: int, after: int) -> str:
        for read in self.dependencies.reads[after]:
            if read.writer == before:
                self.kinds.append("wr")
                return self._read_clause(after, read)
        if self._in_session(before, after):
            self.kinds.append("so")
            return self._session_clause(before, after)
        key, one, other = self._list_versions(before, after)
        self.kinds.append("ww")
        told = (
            f"{self.mention(before, one)} {did(one)} before "
            f"{self.mention(after, other)} {did(other)}"
        )
        evidence = self.dependencies.evidence.get(key)
        if evidence is not None and evidence[0] is not self.dependencies.transactions[after]:
            told += f", as {self.cast.mention(*evidence)} {did(evidence[1])}"
        return told

    def _read_clause(self, reader: int, read: Read) -> str:
        write = self.dependencies.writes[read.writer][read.key]
        writer = self.mention(read.writer, write)
        return f"{self.mention(reader, read.access)} {did(read.access)}, which {writer} wrote"

    def _session_clause(self, before: int, after: int) -> str:
        one, other = self.mention_any(before), self.mention_any(after)
        session = shown(self.dependencies.transactions[after].session)
        return f"{other} came after {one} in session {session}"

    def mention_any(self, number: int) -> str:
        """Name a transaction; whatever else is said of it gives the line."""
        transaction = self.dependencies.transactions[number]
        return self.cast.mention(transaction, None)

    def _in_session(self, before: int, after: int) -> bool:
        at: int | None = after
        while at is not None and at != before:
            at = self.dependencies.previous(at)
        return at is not None

    def _list_versions(self, before: int, after: int) -> tuple[Hashable, Access, Access]:
        writes = self.dependencies.writes
        for key in writes[before]:
            if key in writes[after] and key in self.dependencies.orders:
                order = self.dependencies.orders[key]
                if before in order and (after not in order or _follows(order, before, after)):
                    return key, writes[before][key], writes[after][key]
        raise AssertionError(f"no reason for {before} before {after}")

    def _how_seen(self, writer: int, inference: Inference) -> str:
        reader = inference.reader
        if inference.seen is not None:
            seen = inference.seen
            write = self.dependencies.writes[seen.writer][seen.key]
            name = self.mention(reader, seen.access)
            return f"{name} {did(seen.access)}, which {self.mention(seen.writer, write)} wrote"
        path = self._path(writer, reader)
        steps = [self.known_clause(one, other) for one, other in pairwise(path)]
        return " and ".join(steps)

    def _path(self, start: int, end: int) -> list[int]:
        """Give a shortest path of known edges."""
        came: dict[int, int] = {start: start}
        ready = [start]
        for node in ready:
            if node == end:
                break
            for after in self.precedence.visible[node]:
                if after not in came:
                    came[after] = node
                    ready.append(after)
        path = [end]
        while path[-1] != start:
            path.append(came[path[-1]])
        return self._merged(path[::-1])

    def _merged(self, path: list[int]) -> list[int]:
        """Leave out the middle of steps that all go along one session."""
        kept = path[:1]
        for index in range(1, len(path) - 1):
            one, middle, other = kept[-1], path[index], path[index + 1]
            if not (self._only_session(one, middle) and self._only_session(middle, other)):
                kept.append(middle)
        return [*kept, path[-1]]

    def _only_session(self, before: int, after: int) -> bool:
        if any(read.writer == before for read in self.dependencies.reads[after]):
            return False
        return (before, after) not in self.precedence.inferred and self._in_session(before, after)

    def _without_inner_session_steps(self, cycle: Sequence[int]) -> list[int]:
        turned = list(cycle)
        for _ in turned:
            if not self._only_session(turned[-1], turned[0]):
                break
            turned = [*turned[1:], turned[0]]
        return self._merged([*turned, turned[0]])[:-1]


def _follows(order: Sequence[int], before: int, after: int) -> bool:
    return any(one == before and other == after for one, other in pairwise(order))


def _name_of(kinds: Sequence[str]) -> str:
    """Give the name that Adya (2000) has for a cycle of these kinds of edges."""
    if kinds.count("rw") > 1:
        return "cycle with several anti-dependencies (G2)"
    if "rw" in kinds:
        return "cycle with one anti-dependency (G-single)"
    if "wr" in kinds:
        return "circular information flow (G1c)"
    return "cycle of writes (G0)"
