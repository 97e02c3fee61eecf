"""The native engine's driver: sets up the tries, runs the search, and reads what it found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..models.errors import ModelError
from ..models.properties import PropertyKind
from .deadline import OutOfTime
from .findings import Finding, PathStep, Search, Task
from .limits import Progress
from .plain import initial_states
from .tabulator import Tabulator, initial_ids

_MEBIBYTE = 1 << 20
_HURRIED = ("interrupted", "max_seconds")
_KINDS = {PropertyKind.ALWAYS: 0, PropertyKind.SOMETIMES: 1, PropertyKind.NO_DEADLOCK: 2}


def is_built() -> bool:
    """Tell whether the native engine can be imported."""
    try:
        from . import _engine  # noqa: F401
    except ImportError:
        return False
    return True


class NativeEngine:
    """One search over all states of a system, its steps tabulated."""

    def __init__(self, task: Task) -> None:
        from ._engine import Engine

        self._task = task
        self._system = task.system
        self._predicates = [found for found in task.checked if found.kind in _KINDS]
        self._tabulator = Tabulator(task.system, self._predicates, task.watched, task.purity)
        self._engine = Engine(self._tabulator, timed=True)
        self._start_findings: dict[str, Finding] = {}
        self._positions: list[int] = []

    def run(self) -> Search:
        """Explore; give what was found so far where it is interrupted or out of time."""
        self._prepare()
        try:
            self._run_engine()
        except ValueError as error:
            impure = self._tabulator.reruns.explain(str(error))
            raise impure or ModelError(f"the model cannot be tabulated: {error}") from error
        if self._engine.stopped not in _HURRIED:
            self._tabulator.reruns.finish()
        return self._search()

    def _prepare(self) -> None:
        for slot in self._system.slots:
            self._engine.add_slot(int(slot.kind))
        for _ in self._system.actions:
            self._engine.add_action()
        for found in self._predicates:
            self._engine.add_predicate(_KINDS[found.kind])
        for position, outcome in enumerate(initial_states(self._system, self._task.watched)):
            self._tabulator.calls += 1
            self._tabulator.coverer.take(None, outcome.passed, outcome.offered)
            if outcome.failure is not None:
                finding = Finding(position, (), outcome.failure)
                self._start_findings.setdefault(outcome.failure.property_name, finding)
                continue
            state = initial_ids(self._tabulator.domains, outcome.state, self._system)
            self._positions.append(position)
            for news in self._tabulator.domains.take_news():
                if news[0] == "stamps":
                    self._engine.set_stamps(*news[1:])
            self._engine.add_initial(state)

    def _run_engine(self) -> None:
        limits = self._task.limits
        if not self._positions or (self._start_findings and not self._task.keep_going):
            return
        self._engine.run(
            max_states=limits.max_states,
            max_depth=limits.max_depth,
            max_seconds=limits.max_seconds,
            max_memory_bytes=limits.memory_bytes,
            keep_going=self._task.keep_going,
            progress=self._teller(),
            interrupt_types=(OutOfTime,),
        )

    def _teller(self) -> Callable[[int, int, int, int], None] | None:
        tell, began = self._task.progress, time.monotonic()
        if tell is None:
            return None

        def told(states: int, transitions: int, depth: int, frontier: int) -> None:
            tell(
                Progress(
                    states=states,
                    transitions=transitions,
                    depth=depth,
                    frontier=frontier,
                    seconds=time.monotonic() - began,
                )
            )

        return told

    def _search(self) -> Search:
        engine = self._engine
        search = Search(
            states=engine.states,
            transitions=engine.transitions,
            depth=engine.depth,
            terminal_states=engine.terminal_states,
            python_calls=self._tabulator.calls,
            memory_mb=round(engine.memory_bytes / _MEBIBYTE, 1),
            complete=engine.complete,
            stopped_by=engine.stopped,
            findings=dict(self._start_findings),
            coverage=self._tabulator.coverer.coverage(),
        )
        if self._start_findings and not self._task.keep_going:
            search.complete, search.stopped_by = False, "violation"
        for finding in engine.findings:
            self._add(search, *finding)
        return search

    def _add(self, search: Search, kind: str, *rest: Any) -> None:
        failures = self._tabulator.failures
        if kind == "error":
            parent, action, branches, error = rest
            failure = failures[error]
            search.pruned = True
            start, path = self._path(parent, [(action, branches)])
            found = Finding(start, path, failure, self._element)
            search.findings.setdefault(failure.property_name, found)
            return
        if kind == "deadlock":
            start, path = self._path(rest[0], [])
            search.findings["no-deadlock"] = Finding(start, path, None, self._element)
            return
        trie, state = rest[0], rest[1]
        failure = failures[rest[2]] if kind == "predicate-error" else None
        start, path = self._path(state, [])
        name = self._predicates[trie - len(self._system.actions)].name
        search.findings[name] = Finding(start, path, failure, self._element)

    def _path(
        self, state: int, last: list[tuple[int, list[int]]]
    ) -> tuple[int, tuple[PathStep, ...]]:
        initial, steps = self._engine.path(state)
        path = [PathStep(action, tuple(branches)) for action, branches in [*steps, *last]]
        return self._positions[initial], tuple(path)

    def _element(self, slot: int, number: int) -> Any:
        return self._tabulator.domains[slot].values[number]
