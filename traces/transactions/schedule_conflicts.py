"""Why moments of a schedule wait for each other in a circle, and what follows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

from .serial_schedules import Choice, Lesson, Schedule


def transactions_without_order(
    schedule: Schedule, *, max_conflicts: int, deadline: float
) -> set[int] | None:
    """Give transactions that no order explains, None where all moments could be taken.

    Raises `TimeoutError` beyond the bounds.
    """
    if schedule.cycle is not None:
        return {moment // schedule.moments for moment in schedule.cycle}
    for _ in range(max_conflicts):
        circle = schedule.circle()
        if circle is None:
            return None
        choice, lesson = understood(schedule, circle)
        if choice is None:
            return transactions_behind(lesson)
        schedule.learn(choice, lesson)
        if time.monotonic() > deadline:
            break
    raise TimeoutError


def understood(schedule: Schedule, circle: Sequence[int]) -> tuple[Choice | None, Lesson]:
    """Give the last choice that is to blame for a circle of waits, None where none is, and why."""
    reason = _Reason(schedule)
    for before, after in zip(circle, [*circle[1:], circle[0]], strict=True):
        if before in schedule.predecessors[after]:
            reason.add_edge(before, after)
        else:
            waits = [choice for awaited, choice in schedule.waits(after) if awaited == before]
            reason.add_wait(before, after, waits[0])
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

    def add_edge(self, before: int, after: int) -> None:
        """Add what is known, or was learned."""
        moments = self.schedule.moments
        self.members.update((before // moments, after // moments))
        lesson = self.schedule.lesson(before, after)
        if lesson is not None:
            self.premises.append(lesson)
            for choice in lesson.choices:
                self._add_choice(choice)

    def add_wait(self, before: int, after: int, choice: Choice | None) -> None:
        """Add that one moment awaits another, because of a choice or of what was there at first."""
        moments = self.schedule.moments
        self.members.update((before // moments, after // moments))
        if choice is not None:
            self._add_choice(choice)

    def _add_choice(self, choice: Choice) -> None:
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
                for edge in pairwise(path):
                    self.add_edge(*edge)
        return frozenset(free)

    def lesson(self, choices: frozenset[Choice]) -> Lesson:
        return Lesson(choices, frozenset(self.members), tuple(self.premises))


def _path(schedule: Schedule, start: int, end: int, age: int) -> list[int] | None:
    """Give a path from one moment to another, none of them taken before an age.

    What was learned from choices of that age or later is not used.
    """
    position = schedule.position
    following = {end: end}
    queue = [end]
    for moment in queue:
        if moment == start:
            found = [start]
            while found[-1] != end:
                found.append(following[found[-1]])
            return found
        learned = schedule.lessons.get(moment, {})
        for before in schedule.predecessors[moment]:
            if before in following or 0 <= position[before] < age:
                continue
            lesson = learned.get(before) if learned else None
            if lesson is None or all(schedule.age(choice) < age for choice in lesson.choices):
                following[before] = moment
                queue.append(before)
    return None
