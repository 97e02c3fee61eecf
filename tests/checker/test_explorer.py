"""`explore` as its users meet it: limits, interruptions, failures, and the result they read."""

from __future__ import annotations

import gc
import json
import signal
import threading
import time
from collections.abc import Callable
from typing import Literal

import pytest
from gtcheck.checker import Limits, Progress, explore
from gtcheck.models import (
    Event,
    ModelError,
    ParameterError,
    Spec,
    System,
    UnknownNameError,
    Verdict,
    on,
    volatile,
)
from gtcheck.models.systems import guard

EngineName = Literal["native", "reference"]


@pytest.fixture(params=["reference", "native"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


def clock(hours: int = 12, wheels: int = 1) -> System:
    """Build wheels that turn, each `hours` steps for a round."""
    system = System("clock")
    hour = system.table("hour", over=range(wheels), initial=0)

    @system.action(wheel=range(wheels))
    def tick(wheel: int) -> None:
        hour[wheel] = (hour[wheel] + 1) % hours

    @system.always
    def on_the_dial() -> bool:
        """Every hand is on the dial."""
        return all(0 <= value < hours for value in hour.values())

    return system


def stairs(top: int = 5) -> System:
    """Build steps that end at the top."""
    system = System("stairs")
    height = system.variable("height", 0)

    @system.action
    def climb() -> None:
        guard(height.value < top)
        height.value += 1

    @system.always
    def below_three() -> bool:
        return height.value < 3

    @system.sometimes
    def at_the_top() -> bool:
        return height.value == top

    return system


def test_a_clock_turns_for_ever(engine: EngineName) -> None:
    result = explore(clock(), engine=engine)
    assert (result.states, result.transitions, result.depth) == (12, 12, 11)
    assert (result.complete, result.stopped_by, result.terminal_states) == (True, None, 0)
    assert result.verdict is Verdict.HOLDS


def test_the_search_ends_with_the_level_of_the_first_violation(engine: EngineName) -> None:
    result = explore(stairs(), engine=engine)
    assert (result.states, result.depth, result.complete) == (4, 3, False)
    assert result.stopped_by == "violation"
    violated = result.property("below-three")
    assert violated.verdict is Verdict.VIOLATED
    assert violated.trace is not None
    assert [str(change) for step in violated.trace.steps for change in step.changes] == [
        "height: 0 → 1",
        "height: 1 → 2",
        "height: 2 → 3",
    ]
    assert result.property("at-the-top").verdict is Verdict.UNDECIDED
    assert result.exit_code == 1


def test_keep_going_explores_everything_all_the_same(engine: EngineName) -> None:
    result = explore(stairs(), engine=engine, keep_going=True)
    assert (result.states, result.complete) == (6, True)
    assert result.property("at-the-top").verdict is Verdict.HOLDS


def test_a_witness_that_does_not_exist_is_a_violation(engine: EngineName) -> None:
    system = clock()

    @system.sometimes
    def thirteen() -> bool:
        return False

    found = explore(system, engine=engine).property("thirteen")
    assert found.verdict is Verdict.VIOLATED
    assert found.message == "everything was explored and no state is a witness"


def test_a_state_without_a_step_is_a_deadlock_only_where_resting_is_declared(
    engine: EngineName,
) -> None:
    assert explore(stairs(2), engine=engine).terminal_states == 1
    system = stairs(2)

    @system.rests_when
    def at_the_very_top() -> bool:
        return False

    found = explore(system, engine=engine).property("no-deadlock")
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert len(found.trace.steps) == 2


def test_a_step_that_changes_nothing_does_not_lead_out_of_a_state(engine: EngineName) -> None:
    system = stairs(2)

    @system.action
    def look() -> None:
        pass

    @system.rests_when
    def nowhere() -> bool:
        return False

    result = explore(system, engine=engine)
    assert (result.terminal_states, result.transitions) == (1, 5)
    assert result.property("no-deadlock").verdict is Verdict.VIOLATED


def test_the_specs_that_a_predicate_looks_at_are_checked_with_it(engine: EngineName) -> None:
    system = System("counted")
    left = system.variable("left", 3)

    class Counted(Event):
        pass

    class Counter(Spec):
        count: int = volatile(0)

        @on(Counted)
        def count_it(self, event: Counted) -> None:
            self.count += 1

    counter = Counter()
    system.spec(counter)

    @system.action
    def count() -> None:
        guard(left.value > 0)
        left.value -= 1
        system.announce(Counted())

    @system.always(using=[counter])
    def counts_what_is_gone() -> bool:
        return counter.count == 3 - left.value

    result = explore(system, properties=["counts-what-is-gone"], engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert [found.name for found in result.properties] == [
        "no-failure",
        "counter",
        "counts-what-is-gone",
    ]


@pytest.mark.parametrize(
    ("limits", "stopped_by"),
    [
        (Limits(max_depth=3), "max_depth"),
        (Limits(max_states=50), "max_states"),
        (Limits(max_seconds=0.2), "max_seconds"),
    ],
)
def test_a_limit_leaves_the_verdict_undecided(
    limits: Limits, stopped_by: str, engine: EngineName
) -> None:
    result = explore(clock(60, wheels=5), engine=engine, limits=limits)
    assert (result.stopped_by, result.complete) == (stopped_by, False)
    assert (result.verdict, result.exit_code) == (Verdict.UNDECIDED, 3)
    assert result.states > 1


def test_an_engine_stops_at_its_limit_of_memory(engine: EngineName) -> None:
    limits = Limits(max_memory_mb=8)
    result = explore(clock(60, wheels=5), engine=engine, limits=limits)
    assert result.stopped_by == "max_memory"
    assert result.verdict is Verdict.UNDECIDED


def test_a_depth_that_is_never_passed_is_no_limit(engine: EngineName) -> None:
    assert explore(stairs(2), engine=engine, limits=Limits(max_depth=3)).complete


def test_a_limit_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="max_states=0 is no limit"):
        Limits(max_states=0)


def system_with(act: Callable[[], None]) -> System:
    system = System("one")
    system.add_action("act", act)
    return system


def test_a_handler_that_raises_is_a_violation_with_its_place(engine: EngineName) -> None:
    def act() -> None:
        raise ZeroDivisionError("by nothing")

    result = explore(system_with(act), engine=engine)
    failed = result.property("no-failure")
    assert failed.verdict is Verdict.VIOLATED
    assert failed.message == "ZeroDivisionError: by nothing"
    assert result.transitions == 1


@pytest.mark.parametrize("catches_all", [False, True])
def test_the_limit_of_seconds_ends_a_handler_that_never_returns(
    catches_all: bool, engine: EngineName
) -> None:
    def act() -> None:
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                if not catches_all:
                    raise

    began = time.monotonic()
    result = explore(system_with(act), engine=engine, limits=Limits(max_seconds=0.3))
    assert time.monotonic() - began < 3
    assert (result.stopped_by, result.exit_code) == ("max_seconds", 3)


def test_ctrl_c_ends_with_what_was_found_so_far(engine: EngineName) -> None:
    timer = threading.Timer(0.4, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    gc.disable()  # What rings while garbage is collected is lost in the callbacks of hypothesis.
    try:
        result = explore(clock(60, wheels=5), engine=engine, limits=Limits(max_seconds=30))
    finally:
        gc.enable()
    timer.join()
    assert (result.stopped_by, result.verdict) == ("interrupted", Verdict.UNDECIDED)
    assert result.states > 1


def test_ctrl_c_inside_a_handler_ends_the_exploration_too(engine: EngineName) -> None:
    def act() -> None:
        signal.raise_signal(signal.SIGINT)

    assert explore(system_with(act), engine=engine).stopped_by == "interrupted"


def test_a_property_that_writes_is_told(engine: EngineName) -> None:
    system = System()
    cell = system.variable("cell", 0)

    @system.always
    def meddles() -> bool:
        cell.value = 1
        return True

    with pytest.raises(ModelError, match="may only look"):
        explore(system, engine=engine)


def test_a_property_that_raises_is_violated_with_its_error(engine: EngineName) -> None:
    system = stairs(2)

    @system.always
    def divides() -> bool:
        return 1 // (1 - len(system.slots)) == 0

    found = explore(system, engine=engine).property("divides")
    assert (found.verdict, found.message) == (
        Verdict.VIOLATED,
        "ZeroDivisionError: integer division or modulo by zero",
    )


def test_a_handler_that_counts_on_its_own_is_told_to_be_impure() -> None:
    calls: list[int] = []
    system = System()
    cell = system.variable("cell", 0)

    @system.action
    def count() -> None:
        calls.append(1)
        cell.value = (cell.value + len(calls)) % 1_000

    with pytest.raises(ModelError, match="impure"):
        explore(system, engine="native")


def test_progress_is_told_while_it_runs(engine: EngineName) -> None:
    told: list[Progress] = []
    explore(
        clock(60, wheels=5), engine=engine, limits=Limits(max_seconds=0.8), progress=told.append
    )
    assert told
    assert [p.states for p in told] == sorted(p.states for p in told)


def test_an_unknown_property_is_told_with_the_nearest(engine: EngineName) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'on-the-dial'"):
        explore(clock(), engine=engine, properties=["on-the-diall"])


def test_the_result_is_a_json_object_with_the_documented_keys(engine: EngineName) -> None:
    shown = json.loads(json.dumps(explore(stairs(), engine=engine).as_json()))
    assert {
        "gtcheck",
        "model",
        "parameters",
        "complete",
        "states",
        "transitions",
        "depth",
        "python_calls",
        "seconds",
        "engine",
        "storage",
        "reductions",
        "properties",
        "verdict",
        "exit_code",
    } <= set(shown)
    violated = next(found for found in shown["properties"] if found["name"] == "below-three")
    assert [step["action"] for step in violated["trace"]] == ["climb"] * 3
    assert violated["trace"][0]["changes"] == [{"variable": "height", "before": "0", "after": "1"}]
