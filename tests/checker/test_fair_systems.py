"""Promises that both engines judge alike, on random systems and on those worked out by hand.

Every counterexample here is replayed by the reference semantics as it is reported: it goes round,
is fair, and never comes to what is owed, or `explore` raises.
"""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker.telling import exploration_text
from gtcheck.models import (
    Fairness,
    Spec,
    State,
    System,
    Verdict,
    guard,
    on,
)
from gtcheck.models.fairness import FairnessName
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .processes import Said
from .test_differential import VALUES, VARIABLES, Program, build, programs
from .toy_machines import EngineName


class Calms(Spec):
    """Whoever says 1 is calmed by a 2."""

    calm = State(start=True)
    excited = State(hot=True)

    @on(Said)
    def hear(self, event: Said) -> None:
        self.goto(Calms.excited if event.value == 1 else Calms.calm)


variables = st.integers(0, VARIABLES - 1)
promises = st.lists(
    st.tuples(
        st.sampled_from(["eventually", "leads-to"]),
        variables,
        variables,
        st.integers(0, VALUES - 1),
    ),
    min_size=1,
    max_size=3,
)
fairnesses = st.lists(st.sampled_from(list(Fairness)), min_size=4, max_size=4)


def summary(result: Exploration) -> Any:
    return (
        result.states,
        result.stopped_by,
        [
            (
                found.name,
                found.verdict,
                found.trace and (len(found.trace.steps), found.trace.owed_after),
            )
            for found in result.properties
        ],
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, promises, fairnesses, st.sampled_from([None, None, 3]))
def test_both_engines_find_the_same_promises_broken(
    program: Program, promised: list[Any], fairness: list[Fairness], max_depth: int | None
) -> None:
    limits = Limits(max_depth=max_depth, max_states=1000)
    results = []
    for engine in ("reference", "native"):
        system = build(program, promised, 4, fairness)
        system.spec(Calms())
        results.append(explore(system, engine=engine, keep_going=True, limits=limits))
    reference, native = results
    if "max_states" not in (reference.stopped_by, native.stopped_by):
        assert summary(native) == summary(reference)


# ---- a channel that loses what it likes -----------------------------------------------------


def lossy_channel(fairness: FairnessName) -> System:
    """A sender repeats a message until it arrives; the channel may lose it each time."""
    system = System("lossy")
    sent = system.variable("sent", False)
    arrived = system.variable("arrived", False)

    @system.action(fairness="weak")
    def send() -> None:
        guard(not sent.value and not arrived.value)
        sent.value = True

    @system.action
    def lose() -> None:
        guard(sent.value)
        sent.value = False

    @system.action(fairness=fairness)
    def deliver() -> None:
        guard(sent.value)
        sent.value, arrived.value = False, True

    @system.eventually
    def it_arrives() -> bool:
        return arrived.value

    return system


@pytest.mark.parametrize(
    ("fairness", "verdict", "cycle"),
    [
        ("none", Verdict.VIOLATED, ("send", "lose")),
        # It is enabled again and again, but each loss is a break.
        ("weak", Verdict.VIOLATED, ("send", "lose")),
        ("strong", Verdict.HOLDS, None),
    ],
)
def test_a_lossy_channel_delivers_only_under_strong_fairness(
    engine: EngineName, fairness: FairnessName, verdict: Verdict, cycle: tuple[str, ...] | None
) -> None:
    found = explore(lossy_channel(fairness), engine=engine).property("it-arrives")
    assert found.verdict is verdict
    assert (found.trace and actions(found.trace.cycle)) == cycle


# ---- a clock --------------------------------------------------------------------------------


def clock(fairness: FairnessName) -> System:
    """A clock that may be stopped; noon comes on a clock that goes on, and again and again."""
    system = System("clock")
    hour = system.variable("hour", 0)

    @system.action(fairness=fairness)
    def tick() -> None:
        hour.value = (hour.value + 1) % 4

    @system.eventually
    def it_becomes_three() -> bool:
        return hour.value == 3

    @system.leads_to(lambda: hour.value == 1)
    def then_it_becomes_zero() -> bool:
        return hour.value == 0

    @system.leads_to(lambda: hour.value == 1)
    def then_it_becomes_five() -> bool:
        return hour.value == 5

    return system


@pytest.mark.parametrize(
    ("fairness", "verdicts"),
    [
        ("none", ["violated", "violated", "violated"]),
        ("weak", ["holds", "holds", "violated"]),
        ("strong", ["holds", "holds", "violated"]),
    ],
)
def test_a_clock_that_may_not_stop_comes_to_every_hour(
    engine: EngineName, fairness: FairnessName, verdicts: list[str]
) -> None:
    result = explore(clock(fairness), engine=engine)
    assert [found.verdict.value for found in result.properties[1:]] == verdicts


def test_a_run_may_rest_where_nothing_fair_is_enabled(engine: EngineName) -> None:
    result = explore(clock("none"), engine=engine)
    trace = result.property("then-it-becomes-zero").trace
    assert trace is not None
    assert (len(trace.steps), trace.cycle, trace.owed_after) == (1, (), 1)
    assert [(one.action, one.fairness, one.always) for one in trace.untaken] == [
        ("tick", Fairness.NONE, True)
    ]


def test_a_cycle_goes_all_the_way_round(engine: EngineName) -> None:
    trace = explore(clock("weak"), engine=engine).property("then-it-becomes-five").trace
    assert trace is not None
    assert actions(trace.cycle) == ("tick",) * 4
    assert trace.untaken == ()


# ---- locks ----------------------------------------------------------------------------------


def peterson(fairness: FairnessName) -> System:
    """Peterson's algorithm for two; each may stay away from the critical section for ever."""
    system = System("peterson")
    place = system.table("place", over=(0, 1), initial="away")
    flag = system.table("flag", over=(0, 1), initial=False)
    turn = system.variable("turn", 0)

    @system.action(me=(0, 1))
    def ask(me: int) -> None:
        guard(place[me] == "away")
        place[me], flag[me] = "asking", True

    @system.action(me=(0, 1), fairness=fairness)
    def give_way(me: int) -> None:
        guard(place[me] == "asking")
        place[me], turn.value = "waiting", 1 - me

    @system.action(me=(0, 1), fairness=fairness)
    def enter(me: int) -> None:
        guard(place[me] == "waiting" and (not flag[1 - me] or turn.value == me))
        place[me] = "inside"

    @system.action(me=(0, 1), fairness=fairness)
    def leave(me: int) -> None:
        guard(place[me] == "inside")
        place[me], flag[me] = "away", False

    @system.always
    def one_at_a_time() -> bool:
        return not place[0] == place[1] == "inside"

    @system.leads_to(lambda: place[0] == "asking")
    def who_asks_comes_in() -> bool:
        return place[0] == "inside"

    return system


@pytest.mark.parametrize(
    ("fairness", "verdict"), [("none", "violated"), ("weak", "holds"), ("strong", "holds")]
)
def test_who_asks_comes_in_under_peterson_when_nobody_stops(
    engine: EngineName, fairness: FairnessName, verdict: str
) -> None:
    result = explore(peterson(fairness), engine=engine)
    assert result.property("one-at-a-time").verdict is Verdict.HOLDS
    assert result.property("who-asks-comes-in").verdict.value == verdict


def contended_lock(fairness: FairnessName) -> System:
    """Two who want a lock again and again, which is given to anyone who comes."""
    system = System("lock")
    holder = system.variable("holder", -1)

    @system.action(me=(0, 1), fairness=fairness)
    def take(me: int) -> None:
        guard(holder.value == -1)
        holder.value = me

    @system.action(fairness="weak")
    def release() -> None:
        guard(holder.value != -1)
        holder.value = -1

    @system.leads_to(lambda: holder.value != 0)
    def the_first_gets_it() -> bool:
        return holder.value == 0

    return system


@pytest.mark.parametrize(
    ("fairness", "verdict", "cycle"),
    [
        ("none", "violated", ()),
        ("weak", "violated", ("take(me=1)", "release")),
        ("strong", "holds", None),
    ],
)
def test_who_wants_a_contended_lock_may_starve_under_weak_fairness(
    engine: EngineName, fairness: FairnessName, verdict: str, cycle: tuple[str, ...] | None
) -> None:
    found = explore(contended_lock(fairness), engine=engine).property("the-first-gets-it")
    assert found.verdict.value == verdict
    assert (found.trace and actions(found.trace.cycle)) == cycle


def test_fairness_is_told_only_where_a_promise_depends_on_it() -> None:
    assert explore(clock("weak"), properties=["no-failure"]).fairness is None


def actions(cycle: Any) -> tuple[str, ...]:
    return tuple(step.action for step in cycle)


def test_a_run_without_end_is_told_with_what_it_leaves_out() -> None:
    text = exploration_text(explore(lossy_channel("weak")))
    assert LOSSY_RUN in text
    assert "· fairness: 1 none, 2 weak ·" in text
    rests = exploration_text(explore(clock("none"), properties=["then-it-becomes-zero"]))
    assert "\n  then for ever: nothing happens\n" in rests


def test_a_run_without_end_is_told_in_json() -> None:
    document: Any = explore(lossy_channel("weak")).as_json()
    found = document["properties"][1]
    assert document["fairness"] == {"send": "weak", "lose": "none", "deliver": "weak"}
    assert (found["trace"], found["owed_after"]) == ([], 0)
    assert [step["action"] for step in found["cycle"]] == ["send", "lose"]
    assert found["untaken"] == [{"action": "deliver", "fairness": "weak", "always": False}]
    holds: Any = explore(lossy_channel("strong")).as_json()
    assert holds["properties"][1]["cycle"] is None


LOSSY_RUN = """
  it begins with:
      sent: False
      arrived: False
  then for ever:
  1. send
       sent: False → True
  2. lose
       sent: True → False
  never taken (weakly fair, enabled now and then): deliver
"""
