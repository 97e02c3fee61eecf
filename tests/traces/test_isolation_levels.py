from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import ObservationLimits
from gtcheck.traces.results import RuleResult
from gtcheck.traces.transactions.histories import (
    Access,
    AccessAction,
    Transaction,
    TransactionHistory,
)
from gtcheck.traces.transactions.isolation import check_isolation
from gtcheck.traces.transactions.levels import LEVELS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.isolation_axioms import INITIAL, Toy, satisfies

ITEMS = "xyz"
EACH_LEVEL = pytest.mark.parametrize("level", list(LEVELS))


def judged(level: str, history: TransactionHistory) -> RuleResult:
    return check_isolation([history], LEVELS[level], ObservationLimits(), time.monotonic() + 20)


def recorded(toys: list[Toy], orders: dict[str, list[int]] | None = None) -> TransactionHistory:
    """Write a toy down as it would be logged: values name their writers, lists all before."""
    history = TransactionHistory(["toy"])
    for number, toy in enumerate(toys):
        accesses = [
            Access("read", item, value_read(item, writer, orders), 0) for item, writer in toy.reads
        ]
        action: AccessAction = "append" if orders is not None else "write"
        accesses += [Access(action, item, number, 0) for item in sorted(toy.writes)]
        line = number + 1
        accesses = [access._replace(line=line) for access in accesses]
        history.transactions.append(
            Transaction(toy.session, accesses, "committed", 0, line, line, line, line)
        )
    return history


def value_read(item: str, writer: int, orders: dict[str, list[int]] | None) -> object:
    if orders is None:
        return None if writer == INITIAL else writer
    order = orders[item]
    return () if writer == INITIAL else tuple(order[: order.index(writer) + 1])


@st.composite
def toys(draw: st.DrawFn) -> list[Toy]:
    """Draw transactions that read of each other, or the initial values, each item once or twice."""
    count = draw(st.integers(2, 5))
    items = ITEMS[: draw(st.integers(1, 3))]
    writes = [frozenset(draw(st.sets(st.sampled_from(items)))) for _ in range(count)]
    found = []
    for number in range(count):
        reads = []
        for item in draw(st.lists(st.sampled_from(items), max_size=3)):
            writers = [n for n in range(count) if n != number and item in writes[n]]
            reads.append((item, draw(st.sampled_from([INITIAL, *writers]))))
        found.append(Toy(draw(st.integers(0, 2)), tuple(reads), writes[number]))
    return found


@EACH_LEVEL
@settings(max_examples=250, deadline=None)
@given(toys())
def test_registers_are_judged_as_the_axioms_judge_them(level: str, history: list[Toy]) -> None:
    expected = Verdict.HOLDS if satisfies(level, history) else Verdict.VIOLATED
    assert judged(level, recorded(history)).verdict is expected


@EACH_LEVEL
@settings(max_examples=150, deadline=None)
@given(toys(), st.randoms(use_true_random=False))
def test_lists_are_judged_as_the_axioms_judge_them(
    level: str, history: list[Toy], random: Random
) -> None:
    orders = {item: [n for n, toy in enumerate(history) if item in toy.writes] for item in ITEMS}
    for order in orders.values():
        random.shuffle(order)
    verdict = judged(level, recorded(history, orders)).verdict
    expected = satisfies(level, history, known_versions(history, orders))
    assert verdict is (Verdict.HOLDS if expected else Verdict.VIOLATED)


def known_versions(history: list[Toy], orders: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """Give the pairs of versions whose order the longest list of each item shows."""
    for item, order in orders.items():
        lengths = [
            order.index(writer) + 1
            for toy in history
            for name, writer in toy.reads
            if name == item and writer != INITIAL
        ]
        read = max(lengths, default=0)
        for at, one in enumerate(order[:read]):
            yield from ((one, other) for other in order[at + 1 :])
