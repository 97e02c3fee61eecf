"""Partial-order reduction never changes a verdict.

Goal: what the reduced search says of a property is what the full one says, whatever the system.
Method: random processes and small models, explored to the end by both engines and without it. The
library's mutants are in `tests/models/test_reduced_models.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from gtcheck.checker import Checkpoints, Exploration, Limits, explore
from gtcheck.models import NEVER, System, guard
from gtcheck.models.catalog import load_model
from gtcheck.models.errors import ParameterError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .processes import Check, Fault, Process, build, checks, faults, processes

STATES_MAX = 400

ENGINES: tuple[Literal["native", "reference"], ...] = ("native", "reference")


def verdicts(result: Exploration) -> Any:
    return [(found.name, found.verdict) for found in result.properties]


def test_every_verdict_and_every_last_state_is_that_of_the_full_search() -> None:
    sizes = [0, 0]

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(processes, checks, st.integers(2, 4), faults)
    def compare(
        program: list[Process], properties: list[Check], fatal: int, faults: list[Fault]
    ) -> None:
        def built() -> System:
            return build(program, properties, fatal, faults)

        full = explore(built(), keep_going=True, limits=Limits(max_states=STATES_MAX))
        if not full.complete:
            return
        for engine in ENGINES:
            reduced = explore(built(), keep_going=True, por=True, engine=engine)
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
    for engine in ENGINES:
        reduced = explore(system, properties=properties, keep_going=True, por=True, engine=engine)
        assert verdicts(reduced) == verdicts(full)
        assert reduced.terminal_states == full.terminal_states
        assert reduced.reductions == ("partial-order",)


@pytest.mark.parametrize(
    ("found", "most"),
    [
        ("no-deadlock", 1_300),
        ("converged-when-quiet", 1_200),
        ("no-value-from-nowhere", 1_300),
        ("carries-in-order", 1_300),
    ],
)
def test_tables_have_an_eighth_of_the_states_at_most(found: str, most: int) -> None:
    system = load_model("async").build({"writes": 3})
    assert explore(system, properties=[found]).states == 10_000
    assert explore(system, properties=[found], por=True).states < most


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("async", {"writes": 5}, "no-deadlock"),
        ("lww-register", {"writes": 4}, "converged-when-quiet"),
        ("two-phase-commit", {"rms": 7}, "no-split-decision"),
    ],
)
def test_nothing_depends_on_the_number_of_workers(
    name: str, given: dict[str, object], found: str
) -> None:
    system = load_model(name).build(given)
    results = [
        explore(system, properties=[found], por=True, workers=workers) for workers in (1, 2, 5)
    ]
    counts = {(one.states, one.transitions, one.depth, one.terminal_states) for one in results}
    assert len(counts) == 1
    assert results[0].states > 20_000


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


def test_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="do not hold what partial-order reduction relied on"):
        explore(counters(2), por=True, checkpoints=Checkpoints(save=tmp_path))


def links(count: int, *, heal: bool) -> System:
    """Build links that may break, as many at a time as there are, each with something to carry."""
    system = System("links")
    for number in range(count):
        is_cut = system.variable(f"cut {number}", False)
        may_break = system.variable(f"may break {number}", True)
        load = system.variable(f"load {number}", 1)

        def carry(is_cut: Any = is_cut, load: Any = load) -> None:
            guard(not is_cut.value and load.value > 0)
            load.value -= 1

        def cut(is_cut: Any = is_cut, may_break: Any = may_break) -> None:
            guard(may_break.value)
            is_cut.value, may_break.value = True, False

        def mend(is_cut: Any = is_cut) -> None:
            guard(is_cut.value)
            is_cut.value = False

        system.add_action(f"carry {number}", carry)
        system.add_action(f"cut {number}", cut)
        if heal:
            system.add_action(f"mend {number}", mend)
    return system


@pytest.mark.parametrize("engine", ENGINES)
def test_what_breaks_and_is_sure_to_heal_does_not_hold_up_what_it_carries(
    engine: Literal["native", "reference"],
) -> None:
    found = explore(links(3, heal=True), por=True, engine=engine)
    assert (found.states, found.terminal_states) == (10, 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_breaks_for_ever_ends_runs_as_without_reduction(
    engine: Literal["native", "reference"],
) -> None:
    found = explore(links(3, heal=False), por=True, engine=engine)
    assert found.terminal_states == explore(links(3, heal=False)).terminal_states == 8
