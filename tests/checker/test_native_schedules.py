"""Native schedules are those of plain Python, on random systems, whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gtcheck.checker import Limits, explore
from gtcheck.checker._engine import Sampler
from gtcheck.checker.schedules.sampling import ROUND
from gtcheck.models import Channel, ModelError, System, Verdict, guard, load_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_differential import budgets, build, build_nodes, checks, programs, scripts
from .test_schedules import SEARCHES, Search, summary
from .toy_machines import EngineName

ENGINES: tuple[tuple[EngineName, int], ...] = (("reference", 1), ("native", 1), ("native", 3))

searches = st.sampled_from(SEARCHES)
seeds = st.integers(0, 2**64 - 1)


def assert_all_take_the_same(
    system: Callable[[], System], search: Search, seed: int, *, keep_going: bool = False
) -> None:
    reference, native, swarm = (
        explore(
            system(),
            engine=engine,
            search=search,
            seed=seed,
            schedules=24,
            workers=workers,
            keep_going=keep_going,
            limits=Limits(max_depth=12),
        )
        for engine, workers in ENGINES
    )
    assert summary(native) == summary(reference)
    assert summary(swarm) == summary(native)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, checks, st.integers(2, 4), searches, seeds, st.booleans())
def test_both_engines_take_the_very_same_schedules(
    program: Any, properties: Any, fatal: int, search: Search, seed: int, keep_going: bool
) -> None:
    assert_all_take_the_same(
        lambda: build(program, properties, fatal), search, seed, keep_going=keep_going
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts, st.sampled_from(list(Channel)), budgets, searches, seeds)
def test_both_engines_take_the_very_same_schedules_of_machines(
    script: Any, channel: Channel, budget: str, search: Search, seed: int
) -> None:
    assert_all_take_the_same(lambda: build_nodes(script, channel, budget), search, seed)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("model", ["async", "mrsc", "storage", "transactions"])
def test_more_workers_find_the_same(model: str, search: Search) -> None:
    one, four = (
        explore(
            load_model(model).build(),
            search=search,
            seed=11,
            schedules=3 * ROUND,
            workers=workers,
            engine="native",
        )
        for workers in (1, 4)
    )
    assert summary(one) == summary(four)
    assert one.schedules == 3 * ROUND


def broken(after: int) -> System:
    system = System("broken")
    count = system.variable("count", 0)

    @system.action
    def step() -> None:
        guard(count.value < 30)
        count.value += 1
        if count.value > after:
            raise KeyboardInterrupt

    return system


@pytest.mark.parametrize("workers", [1, 3])
def test_an_interrupt_within_a_step_ends_the_search(workers: int) -> None:
    result = explore(broken(7), search="random", workers=workers, check_purity="off")
    assert (result.stopped_by, result.verdict) == ("interrupted", Verdict.UNDECIDED)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_time_limit_holds_within_a_step_that_does_not_end(workers: int) -> None:
    system = System("endless")
    cell = system.variable("cell", 0)

    @system.action
    def spin() -> None:
        while cell.value < 1:
            pass

    result = explore(
        system,
        search="random",
        workers=workers,
        limits=Limits(max_seconds=0.2),
        check_purity="off",
    )
    assert result.stopped_by == "max_seconds"
    assert result.stopped_in is not None


@pytest.mark.parametrize("workers", [1, 2])
def test_a_wrong_model_is_told_from_any_worker(workers: int) -> None:
    system = System("wrong")
    cell: Any = system.variable("cell", 0)

    @system.action
    def grow() -> None:
        cell.value = [cell.value]

    with pytest.raises(ModelError, match="which can change"):
        explore(system, search="random", engine="native", workers=workers)


class Nothing:
    def tabulate(self, trie: int, state: Any) -> Any:
        return [], []

    def view(self, view: int, ids: Any) -> int:
        return 0

    def renumber(self, slot: int, identifier: int, live: int) -> Any:
        return 0, []

    def mirror(self, slot: int, element: int) -> Any:
        return [], [0], []

    def label(self, slot: int, element: int) -> int:
        return 0


def sampler(tabulator: Any = None, **given: Any) -> Sampler:
    settings: dict[str, Any] = {
        "slots": [0],
        "actions": [(1, 1)],
        "predicates": [],
        "stamps": [],
        "starts": [([0], [])],
        **given,
    }
    return Sampler(tabulator or Nothing(), **settings)


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"workers": 0}, "0 workers; there may be 1 to"),
        ({"workers": 1000}, "1000 workers"),
        ({"slots": [9]}, "no slot kind 9"),
        ({"predicates": [5]}, "no predicate kind 5"),
        ({"starts": [([0, 0], [])]}, "not one entry a slot"),
    ],
)
def test_what_means_nothing_is_refused(given_: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        sampler(**given_)


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_that_mean_nothing_are_told_and_the_sampler_is_of_no_more_use(workers: int) -> None:
    taking: dict[str, Any] = {"steps": 5, "length": 0, "judged": []}
    one = sampler(workers=workers)
    with pytest.raises(ValueError, match="impure: trie 0"):
        one.take(0, 0, 0, 4, **taking)
    with pytest.raises(RuntimeError, match="broke off"):
        one.take(0, 0, 0, 4, **taking)
    with pytest.raises(ValueError, match="no such strategy"):
        sampler().take(7, 0, 0, 1, **taking)
    with pytest.raises(ValueError, match="no predicate 3"):
        sampler().take(0, 0, 0, 1, **{**taking, "judged": [3]})


@pytest.mark.parametrize(
    "runs",
    [
        [([(0, 5, 0, 0)], ([], [], None, 0))],
        [([(1, 0, 0, 0)], ([], [], None, 0))],
        [([(5, 3, 0, 0)], ([], [], None, 0))],
        [([], ([(1, 0, 3)], [], None, 0))],
        [([], ([(0, 7, 3)], [], None, 0))],
        [([], ([], [9], None, 0))],
        [([(7, 0, 0, 0)], ([], [], None, 0))],
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_runs_of_slots_that_are_not_there_are_an_error_and_no_crash(
    runs: Any, workers: int
) -> None:
    class Wrong(Nothing):
        def tabulate(self, trie: int, state: Any) -> Any:
            return runs, []

    with pytest.raises(ValueError, match=r"slot|trie|view"):
        sampler(Wrong(), workers=workers).take(0, 0, 0, 3, steps=3, length=0, judged=[])
