"""The reference engine: breadth first over plain values, slow, and the document of a search."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..models.errors import GtcheckError
from ..models.properties import PropertyKind
from .coverage import Coverer
from .deadline import OutOfTime
from .findings import STEPS_MAX, Failure, Finding, PathStep, Search, Task, is_violation
from .limits import Progress
from .liveness import Graph, find_lasso
from .memory import OutOfMemory, resident_bytes
from .orbits import Orbits
from .plain import Outcome, State, failure_of, initial_states, judge, outcomes
from .purity import Reruns
from .responses import Response
from .unfolding import unfold

_PROGRESS_SECONDS = 0.2


class ReferenceEngine:
    """One search over all states of a system; the same order and answers as the native engine."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._system = task.system
        self.search = Search()
        self._runs = [self._counted(action.run) for action in task.system.actions]
        self._parents: dict[State, tuple[State | None, PathStep | None]] = {}
        self._depths: dict[State, int] = {}
        self._graph: Graph[State] | None = Graph() if task.responses else None
        self._starts: list[State] = []
        self._orbits = Orbits(task.system) if task.symmetry else None
        self._began = self._told = time.monotonic()
        self._resident = resident_bytes()
        self._coverer = Coverer(task.system, task.watched)
        self._reruns: Reruns[State, list[Outcome]] = Reruns(
            task.purity,
            again=self._run_again,
            plainly=self._run_again,
            situation=lambda: tuple(task.system.cursor.step.values),  # type: ignore[attr-defined]
            name=lambda index: f"action {task.system.actions[index].name}",
        )

    def run(self) -> Search:
        """Explore; give what was found so far where it is interrupted or out of time."""
        try:
            self._explore()
            if self.search.shows_runs_without_end:
                for response in self._task.responses:
                    self._answer(response)
            self._reruns.finish()
        except KeyboardInterrupt:
            self.search.stopped_by = "interrupted"
        except OutOfTime:
            self.search.stopped_by = "max_seconds"
        except OutOfMemory:
            self.search.stopped_by = "max_memory"
        self.search.complete = self.search.stopped_by is None
        self.search.coverage = self._coverer.coverage()
        if self._orbits is not None:
            self._unfold(self._orbits)
        return self.search

    def _unfold(self, orbits: Orbits) -> None:
        self.search.reductions = (orbits.symmetry.name,)
        for name, finding in self.search.findings.items():
            self.search.findings[name] = unfold(
                orbits.symmetry, finding, self._task.watched, orbits.representative
            )

    def _begin(self) -> list[State]:
        """Start; give the distinct initial states that did not fail."""
        found = []
        starts = initial_states(self._system, self._task.watched)
        if self._orbits is not None:
            self._orbits.check_starts(starts)
        for position, outcome in enumerate(starts):
            self._coverer.take(None, outcome.passed, outcome.offered)
            if outcome.failure is not None:
                self._note(outcome.failure, Finding(position, (), outcome.failure))
            state = self._standing_for(outcome)
            self._starts.append(state)
            if outcome.failure is None:
                found.append(state)
        return list(dict.fromkeys(found))

    def _discover_starts(self, following: list[State]) -> None:
        for state in self._begin():
            if len(self._parents) == self._task.limits.max_states:
                self.search.stopped_by = "max_states"
                break
            self._discover(state, None, None, following)

    def _explore(self) -> None:
        frontier: list[State] = []
        self._discover_starts(frontier)
        while frontier and self.search.stopped_by is None:
            if self._is_decided():
                self.search.stopped_by = "violation"
            elif self.search.depth == self._task.limits.max_depth:
                self.search.stopped_by = "max_depth"
            else:
                frontier = self._expand_level(frontier)

    def _counted(self, run: Callable[[], None]) -> Callable[[], None]:
        def counted() -> None:
            self.search.python_calls += 1
            run()

        return counted

    def _run_again(self, index: int, state: State) -> list[Outcome]:
        run = self._system.actions[index].run
        return list(outcomes(self._system, state, run, self._task.watched))

    def _is_decided(self) -> bool:
        findings = self.search.findings
        violated = (is_violation(found, findings.get(found.name)) for found in self._task.checked)
        return not self._task.keep_going and any(violated)

    def _expand_level(self, frontier: list[State]) -> list[State]:
        following: list[State] = []
        for state in frontier:
            self._expand(state, following)
            self._tell(len(following))
            if self.search.stopped_by is not None:
                break
        if following:
            self.search.depth += 1
        return following

    def _expand(self, state: State, following: list[State]) -> None:
        if self._graph is not None:
            self._graph.add_state(state)
        steps = [self._outcomes(index, state) for index in range(len(self._runs))]
        for index in self._chosen(state, steps):
            for outcome in steps[index]:
                self.search.transitions += 1
                if self._graph is not None:
                    self._draw(self._graph, state, PathStep(index, outcome.choices), outcome)
                self._take(state, PathStep(index, outcome.choices), outcome, following)
        found = (outcome for step in steps for outcome in step)
        if all(outcome.failure is None and outcome.state == state for outcome in found):
            self.search.terminal_states += 1
            self._judge(state, (PropertyKind.NO_DEADLOCK,))

    def _draw(self, graph: Graph[State], state: State, step: PathStep, outcome: Outcome) -> None:
        if outcome.failure is not None:
            graph.add_step(state, step, None)
        elif outcome.state != state:
            graph.add_step(state, step, outcome.state)

    def _outcomes(self, index: int, state: State) -> list[Outcome]:
        if self._orbits is not None:
            self._orbits.check_action(index, state, self._task.watched)
        found = list(outcomes(self._system, state, self._runs[index], self._task.watched))
        self._reruns.check(index, state, found)
        for outcome in found:
            for action in self._counterparts(index):
                self._coverer.take(action, outcome.passed, outcome.offered)
        return found

    def _chosen(self, state: State, steps: Sequence[Sequence[Outcome]]) -> Iterable[int]:
        """Give the actions whose outcomes are to be taken: all of them."""
        return range(len(steps))

    def _take(self, state: State, step: PathStep, outcome: Outcome, following: list[State]) -> None:
        if outcome.failure is not None:
            self.search.pruned = True
            self._note(outcome.failure, self._finding(state, step, outcome.failure))
            return
        self._meet(self._standing_for(outcome), state, step, following)

    def _meet(self, state: State, parent: State, step: PathStep, following: list[State]) -> None:
        """Discover a state that a step leads to, unless it is known."""
        if state in self._parents:
            return
        if len(self._parents) == self._task.limits.max_states:
            self.search.stopped_by = "max_states"
        else:
            self._discover(state, parent, step, following)

    def _counterparts(self, action: int) -> Iterable[int]:
        """Give the actions that are taken where this one is: itself without symmetry."""
        return (action,) if self._orbits is None else self._orbits.counterparts(action)

    def _standing_for(self, outcome: Outcome) -> State:
        """Give the state that stands for an outcome's: the state itself without symmetry."""
        if self._orbits is None or outcome.failure is not None:
            return outcome.state
        return self._orbits.representative(outcome.state)[0]

    def _discover(
        self, state: State, parent: State | None, step: PathStep | None, following: list[State]
    ) -> None:
        self._parents[state] = (parent, step)
        self._depths[state] = 0 if parent is None else self._depths[parent] + 1
        self.search.states += 1
        following.append(state)
        self._judge(state, (PropertyKind.ALWAYS, PropertyKind.SOMETIMES))

    def _judge(self, state: State, kinds: tuple[PropertyKind, ...]) -> None:
        for found in self._task.checked:
            if found.kind in kinds and found.name not in self.search.findings and found.predicate:
                failure = None
                if self._orbits is not None:
                    self._orbits.check_predicate(found, state)
                try:
                    decides = judge(self._system, state, found.predicate)
                    decides = decides is (found.kind is PropertyKind.SOMETIMES)
                except GtcheckError:
                    raise
                except Exception as error:
                    decides, failure = True, failure_of(error, found.name)
                if decides:
                    self.search.findings[found.name] = self._finding(state, None, failure)

    def _answer(self, response: Response) -> None:
        """Look for a fair run that never comes to what it must."""
        assert self._graph is not None
        actions = self._system.actions
        bad: list[State] = []
        sources: dict[State, int] = {}
        for state in self._parents:
            try:
                if judge(self._system, state, response.goal):
                    continue
                bad.append(state)
                if self._asks(state, response):
                    sources[state] = self._depths[state]
            except GtcheckError:
                raise
            except Exception as error:
                failure = failure_of(error, response.name)
                self._note(failure, self._finding(state, None, failure))
                return
        fairness = {number: action.fairness for number, action in enumerate(actions)}
        lasso = find_lasso(self._graph, bad, sources, fairness)
        if lasso is not None:
            found = self._finding(lasso.source, None, None)
            found = replace(found, path=(*found.path, *lasso.stem), cycle=lasso.cycle)
            self.search.findings.setdefault(response.name, found)

    def _asks(self, state: State, response: Response) -> bool:
        if response.trigger is None:
            return self._parents[state][0] is None
        return judge(self._system, state, response.trigger)

    def _note(self, failure: Failure, finding: Finding) -> None:
        self.search.findings.setdefault(failure.property_name, finding)

    def _finding(self, state: State, last: PathStep | None, failure: Failure | None) -> Finding:
        path = [last] if last is not None else []
        parent, step = self._parents[state]
        while parent is not None and step is not None:
            path.append(step)
            state = parent
            parent, step = self._parents[state]
        if len(path) > STEPS_MAX:
            return Finding(0, (), failure, left_out=len(path))
        return Finding(self._starts.index(state), tuple(reversed(path)), failure)

    def _tell(self, frontier: int) -> None:
        now = time.monotonic()
        seconds = now - self._began
        if self._task.limits.max_seconds is not None and seconds > self._task.limits.max_seconds:
            raise OutOfTime
        if resident_bytes() - self._resident > self._task.limits.memory_bytes:
            raise OutOfMemory
        if self._task.progress is not None and now - self._told > _PROGRESS_SECONDS:
            self._told = now
            self._task.progress(
                Progress(
                    states=self.search.states,
                    transitions=self.search.transitions,
                    depth=self.search.depth,
                    frontier=frontier,
                    seconds=seconds,
                )
            )
