"""The journal keeps one order for all, abstractly and as a protocol that elects its leaders.

Goal: what the talk says of the journal holds in both models, and no mechanism of theirs is idle.
Method: known counts on both engines, faults, a journal that has too few sites, and mutants.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import Verdict, load_model
from gtcheck.models.errors import GtcheckError
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS
from gtcheck.models.parameters import Model

JOURNAL = load_model("journal")
REPLICATED = load_model("replicated-journal")
BROKEN = [mutant for mutant in MUTANTS if mutant.model in (JOURNAL.name, REPLICATED.name)]
LASTING = {"faulty": "us-east-2", "heals": False}


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_small_bounds_have_known_counts(engine: EngineName) -> None:
    result = explore(JOURNAL.build({"appends": 2}), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.complete
    assert (result.states, result.transitions) == (2_317, 5_412)


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_small_bounds_of_the_replicated_journal_have_known_counts(engine: EngineName) -> None:
    result = explore(REPLICATED.build({"terms": 1, "appends": 1}, {"crash": 1}), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.complete
    assert (result.states, result.transitions) == (3_838, 11_172)


@pytest.mark.parametrize("fault", ["cut", "isolate", "crash"])
def test_the_replicated_journal_refines_the_abstract_one_under_every_fault(fault: str) -> None:
    budgets = {"crash": 0, fault: 1}
    result = explore(REPLICATED.build({"appends": 1}, budgets))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


def test_an_entry_survives_the_leader_that_took_it() -> None:
    result = explore(REPLICATED.build({"terms": 2, "appends": 2}, {"crash": 0}))
    assert result.complete
    assert result.property("an-entry-survives-its-leader").verdict is Verdict.HOLDS
    assert result.property("two-leaders-at-once").verdict is Verdict.HOLDS
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("settings", [{}, LASTING])
@pytest.mark.parametrize("fault", ["cut", "isolate", "offline"])
def test_the_promises_hold_under_every_fault(settings: dict[str, object], fault: str) -> None:
    result = explore(JOURNAL.build({"appends": 2, **settings}, {fault: 1}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("fault", ["cut", "isolate", "offline"])
def test_two_sites_append_nothing_while_one_is_lost(fault: str) -> None:
    system = JOURNAL.build({"sites": 2, "appends": 2, **LASTING}, {fault: 1})
    result = explore(system, keep_going=True)
    assert result.property("an-entry-is-appended").verdict is Verdict.VIOLATED
    assert result.property("no-deadlock").verdict is Verdict.VIOLATED
    assert result.property("no-progress-without-a-quorum").verdict is Verdict.HOLDS


def test_a_site_with_a_cut_link_hears_what_takes_the_longer_way() -> None:
    result = explore(JOURNAL.build({"appends": 2, **LASTING}, {"cut": 1}))
    assert result.property("an-entry-is-heard-by-the-faulty-site").verdict is Verdict.HOLDS


@pytest.mark.parametrize("mutant", BROKEN, ids=lambda mutant: f"{mutant.model}-{mutant.bug}")
def test_each_mechanism_is_missed_by_the_property_that_promises_it(mutant: Mutant) -> None:
    model = load_model(mutant.model)
    broken = model.build({**mutant.settings, "bug": mutant.bug}, mutant.faults)
    assert explore(broken).property(mutant.killed_by).verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    ("model", "settings", "faults"),
    [
        (JOURNAL, {"sites": 1}, {}),
        (JOURNAL, {"sites": 6}, {}),
        (JOURNAL, {"faulty": "eu-west-1"}, {}),
        (JOURNAL, {}, {"cut": 4}),
        (REPLICATED, {"terms": 4}, {}),
        (REPLICATED, {"bug": "skip-an-entry"}, {}),
    ],
)
def test_what_is_impossible_is_refused(
    model: Model, settings: dict[str, object], faults: dict[str, int]
) -> None:
    with pytest.raises(GtcheckError):
        model.build(settings, faults)
