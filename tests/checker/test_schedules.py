"""Searches by schedules and depth first: what they take, find, and never claim."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker.findings import Task, checked_properties
from gtcheck.checker.schedules.keys import draw, label
from gtcheck.checker.schedules.sampler import Sampler
from gtcheck.checker.schedules.sampling import ROUND, Sampling, Strategy
from gtcheck.models import ParameterError, System, Verdict, guard, load_model

from .toy_machines import EngineName

Search = Literal["random", "pct", "pos"]
SEARCHES: tuple[Search, ...] = ("random", "pct", "pos")


def independent(writers: int = 3, steps: int = 2) -> System:
    """Writers of their own counters, so many steps each."""
    system = System("independent")
    counters = system.table("counter", over=range(writers), initial=0)

    @system.action(writer=range(writers))
    def count(writer: int) -> None:
        guard(counters[writer] < steps)
        counters[writer] += 1

    return system


def paths(system: System, strategy: Strategy, number: int, seed: int = 0) -> list[tuple[int, ...]]:
    task = Task(system=system, checked=checked_properties(system, ()), limits=Limits())
    sampling = Sampling(strategy=strategy, schedules=number, seed=seed)
    sampler = Sampler(task, sampling, lambda: None)
    schedules = (sampler.schedule(one, ()) for one in range(number))
    return [tuple(step.action for step in schedule.path) for schedule in schedules]


def test_the_generator_is_splitmix64() -> None:
    # The first numbers of the reference implementation, seeded with 1234567.
    assert [draw(1234567, counter) for counter in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]
    assert label("deliver a → b") == label("deliver a → b") != label("deliver b → a")


def test_a_uniform_walk_takes_each_enabled_action_equally_often() -> None:
    system = System("fan")
    taken = system.variable("taken", 0)

    @system.action(way=range(1, 9))
    def go(way: int) -> None:
        guard(taken.value == 0)
        guard(way % 2 == 0)
        taken.value = way

    firsts = Counter(path[0] for path in paths(system, "random", 2000))
    assert sorted(firsts) == [1, 3, 5, 7]
    assert all(400 < times < 600 for times in firsts.values())


def test_outcomes_of_a_choice_are_equally_likely_and_disabled_ones_are_not_taken() -> None:
    system = System("choice")
    taken = system.variable("taken", 0)

    @system.action
    def pick() -> None:
        guard(taken.value == 0)
        taken.value = system.choose(range(1, 6))
        guard(taken.value != 3)

    task = Task(system=system, checked=checked_properties(system, ()), limits=Limits())
    sampler = Sampler(task, Sampling(strategy="random", schedules=1, seed=3), lambda: None)
    taken_choices = Counter(sampler.schedule(one, ()).path[0].branches for one in range(2000))
    assert sorted(taken_choices) == [(0,), (1,), (3,), (4,)]
    assert all(400 < times < 600 for times in taken_choices.values())


def test_pct_lets_an_actor_run_until_its_priority_falls() -> None:
    switches = Counter[Strategy]()
    for strategy in ("random", "pct"):
        for path in paths(independent(4, 8), strategy, 50):
            switches[strategy] += sum(one != other for one, other in pairwise(path))
    assert switches["pct"] < switches["random"] / 2


def test_pos_takes_every_order_of_two_dependent_steps_however_many_others_there_are() -> None:
    system = System("race")
    shared = system.variable("shared", 0)
    others = system.table("other", over=range(12), initial=0)
    late = system.variable("late", 0)

    @system.action(other=range(12))
    def noise(other: int) -> None:
        guard(others[other] == 0)
        others[other] = 1

    @system.action(step=range(4))
    def prepare(step: int) -> None:
        guard(late.value == step)
        late.value = step + 1

    @system.action
    def first() -> None:
        guard(shared.value == 0)
        shared.value = 1

    @system.action
    def second() -> None:
        guard(late.value == 4)
        guard(shared.value in (0, 1))
        shared.value += 2

    names = [action.name for action in system.actions]
    late_first = Counter[Strategy]()
    for strategy in ("random", "pos"):
        for path in paths(system, strategy, 100):
            order = [names[action] for action in path]
            if "first" not in order or order.index("second") < order.index("first"):
                late_first[strategy] += 1
    assert late_first["pos"] > 0
    assert late_first["random"] < late_first["pos"]


def summary(result: Exploration) -> Any:
    return (
        result.schedules,
        result.transitions,
        result.depth,
        result.terminal_states,
        result.stopped_by,
        result.coverage,
        [(one.name, one.verdict, one.message, one.trace) for one in result.properties],
    )


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_by_schedules_never_says_that_what_must_always_be_holds(search: Search) -> None:
    result = explore(independent(), search=search, schedules=200, seed=5)
    assert (result.verdict, result.exit_code) == (Verdict.UNDECIDED, 3)
    assert (result.schedules, result.stopped_by, result.complete) == (200, "schedules", False)
    assert (result.transitions, result.depth, result.terminal_states) == (1200, 6, 200)
    assert result.as_json()["states"] is None
    assert result.coverage.never == ()


@pytest.mark.parametrize("search", SEARCHES)
def test_a_witness_holds_and_a_violation_ends_the_search_with_its_round(search: Search) -> None:
    result = explore(load_model("async").build(), search=search, seed=1, schedules=150)
    assert result.property("regions-write-at-once").verdict is Verdict.HOLDS
    assert result.property("no-relay").verdict is Verdict.UNDECIDED
    violated = explore(
        load_model("async").build(),
        properties=["linearizable-strong-reads"],
        search=search,
        seed=1,
    )
    found = violated.property("linearizable-strong-reads")
    assert (violated.exit_code, violated.schedules, violated.stopped_by) == (1, ROUND, "violation")
    assert found.trace is not None
    assert found.is_minimal
    assert len(found.trace.steps) == 2


def test_the_same_seed_takes_the_same_schedules_and_another_others() -> None:
    system = independent()
    assert paths(system, "random", 20, seed=7) == paths(system, "random", 20, seed=7)
    assert paths(system, "random", 20, seed=7) != paths(system, "random", 20, seed=8)


def test_a_schedule_ends_at_the_limit_of_depth() -> None:
    clock = System("clock")
    hour = clock.variable("hour", 0)

    @clock.action
    def tick() -> None:
        hour.value = (hour.value + 1) % 12

    result = explore(clock, search="random", schedules=3, limits=Limits(max_depth=50))
    assert (result.transitions, result.depth, result.terminal_states) == (150, 50, 0)
    assert explore(clock, search="random", schedules=1).depth == 1_000


def test_a_step_that_changes_nothing_is_not_taken() -> None:
    system = System("idle")
    cell = system.variable("cell", 0)

    @system.action
    def idle() -> None:
        cell.value = 0

    result = explore(system, search="random", schedules=2)
    assert (result.transitions, result.terminal_states) == (0, 2)


def test_a_deadlock_is_found_where_a_schedule_comes_to_rest() -> None:
    system = independent()

    @system.rests_when
    def never() -> bool:
        return False

    result = explore(system, search="random", schedules=1)
    found = result.property("no-deadlock")
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert len(found.trace.steps) == 6


HOARDING = """
from gtcheck.checker import Limits, explore
from gtcheck.models import System, guard

system = System("hoard")
held = system.variable("held", ())

@system.action
def hoard():
    guard(len(held.value) < 60)
    held.value = (*held.value, "x" * 1_000_000 + str(len(held.value)))

for schedules in (300, 1):
    result = explore(
        system,
        search="random",
        engine="{engine}",
        schedules=schedules,
        limits=Limits(max_memory_mb=1),
    )
    print(result.stopped_by, result.transitions < 60)
"""


def test_a_limit_of_memory_ends_the_search(tmp_path: Path, engine: EngineName) -> None:
    # What other tests have freed would be used again, and nothing grow: a process of its own.
    # Its steps stand in a file, which is where the purity check finds them.
    program = tmp_path / "hoard.py"
    program.write_text(HOARDING.format(engine=engine), encoding="utf-8")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True)
    assert done.stdout == "max_memory True\n" * 2, done.stderr


def test_a_limit_of_states_makes_no_sense_for_schedules() -> None:
    with pytest.raises(ParameterError, match="remembers no states"):
        explore(independent(), search="random", limits=Limits(max_states=3))
    with pytest.raises(ParameterError, match="seed=-1"):
        explore(independent(), search="random", seed=-1)
    with pytest.raises(ParameterError, match="schedules=0"):
        explore(independent(), search="random", schedules=0)


@pytest.mark.parametrize(
    ("model", "settings"),
    [("two-phase-commit", {"rms": 4}), ("lww-register", {"writes": 2}), ("async", {"writes": 1})],
)
def test_depth_first_gives_the_verdicts_and_counts_of_breadth_first(
    model: str, settings: dict[str, object]
) -> None:
    deep = explore(load_model(model).build(settings), search="dfs")
    broad = explore(load_model(model).build(settings))
    assert deep.complete
    assert (deep.states, deep.transitions, deep.terminal_states, deep.coverage) == (
        broad.states,
        broad.transitions,
        broad.terminal_states,
        broad.coverage,
    )
    assert deep.depth >= broad.depth
    assert [one.verdict for one in deep.properties] == [one.verdict for one in broad.properties]


def test_depth_first_stops_at_its_limits() -> None:
    result = explore(independent(), search="dfs", limits=Limits(max_depth=2))
    assert (result.stopped_by, result.depth, result.complete) == ("max_depth", 2, False)
    result = explore(independent(), search="dfs", limits=Limits(max_states=5))
    assert (result.stopped_by, result.states) == ("max_states", 5)
