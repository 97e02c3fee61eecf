"""Transactions are whole in their own region, torn elsewhere, and of two the end may have parts.

Goal: the region's atomicity is promised and no more (C62, C63). Method: a count that can be made by
hand, every fault, mutants, and the anomalies as witnesses that must exist.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import ParameterError, Verdict, load_model
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS

TRANSACTIONS = load_model("transactions")
BROKEN = [mutant for mutant in MUTANTS if mutant.model == "transactions"]


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_one_transaction_makes_as_many_states_as_can_be_counted_by_hand(engine: EngineName) -> None:
    # Nothing is written, or one of two regions is half way, or is done and the other has any of
    # the two items.
    settings = {"regions": 2, "transactions": 1, "reads": 0}
    result = explore(TRANSACTIONS.build(settings), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.states == 1 + 2 * (1 + 2**2)


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("settings", "faults", "states", "transitions"),
    [
        ({"transactions": 1}, {}, 97, 477),
        ({"regions": 2}, {}, 285, 1_102),
        ({"regions": 2, "transactions": 1}, {"cut": 1}, 51, 172),
    ],
)
def test_small_bounds_have_known_counts(
    settings: dict[str, object],
    faults: dict[str, int],
    states: int,
    transitions: int,
    engine: EngineName,
) -> None:
    result = explore(TRANSACTIONS.build(settings, faults), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert (result.states, result.transitions) == (states, transitions)


@pytest.mark.parametrize("fault", ["cut", "isolate", "offline"])
@pytest.mark.parametrize("heals", [True, False])
def test_the_promises_hold_under_every_fault(fault: str, heals: bool) -> None:
    result = explore(TRANSACTIONS.build({"heals": heals}, {fault: 1}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


def test_three_items_are_torn_and_mixed_as_two_are() -> None:
    result = explore(TRANSACTIONS.build({"items": 3, "regions": 2}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("mutant", BROKEN, ids=lambda mutant: mutant.name)
def test_each_mechanism_is_missed_by_the_property_that_promises_it(mutant: Mutant) -> None:
    broken = TRANSACTIONS.build({**mutant.settings, "bug": mutant.bug}, mutant.faults)
    found = explore(broken, properties=[mutant.killed_by]).property(mutant.killed_by)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None


@pytest.mark.parametrize(
    ("settings", "witnesses"),
    [
        ({}, {"a-torn-transaction-is-seen", "transactions-mix"}),
        ({"transactions": 1}, {"a-torn-transaction-is-seen"}),
        ({"reads": 0}, {"transactions-mix"}),
        ({"transactions": 0}, set()),
    ],
)
def test_what_must_show_is_promised_where_it_can(
    settings: dict[str, object], witnesses: set[str]
) -> None:
    result = explore(TRANSACTIONS.build(settings))
    assert result.verdict is Verdict.HOLDS
    assert {found.name for found in result.properties if found.kind == "sometimes"} == witnesses


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"items": 1}, "items=1 is out of bounds: it may be from 2 to 3"),
        ({"transactions": 4}, "transactions=4 is out of bounds"),
        ({"faulty": "ap-northeast-1"}, "no region of this system; it has us-east-1"),
    ],
)
def test_impossible_parameters_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        TRANSACTIONS.build(settings)
