"""An order of begins and commits that is walked along, and repaired where a step contradicts it.

The order agrees with all that is known to be before something else. To take its first moment
decides more: what a transaction wrote is read before others replace it. Where the rest of the
order does not agree, what must be before is moved, a local repair (as in Pearce and Kelly, ACM
JEA 2006); where that goes round in a circle, something that was taken came too early.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from .dependencies import INITIAL, Dependencies
from .guessed_orders import guessed_order
from .moment_orders import MomentOrder
from .precedence import list_edges, shortest_cycle

Edge = tuple[int, int]


class Choice(NamedTuple):
    """That one writer of an item was taken before another."""

    first: int
    second: int


class Lesson(NamedTuple):
    """Why a moment must be before another: the choices that stand, and who shows it.

    `premises` are earlier lessons that it follows from.
    """

    choices: frozenset[Choice]
    members: frozenset[int]
    premises: tuple[Lesson, ...]


class Schedule:
    """The moments of all transactions in an order, of which a beginning has been taken.

    With `snapshots` a transaction has two moments, else one. Of those that are left, one waits for
    another by an edge of `predecessors`, or because of what the taken ones wrote (`waits`). A
    `cycle` of edges that are known from the beginning leaves nothing to be taken.
    """

    def __init__(self, dependencies: Dependencies, *, snapshots: bool) -> None:
        self.dependencies = dependencies
        self.moments = 2 if snapshots else 1
        self.writes = dependencies.writes
        self.readers = _readers(dependencies)
        count = self.moments * len(dependencies)
        successors: list[list[int]] = [[] for _ in range(count)]
        self.predecessors: list[list[int]] = [[] for _ in range(count)]
        for before, after in self._known_edges():
            successors[before].append(after)
            self.predecessors[after].append(before)
        self.lessons: dict[int, dict[int, Lesson]] = {}
        self.position = [-1] * count
        first_order = guessed_order(dependencies, successors, self.moments)
        self.cycle = shortest_cycle(successors) if len(first_order) < count else None
        self._places = _places_of_writers(dependencies)
        self._next_commits = {
            key: {chain: self._commit_in(chain, places[0]) for chain, places in by_chain.items()}
            for key, by_chain in self._places.items()
        }
        self._current = {key: INITIAL for writer, key in self.readers if writer == INITIAL}
        self._replaced: dict[int, list[int | None]] = {}
        self._open: dict[Hashable, int] = {}
        self._assumed: dict[Choice, int] = {}
        self._resting: dict[int, list[Edge]] = {}
        self._trail: list[int | Choice] = []
        self._unsettled: list[Edge] = []
        self._order = MomentOrder(first_order if self.cycle is None else ())
        self._last = self._order.start
        if self.cycle is None:
            for key in self._current:
                self._put_before_next_writers(INITIAL, key)

    def begin(self, number: int) -> int:
        """Give the moment at which a transaction reads."""
        return self.moments * number

    def commit(self, number: int) -> int:
        """Give the moment at which a transaction writes."""
        return self.moments * number + self.moments - 1

    def age(self, choice: Choice) -> int:
        """Give when a choice was made, as a place in the trail; below zero where it is open."""
        return self._assumed.get(choice, self.position[self.begin(choice.first)])

    def circle(self) -> list[int] | None:
        """Take moments to the last; give those that wait for each other in a circle, if any do."""
        following, start = self._order.following, self._order.start
        while True:
            while self._unsettled:
                found = self._settled(*self._unsettled[-1])
                if found is not None:
                    return found
                self._unsettled.pop()
            moment = following[self._last]
            if moment == start:
                return None
            self._take(moment)

    def learn(self, choice: Choice, lesson: Lesson) -> None:
        """Take a choice and all after it back, and have the opposite stand.

        Other choices that the lesson rests on may have been made at the same moment: they are
        made again, by themselves.
        """
        self._take_back(self.age(choice))
        self._unsettled = [edge for edge in self._unsettled if self.lesson(*edge) is not None]
        for other in lesson.choices:
            if self.age(other) < 0:
                self._assume(other)
        self._add(self.commit(choice.second), self.begin(choice.first), lesson)

    def lesson(self, before: int, after: int) -> Lesson | None:
        """Give why one moment must be before another, where that was learned."""
        return self.lessons.get(after, {}).get(before)

    def waits(self, moment: int) -> list[tuple[int, Choice | None]]:
        """Give what a moment awaits because of what was taken, each with the choice if it was one.

        A reader of what it will replace, or the commit of an open writer of what it writes.
        """
        number, part = divmod(moment, self.moments)
        written, position = self.writes[number], self.position
        if not written:
            return []
        if self.moments == 2 and not part:
            opened = self._open
            return [
                (self.commit(opened[key]), Choice(opened[key], number))
                for key in written
                if key in opened
            ]
        if part and position[moment - 1] >= 0:
            current = zip(written, self._replaced[number], strict=True)
            replaced = [(key, writer) for key, writer in current if writer is not None]
        else:
            known = self._current
            replaced = [(key, known[key]) for key in written if key in known]
        return [
            (self.begin(reader), None if writer == INITIAL else Choice(writer, number))
            for key, writer in replaced
            for reader in self.readers[writer, key]
            if reader != number and position[self.begin(reader)] < 0
        ]

    def _known_edges(self) -> Iterator[Edge]:
        dependencies = self.dependencies
        for number, reads in enumerate(dependencies.reads):
            if self.moments == 2:
                yield self.begin(number), self.commit(number)
            before = {read.writer for read in reads}
            before.discard(INITIAL)
            previous = dependencies.previous(number)
            if previous is not None:
                before.add(previous)
            for other in before:
                yield self.commit(other), self.begin(number)
        for _, one, other in list_edges(dependencies):
            yield self.commit(one), self.begin(other)

    def _take(self, moment: int) -> None:
        number, part = divmod(moment, self.moments)
        self.position[moment] = len(self._trail)
        self._trail.append(moment)
        self._last = moment
        written = self.writes[number]
        if part:
            for key in written:
                del self._open[key]
            return
        if not written:
            return
        current = self._current
        self._replaced[number] = [current.pop(key, None) for key in written]
        if self.moments == 2:
            self._open.update(dict.fromkeys(written, number))
            self._put_after(number)
        chain, place = self.dependencies.chain_of[number], self.dependencies.place_of[number]
        for key in written:
            places = self._places[key][chain]
            at = bisect_right(places, place)
            if at < len(places):
                self._next_commits[key][chain] = self._commit_in(chain, places[at])
            else:
                del self._next_commits[key][chain]
            if (number, key) in self.readers:
                current[key] = number
                self._put_before_next_writers(number, key)

    def _commit_in(self, chain: int, place: int) -> int:
        return self.commit(self.dependencies.chains[chain][place])

    def _put_before_next_writers(self, writer: int, key: Hashable) -> None:
        """Note which next writer of an item stands before a reader of what one wrote."""
        label = self._order.label
        awaited = [self.begin(reader) for reader in self.readers[writer, key]]
        latest = max(label[moment] for moment in awaited)
        for commit in self._next_commits.get(key, {}).values():
            if label[commit] < latest:
                begin = commit - self.moments + 1
                self._unsettled += [
                    (moment, commit)
                    for moment in awaited
                    if label[moment] > label[commit] and moment != begin
                ]

    def _put_after(self, number: int) -> None:
        """Note who would begin, to write the same item, before a writer has committed."""
        following, written = self._order.following, self.writes[number].keys()
        end = self.commit(number)
        moment = following[self.begin(number)]
        while moment != end:
            other, part = divmod(moment, 2)
            if not part and not written.isdisjoint(self.writes[other].keys()):
                self._unsettled.append((end, moment))
            moment = following[moment]

    def _settled(self, before: int, after: int) -> list[int] | None:
        """Move a moment, and what must be before it, before another; give a circle if it is one."""
        label, position = self._order.label, self.position
        floor = label[after]
        if label[before] < floor or position[before] >= 0:
            return None
        came = {before: after}
        queue = [before]
        for moment in queue:
            awaited = self.predecessors[moment]
            waits = self.waits(moment)
            if waits:
                awaited = awaited + [other for other, _ in waits]
            for other in awaited:
                if other == after:
                    return _walked_back(came, moment, after)
                if label[other] > floor and other not in came:
                    came[other] = moment
                    queue.append(other)
        self._order.move_before(after, came)
        return None

    def _take_back(self, length: int) -> None:
        trail = self._trail
        while len(trail) > length:
            last = trail.pop()
            if isinstance(last, Choice):
                del self._assumed[last]
                self._forget(last.first)
                continue
            number, part = divmod(last, self.moments)
            self.position[last] = -1
            self._last = self._order.preceding[last]
            written = self.writes[number]
            if part:
                for key in written:
                    self._open[key] = number
                continue
            if written:
                self._restore(number)
            self._forget(number)

    def _restore(self, number: int) -> None:
        current, chain = self._current, self.dependencies.chain_of[number]
        for key, before in zip(self.writes[number], self._replaced.pop(number), strict=True):
            self._next_commits[key][chain] = self.commit(number)
            if self.moments == 2:
                del self._open[key]
            if before is not None:
                current[key] = before
            else:
                current.pop(key, None)

    def _forget(self, first: int) -> None:
        """Remove what was learned from choices of a writer that do not stand any more."""
        kept = []
        for edge in self._resting.pop(first, ()):
            lesson = self.lesson(*edge)
            if lesson is not None and all(self.age(choice) >= 0 for choice in lesson.choices):
                kept.append(edge)
            elif lesson is not None:
                before, after = edge
                del self.lessons[after][before]
                self.predecessors[after].remove(before)
        if kept:
            self._resting[first] = kept

    def _assume(self, choice: Choice) -> None:
        self._assumed[choice] = len(self._trail)
        self._trail.append(choice)
        lesson = Lesson(frozenset({choice}), frozenset(choice), ())
        self._add(self.commit(choice.first), self.begin(choice.second), lesson)

    def _add(self, before: int, after: int, lesson: Lesson) -> None:
        self.lessons.setdefault(after, {})[before] = lesson
        for choice in lesson.choices:
            self._resting.setdefault(choice.first, []).append((before, after))
        self.predecessors[after].append(before)
        self._unsettled.append((before, after))


def _readers(dependencies: Dependencies) -> dict[tuple[int, Hashable], list[int]]:
    """Give the transactions that read what one wrote of an item, each once."""
    found: dict[tuple[int, Hashable], list[int]] = {}
    for number, reads in enumerate(dependencies.reads):
        for read in reads:
            readers = found.setdefault((read.writer, read.key), [])
            if not readers or readers[-1] != number:
                readers.append(number)
    return found


def _places_of_writers(dependencies: Dependencies) -> dict[Hashable, dict[int, list[int]]]:
    """Give of each item, by chain, the places of the transactions that wrote it."""
    found: dict[Hashable, dict[int, list[int]]] = {}
    for index, chain in enumerate(dependencies.chains):
        for place, number in enumerate(chain):
            for key in dependencies.writes[number]:
                found.setdefault(key, {}).setdefault(index, []).append(place)
    return found


def _walked_back(came: dict[int, int], moment: int, start: int) -> list[int]:
    """Give a circle that begins at `start`, each before the next and the last before it."""
    found = [start]
    while moment != start:
        found.append(moment)
        moment = came[moment]
    return found
