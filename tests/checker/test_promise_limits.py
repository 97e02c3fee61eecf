"""What cannot be decided of what must come in the end, what is not judged, and what is wrong."""

from __future__ import annotations

import pytest
from gtcheck.checker import Limits, explore
from gtcheck.models import ModelError, System, Verdict, guard
from gtcheck.models.fairness import FairnessName

from .test_fair_systems import clock, lossy_channel
from .toy_machines import EngineName

FAIRNESSES: tuple[FairnessName, ...] = ("none", "weak", "strong")


def long_way(fails: bool) -> System:
    system = System("long way")
    miles = system.variable("miles", 0)

    @system.action(fairness="weak")
    def walk() -> None:
        guard(miles.value < 9)
        miles.value += 1
        assert not (fails and miles.value == 3)

    @system.eventually
    def one_arrives() -> bool:
        return miles.value == 9

    @system.leads_to(lambda: miles.value == 0)
    def one_begins_again() -> bool:
        return miles.value == -1

    return system


def test_a_limit_leaves_undecided_what_no_lasso_breaks(engine: EngineName) -> None:
    result = explore(long_way(False), engine=engine, limits=Limits(max_depth=4))
    assert [found.verdict.value for found in result.properties[1:]] == ["undecided"] * 2
    whole = explore(long_way(False), engine=engine)
    assert [found.verdict.value for found in whole.properties[1:]] == ["holds", "violated"]


def test_a_lasso_within_the_limits_is_a_violation(engine: EngineName) -> None:
    result = explore(clock("none"), engine=engine, limits=Limits(max_depth=2))
    assert result.property("then-it-becomes-five").verdict is Verdict.VIOLATED
    assert not result.complete


def test_a_failing_step_leaves_undecided_what_comes_after_it(engine: EngineName) -> None:
    result = explore(long_way(True), engine=engine, keep_going=True)
    assert result.property("no-failure").verdict is Verdict.VIOLATED
    assert result.property("one-arrives").verdict is Verdict.UNDECIDED


def test_nothing_is_sought_after_a_violation_that_ends_the_search(engine: EngineName) -> None:
    system = clock("none")

    @system.always
    def it_is_never_two() -> bool:
        return bool(system.cursor.step.read(0) != 2)

    result = explore(system, engine=engine)
    assert result.stopped_by == "violation"
    assert result.property("then-it-becomes-five").verdict is Verdict.UNDECIDED


def test_a_goal_that_raises_is_violated_where_it_does(engine: EngineName) -> None:
    system = clock("weak")

    @system.leads_to(lambda: 1 // 0 == 1)
    def nonsense() -> bool:
        return False

    found = explore(system, engine=engine).property("nonsense")
    assert found.verdict is Verdict.VIOLATED
    assert found.message == "ZeroDivisionError: integer division or modulo by zero"
    assert found.trace is not None
    assert found.trace.cycle is None


def test_an_unknown_fairness_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ModelError, match="fairness 'fair' is unknown; it is one of none, weak"):
        System().action(fairness="fair")  # type: ignore[call-overload]


@pytest.mark.parametrize("fairness", FAIRNESSES)
def test_depth_first_judges_what_must_come_in_the_end_and_schedules_do_not(
    fairness: FairnessName,
) -> None:
    broad, deep = (explore(lossy_channel(fairness), search=how) for how in ("bfs", "dfs"))
    assert deep.property("it-arrives").verdict is broad.property("it-arrives").verdict
    drawn = explore(lossy_channel(fairness), search="random", schedules=10)
    assert drawn.property("it-arrives").verdict is Verdict.UNDECIDED
