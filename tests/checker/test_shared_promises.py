"""Several workers judge what must come in the end as one does.

Goal: neither verdicts nor lassos nor counts depend on who draws the graph of a search, nor on what
is missed meanwhile. Method: systems of some thousand states, so that every worker draws several
sheets, are judged by one, two, three and five workers and, where it is quick enough, by the
reference engine; searches are taken up from a checkpoint, whose engine has to learn all steps anew.
"""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gtcheck.checker import Checkpoints, Exploration, Limits, explore
from gtcheck.checker._engine import Engine
from gtcheck.models import System, guard
from gtcheck.models.catalog import load_model
from gtcheck.models.fairness import FairnessName

from .engine_models import VALUE, Probe, Tabulator

NUMBERS = (1, 2, 3, 5)
CARTS = range(4)
IN_THE_END = 3
WEAK = 1


def carts(
    length: int, slips: bool = False, fairness: FairnessName = "weak", raises: bool = False
) -> System:
    """Make carts that roll to the end of a road; on their way they may slip back to its start."""
    system = System("carts")
    at = system.table("at", over=CARTS, initial=0)

    @system.action(cart=CARTS, fairness=fairness)
    def roll(cart: int) -> None:
        guard(at[cart] < length)
        at[cart] += 1

    @system.action(cart=CARTS)
    def slip(cart: int) -> None:
        guard(slips and at[cart] == length - 1)
        at[cart] = 0

    @system.eventually
    def all_arrive() -> bool:
        return all(at[cart] == length for cart in CARTS)

    @system.leads_to(lambda: at[0] == 2)
    def the_first_arrives() -> bool:
        assert not (raises and at[0] == length and at[1] == 2)
        return at[0] == length

    @system.leads_to(lambda: at[1] == 2)
    def the_second_is_beyond_the_third() -> bool:
        return at[1] > at[2]

    return system


def judged(system: System, **given: Any) -> Exploration:
    result = explore(system, **given)
    return replace(result, seconds=0.0, memory_mb=None, workers=0, checkpoint=None)


@pytest.mark.parametrize(
    ("given", "violated"),
    [
        ({}, {"the-second-is-beyond-the-third"}),
        ({"fairness": "none"}, 3),
        ({"slips": True}, 3),
        ({"slips": True, "fairness": "strong"}, 3),
        ({"raises": True}, {"the-first-arrives", "the-second-is-beyond-the-third"}),
    ],
)
def test_every_number_of_workers_finds_the_lassos_of_the_reference(
    given: dict[str, Any], violated: set[str] | int
) -> None:
    found = [judged(carts(6, **given), workers=number, keep_going=True) for number in NUMBERS]
    assert found[0].states == 7**4
    assert found[0] == found[1] == found[2] == found[3]
    plain = judged(carts(6, **given), engine="reference", keep_going=True)
    assert found[0].properties == plain.properties
    names = {one.name for one in found[0].properties if one.verdict.value == "violated"}
    assert names == violated or len(names) == violated


@pytest.mark.parametrize("limits", [Limits(max_states=5_000), Limits(max_depth=14)])
def test_what_a_limit_left_is_judged_alike(limits: Limits) -> None:
    found = [judged(carts(8, slips=True), workers=n, limits=limits) for n in NUMBERS]
    assert found[0] == found[1] == found[2] == found[3]
    assert found[0].stopped_by is not None
    assert found[0].exit_code == 1


@pytest.mark.parametrize("name", ["mrsc", "async"])
def test_the_models_are_judged_alike(name: str) -> None:
    found = [judged(load_model(name).build({}), workers=number) for number in NUMBERS]
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("workers", NUMBERS)
def test_a_search_that_was_taken_up_learns_anew_and_is_judged_alike(
    workers: int, tmp_path: Path
) -> None:
    whole = judged(carts(8, slips=True))
    limits = Limits(max_states=6_000)
    explore(carts(8, slips=True), limits=limits, checkpoints=Checkpoints(save=tmp_path))
    again = Checkpoints(resume=tmp_path)
    assert judged(carts(8, slips=True), workers=workers, checkpoints=again) == whole


def ring(length: int, workers: int, interrupt: int | None = None) -> tuple[Tabulator, Engine]:
    """Run two counters that go round, and a goal that interrupts where it is asked of one state."""
    model = Tabulator(workers=workers)
    counts = model.slots(VALUE, 2)
    for count in counts:

        def turn(probe: Probe, count: int = count) -> None:
            probe.set(count, (probe.value(count) + 1) % length)

        model.action(turn)

    def goal(probe: Probe) -> bool:
        if probe.value(counts[0]) == interrupt:
            raise KeyboardInterrupt
        return probe.value(counts[1]) == length

    model.predicate(IN_THE_END, goal)
    return model, model.run(initials=[[0, 0]])


def answer(engine: Engine, **given: Any) -> list[Any]:
    limits = {"max_seconds": None, "max_memory_bytes": None, "interrupt_types": ()}
    return engine.answer([(2, None)], [WEAK, WEAK], **(limits | given))


@pytest.mark.parametrize("workers", NUMBERS)
def test_an_interrupt_of_a_goal_leaves_the_search_as_it_was(workers: int) -> None:
    _, engine = ring(100, workers, interrupt=70)
    assert engine.complete
    assert answer(engine) == []
    assert (engine.stopped, engine.complete, engine.states) == ("interrupted", False, 10_000)
    assert len(engine.path(9_999)[1]) == 198
    assert engine.state(9_999) == [99, 99]


@pytest.mark.parametrize("workers", NUMBERS)
def test_memory_that_ends_while_the_graph_is_drawn_gives_no_answer(workers: int) -> None:
    outcomes = set()
    expected = answer(ring(150, workers)[1])
    for spared in range(0, 5_000_000, 1_000_000):
        _, engine = ring(150, workers)
        found = answer(engine, max_memory_bytes=engine.memory_bytes + spared)
        assert (found, engine.stopped) in [([], "max_memory"), (expected, None)]
        assert engine.state(22_499) == [149, 149]
        outcomes.add(engine.stopped)
    assert outcomes == {None, "max_memory"}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_signal_while_the_graph_is_drawn_ends_it_soon(workers: int) -> None:
    _, engine = ring(1_000, workers)
    timer = threading.Timer(0.05, signal.raise_signal, [signal.SIGINT])
    timer.start()
    found = answer(engine)
    timer.cancel()
    assert (found, engine.stopped) == ([], "interrupted")
    assert engine.state(0) == [0, 0]
