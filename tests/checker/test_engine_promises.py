"""The engine's answers to promises: what they hold, what ends them early, what it refuses."""

from typing import Any

import pytest
from gtcheck.checker._engine import Engine

from .engine_models import VALUE, Probe, Tabulator, require

IN_THE_END = 3
NONE, WEAK, STRONG = 0, 1, 2
ROUND = 4


def ring() -> tuple[Tabulator, Engine]:
    """Build and run a counter that goes round and may be set aside, and a goal that it is 9."""
    model = Tabulator()
    count, aside = model.slots(VALUE, 2)

    def turn(probe: Probe) -> None:
        require(not probe.value(aside))
        probe.set(count, (probe.value(count) + 1) % ROUND)

    def set_aside(probe: Probe) -> None:
        require(probe.value(count) == 2)
        probe.set(aside, 1)

    model.action(turn)
    model.action(set_aside)
    model.predicate(IN_THE_END, lambda probe: probe.value(count) == 9)
    model.predicate(IN_THE_END, lambda probe: probe.value(count) == 3)
    model.predicate(IN_THE_END, lambda probe: bool(probe.value(aside)))
    return model, model.run(initials=[[0, 0]])


def answer(engine: Engine, responses: list[Any], fairness: list[int], **given: Any) -> list[Any]:
    limits = {"max_seconds": None, "max_memory_bytes": None, "interrupt_types": ()}
    return engine.answer(responses, fairness, **(limits | given))


@pytest.mark.parametrize(
    ("response", "fairness", "expected"),
    [
        # Never 9: nothing is fair, so it rests at once.
        ((2, None), [NONE, NONE], ("lasso", 0, [], [])),
        ((2, None), [WEAK, NONE], ("lasso", 0, [], [(0, [])] * ROUND)),
        # It is 3 on the way round, unless it is set aside before.
        ((3, None), [WEAK, NONE], ("lasso", 0, [(0, []), (0, []), (1, [])], [])),
        # Setting it aside is enabled again and again.
        ((4, None), [WEAK, WEAK], ("lasso", 0, [], [(0, [])] * ROUND)),
        ((4, None), [WEAK, STRONG], None),
        # Once set aside it stays at 2.
        ((3, 4), [WEAK, WEAK], ("lasso", 4, [], [])),
    ],
)
def test_a_promise_is_answered_by_a_lasso_or_by_nothing(
    response: tuple[int, int | None], fairness: list[int], expected: object
) -> None:
    _, engine = ring()
    assert answer(engine, [response], fairness) == [expected]
    assert engine.complete


def test_every_promise_is_answered_in_order() -> None:
    _, engine = ring()
    found = answer(engine, [(4, None), (2, None), (4, None)], [WEAK, STRONG])
    assert [one is None for one in found] == [True, False, True]


def test_a_limit_of_memory_or_time_gives_no_answer_and_says_so() -> None:
    _, engine = ring()
    assert answer(engine, [(2, None)], [WEAK, WEAK], max_memory_bytes=1) == []
    assert (engine.stopped, engine.complete) == ("max_memory", False)


def test_what_cannot_be_a_promise_is_refused() -> None:
    model, engine = ring()
    with pytest.raises(ValueError, match="trie 0 promises nothing"):
        answer(engine, [(0, None)], [WEAK, WEAK])
    with pytest.raises(ValueError, match="trie 77 promises nothing"):
        answer(engine, [(2, 77)], [WEAK, WEAK])
    with pytest.raises(ValueError, match="fairness 3"):
        answer(engine, [(2, None)], [WEAK, 3])
    fresh = Engine(model)
    with pytest.raises(RuntimeError, match="has not run"):
        answer(fresh, [], [])


def test_actions_without_a_given_fairness_are_owed_nothing() -> None:
    _, engine = ring()
    assert answer(engine, [(2, None)], []) == [("lasso", 0, [], [])]
    assert answer(engine, [(2, None)], [WEAK] * 70) == [("lasso", 0, [], [(0, [])] * ROUND)]
