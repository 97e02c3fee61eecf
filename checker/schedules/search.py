"""A search by schedules, round by round, in plain Python."""

from __future__ import annotations

import time

from ...models.properties import Property, PropertyKind
from ..deadline import OutOfTime
from ..findings import Finding, Search, Task, is_violation
from ..limits import Progress
from ..memory import OutOfMemory, resident_bytes
from .sampler import Sampler, Schedule
from .sampling import ROUND, Sampling

_PROGRESS_SECONDS = 0.2
_JUDGED = (PropertyKind.ALWAYS, PropertyKind.SOMETIMES, PropertyKind.NO_DEADLOCK)


class ScheduleSearch:
    """Takes schedules one after another until all are taken or a round has a violation.

    What decides a property is the schedule of the smallest number that does.
    """

    def __init__(self, task: Task, sampling: Sampling) -> None:
        self._task = task
        self._sampling = sampling
        self._began = self._told = time.monotonic()
        self._resident = resident_bytes()
        self.search = Search(schedules=0)
        self._sampler = Sampler(task, sampling, self._tick)

    def run(self) -> Search:
        """Search; give what was found so far where it is interrupted or out of time."""
        try:
            self.search.stopped_by = self._sample()
        except KeyboardInterrupt:
            self.search.stopped_by = "interrupted"
        except OutOfTime:
            self.search.stopped_by = "max_seconds"
        except OutOfMemory:
            self.search.stopped_by = "max_memory"
        self.search.python_calls = self._sampler.calls
        self.search.coverage = self._sampler.coverer.coverage()
        return self.search

    def _sample(self) -> str:
        note_starts(self.search, self._sampler)
        if all(start.failure is not None for start in self._sampler.starts):
            return "violation"
        for first in range(0, self._sampling.schedules, ROUND):
            if is_decided(self._task, self.search):
                return "violation"
            self._tick()
            numbers = range(first, min(first + ROUND, self._sampling.schedules))
            self._take(numbers, undecided(self._task, self.search))
        return "violation" if is_decided(self._task, self.search) else "schedules"

    def _take(self, numbers: range, judged: tuple[Property, ...]) -> None:
        """Take the schedules of a round."""
        for number in numbers:
            self._count(self._sampler.schedule(number, judged))

    def _count(self, schedule: Schedule) -> None:
        search = self.search
        assert search.schedules is not None
        search.schedules += 1
        search.transitions += len(schedule.path)
        search.depth = max(search.depth, len(schedule.path))
        search.terminal_states += schedule.rests
        for name, finding in schedule.findings.items():
            search.findings.setdefault(name, finding)

    def _tick(self) -> None:
        now = time.monotonic()
        seconds = now - self._began
        most = self._task.limits.max_seconds
        if most is not None and seconds > most:
            raise OutOfTime
        if resident_bytes() - self._resident > self._task.limits.memory_bytes:
            raise OutOfMemory
        if self._task.progress is not None and now - self._told > _PROGRESS_SECONDS:
            self._told = now
            self._task.progress(
                Progress(
                    states=0,
                    transitions=self.search.transitions,
                    depth=self.search.depth,
                    frontier=0,
                    seconds=seconds,
                    schedules=self.search.schedules,
                )
            )


def note_starts(search: Search, sampler: Sampler) -> None:
    """Keep the starts that fail, each by its property."""
    for position, start in enumerate(sampler.starts):
        if start.failure is not None:
            finding = Finding(position, (), start.failure)
            search.findings.setdefault(start.failure.property_name, finding)


def undecided(task: Task, search: Search) -> tuple[Property, ...]:
    """Give the properties with a predicate of which nothing was found yet."""
    return tuple(
        found
        for found in task.checked
        if found.kind in _JUDGED and found.name not in search.findings
    )


def is_decided(task: Task, search: Search) -> bool:
    """Tell whether a violation ends the search."""
    pairs = ((found, search.findings.get(found.name)) for found in task.checked)
    return not task.keep_going and any(is_violation(*pair) for pair in pairs)
