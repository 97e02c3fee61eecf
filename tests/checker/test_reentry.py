"""Handlers that break off, end the program or explore; and explorations side by side in threads."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore, state_graph
from gtcheck.models import ModelError, System, Variable, Verdict, guard, load_model

from .toy_machines import EngineName

Act = Callable[[Variable[int]], object]


def counting(act: Act, last: int = 3) -> System:
    """Count to `last`, and do something in every step."""
    system = System("counting")
    number = system.variable("number", 0)

    @system.action
    def count() -> None:
        guard(number.value < last)
        act(number)
        number.value += 1

    return system


def explored(act: Act, engine: EngineName) -> Exploration:
    return explore(counting(act), engine=engine)


def nothing(number: Variable[int]) -> None:
    pass


def test_a_handler_may_explore_another_system(engine: EngineName) -> None:
    seen: list[int] = []

    def act(number: Variable[int]) -> None:
        inner = explored(lambda inside: explored(nothing, engine), engine)
        list.append(seen, inner.states)

    result = explored(act, engine)
    assert (result.states, result.transitions, result.complete) == (4, 3, True)
    assert set(seen) == {4}


@pytest.mark.parametrize("again", [explore, state_graph])
def test_a_handler_may_not_explore_its_own_system(
    again: Callable[[System], object], engine: EngineName
) -> None:
    systems: list[System] = []
    system = counting(lambda number: again(systems[0]))
    systems.append(system)
    with pytest.raises(ModelError, match="a handler may not explore its own system") as told:
        explore(system, engine=engine)
    assert told.value.place is not None
    assert told.value.place.file == __file__


@pytest.mark.parametrize("error", [SystemExit(0), SystemExit("bye"), GeneratorExit()])
def test_a_handler_that_ends_the_program_is_a_wrong_model(
    error: BaseException, engine: EngineName
) -> None:
    def act(number: Variable[int]) -> None:
        raise error

    with pytest.raises(ModelError, match=r"a step raised (SystemExit|GeneratorExit)") as told:
        explored(act, engine)
    assert told.value.place is not None
    assert told.value.place.file == __file__


class Mute(Exception):
    def __str__(self) -> str:
        raise LookupError("no words")


def recurse(number: Variable[int]) -> None:
    recurse(number)


@pytest.mark.parametrize(
    ("error", "said"),
    [(Mute(), "Mute"), (MemoryError(), "MemoryError"), (StopIteration(4), "StopIteration: 4")],
)
def test_any_other_exception_is_a_violation(
    error: Exception, said: str, engine: EngineName
) -> None:
    def act(number: Variable[int]) -> None:
        raise error

    found = explored(act, engine).property("no-failure")
    assert (found.verdict, found.message) == (Verdict.VIOLATED, said)


def test_a_handler_that_recurses_without_end_is_a_violation(engine: EngineName) -> None:
    found = explored(recurse, engine).property("no-failure")
    assert found.message is not None
    assert found.message.startswith("RecursionError: maximum recursion depth")


@pytest.mark.parametrize("at", range(1, 9))
def test_ctrl_c_in_any_step_leaves_what_was_found(at: int, engine: EngineName) -> None:
    calls = [0]

    def act(number: Variable[int]) -> None:
        list.__setitem__(calls, 0, calls[0] + 1)
        if calls[0] == at:
            raise KeyboardInterrupt

    result = explore(counting(act, last=20), engine=engine, check_purity="off")
    assert result.stopped_by == "interrupted"
    assert 1 <= result.states <= at
    assert result.verdict is Verdict.UNDECIDED


def test_explorations_in_two_threads_do_not_disturb_each_other(engine: EngineName) -> None:
    limits = Limits(max_depth=3) if engine == "reference" else Limits()
    wanted = {name: counts(name, engine, limits) for name in ("lww-register", "two-phase-commit")}
    found: list[tuple[str, Any]] = []

    def work(name: str) -> None:
        for _ in range(3):
            found.append((name, counts(name, engine, limits)))

    threads = [threading.Thread(target=work, args=[name]) for name in (*wanted, *wanted)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 12
    assert all(wanted[name] == counted for name, counted in found)


def counts(name: str, engine: EngineName, limits: Limits) -> tuple[int, int, int, Verdict]:
    result = explore(load_model(name).build(), engine=engine, limits=limits)
    return result.states, result.transitions, result.depth, result.verdict


def test_two_threads_may_not_explore_one_system(engine: EngineName) -> None:
    begun, told = threading.Event(), threading.Event()

    def act(number: Variable[int]) -> None:
        begun.set()
        assert told.wait(timeout=30)

    system = counting(act)
    results: list[Exploration] = []
    thread = threading.Thread(target=lambda: results.append(explore(system, engine=engine)))
    thread.start()
    assert begun.wait(timeout=30)
    began = time.monotonic()
    with pytest.raises(ModelError, match="nor two threads the same one"):
        explore(system, engine=engine)
    assert time.monotonic() - began < 5
    told.set()
    thread.join(timeout=30)
    assert [result.states for result in results] == [4]
    assert explore(system, engine=engine).states == 4


def test_too_many_options_are_told_before_they_are_listed(engine: EngineName) -> None:
    system = System("wide")

    @system.action
    def take_one() -> None:
        system.choose(itertools.count())

    with pytest.raises(ModelError, match="chooses among over 100,000 options") as told:
        explore(system, engine=engine)
    assert told.value.place is not None
    assert told.value.place.file == __file__
