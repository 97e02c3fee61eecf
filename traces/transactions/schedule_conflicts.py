"""Why the moments that are left in a schedule all wait for each other, and what follows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .dependencies import INITIAL, Dependencies
from .serial_schedules import Choice, Lesson, Schedule

NEAR = 300
"""How many moments before an awaited one are looked at, to find the shortest circle of waits."""

Edge = tuple[int, int]


class Wait(NamedTuple):
    """That a moment comes only after another; `choice` is why, None where there was none."""

    moment: int
    awaited: int
    choice: Choice | None


class Before(NamedTuple):
    """Moments before an awaited one, each with the next on the way to it."""

    wait: Wait
    following: dict[int, int]

    def path(self, start: int) -> list[int]:
        """Give the moments from one to the awaited one."""
        found = [start]
        while found[-1] != self.wait.awaited:
            found.append(self.following[found[-1]])
        return found


def transactions_without_order(
    dependencies: Dependencies, *, snapshots: bool, max_conflicts: int, deadline: float
) -> set[int] | None:
    """Give transactions that no order explains, None where there is an order of all.

    Raises `TimeoutError` beyond the bounds.
    """
    schedule = Schedule(dependencies, snapshots=snapshots)
    cycle = schedule.cycle()
    if cycle is not None:
        return {moment // schedule.moments for moment in cycle}
    for conflicts in range(max_conflicts):
        schedule.take_all_that_can_be()
        if schedule.is_complete():
            return None
        choice, lesson = understood(schedule)
        if choice is None:
            return transactions_behind(lesson)
        schedule.learn(choice, lesson)
        if not conflicts & 63 and time.monotonic() > deadline:
            break
    raise TimeoutError


def understood(schedule: Schedule) -> tuple[Choice | None, Lesson]:
    """Give the last choice that is to blame for a circle of waits, None where none is, and why."""
    reason = _Reason(schedule)
    for path, wait in _circle(schedule):
        reason.add_path(path)
        reason.add_choice(wait.choice)
    choices = reason.free_choices()
    if not choices:
        return None, reason.lesson(frozenset())
    latest = max(map(schedule.age, choices))
    blamed = _earliest(schedule, [c for c in choices if schedule.age(c) == latest])
    return blamed, reason.lesson(choices - {blamed})


def _earliest(schedule: Schedule, choices: Sequence[Choice]) -> Choice:
    """Give a choice of whose second writer no other's second must be before."""
    best = choices[0]
    for other in choices[1:]:
        start, end = schedule.commit(other.second), schedule.begin(best.second)
        if _path(schedule, start, end, schedule.age(best)) is not None:
            best = other
    return best


def transactions_behind(lesson: Lesson) -> set[int]:
    """Give all transactions that a lesson rests on."""
    found: set[int] = set()
    known = {id(lesson)}
    lessons = [lesson]
    for one in lessons:
        found |= one.members
        for premise in one.premises:
            if id(premise) not in known:
                known.add(id(premise))
                lessons.append(premise)
    return found


class _Reason:
    """Gathers what a conflict follows from: choices, earlier lessons, and transactions."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.choices: list[Choice] = []
        self.members: set[int] = set()
        self.premises: list[Lesson] = []

    def add_path(self, path: Sequence[int]) -> None:
        schedule = self.schedule
        self.members.update(moment // schedule.moments for moment in path)
        for edge in pairwise(path):
            lesson = schedule.lessons.get(edge)
            if lesson is not None:
                self.premises.append(lesson)
                for choice in lesson.choices:
                    self.add_choice(choice)

    def add_choice(self, choice: Choice | None) -> None:
        if choice is not None:
            self.members.update(choice)
            if choice not in self.choices:
                self.choices.append(choice)

    def free_choices(self) -> frozenset[Choice]:
        """Give the choices without those that there was no choice about, as a path shows."""
        free = []
        for choice in self.choices:
            schedule = self.schedule
            start, end = schedule.begin(choice.first), schedule.commit(choice.second)
            path = _path(schedule, start, end, schedule.age(choice))
            if path is None:
                free.append(choice)
            else:
                self.add_path(path)
        return frozenset(free)

    def lesson(self, choices: frozenset[Choice]) -> Lesson:
        return Lesson(choices, frozenset(self.members), tuple(self.premises))


def _path(schedule: Schedule, start: int, end: int, age: int) -> list[int] | None:
    """Give a path from one moment to another, none of them taken before an age.

    What was learned from choices of that age or later is not used.
    """
    following = {end: end}
    queue = [end]
    for moment in queue:
        if moment == start:
            found = [start]
            while found[-1] != end:
                found.append(following[found[-1]])
            return found
        for before in schedule.predecessors[moment]:
            place = schedule.position[before]
            if before in following or 0 <= place < age:
                continue
            lesson = schedule.lessons.get((before, moment))
            if lesson is None or all(schedule.age(choice) < age for choice in lesson.choices):
                following[before] = moment
                queue.append(before)
    return None


def _circle(schedule: Schedule) -> list[tuple[list[int], Wait]]:
    """Give waits of moments that nothing else keeps, each with a path from the next to its end.

    The shortest circle that is found.
    """
    arcs: dict[int, dict[int, Before]] = {}
    for moment in sorted(schedule.frontier):
        arcs[moment] = {}
        for wait in _waits(schedule, moment):
            before = _before(schedule, wait)
            for other in before.following.keys() & schedule.frontier:
                if other == moment:
                    return [(before.path(moment), wait)]
                arcs[moment].setdefault(other, before)
    nodes = _shortest_circle(arcs)
    found = []
    for one, other in zip(nodes, [*nodes[1:], nodes[0]], strict=True):
        before = arcs[one][other]
        found.append((before.path(other), before.wait))
    return found


def _shortest_circle(arcs: dict[int, dict[int, Before]]) -> list[int]:
    best: list[int] = []
    for start in arcs:
        came = {start: start}
        queue = [start]
        for node in queue:
            if start in arcs[node]:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                if not best or len(path) < len(best):
                    best = path[::-1]
                break
            for after in arcs[node]:
                if after not in came:
                    came[after] = node
                    queue.append(after)
        if len(best) == 2:
            break
    return best


def _waits(schedule: Schedule, moment: int) -> Iterator[Wait]:
    """Give what keeps a moment from being taken: readers to come, or an open writer."""
    number, part = divmod(moment, schedule.moments)
    replay = schedule.replay
    for key in replay.writes[number]:
        if schedule.moments == 2 and not part:
            writer = replay.open.get(key)
            if writer is not None:
                yield Wait(moment, schedule.commit(writer), Choice(writer, number))
        elif replay.waiting.get(key):
            writer = replay.current.get(key, INITIAL)
            choice = None if writer == INITIAL else Choice(writer, number)
            for reader in replay.readers[writer, key]:
                awaited = schedule.begin(reader)
                if reader != number and schedule.position[awaited] < 0:
                    yield Wait(moment, awaited, choice)


def _before(schedule: Schedule, wait: Wait) -> Before:
    """Look back from an awaited moment, at least as far as one that only an item keeps."""
    following = {wait.awaited: wait.awaited}
    queue = [wait.awaited]
    is_found = False
    for moment in queue:
        is_found = is_found or moment in schedule.frontier
        if is_found and len(queue) > NEAR:
            break
        for before in schedule.predecessors[moment]:
            if before not in following and schedule.position[before] < 0:
                following[before] = moment
                queue.append(before)
    return Before(wait, following)
