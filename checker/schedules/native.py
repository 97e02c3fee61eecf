"""A search by schedules that the native engine takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...models.errors import ModelError
from ...models.properties import Property, PropertyKind
from ..domains import News
from ..findings import Search, Task
from ..replay import ReplayMismatch
from ..tabulator import Run, Tabulator, initial_ids
from .keys import label
from .sampler import labels
from .sampling import PILOTS, STEPS, STRATEGIES, Sampling
from .search import ScheduleSearch

_PAUSE = 16
"""How many times workers ask between two looks at the limits."""

_KINDS = {PropertyKind.ALWAYS: 0, PropertyKind.SOMETIMES: 1, PropertyKind.NO_DEADLOCK: 2}


class NativeScheduleSearch(ScheduleSearch):
    """The same schedules, taken by the native engine's workers.

    What they find is told as a schedule's number; that schedule is then taken again in plain
    Python, which gives the path, and would notice that the two do not agree.
    """

    def __init__(self, task: Task, sampling: Sampling) -> None:
        from .._engine import Sampler

        super().__init__(task, sampling)
        system = task.system
        self._predicates = [found for found in task.checked if found.kind in _KINDS]
        functions = [(found.name, found.predicate) for found in self._predicates]
        named = [(name, predicate) for name, predicate in functions if predicate is not None]
        self._tabulator = _Watching(self._tick, system, named, task.watched, task.purity)
        fit = [start for start in self._sampler.starts if start.failure is None]
        domains = self._tabulator.domains
        starts = [(initial_ids(domains, start.state, system), labels(start)) for start in fit]
        for start in self._sampler.starts:
            self._tabulator.coverer.take(None, start.passed, start.offered)
        self._tabulator.calls += len(self._sampler.starts)
        self._workers = Sampler(
            self._tabulator,
            slots=[int(slot.kind) for slot in system.slots],
            actions=[(label(action.name), label(action.actor)) for action in system.actions],
            predicates=[_KINDS[found.kind] for found in self._predicates],
            stamps=[news[1:] for news in domains.take_news() if news[0] == "stamps"],
            starts=starts,
            workers=sampling.workers,
        )
        self._length: int | None = None

    def run(self) -> Search:
        """Search; give what was found so far where it is interrupted or out of time."""
        try:
            search = super().run()
        except ValueError as error:
            impure = self._tabulator.reruns.explain(str(error))
            raise impure or ModelError(f"the model cannot be tabulated: {error}") from error
        if search.stopped_by not in ("interrupted", "max_seconds", "max_memory"):
            self._tabulator.reruns.finish()
        search.python_calls = self._tabulator.calls
        search.hotspot = self._tabulator.hotspot(search.transitions)
        search.coverage = self._tabulator.coverer.coverage()
        return search

    def _take(self, numbers: range, judged: tuple[Property, ...]) -> None:
        if self._length is None:
            self._length = self._pilots()
        names = {found.name for found in judged}
        first = len(self._task.system.actions)
        tries = [
            first + number for number, found in enumerate(self._predicates) if found.name in names
        ]
        strategy = STRATEGIES.index(self._sampling.strategy)
        taken = self._workers.take(
            strategy,
            self._sampling.seed,
            numbers.start,
            len(numbers),
            steps=self._steps,
            length=self._length,
            judged=tries,
        )
        schedules, steps, longest, rests, decided, errors = taken
        search = self.search
        assert search.schedules is not None
        search.schedules += schedules
        search.transitions += steps
        search.depth = max(search.depth, longest)
        search.terminal_states += rests
        found = [(number, self._predicates[trie - first].name) for trie, number in decided]
        failures = self._tabulator.failures
        found += [(number, failures[error].property_name) for error, number in errors]
        for number, name in sorted(found):
            if name not in search.findings:
                self._find(number, name, judged)

    def _find(self, number: int, name: str, judged: tuple[Property, ...]) -> None:
        """Keep how a schedule decides a property."""
        again = self._sampler.schedule(number, judged)
        if name not in again.findings:
            raise ReplayMismatch(f"schedule {number} decided {name} and does not when taken again")
        self.search.findings[name] = again.findings[name]

    @property
    def _steps(self) -> int:
        most = self._task.limits.max_depth
        return STEPS if most is None else most

    def _pilots(self) -> int:
        if self._sampling.strategy != "pct":
            return 0
        pilots = self._workers.take(
            STRATEGIES.index("random"),
            self._sampling.seed,
            0,
            PILOTS,
            steps=self._steps,
            length=0,
            judged=[],
        )
        return pilots[2]


class _Watching(Tabulator):
    """Looks at the clock and the memory now and then while workers ask: by that alone both grow."""

    def __init__(self, tick: Callable[[], None], *given: Any) -> None:
        super().__init__(*given)
        self._tick = tick
        self._asked = 0

    def tabulate(self, trie: int, state: list[int | list[int]]) -> tuple[list[Run], list[News]]:
        """Run a step as `Tabulator` does; raise where a limit is reached."""
        self._asked += 1
        if self._asked % _PAUSE == 0:
            self._tick()
        return super().tabulate(trie, state)
