"""Depth first, as much is found as breadth first: by both engines, within every limit."""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker._engine import Engine
from gtcheck.checker.explorer import SearchName
from gtcheck.models import (
    Fairness,
    Machine,
    MachineSystem,
    State,
    System,
    Verdict,
    durable,
    guard,
)
from gtcheck.models.errors import ParameterError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .engine_models import Tabulator
from .test_differential import build, checks, programs
from .test_fair_systems import Calms, fairnesses, promises
from .toy_machines import EngineName

WAYS: list[tuple[SearchName, EngineName]] = [
    ("bfs", "native"),
    ("dfs", "native"),
    ("dfs", "reference"),
]


def summary(result: Exploration) -> Any:
    return (
        result.states,
        result.transitions,
        result.terminal_states,
        result.complete,
        result.stopped_by,
        result.coverage,
        [(found.name, found.verdict) for found in result.properties],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, checks, st.integers(2, 4), st.sampled_from([None, 0, 1, 2, 3, 5]))
def test_as_much_is_found_whatever_the_limit_of_depth(
    program: Any, properties: list[Any], fatal: int, max_depth: int | None
) -> None:
    limits = Limits(max_depth=max_depth, max_states=2000)
    results = [
        explore(
            build(program, properties, fatal),
            engine=engine,
            search=search,
            keep_going=True,
            limits=limits,
        )
        for search, engine in WAYS
    ]
    broad, *deep = results
    if broad.stopped_by == "max_states":
        assert all(one.stopped_by == "max_states" and one.states == 2000 for one in deep)
        return
    for one in deep:
        assert summary(one) == summary(broad)
        assert one.depth >= broad.depth
        for shown, shortest in zip(one.properties, broad.properties, strict=True):
            if shown.trace is not None and shortest.trace is not None:
                assert len(shown.trace.steps) >= len(shortest.trace.steps)
                assert max_depth is None or len(shown.trace.steps) <= max_depth + 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, promises, fairnesses)
def test_the_same_promises_are_broken(
    program: Any, promised: list[Any], fairness: list[Fairness]
) -> None:
    verdicts = []
    for search, engine in WAYS:
        system = build(program, promised, 4, fairness)
        system.spec(Calms())
        result = explore(
            system, engine=engine, search=search, keep_going=True, limits=Limits(max_states=1000)
        )
        if not result.complete:
            return
        verdicts.append([found.verdict for found in result.properties])
    assert verdicts[0] == verdicts[1] == verdicts[2]


def odometer(digits: int, base: int = 12) -> System:
    """Give a system that counts to `base` ** `digits`, digit by digit."""
    system = System("odometer")
    wheels = [system.variable(f"wheel {number}", 0) for number in range(digits)]

    @system.action
    def count() -> None:
        for wheel in wheels:
            if wheel.value < base - 1:
                wheel.value += 1
                return
            wheel.value = 0
        guard(False)

    @system.always
    def not_all_sixes() -> bool:
        """The number is not 66666."""
        return any(wheel.value != 6 for wheel in wheels)

    return system


def test_a_run_of_hundreds_of_thousands_of_steps_is_taken_and_not_shown() -> None:
    system = odometer(5)
    result = explore(system, search="dfs", engine="native", keep_going=True)
    assert (result.complete, result.states, result.depth) == (True, 12**5, 12**5 - 1)
    found = result.property("not-all-sixes")
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is None
    assert found.message is not None
    assert found.message.startswith("the run that shows it has 135,726 steps, too many to be shown")
    assert result.memory_mb is not None
    assert result.memory_mb < 30


def test_a_long_run_that_can_be_shown_is_shown() -> None:
    found = explore(odometer(3), search="dfs", engine="native").property("not-all-sixes")
    assert found.trace is not None
    assert len(found.trace.steps) == 6 * (1 + 12 + 144)


class Chooser(Machine):
    """Begins anywhere, and goes down to nothing."""

    value: int = durable(0)
    here = State(start=True)

    @here.entry
    def begin(self) -> None:
        """Choose where."""
        self.value = self.choose((3, 2, 0))


def chooser() -> MachineSystem:
    system = MachineSystem("chooser")
    machine = Chooser(name="it")
    system.add(machine)

    @system.action(fairness="weak")
    def go_down() -> None:
        guard(machine.value > 0)
        machine.value -= 1

    @system.eventually
    def three() -> bool:
        """It is three."""
        return machine.value == 3

    return system


@pytest.mark.parametrize(("search", "engine"), WAYS)
def test_what_is_asked_of_every_start_is_asked_of_one_that_another_leads_to(
    search: SearchName, engine: EngineName
) -> None:
    found = explore(chooser(), search=search, engine=engine).property("three")
    assert found.verdict is Verdict.VIOLATED


@pytest.mark.parametrize(("search", "engine"), WAYS)
def test_every_start_is_at_depth_0(search: SearchName, engine: EngineName) -> None:
    limits = Limits(max_depth=0)
    result = explore(chooser(), search=search, engine=engine, limits=limits)
    assert (result.states, result.depth, result.stopped_by) == (3, 0, "max_depth")


@pytest.mark.parametrize(("search", "engine"), WAYS)
def test_a_limit_of_states_that_is_just_wide_enough_stops_nothing(
    search: SearchName, engine: EngineName
) -> None:
    for most, stopped_by in ((143, "max_states"), (144, None)):
        limits = Limits(max_states=most)
        result = explore(odometer(2), search=search, engine=engine, limits=limits, keep_going=True)
        assert (result.states, result.stopped_by) == (most, stopped_by)
        assert result.complete is (stopped_by is None)


def test_a_limit_of_memory_stops_it_and_counts_the_stack() -> None:
    limits = Limits(max_memory_mb=4)
    result = explore(odometer(7), search="dfs", engine="native", limits=limits, keep_going=True)
    assert (result.stopped_by, result.complete) == ("max_memory", False)
    assert result.memory_mb is not None
    assert result.memory_mb < 6


def test_several_workers_cannot_share_a_search_that_goes_one_way() -> None:
    with pytest.raises(ParameterError, match="workers=2 cannot share search=dfs"):
        explore(odometer(1), search="dfs", workers=2)
    with pytest.raises(ValueError, match="2 workers cannot go depth first"):
        Engine(Tabulator(), workers=2, depth_first=True)
