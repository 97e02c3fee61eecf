"""Where Python and the native engine meet: callbacks that fail, and numbers beyond every range."""

import gc
import signal
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from gtcheck.checker import explore
from gtcheck.checker._engine import Engine, Sampler
from gtcheck.models import System, guard

from .engine_models import ALWAYS, BAG, QUEUE, VALUE, Probe, State, Step, Tabulator, require

BEYOND = [2**24, 2**31, 2**32 - 1]
"""Identifiers that no domain has."""


def one_slot(kind: int, step: Step, model: Tabulator | None = None) -> Tabulator:
    model = model or Tabulator()
    model.slots(kind, 1)
    model.action(step)
    return model


def idle(probe: Probe) -> None:
    probe.value(0)


def grid(sides: int, length: int) -> Tabulator:
    """Count independently in several slots: many states, hardly a question."""
    model = Tabulator()
    for slot in model.slots(VALUE, sides):

        def count(probe: Probe, slot: int = slot) -> None:
            value = probe.value(slot)
            require(value < length)
            probe.set(slot, value + 1)

        model.action(count)
    return model


@pytest.mark.parametrize("identifier", BEYOND)
def test_an_identifier_beyond_the_limit_is_refused_wherever_it_comes_in(identifier: int) -> None:
    engine = Tabulator().engine
    engine.add_slot(VALUE)
    engine.add_slot(QUEUE)
    with pytest.raises(ValueError, match="identifiers stay below"):
        engine.add_initial([identifier])
    with pytest.raises(ValueError, match="identifiers stay below"):
        engine.add_initial([0, [identifier]])
    with pytest.raises(ValueError, match="identifiers stay below"):
        engine.set_stamps(0, identifier, 1)
    with pytest.raises(ValueError, match="identifiers stay below"):
        one_slot(VALUE, lambda probe: probe.set(0, identifier)).run(initials=[[0]])
    with pytest.raises(ValueError, match="identifiers stay below"):
        one_slot(QUEUE, lambda probe: probe.push(0, identifier)).run(initials=[[[]]])


@pytest.mark.parametrize(
    "call",
    [
        lambda engine: engine.add_slot(-1),
        lambda engine: engine.add_slot(2**32),
        lambda engine: engine.add_initial([-1]),
        lambda engine: engine.add_initial([2**32]),
        lambda engine: engine.set_stamps(0, 0, 2**64),
        lambda engine: engine.path(-1),
        lambda engine: engine.state(2**32),
    ],
)
def test_a_number_that_is_negative_or_too_wide_overflows(call: Callable[[Engine], object]) -> None:
    engine = Tabulator().engine
    engine.add_slot(VALUE)
    with pytest.raises(OverflowError):
        call(engine)


@pytest.mark.parametrize("given", [["one"], [None], [["one"]], [1.5], [(1,)]])
def test_a_state_of_something_else_is_a_type_error(given: list[Any]) -> None:
    engine = Tabulator().engine
    engine.add_slot(VALUE)
    with pytest.raises(TypeError):
        engine.add_initial(given)


class Answering(Tabulator):
    """Answers views and renumberings with what it is told to, or raises it."""

    answer: Any = None

    def view(self, view: int, ids: tuple[int, ...]) -> int:
        return self._answered()  # type: ignore[no-any-return]

    def renumber(self, slot: int, identifier: int, live: int) -> tuple[int, list[Any]]:
        return self._answered()  # type: ignore[no-any-return]

    def _answered(self) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def viewing() -> Answering:
    model = Answering()
    one_slot(VALUE, lambda probe: require(probe.view(0, 0) == 0), model)
    model.engine.add_view((0,))
    return model


def renumbering() -> Answering:
    model = Answering(timed=True)
    one_slot(VALUE, idle, model)
    model.engine.set_stamps(0, 1, 0b10)
    return model


@pytest.mark.parametrize("answer", [None, "one", -1, 2**24, (1, 2)])
def test_a_view_that_gives_no_identifier_is_a_value_error(answer: object) -> None:
    model = viewing()
    model.answer = answer
    with pytest.raises(ValueError, match="view"):
        model.run(initials=[[0]])


@pytest.mark.parametrize("answer", [None, 1, (2**24, []), (1, None), (2, [("view", [])]), (1, [])])
def test_a_renumbering_that_cannot_be_is_a_value_error(answer: object) -> None:
    model = renumbering()
    model.answer = answer
    with pytest.raises(ValueError, match=r"renumber|identifiers|slot"):
        model.run(initials=[[1]])


@pytest.mark.parametrize("build", [viewing, renumbering])
def test_what_a_view_or_a_renumbering_raises_passes_through(build: Callable[[], Answering]) -> None:
    for raised in (LookupError("lost"), SystemExit(3)):
        model = build()
        model.answer = raised
        with pytest.raises(type(raised)):
            model.run(initials=[[1]])
    model = build()
    model.answer = KeyboardInterrupt()
    assert model.run(initials=[[1]]).stopped == "interrupted"


def test_what_progress_raises_passes_through() -> None:
    def progress(*numbers: int) -> None:
        raise LookupError("lost")

    model = grid(6, 30)
    with pytest.raises(LookupError, match="lost"):
        model.run(initials=[[0] * 6], max_seconds=20, progress=progress)
    assert model.engine.states > 0


def test_a_signal_stops_a_search_that_asks_nothing() -> None:
    model = grid(8, 30)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    began = time.monotonic()
    timer.start()
    engine = model.run(initials=[[0] * 8], max_seconds=20)
    timer.join()
    assert engine.stopped == "interrupted"
    assert time.monotonic() - began < 5
    assert engine.tabulations <= 8 * 31
    assert len(engine.path(engine.states - 1)[1]) == engine.depth


def test_the_engine_cannot_be_entered_from_its_own_callback() -> None:
    model = one_slot(VALUE, idle)
    seen: list[str] = []

    def step(probe: Probe) -> None:
        for enter in (model.engine.add_action, lambda: model.engine.states):
            with pytest.raises(RuntimeError) as told:
                enter()
            seen.append(str(told.value))
        idle(probe)

    model.steps[0] = step
    assert model.run(initials=[[0]]).complete
    assert len(seen) == 2


def test_everything_that_adds_is_closed_once_the_engine_has_run() -> None:
    engine = one_slot(VALUE, idle).run(initials=[[0]])
    adders: list[Callable[[], object]] = [
        lambda: engine.add_slot(VALUE),
        lambda: engine.add_view((0,)),
        engine.add_action,
        engine.add_reaction,
        lambda: engine.add_predicate(ALWAYS),
        lambda: engine.set_stamps(0, 0, 1),
        lambda: engine.add_initial([0]),
    ]
    for add in adders:
        with pytest.raises(RuntimeError, match="runs once"):
            add()


def test_a_step_whose_runs_are_never_the_states_own_is_told_at_once() -> None:
    class Wandering(Tabulator):
        calls = 0

        def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
            self.calls += 1
            return [([(0, 0, 0, self.calls)], None)], []

    model = Wandering()
    one_slot(VALUE, idle, model)
    with pytest.raises(ValueError, match="impure: trie 0"):
        model.run(initials=[[0]])
    assert model.calls == 1


def test_a_reaction_or_a_predicate_may_not_branch() -> None:
    def choose(probe: Probe) -> bool:
        return probe.choice(2) == 1

    model = one_slot(BAG, lambda probe: probe.reactions.append(1))
    model.reaction(choose)
    with pytest.raises(ValueError, match="trie 1 branches"):
        model.run(initials=[[[]]])
    model = one_slot(VALUE, idle)
    model.predicate(ALWAYS, choose)
    with pytest.raises(ValueError, match="trie 1 branches"):
        model.run(initials=[[0]])


def test_an_engine_without_anything_explores_nothing() -> None:
    engine = Tabulator().run(initials=[])
    assert (engine.states, engine.complete, engine.findings) == (0, True, [])
    engine = Tabulator().run(initials=[[]])
    assert (engine.states, engine.terminal_states, engine.state(0)) == (1, 1, [])


@pytest.mark.parametrize("has_run", [False, True])
def test_an_engine_and_what_it_asks_are_collected_together(has_run: bool, tmp_path: Path) -> None:
    model = one_slot(VALUE, idle)
    model.engine.save_to(tmp_path / "search", partial(str, model), 1.0)
    if has_run:
        model.run(initials=[[0]])
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_sampler_and_what_it_asks_are_collected_together() -> None:
    class Asked(Tabulator):
        sampler: Sampler

    model = Asked()
    model.sampler = Sampler(
        model,  # type: ignore[arg-type]
        slots=[VALUE],
        actions=[],
        predicates=[],
        stamps=[],
        starts=[([0], [])],
    )
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_an_exploration_leaves_nothing_behind() -> None:
    def explored() -> weakref.ref[System]:
        system = System("left")
        counter = system.variable("counter", 0)

        @system.action
        def count() -> None:
            guard(counter.value < 3)
            counter.value += 1

        assert explore(system, engine="native").states == 4
        return weakref.ref(system)

    gone = explored()
    gc.collect()
    assert gone() is None


def test_a_collection_in_a_callback_disturbs_nothing() -> None:
    def step(probe: Probe) -> None:
        value = probe.value(0)
        if value == 5:
            gc.collect()
        require(value < 20)
        probe.set(0, value + 1)

    assert one_slot(VALUE, step).run(initials=[[0]]).states == 21
