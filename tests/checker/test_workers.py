"""Several workers find what one finds, in the same order.

Goal: neither counts nor counterexamples depend on the number of workers. Method: models whose
levels are wide enough to be shared are explored by one, two, three and five workers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker.telling import closing_line
from gtcheck.models import Queue, System, guard
from gtcheck.models.catalog import load_model
from gtcheck.models.errors import ParameterError

NUMBERS = (1, 2, 3, 5)


def explored(name: str, settings: dict[str, str], workers: int, **given: object) -> Exploration:
    system = load_model(name).build(settings)
    result = explore(system, workers=workers, **given)  # type: ignore[arg-type]
    return replace(result, seconds=0.0, memory_mb=None, workers=0)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("two-phase-commit", {"rms": "7"}),
        ("lww-register", {"writes": "5"}),
        ("async", {"items": "2", "writes": "2"}),
        ("mrsc", {"writes": "3"}),
    ],
)
def test_counts_and_verdicts_are_the_same(name: str, settings: dict[str, str]) -> None:
    one, two, three, five = (explored(name, settings, workers) for workers in NUMBERS)
    assert one == two == three == five
    assert one.complete


def tickets(limit: int) -> System:
    """Make a system whose first violation is met in many states of one wide level."""
    system = System("tickets")
    drawn = system.table("drawn", over=range(5), initial=0)
    served: Queue[int] = system.queue("served", of=int)

    @system.action(at=range(5))
    def draw(at: int) -> None:
        guard(drawn[at] < limit)
        drawn[at] += 1
        if drawn[at] == limit:
            served.push(at)
        assert len(served) < 4, "four are served"

    @system.always
    def the_sum_is_small() -> bool:
        return sum(drawn.values()) < 4 * limit - 1

    return system


@pytest.mark.parametrize("keep_going", [False, True])
def test_the_counterexample_is_the_same(keep_going: bool) -> None:
    found = [explore(tickets(9), workers=n, keep_going=keep_going) for n in NUMBERS]
    assert all(one.exit_code == 1 for one in found)
    assert len({(one.states, one.transitions, one.depth, one.python_calls) for one in found}) == 1
    assert all(one.properties == found[0].properties for one in found)


@pytest.mark.parametrize("most", [1, 1000, 40_000, 70_001])
def test_a_limit_of_states_is_met_exactly(most: int) -> None:
    limits = Limits(max_states=most)
    found = [explored("two-phase-commit", {"rms": "6"}, n, limits=limits) for n in NUMBERS]
    assert all(one == found[0] for one in found)
    assert found[0].states == min(most, 50_816)


def counters(most: int) -> System:
    """Make a system whose widest levels are several blocks, with errors here and there in them."""
    system = System("counters")
    counted = system.table("counted", over=range(6), initial=0)

    @system.action(at=range(6))
    def count(at: int) -> None:
        guard(counted[at] < most)
        assert not (at == 2 and counted[0] == counted[1] == counted[2] == 3), "three alike"
        counted[at] += 1

    @system.always
    def four_is_never_alone() -> bool:
        return not (counted[0] == 4 and counted[1] == counted[2] == counted[3] == 5)

    return system


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"keep_going": True},
        {"limits": Limits(max_states=100_001), "keep_going": True},
        {"limits": Limits(max_states=190_000), "keep_going": True},
    ],
)
def test_levels_of_several_blocks_are_told_as_by_one(given: dict[str, Any]) -> None:
    found = [explore(counters(7), workers=n, check_purity="off", **given) for n in NUMBERS]
    told = [replace(one, seconds=0.0, memory_mb=None, workers=0) for one in found]
    assert all(one == told[0] for one in told)
    assert told[0].exit_code == 1


@pytest.mark.parametrize("most", [60_000, 150_001, 250_000])
def test_a_limit_that_is_met_within_a_wide_level_is_met_exactly(most: int) -> None:
    limits = Limits(max_states=most)
    found = [explored("lww-register", {"writes": "5"}, n, limits=limits) for n in NUMBERS]
    assert all(one == found[0] for one in found)
    assert found[0].states == most


@pytest.mark.parametrize("workers", [0, -1, 65, 10**9])
def test_a_number_of_workers_that_cannot_be_is_told(workers: int) -> None:
    with pytest.raises(ParameterError, match=f"workers={workers} is out of range"):
        explore(tickets(1), workers=workers)


def test_workers_that_an_engine_cannot_use_are_refused_and_those_who_worked_are_told() -> None:
    with pytest.raises(ParameterError, match="workers=2, but the reference engine explores with"):
        explore(tickets(1), workers=2, engine="reference")
    assert explore(tickets(1), engine="reference").as_json()["workers"] == 1
    shared = explore(tickets(1), workers=2)
    assert shared.as_json()["workers"] == 2
    assert "native engine, 2 workers, " in closing_line(shared)
