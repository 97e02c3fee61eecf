"""Runs without end: the search for fair lassos against a brute force over all cycles.

Goal: a lasso is found exactly where some fair run stays away from the goal for ever, and it is such
a run. Method: Hypothesis draws small graphs; the brute force tries every set of steps that could be
those taken for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

import networkx
from gtcheck.checker.findings import PathStep
from gtcheck.checker.liveness import Graph, Lasso, find_lasso
from gtcheck.models import Fairness
from hypothesis import given, settings
from hypothesis import strategies as st

ACTIONS = 3

Edge = tuple[int, int, int]
"""From, action, to; a step that fails leads to `NOWHERE`."""

NOWHERE = -1

edges = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, ACTIONS - 1), st.integers(-1, 3)).filter(
        lambda edge: edge[0] != edge[2]
    ),
    max_size=8,
    unique=True,
)
fairnesses = st.tuples(*[st.sampled_from(list(Fairness))] * ACTIONS)
states = st.frozensets(st.integers(0, 3))


def graph_of(drawn: list[Edge], count: int = 4) -> Graph[int]:
    graph: Graph[int] = Graph()
    for state in range(count):
        graph.add_state(state)
    for source, action, target in drawn:
        graph.add_step(source, PathStep(action, ()), None if target == NOWHERE else target)
    return graph


def is_fair(
    graph: Graph[int], fairness: tuple[Fairness, ...], visited: set[int], taken: set[int]
) -> bool:
    """Tell by the definition whether a run that visits and takes just these for ever is fair."""
    for action, how in enumerate(fairness):
        enabled = [action in graph.enabled[state] for state in visited]
        must = all(enabled) if how is Fairness.WEAK else any(enabled)
        if how is not Fairness.NONE and must and action not in taken:
            return False
    return True


def subsets(drawn: list[Edge]) -> Iterator[tuple[Edge, ...]]:
    return chain.from_iterable(combinations(drawn, size) for size in range(1, len(drawn) + 1))


def has_fair_run(
    drawn: list[Edge], bad: frozenset[int], sources: frozenset[int], fairness: tuple[Fairness, ...]
) -> bool:
    graph = graph_of(drawn)
    inside = [edge for edge in drawn if edge[0] in bad and edge[2] in bad]
    ways: networkx.DiGraph[int] = networkx.DiGraph(
        [(source, target) for source, _, target in inside]
    )
    ways.add_nodes_from(bad)
    reached = {s for one in sources & bad for s in (one, *networkx.descendants(ways, one))}
    if any(is_fair(graph, fairness, {state}, set()) for state in reached):
        return True
    for forever in subsets([edge for edge in inside if edge[0] in reached]):
        ring: networkx.DiGraph[int] = networkx.DiGraph(
            [(source, target) for source, _, target in forever]
        )
        if networkx.is_strongly_connected(ring) and is_fair(
            graph, fairness, set(ring), {action for _, action, _ in forever}
        ):
            return True
    return False


def walk(graph: Graph[int], start: int, steps: tuple[PathStep, ...]) -> set[tuple[int, ...]]:
    """Give every sequence of states that these steps can go through: steps have no names here."""
    ways: set[tuple[int, ...]] = {(start,)}
    for step in steps:
        ways = {
            (*way, target)
            for way in ways
            for taken, target in graph.steps[way[-1]]
            if taken == step
        }
    return ways


def assert_is_fair_run(
    drawn: list[Edge],
    lasso: Lasso[int],
    bad: frozenset[int],
    sources: frozenset[int],
    fairness: tuple[Fairness, ...],
) -> None:
    graph = graph_of(drawn)
    assert lasso.source in sources & bad
    taken = {step.action for step in lasso.cycle}
    assert any(
        way[-1] == way[len(lasso.stem)]
        and set(way) <= bad
        and is_fair(graph, fairness, set(way[len(lasso.stem) :]), taken)
        for way in walk(graph, lasso.source, (*lasso.stem, *lasso.cycle))
    )


@settings(max_examples=300, deadline=None)
@given(edges, states, states, fairnesses)
def test_a_lasso_is_found_exactly_where_a_fair_run_never_comes_to_the_goal(
    drawn: list[Edge],
    bad: frozenset[int],
    sources: frozenset[int],
    fairness: tuple[Fairness, ...],
) -> None:
    lasso = find_lasso(graph_of(drawn), bad, dict.fromkeys(sources, 0), dict(enumerate(fairness)))
    assert (lasso is not None) == has_fair_run(drawn, bad, sources, fairness)
    if lasso is not None:
        assert_is_fair_run(drawn, lasso, bad, sources, fairness)


def test_the_cycle_that_can_be_entered_soonest_is_shown() -> None:
    graph = graph_of([(0, 0, 1), (1, 0, 2), (0, 1, 3)])
    fairness = {0: Fairness.WEAK, 1: Fairness.WEAK}
    lasso = find_lasso(graph, range(4), {0: 0}, fairness)
    assert lasso == Lasso(0, (PathStep(1, ()),), ())


def test_the_steps_before_a_source_count() -> None:
    graph = graph_of([(0, 0, 2), (1, 0, 3)])
    lasso = find_lasso(graph, range(4), {0: 5, 1: 1}, {0: Fairness.WEAK})
    assert lasso == Lasso(1, (PathStep(0, ()),), ())


def test_nothing_is_said_of_states_that_were_not_expanded() -> None:
    graph: Graph[int] = Graph()
    graph.add_state(0)
    graph.add_step(0, PathStep(0, ()), 1)
    assert find_lasso(graph, (0, 1), {0: 0}, {0: Fairness.WEAK}) is None
