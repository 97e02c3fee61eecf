from __future__ import annotations

import time
from dataclasses import replace
from unittest.mock import patch

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.history import FOREVER, Item, Operation
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.linearizability.contradiction import find_contradiction
from gtcheck.traces.linearizability.linearizable_items import judge_item
from gtcheck.traces.linearizability.linearization import TimedEffect, linearize
from gtcheck.traces.linearizability.sequential_models import (
    COUNTER,
    MUTEX,
    REGISTER,
    REGISTERS,
    TEXT,
    Effect,
    SequentialModel,
    State,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.brute_force import is_linearizable

VALUES = st.integers(0, 2)
REGISTER_EFFECTS = st.one_of(
    st.tuples(st.just("read"), VALUES),
    st.tuples(st.just("write"), VALUES),
    st.tuples(st.just("cas"), VALUES, VALUES),
)
COUNTER_EFFECTS = REGISTER_EFFECTS | st.tuples(st.just("increment"), st.integers(1, 2))
TEXTS = st.sampled_from(["", "a", "b", "ab", "ba", "aa", "aab"])
TEXT_EFFECTS = st.one_of(
    st.tuples(st.just("read"), TEXTS),
    st.tuples(st.just("append"), st.sampled_from("ab")),
    st.tuples(st.just("write"), st.sampled_from(["", "a"])),
)
MUTEX_EFFECTS = st.tuples(st.sampled_from(["acquire", "release"]))
PARTS = st.lists(
    st.tuples(st.sampled_from(["read", "write"]), st.integers(0, 1), st.integers(0, 1)),
    min_size=1,
    max_size=2,
).map(tuple)
TRANSACTIONS = st.tuples(st.just("transaction"), PARTS, st.just(0))


@st.composite
def histories(draw: st.DrawFn, effects: st.SearchStrategy[Effect]) -> list[TimedEffect]:
    made = []
    for effect in draw(st.lists(effects, max_size=7)):
        start = draw(st.integers(0, 9))
        kind = draw(st.sampled_from(["ok", "ok", "ok", "unknown", "maybe"]))
        end = FOREVER if kind == "unknown" else start + draw(st.integers(0, 6))
        made.append(TimedEffect(effect, start, end, kind == "ok"))
    return made


def agree(model: SequentialModel, initial: State, effects: list[TimedEffect]) -> None:
    found = linearize(model, initial, effects, max_configurations=10_000)
    expected = is_linearizable(model, initial, effects)
    assert (found.verdict is Verdict.HOLDS) == expected
    if found.failed_at is None:
        return
    begun = effects[found.failed_at].start
    before = [i for i, effect in enumerate(effects) if effect.required and effect.end < begun]
    for given_ones in ([], before):
        kept = find_contradiction(
            model, initial, effects, failed_at=found.failed_at, seconds=5, given=given_ones
        )
        assert kept
        assert not set(kept) & set(given_ones)
        weakened = [
            effect if i in kept or i in given_ones else replace(effect, required=False)
            for i, effect in enumerate(effects)
        ]
        assert not is_linearizable(model, initial, weakened)


@settings(max_examples=600, deadline=None)
@given(histories(REGISTER_EFFECTS))
def test_the_search_agrees_with_every_order_on_registers(effects: list[TimedEffect]) -> None:
    agree(REGISTER, 0, effects)


@settings(max_examples=200, deadline=None)
@given(histories(COUNTER_EFFECTS))
def test_the_search_agrees_with_every_order_on_counters(effects: list[TimedEffect]) -> None:
    agree(COUNTER, 0, effects)


@settings(max_examples=400, deadline=None)
@given(histories(TEXT_EFFECTS))
def test_the_search_agrees_with_every_order_on_texts(effects: list[TimedEffect]) -> None:
    agree(TEXT, "", effects)


@settings(max_examples=200, deadline=None)
@given(histories(MUTEX_EFFECTS))
def test_the_search_agrees_with_every_order_on_mutexes(effects: list[TimedEffect]) -> None:
    agree(MUTEX, False, effects)


@settings(max_examples=300, deadline=None)
@given(histories(TRANSACTIONS))
def test_the_search_agrees_with_every_order_on_transactions(effects: list[TimedEffect]) -> None:
    agree(REGISTERS, (), effects)


@settings(max_examples=400, deadline=None)
@given(st.one_of(histories(REGISTER_EFFECTS), histories(COUNTER_EFFECTS)))
def test_looking_at_few_configurations_first_changes_no_verdict(effects: list[TimedEffect]) -> None:
    with patch("gtcheck.traces.linearizability.linearization._WIDTHS", (1, 2)):
        found = linearize(COUNTER, 0, effects, max_configurations=10_000)
    assert (found.verdict is Verdict.HOLDS) == is_linearizable(COUNTER, 0, effects)


def test_forty_unknown_outcomes_are_decided() -> None:
    """A value walks where only operations of unknown outcome can have taken it."""
    maybe: list[Effect] = [("cas", a, b) for a in range(4) for b in range(4) if a != b]
    maybe += [("write", i % 7) for i in range(28)]
    effects = [TimedEffect(effect, i, FOREVER, False) for i, effect in enumerate(maybe)]
    walk = [0, 1, 2, 3, 4, 5, 0, 2, 4, 0, 6, 5, 1, 3, 0, 4, 1, 5, 2]
    effects += [TimedEffect(("read", at), 10 * i, 10 * i + 5) for i, at in enumerate(walk)]
    deadline = time.monotonic() + 10
    found = linearize(REGISTER, 0, effects, max_configurations=50_000, deadline=deadline)
    assert found.verdict is Verdict.HOLDS


@st.composite
def unique_registers(draw: st.DrawFn) -> Item:
    item = Item("x", 0)
    for number in range(draw(st.integers(1, 8))):
        is_read = draw(st.booleans())
        start = draw(st.integers(0, 12))
        certain = is_read or draw(st.integers(0, 4)) > 0
        end = start + draw(st.integers(0, 6)) if certain else FOREVER
        value = draw(st.integers(0, 4)) if is_read else number + 1
        action = "read" if is_read else "write"
        operation = Operation(
            action,  # type: ignore[arg-type]
            "s",
            None,
            "x",
            value,
            start,
            end,
            0,
            number + 1,
            number + 1,
            certain=certain,
        )
        item.operations.append(operation)
    return item


@settings(max_examples=600, deadline=None)
@given(unique_registers())
def test_zones_agree_with_every_order_where_values_are_unique(item: Item) -> None:
    effects = [TimedEffect((o.action, o.value), o.start, o.end, o.certain) for o in item.operations]
    found = judge_item(item, ObservationLimits(), float("inf"))
    expected = is_linearizable(REGISTER, 0, effects)
    assert (found.verdict is not Verdict.VIOLATED) == expected


def test_too_many_configurations_are_undecided_with_the_limit() -> None:
    effects = [TimedEffect(("increment", 2**i), 0, 50 + i) for i in range(9)]
    effects.append(TimedEffect(("read", 999), 0, 70))
    found = linearize(COUNTER, 0, effects, max_configurations=5)
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert "5 configurations" in found.reason
