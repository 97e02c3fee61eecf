"""Partial-order reduction never changes a verdict.

Goal: what the reduced search says of a property is what the full one says, whatever the system.
Method: random processes, the library's models and all its mutants, explored both ways to the end.
"""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.models import NEVER, System, guard
from gtcheck.models.catalog import load_model
from gtcheck.models.errors import ParameterError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .processes import Check, Process, build, checks, processes

STATES_MAX = 400


def verdicts(result: Exploration) -> Any:
    return [(found.name, found.verdict) for found in result.properties]


def test_every_verdict_and_every_last_state_is_that_of_the_full_search() -> None:
    sizes = [0, 0]

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(processes, checks, st.integers(2, 4))
    def compare(program: list[Process], properties: list[Check], fatal: int) -> None:
        full = explore(
            build(program, properties, fatal),
            keep_going=True,
            limits=Limits(max_states=STATES_MAX),
        )
        if full.complete:
            reduced = explore(build(program, properties, fatal), keep_going=True, por=True)
            assert verdicts(reduced) == verdicts(full)
            assert reduced.terminal_states == full.terminal_states
            assert reduced.states <= full.states
            sizes[0] += full.states
            sizes[1] += reduced.states

    compare()
    assert sizes[1] < 0.75 * sizes[0]


SMALL_MODELS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("two-phase-commit", {"rms": 3}, {}),
    ("lww-register", {"writes": 2}, {"cut": 1, "crash": 0}),
    ("async", {"regions": 2, "writes": 2}, {"cut": 1}),
    ("async", {"regions": 2, "writes": 1, "bug": "relay"}, {"cut": 1}),
    ("async", {"regions": 2, "writes": 2}, {"crash": 1, "cut": 0}),
    ("mrsc", {"writes": 1, "strong_reads": 1, "eventual_reads": 0}, {"cut": 0}),
]


def promised_for_every_moment(system: System) -> list[str]:
    """Name what a model promises, but for what must come in the end."""
    kinds = ("always", "sometimes", "spec", "no-deadlock")
    return [found.name for found in system.select() if found.kind in kinds]


@pytest.mark.parametrize(("name", "given", "budgets"), SMALL_MODELS)
def test_models_are_judged_alike(
    name: str, given: dict[str, object], budgets: dict[str, object]
) -> None:
    system = load_model(name).build(given, budgets)
    properties = promised_for_every_moment(system)
    full = explore(system, properties=properties, keep_going=True)
    reduced = explore(system, properties=properties, keep_going=True, por=True)
    assert verdicts(reduced) == verdicts(full)
    assert reduced.terminal_states == full.terminal_states
    assert reduced.reductions == ("partial-order",)


def counters(steps: int) -> System:
    """Build two processes that have nothing in common."""
    system = System("counters")
    for name in "ab":
        count = system.variable(name, 0)

        def tick(count: Any = count) -> None:
            guard(count.value < steps)
            count.value += 1

        system.add_action(name, tick)
    return system


def test_steps_that_have_nothing_in_common_are_taken_in_one_order() -> None:
    result = explore(counters(9), por=True)
    assert (result.states, result.terminal_states) == (19, 1)


def test_a_cycle_does_not_let_the_rest_be_forgotten() -> None:
    system = System("cycle")
    light, count = system.variable("light", 0), system.variable("count", 0)

    @system.action
    def blink() -> None:
        light.value = 1 - light.value

    @system.action
    def step() -> None:
        count.value += 1
        assert count.value < 3, "thrice"

    assert explore(system, por=True).verdict == "violated"


def test_of_two_moments_either_may_be_the_later_one() -> None:
    system = System("moments")
    for name in "ab":
        time = system.variable(name, NEVER)

        def stamp(time: Any = time) -> None:
            guard(time.value == NEVER)
            time.value = system.now()

        system.add_action(name, stamp)
    assert explore(system, por=True).terminal_states == 2


def test_a_step_that_fails_does_not_hide_what_others_lead_to() -> None:
    system = System("failure")
    first, second = system.variable("first", 0), system.variable("second", 0)

    @system.action
    def fail() -> None:
        first.value = 1
        raise ValueError("always")

    @system.action
    def go_on() -> None:
        second.value = 1

    @system.always
    def stays() -> bool:
        return second.value == 0

    result = explore(system, por=True, keep_going=True)
    assert [found.verdict for found in result.properties] == ["violated", "violated"]


def test_a_step_that_no_visited_state_had_seen_is_not_missed() -> None:
    system = System("late")
    door, key, bell = (system.variable(name, 0) for name in ("door", "key", "bell"))

    @system.action
    def knock() -> None:
        guard(bell.value == 0)
        bell.value = 1

    @system.action
    def unlock() -> None:
        guard(key.value == 0)
        key.value = 1

    @system.action
    def open_() -> None:
        guard(key.value == 1 and door.value == 0)
        assert bell.value == 1, "nobody knocked"
        door.value = 1

    found = explore(system, por=True, keep_going=True).properties[0]
    assert found.message == "nobody knocked"
    assert found.trace is not None
    assert len(found.trace.steps) == 2


def test_what_must_come_in_the_end_is_refused() -> None:
    system = counters(2)

    @system.eventually
    def it_ends() -> bool:
        return True

    with pytest.raises(ParameterError, match=r"not sound for it-ends, which must come in the end"):
        explore(system, properties=["it-ends"], por=True)


def test_only_a_search_by_levels_is_reduced() -> None:
    with pytest.raises(ParameterError, match="needs search=bfs"):
        explore(counters(2), por=True, search="dfs")


def test_the_native_engine_is_refused() -> None:
    with pytest.raises(ParameterError, match="leave out engine=native"):
        explore(counters(2), por=True, engine="native")
