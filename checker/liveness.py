"""Fair runs without end that never come to a goal: the reference algorithm, on explicit graphs.

A run goes on for ever in a strongly connected part of the graph, or rests in one state. It is fair
where each weakly fair action is taken in that part or disabled in one of its states, and each
strongly fair one taken there or disabled in all of them. Of a component where a strongly fair
action is enabled and not taken, only what is left without the states that enable it can be fair
(Emerson and Lei, 1987; conditions of this kind are Streett's). A weakly fair action that is
enabled all over a component and not taken in it rules out all of its parts. Cost: for each strongly
fair action at most one more search for components.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..models.fairness import Fairness
from .findings import PathStep

S = TypeVar("S", bound=Hashable)

Walk = list[tuple[PathStep, S]]
"""Steps in order, each with the state that it leads to."""


@dataclass(slots=True)
class Graph(Generic[S]):
    """The states that were expanded, the steps that leave each, and the actions enabled there.

    A step that fails leads to no state, but its action is enabled. States that were found and not
    expanded are not among them: a run may go on from there, nobody knows how.
    """

    steps: dict[S, Walk[S]] = field(default_factory=dict)
    enabled: dict[S, set[int]] = field(default_factory=dict)

    def add_state(self, state: S) -> None:
        """Add a state that is being expanded."""
        self.steps[state] = []
        self.enabled[state] = set()

    def add_step(self, state: S, step: PathStep, target: S | None) -> None:
        """Add a step that leaves a state; None is where it failed."""
        self.enabled[state].add(step.action)
        if target is not None:
            self.steps[state].append((step, target))


@dataclass(frozen=True, slots=True)
class Lasso(Generic[S]):
    """A run that begins in `source`, takes the stem, and then the cycle for ever.

    An empty cycle rests where the stem ends.
    """

    source: S
    stem: tuple[PathStep, ...]
    cycle: tuple[PathStep, ...]


def find_lasso(
    graph: Graph[S],
    bad: Iterable[S],
    sources: Mapping[S, int],
    fairness: Mapping[int, Fairness],
) -> Lasso[S] | None:
    """Give a fair run from one of the sources that stays among the bad states for ever.

    `sources` has the number of steps that lead to each: of all cycles it is one that can be entered
    soonest. `fairness` is by action, none where an action is not named.
    """
    allowed = {state for state in bad if state in graph.steps}
    search = _LassoSearch(graph, fairness)
    came_by = search.reach(allowed, sources)
    order = {state: position for position, state in enumerate(came_by)}
    part_of = {min(part, key=order.__getitem__): part for part in search.fair_parts(set(came_by))}
    if not part_of:
        return None
    entry = min(part_of, key=order.__getitem__)
    source = entry
    while (origin := came_by[source]) is not None:
        source = origin[0]
    stem = tuple(step for step, _ in _walk(came_by, entry))
    return Lasso(source, stem, search.cycle(part_of[entry], entry))


class _LassoSearch(Generic[S]):
    def __init__(self, graph: Graph[S], fairness: Mapping[int, Fairness]) -> None:
        self._graph = graph
        self._weak = {action for action, how in fairness.items() if how is Fairness.WEAK}
        self._strong = {action for action, how in fairness.items() if how is Fairness.STRONG}

    def reach(
        self, allowed: set[S], sources: Mapping[S, int]
    ) -> dict[S, tuple[S, PathStep] | None]:
        """Give what the sources reach among the allowed states, nearest first, and by which step.

        A source counts as many steps as lead to it.
        """
        waiting = sorted((depth, n, s) for n, (s, depth) in enumerate(sources.items()))
        pending = deque((depth, state) for depth, _, state in waiting if state in allowed)
        came_by: dict[S, tuple[S, PathStep] | None] = {}
        frontier: deque[tuple[int, S, tuple[S, PathStep] | None]] = deque()
        while pending or frontier:
            if frontier and (not pending or frontier[0][0] <= pending[0][0]):
                depth, state, origin = frontier.popleft()
            else:
                depth, state = pending.popleft()
                origin = None
            if state in came_by:
                continue
            came_by[state] = origin
            for step, target in self._graph.steps[state]:
                if target in allowed:
                    frontier.append((depth + 1, target, (state, step)))
        return came_by

    def fair_parts(self, states: set[S]) -> Iterator[set[S]]:
        """Give the largest strongly connected parts in which a run can go on for ever and be fair.

        A state alone is one where a run may rest.
        """
        pending = [states]
        while pending:
            for part in self._components(pending.pop()):
                enabled = [self._graph.enabled[state] for state in part]
                taken = {step.action for s in part for step, t in self._inside(part, s)}
                if set.intersection(*enabled) & self._weak - taken:
                    continue
                missed = set.union(*enabled) & self._strong - taken
                if not missed:
                    yield part
                elif rest := {s for s in part if not self._graph.enabled[s] & missed}:
                    pending.append(rest)

    def cycle(self, part: set[S], start: S) -> tuple[PathStep, ...]:
        """Give a fair way from `start` through a fair part and back, by the nearest next duty."""
        fair = self._weak | self._strong
        if not self._graph.enabled[start] & fair:
            return ()
        owed = set().union(*(self._graph.enabled[state] for state in part)) & self._strong
        owed |= self._graph.enabled[start] & self._weak

        def pays(step: PathStep, target: S) -> set[int]:
            return owed & ({step.action} | self._weak - self._graph.enabled[target])

        here, steps = start, []
        while owed:
            for step, target in self._nearest(part, here, lambda *found: bool(pays(*found))):
                owed -= pays(step, target)
                steps.append(step)
                here = target
        if here != start:
            steps += [s for s, _ in self._nearest(part, here, lambda _, target: target == start)]
        return tuple(steps)

    def _inside(self, part: set[S], state: S) -> Iterator[tuple[PathStep, S]]:
        return ((step, target) for step, target in self._graph.steps[state] if target in part)

    def _components(self, states: set[S]) -> Iterator[set[S]]:
        import networkx

        graph: networkx.DiGraph[S] = networkx.DiGraph()
        graph.add_nodes_from(states)
        graph.add_edges_from((s, target) for s in states for _, target in self._inside(states, s))
        yield from networkx.strongly_connected_components(graph)

    def _nearest(self, part: set[S], start: S, is_it: Callable[[PathStep, S], bool]) -> Walk[S]:
        """Give the shortest walk within a part whose last step is the one looked for."""
        came_by: dict[S, tuple[S, PathStep] | None] = {start: None}
        frontier = deque([start])
        while frontier:
            state = frontier.popleft()
            for step, target in self._inside(part, state):
                if is_it(step, target):
                    return [*_walk(came_by, state), (step, target)]
                if target not in came_by:
                    came_by[target] = (state, step)
                    frontier.append(target)
        raise AssertionError("a fair part is connected and pays what it owes")


def _walk(came_by: Mapping[S, tuple[S, PathStep] | None], state: S) -> Walk[S]:
    """Give the way to a state from where it was reached first."""
    walk: Walk[S] = []
    while (origin := came_by[state]) is not None:
        before, step = origin
        walk.append((step, state))
        state = before
    return walk[::-1]
