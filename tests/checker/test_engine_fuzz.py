"""Whatever a tabulator answers, the engine gives an error, or an exploration that fits together.

Goal: no answer of Python's crashes the process, makes the engine hang, or makes it count what is
not there. Method: Hypothesis makes up answers, spoils true ones in one place, and breaks off runs
at any callback; what the engine then says is held to what can be read from it.
"""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker._engine import Engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .engine_models import ALWAYS, BAG, QUEUE, VALUE, Probe, State, Tabulator, two_phase_commit

REFUSALS = (ValueError, TypeError, OverflowError, RuntimeError, IndexError)
LIMITS: dict[str, Any] = {"max_states": 300, "max_depth": 12, "max_seconds": 10}
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

numbers = st.one_of(
    st.integers(-2, 9),
    st.sampled_from([2**24 - 1, 2**24, 2**31, 2**32 - 1, 2**32, 2**64, -(2**63), 10**30]),
)
atoms = st.one_of(numbers, st.none(), st.booleans(), st.text(max_size=2), st.floats())
garbage = st.recursive(
    atoms,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.tuples(inner, inner)),
    max_leaves=9,
)
looks = st.tuples(st.integers(0, 10), numbers, numbers, numbers)
effects = st.tuples(st.integers(0, 6), numbers, numbers)
leaves = st.one_of(
    st.none(),
    st.tuples(
        st.lists(effects, max_size=3),
        st.lists(numbers, max_size=2),
        st.one_of(st.none(), numbers),
        numbers,
    ),
    garbage,
)
tables = st.lists(st.tuples(st.lists(looks, max_size=4), leaves), max_size=3)
news = st.lists(
    st.one_of(
        st.tuples(st.just("slot"), numbers),
        st.sampled_from([("action",), ("reaction",)]),
        st.tuples(st.just("stamps"), numbers, numbers, numbers),
        st.tuples(st.just("view"), st.lists(numbers, max_size=3).map(tuple)),
        garbage,
    ),
    max_size=2,
)
answers = st.one_of(
    st.tuples(tables, news),
    st.tuples(tables, st.just([])),
    st.tuples(garbage, garbage),
    garbage,
)


class Answering:
    """Answers each question with the next of a list of answers, and then again from its start."""

    def __init__(self, tables: list[Any], views: list[Any]) -> None:
        self.tables = tables
        self.views = views
        self.asked = 0

    def tabulate(self, trie: int, state: State) -> Any:
        return self._next(self.tables)

    def view(self, view: int, ids: tuple[int, ...]) -> Any:
        return self._next(self.views)

    def renumber(self, slot: int, identifier: int, live: int) -> Any:
        return self._next(self.views)

    def mirror(self, slot: int, identifier: int) -> Any:
        return self._next(self.views)

    def _next(self, answers: list[Any]) -> Any:
        self.asked += 1
        return answers[self.asked % len(answers)]


def run(engine: Engine, **limits: Any) -> None:
    engine.run(
        **{
            "max_states": None,
            "max_depth": None,
            "max_seconds": None,
            "max_memory_bytes": 1 << 28,
            "keep_going": True,
            "progress": None,
            "interrupt_types": (),
            **limits,
        }
    )


def check_consistent(engine: Engine) -> None:
    """Hold what the engine says to what can be read from it, state by state."""
    for state in range(engine.states):
        assert isinstance(engine.state(state), list)
        _, path = engine.path(state)
        assert len(path) <= engine.depth
    assert len({repr(engine.state(state)) for state in range(engine.states)}) == engine.states
    assert engine.terminal_states <= engine.states
    assert engine.complete is (engine.stopped is None)
    with pytest.raises(IndexError):
        engine.state(engine.states)


@QUIET
@given(
    st.lists(answers, min_size=1, max_size=4),
    st.lists(st.one_of(numbers, garbage), min_size=1),
    st.booleans(),
)
def test_garbage_is_refused_or_explored_consistently(
    tables: list[Any], views: list[Any], depth_first: bool
) -> None:
    timed = len(tables) % 2 == 0
    engine = Engine(Answering(tables, views), timed=timed, depth_first=depth_first)
    for kind in (VALUE, QUEUE, BAG):
        engine.add_slot(kind)
    engine.add_view((0,))
    engine.add_action()
    engine.add_action()
    engine.add_reaction()
    engine.add_predicate(ALWAYS)
    engine.add_initial([0, [], []])
    engine.add_initial([1, [2, 1], [1]])
    try:
        run(engine, **LIMITS)
    except REFUSALS:
        return
    check_consistent(engine)


class Spoiling(Tabulator):
    """Gives true answers, but one of them with one part replaced."""

    def __init__(self, at: int, where: list[int], by: Any, depth_first: bool) -> None:
        super().__init__(depth_first=depth_first)
        self.asked = 0
        self.at, self.where, self.by = at, where, by

    def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
        self.asked += 1
        answer = super().tabulate(trie, state)
        return spoiled(answer, self.where, self.by) if self.asked == self.at else answer  # type: ignore[return-value]


def spoiled(part: object, where: list[int], by: Any) -> object:
    if not where or not isinstance(part, (list, tuple)) or not part:
        return by
    index = where[0] % len(part)
    parts = [spoiled(p, where[1:], by) if i == index else p for i, p in enumerate(part)]
    return parts if isinstance(part, list) else tuple(parts)


@QUIET
@given(
    st.integers(1, 20),
    st.lists(st.integers(0, 5), min_size=1, max_size=6),
    st.one_of(garbage, looks, effects, leaves),
    st.booleans(),
)
def test_a_spoiled_answer_is_refused_or_explored_consistently(
    at: int, where: list[int], by: Any, depth_first: bool
) -> None:
    model = Spoiling(at, where, by, depth_first)
    for slot in model.slots(VALUE, 2):

        def count(probe: Probe, slot: int = slot) -> None:
            probe.set(slot, (probe.value(slot) + 1) % 3)

        model.action(count)
    [queue] = model.slots(QUEUE, 1)

    def turn(probe: Probe) -> None:
        if probe.empty(queue):
            probe.push(queue, probe.choice(2))
        else:
            probe.remove_at(queue, 0)

    model.action(turn)
    try:
        model.run(initials=[[0, 0, []]], **LIMITS)
    except REFUSALS:
        return
    check_consistent(model.engine)


class Breaking(Tabulator):
    """Raises an exception at one of its answers."""

    asked = 0
    at = 0
    raised: BaseException = KeyboardInterrupt()

    def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
        self.asked += 1
        if self.asked == self.at:
            raise self.raised
        return super().tabulate(trie, state)


def breaking(
    at: int, raised: BaseException, *, depth_first: bool = False
) -> tuple[Breaking, State]:
    model, initial = two_phase_commit(3)
    broken = Breaking(depth_first=depth_first)
    broken.at, broken.raised = at, raised
    broken.slots(VALUE, len(initial))
    for trie, step in sorted(model.steps.items()):
        is_predicate = trie == max(model.steps)
        added = broken.predicate(ALWAYS, step) if is_predicate else broken.action(step)
        assert added == trie
    return broken, initial


WHOLE, INITIAL = breaking(0, KeyboardInterrupt())
WHOLE.run(initials=[INITIAL])
TRUE_STATES = {repr(WHOLE.engine.state(state)) for state in range(WHOLE.engine.states)}


def test_the_model_that_is_broken_off_is_whole_otherwise() -> None:
    assert (WHOLE.engine.states, WHOLE.engine.complete) == (288, True)
    assert WHOLE.asked > 60


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 60),
    st.sampled_from([KeyboardInterrupt(), LookupError("lost"), SystemExit(3)]),
    st.booleans(),
)
def test_what_was_found_before_a_break_is_true(
    at: int, raised: BaseException, depth_first: bool
) -> None:
    model, initial = breaking(at, raised, depth_first=depth_first)
    engine = model.engine
    if isinstance(raised, KeyboardInterrupt):
        assert model.run(initials=[initial]).stopped == "interrupted"
    else:
        with pytest.raises(type(raised)):
            model.run(initials=[initial])
    assert engine.complete is False
    assert engine.states <= WHOLE.engine.states
    assert engine.transitions <= WHOLE.engine.transitions
    assert {repr(engine.state(state)) for state in range(engine.states)} <= TRUE_STATES
    assert all(len(engine.path(state)[1]) <= engine.depth for state in range(engine.states))
