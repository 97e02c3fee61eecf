"""The storage of one region keeps what it acknowledged, whichever zone is lost.

Goal: three copies with a leader promise what the talk says of a region, and no mechanism of theirs
is idle. Method: known counts on both engines, every fault by itself and all at once, and mutants.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import Verdict, load_model
from gtcheck.models.errors import GtcheckError
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS

STORAGE = load_model("storage")
BROKEN = [mutant for mutant in MUTANTS if mutant.model == "storage"]


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_small_bounds_have_known_counts(engine: EngineName) -> None:
    settings = {"writes": 1, "strong_reads": 1, "eventual_reads": 1}
    result = explore(STORAGE.build(settings, {"lose_zone": 1, "lose": 1}), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.complete
    assert (result.states, result.transitions) == (2_516, 11_646)


@pytest.mark.parametrize("faults", [{}, {"lose": 1}, {"lose_zone": 0}, {"lose_zone": 2, "lose": 1}])
def test_the_promises_hold_under_every_fault(faults: dict[str, int]) -> None:
    result = explore(STORAGE.build({}, faults))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("mutant", BROKEN, ids=lambda mutant: mutant.bug)
def test_each_mechanism_is_missed_by_the_property_that_promises_it(mutant: Mutant) -> None:
    broken = STORAGE.build({**mutant.settings, "bug": mutant.bug}, mutant.faults)
    found = explore(broken).property(mutant.killed_by)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None


@pytest.mark.parametrize("habit", ["monotonic-eventual-reads", "read-your-writes"])
def test_eventual_reads_of_any_copy_promise_nothing(habit: str) -> None:
    found = explore(STORAGE.build(), properties=[habit]).property(habit)
    assert found.verdict is Verdict.VIOLATED


def test_without_writes_no_read_is_stale() -> None:
    result = explore(STORAGE.build({"writes": 0}))
    assert result.verdict is Verdict.HOLDS
    assert "an-eventual-read-is-stale" not in [found.name for found in result.properties]


@pytest.mark.parametrize(
    ("settings", "faults"), [({"writes": 7}, {}), ({"bug": "no-such"}, {}), ({}, {"lose_zone": 4})]
)
def test_what_is_out_of_bounds_is_refused(
    settings: dict[str, object], faults: dict[str, int]
) -> None:
    with pytest.raises(GtcheckError):
        STORAGE.build(settings, faults)
