"""The native engine's driver: sets up the tries, runs the search, and reads what it found."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

from ..models.errors import ModelError, ParameterError
from ..models.fairness import Fairness
from ..models.properties import PropertyKind
from .cases import judged_apart, judged_whole
from .checkpoints import FILE, expect_same, expect_whole, header_of
from .deadline import OutOfTime
from .findings import STEPS_MAX, Failure, Finding, PathStep, Search, Task
from .limits import Progress
from .native_symmetry import Standing, declare_symmetry
from .orbits import check_starts
from .plain import initial_states
from .symmetric_tabulator import SymmetricTabulator
from .symmetry import Symmetry
from .tabulator import Tabulator, initial_ids
from .unfolding import unfold

_MEBIBYTE = 1 << 20
_HURRIED = ("interrupted", "max_seconds")
_KINDS = {PropertyKind.ALWAYS: 0, PropertyKind.SOMETIMES: 1, PropertyKind.NO_DEADLOCK: 2}
_IN_THE_END = 3
_FAIRNESS = {Fairness.NONE: 0, Fairness.WEAK: 1, Fairness.STRONG: 2}

Steps = Sequence[tuple[int, list[int]]]
"""Actions, each with what it took where it branched."""


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
        # Where members are interchangeable their cases are not, as each stands for another.
        judged = judged_whole if task.symmetry else judged_apart
        self._predicates = [
            (found.name, predicate, _KINDS[found.kind])
            for found, predicate in judged(task.checked, _KINDS)
        ]
        for response in task.responses:
            asks = [response.trigger] if response.trigger is not None else []
            self._predicates += [(response.name, f, _IN_THE_END) for f in (response.goal, *asks)]
        self._symmetry = Symmetry(task.system) if task.symmetry else None
        self._tabulator = self._make_tabulator()
        deep = task.order == "dfs"
        self._engine = Engine(self._tabulator, timed=True, workers=task.workers, depth_first=deep)
        self._start_findings: dict[str, Finding] = {}
        self._positions: list[int] = []
        self._began = time.monotonic()

    def _make_tabulator(self) -> Tabulator:
        system, watched, purity = self._system, self._task.watched, self._task.purity
        named = [(name, predicate) for name, predicate, _ in self._predicates]
        if self._symmetry is None:
            return Tabulator(system, named, watched, purity)
        tabulator = SymmetricTabulator(system, named, watched, self._symmetry, purity)
        self._predicates += [(*one, _KINDS[PropertyKind.ALWAYS]) for one in tabulator.comparisons]
        return tabulator

    def run(self) -> Search:
        """Explore; give what was found so far where it is interrupted or out of time."""
        self._prepare()
        try:
            self._take_up()
            self._run_engine()
            search = self._search()
            if self._task.responses and self._positions and search.shows_runs_without_end:
                self._answer(search)
        except ParameterError:
            raise
        except OSError as error:
            raise self._unwritten(error) from error
        except ValueError as error:
            impure = self._tabulator.reruns.explain(str(error))
            raise impure or ModelError(f"the model cannot be tabulated: {error}") from error
        if self._engine.stopped not in _HURRIED:
            self._tabulator.reruns.finish()
        search.hotspot = self._tabulator.hotspot(search.transitions)
        return search

    def _prepare(self) -> None:
        for slot in self._system.slots:
            self._engine.add_slot(int(slot.kind))
        for _ in self._system.actions:
            self._engine.add_action()
        for _, _, kind in self._predicates:
            self._engine.add_predicate(kind)
        if self._task.por:
            labels = [slot.identity[0] for slot in self._system.slots]
            self._engine.reduce([labels.index(label) for label in labels])
        starts = initial_states(self._system, self._task.watched)
        if self._symmetry is not None:
            check_starts(starts, self._symmetry.swaps)
            assert isinstance(self._tabulator, SymmetricTabulator)
            declare_symmetry(self._engine, self._tabulator, self._symmetry)
        for position, outcome in enumerate(starts):
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

    def _take_up(self) -> None:
        """Go on where a checkpoint was written, and say where to write the next ones."""
        checkpoints = self._task.checkpoints
        if checkpoints.target is not None:
            target = checkpoints.target / FILE
            self._engine.save_to(target, self._header, checkpoints.seconds)
        if checkpoints.resume is not None:
            start = expect_same(checkpoints.resume, self._system, *self._asked())
            path = checkpoints.resume / FILE
            try:
                self._engine.resume(path, start, (OutOfTime,))
            except ValueError as error:
                raise ParameterError(f"{path} is of {error}") from error
            values = self._tabulator.domains.digest()
            expect_whole(checkpoints.resume, self._system, values)

    def _header(self) -> str:
        return header_of(self._system, *self._asked(), self._tabulator.domains.digest())

    def _asked(self) -> tuple[list[str], str | None]:
        """Give what is checked, and what is taken for alike."""
        symmetry = None if self._symmetry is None else self._symmetry.name
        return [found.name for found in self._task.checked], symmetry

    def _unwritten(self, error: OSError) -> ParameterError:
        folder = self._task.checkpoints.target
        return ParameterError(f"the checkpoint in {folder}: {error.strerror or error}")

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
        if self._symmetry is not None:
            self._unfold(search, self._symmetry)
        return search

    def _unfold(self, search: Search, symmetry: Symmetry) -> None:
        """Say what was reduced, and bring each finding to the end of a run of the system."""
        assert isinstance(self._tabulator, SymmetricTabulator)
        sampled = " (held to a sample)" if self._tabulator.is_sampled else ""
        search.reductions = (symmetry.name + sampled,)
        standing = Standing(self._engine, self._tabulator, symmetry)
        for name, finding in search.findings.items():
            if not finding.left_out:
                search.findings[name] = unfold(symmetry, finding, self._task.watched, standing)

    def _add(self, search: Search, kind: str, *rest: Any) -> None:
        failures = self._tabulator.failures
        if kind == "error":
            parent, action, branches, error = rest
            failure = failures[error]
            search.pruned = True
            found = self._finding(parent, [(action, branches)], failure)
            search.findings.setdefault(failure.property_name, found)
            return
        if kind == "deadlock":
            search.findings["no-deadlock"] = self._finding(rest[0])
            return
        trie, state = rest[0], rest[1]
        name = self._predicates[trie - len(self._system.actions)][0]
        raised = failures[rest[2]] if kind == "predicate-error" else None
        # Of cases that fail, the first one in the order of the states is where the property does.
        search.findings.setdefault(name, self._finding(state, failure=raised))

    def _answer(self, search: Search) -> None:
        """Look for fair runs that never come to what they must."""
        tries = itertools.count(len(self._system.actions) + self._count_of_judgements())
        promised = [
            (next(tries), None if response.trigger is None else next(tries))
            for response in self._task.responses
        ]
        answers = self._engine.answer(
            promised,
            [_FAIRNESS[action.fairness] for action in self._system.actions],
            max_seconds=self._seconds_left(),
            max_memory_bytes=self._task.limits.memory_bytes,
            interrupt_types=(OutOfTime,),
        )
        for response, answer in zip(self._task.responses, answers, strict=bool(answers)):
            self._add_answer(search, response.name, answer)
        search.complete, search.stopped_by = self._engine.complete, self._engine.stopped
        search.python_calls = self._tabulator.calls

    def _add_answer(self, search: Search, name: str, answer: tuple[Any, ...] | None) -> None:
        if answer is None:
            return
        kind, state, *rest = answer
        if kind == "lasso":
            stem, cycle = rest
            found = self._finding(state, stem, cycle=cycle)
        else:
            found = self._finding(state, failure=self._tabulator.failures[rest[0]])
        search.findings.setdefault(name, found)

    def _count_of_judgements(self) -> int:
        return sum(kind != _IN_THE_END for _, _, kind in self._predicates)

    def _seconds_left(self) -> float | None:
        limit = self._task.limits.max_seconds
        return None if limit is None else max(0.0, limit - (time.monotonic() - self._began))

    def _finding(
        self,
        state: int,
        last: Steps = (),
        failure: Failure | None = None,
        cycle: Steps | None = None,
    ) -> Finding:
        """Give what was found at the end of the path to a state and of the last steps after it."""
        length = self._engine.path_length(state) + len(last) + len(cycle or ())
        if length > STEPS_MAX:
            return Finding(0, (), failure, left_out=length)
        initial, steps = self._engine.path(state)
        path = _path([*steps, *last])
        round_trip = None if cycle is None else _path(cycle)
        return Finding(self._positions[initial], path, failure, self._element, round_trip)

    def _element(self, slot: int, number: int) -> Any:
        return self._tabulator.domains[slot].values[number]


def _path(steps: Steps) -> tuple[PathStep, ...]:
    return tuple(PathStep(action, tuple(branches)) for action, branches in steps)
