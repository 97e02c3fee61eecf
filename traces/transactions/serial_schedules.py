"""The search for an order of begins and commits that explains all reads, exact and bounded.

Moments are taken one after the other, as a store would. Where all that is left waits for each
other, the choices that made it wait are looked at, of which writer of an item came first; the last
of them is taken back, and its opposite stands for as long as the others do, so that no mistake is
made twice (conflict-directed backjumping: Prosser 1993, Ginsberg 1993). What follows from no
choice is forced, and waits that follow from no choice prove that there is no order.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from .dependencies import INITIAL, Dependencies
from .item_replay import ItemReplay
from .precedence import list_edges, shortest_cycle, topological_order


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
    """An order of moments that grows and is taken back, and what must be before what.

    With `snapshots` a transaction has two moments, else one.
    """

    def __init__(self, dependencies: Dependencies, *, snapshots: bool) -> None:
        self.dependencies = dependencies
        self.moments = 2 if snapshots else 1
        self.replay = ItemReplay(dependencies, snapshots=snapshots)
        count = self.moments * len(dependencies)
        self.successors: list[list[int]] = [[] for _ in range(count)]
        self.predecessors: list[list[int]] = [[] for _ in range(count)]
        for before, after in self._known_edges():
            self.successors[before].append(after)
            self.predecessors[after].append(before)
        self.order = topological_order(self.successors)
        self.lessons: dict[tuple[int, int], Lesson] = {}
        self.position = [-1] * count
        self._conditional: set[tuple[int, int]] = set()
        self._assumed: dict[Choice, int] = {}
        self._trail: list[tuple[int, list[int]] | Choice] = []
        self._pending = [len(before) for before in self.predecessors]
        self.frontier = {moment for moment in range(count) if not self._pending[moment]}
        self._priority = self._priorities()
        self._blocked: dict[object, list[int]] = {}
        self._ready: list[tuple[float, int]] = []
        self._look_at_all()

    def begin(self, number: int) -> int:
        """Give the moment at which a transaction reads."""
        return self.moments * number

    def commit(self, number: int) -> int:
        """Give the moment at which a transaction writes."""
        return self.moments * number + self.moments - 1

    def cycle(self) -> list[int] | None:
        """Give a cycle of the edges that are known from the beginning, None where there is none."""
        return None if len(self.order) == len(self.successors) else shortest_cycle(self.successors)

    def is_complete(self) -> bool:
        """Tell whether all moments have been taken."""
        return not self.frontier

    def age(self, choice: Choice) -> int:
        """Give when a choice was made, as a place in the trail; below zero where it is open."""
        return self._assumed.get(choice, self.position[self.begin(choice.first)])

    def take_all_that_can_be(self) -> None:
        """Take moments until all are taken or all that are left wait for each other."""
        ready = self._ready
        while ready:
            _, moment = heapq.heappop(ready)
            hindrance = self.replay.hindrance(*divmod(moment, self.moments))
            if hindrance is None:
                self._take(moment)
            else:
                self._blocked.setdefault(hindrance[0], []).append(moment)

    def learn(self, choice: Choice, lesson: Lesson) -> None:
        """Take a choice and all after it back, and have the opposite stand.

        Other choices that the lesson rests on may have been made at the same moment: they are
        made again, by themselves.
        """
        self._take_back(self.age(choice))
        for other in lesson.choices:
            if self.age(other) < 0:
                self._assume(other)
        self._add(self.commit(choice.second), self.begin(choice.first), lesson)
        self._look_at_all()

    def _known_edges(self) -> Iterator[tuple[int, int]]:
        dependencies = self.dependencies
        for number, reads in enumerate(self.replay.reads):
            if self.moments == 2:
                yield self.begin(number), self.commit(number)
            before = set(reads.values()) - {INITIAL}
            previous = dependencies.previous(number)
            if previous is not None:
                before.add(previous)
            for other in before:
                yield self.commit(other), self.begin(number)
        for _, one, other in list_edges(dependencies):
            yield self.commit(one), self.begin(other)

    def _priorities(self) -> list[float]:
        """Guess where in the order each moment is; one that no other waits for comes at once."""
        transactions = self.dependencies.transactions
        has_times = any(one.start < one.end for one in transactions if one.status == "committed")
        guessed = self._by_time() if has_times else self._by_depth()
        writes, moments = self.dependencies.writes, self.moments
        return [
            guess if writes[moment // moments] else -1.0 for moment, guess in enumerate(guessed)
        ]

    def _by_time(self) -> list[float]:
        """Guess by start and end; nobody knows when what may have happened ended."""
        found: list[float] = []
        for one in self.dependencies.transactions:
            end = one.end if one.status == "committed" else one.start
            found += [one.start, end] if self.moments == 2 else [end]
        return found

    def _by_depth(self) -> list[float]:
        """Guess by how many moments are known to be before and after each."""
        above, below = [0] * len(self.successors), [0] * len(self.successors)
        for moment in self.order:
            depth = above[moment] + 1
            for after in self.successors[moment]:
                if above[after] < depth:
                    above[after] = depth
        for moment in reversed(self.order):
            for after in self.successors[moment]:
                if below[after] >= below[moment]:
                    below[moment] = below[after] + 1
        return [up / (up + down + 1) for up, down in zip(above, below, strict=True)]

    def _look_at_all(self) -> None:
        self._blocked.clear()
        self._ready = sorted((self._priority[moment], moment) for moment in self.frontier)

    def _take(self, moment: int) -> None:
        number, part = divmod(moment, self.moments)
        self.frontier.remove(moment)
        self.position[moment] = len(self._trail)
        self._trail.append((moment, self.replay.take(number, part)))
        if self._blocked:
            self._release(number)
        for after in self.successors[moment]:
            self._pending[after] -= 1
            if not self._pending[after]:
                self.frontier.add(after)
                heapq.heappush(self._ready, (self._priority[after], after))

    def _release(self, number: int) -> None:
        """Look again at those that an item of a transaction kept waiting."""
        for keys in (self.replay.reads[number], self.replay.writes[number]):
            for key in keys:
                for moment in self._blocked.pop(key, ()):
                    heapq.heappush(self._ready, (self._priority[moment], moment))

    def _take_back(self, length: int) -> None:
        while len(self._trail) > length:
            last = self._trail.pop()
            if isinstance(last, Choice):
                del self._assumed[last]
                continue
            moment, before = last
            self.position[moment] = -1
            self.replay.undo(*divmod(moment, self.moments), before)
            for after in self.successors[moment]:
                self._pending[after] += 1
                self.frontier.discard(after)
            self.frontier.add(moment)
        for edge in [edge for edge in self._conditional if not self._stands(self.lessons[edge])]:
            self._remove(*edge)

    def _stands(self, lesson: Lesson) -> bool:
        return all(self.age(choice) >= 0 for choice in lesson.choices)

    def _assume(self, choice: Choice) -> None:
        self._assumed[choice] = len(self._trail)
        self._trail.append(choice)
        lesson = Lesson(frozenset({choice}), frozenset(choice), ())
        self._add(self.commit(choice.first), self.begin(choice.second), lesson)

    def _add(self, before: int, after: int, lesson: Lesson) -> None:
        self.lessons[before, after] = lesson
        if lesson.choices:
            self._conditional.add((before, after))
        self.successors[before].append(after)
        self.predecessors[after].append(before)
        if self.position[before] < 0:
            self._pending[after] += 1
            self.frontier.discard(after)

    def _remove(self, before: int, after: int) -> None:
        self._conditional.remove((before, after))
        del self.lessons[before, after]
        self.successors[before].remove(after)
        self.predecessors[after].remove(before)
        if self.position[before] < 0:
            self._pending[after] -= 1
            if not self._pending[after]:
                self.frontier.add(after)
