"""The asynchronous and the strongly consistent tables: what holds, what must show, what is refused.

Goal: a property that could not fail says nothing, and a model that never does anything fails
nothing. Method: sizes that are known are kept, each mechanism taken away is missed by a property,
each anomaly that the mode allows has its witness, and each fault is survived.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.models import ParameterError, System, Verdict, load_model
from gtcheck.models.library.journal import Journal
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS

NO_FAULTS = {"cut": 0, "isolate": 0, "offline": 0, "crash": 0}
TABLES = [mutant for mutant in MUTANTS if mutant.model in ("async", "mrsc")]


@pytest.mark.parametrize("mutant", TABLES, ids=lambda mutant: mutant.name)
def test_a_table_without_a_mechanism_is_found(mutant: Mutant) -> None:
    settings = {**mutant.settings, "bug": mutant.bug}
    system = load_model(mutant.model).build(settings, mutant.faults)
    found = explore(system, properties=[mutant.killed_by]).property(mutant.killed_by)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert len(found.trace.steps) <= 13


@pytest.mark.parametrize("mutant", TABLES, ids=lambda mutant: mutant.name)
def test_what_finds_a_mutant_holds_without_it(mutant: Mutant) -> None:
    system = load_model(mutant.model).build(mutant.settings, mutant.faults)
    found = explore(system, properties=[mutant.killed_by])
    assert found.complete
    assert found.property(mutant.killed_by).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        *(("async", fault) for fault in ("cut", "cut_one_way", "isolate", "offline")),
        *(("async", fault) for fault in ("pause", "crash", "lose", "skew")),
        *(("mrsc", fault) for fault in ("cut", "isolate", "offline", "crash")),
    ],
)
def test_the_promises_hold_under_every_fault(model: str, fault: str) -> None:
    result = explore(load_model(model).build({"writes": 2}, {**NO_FAULTS, fault: 1}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("model", ["async", "mrsc"])
@pytest.mark.parametrize("fault", ["cut", "isolate", "offline"])
def test_what_a_fault_leaves_working_works_while_it_lasts(model: str, fault: str) -> None:
    settings = {"faulty": "us-east-2", "heals": False}
    result = explore(load_model(model).build(settings, {**NO_FAULTS, fault: 1}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


def test_deletes_expiries_and_creations_replicate_like_writes() -> None:
    settings = {"writes": 0, "deletes": 1, "expiries": 1, "creations": 2, "strong_reads": 0}
    result = explore(load_model("async").build(settings, NO_FAULTS))
    assert result.complete
    assert result.verdict is Verdict.HOLDS
    assert result.property("two-regions-create-the-same-item").trace is not None


def test_a_witness_takes_part_in_the_journal_and_in_nothing_else() -> None:
    result = explore(load_model("mrsc").build({"witness": True}, {**NO_FAULTS, "offline": 1}))
    assert result.verdict is Verdict.HOLDS
    assert result.property("writes-conflict").trace is not None


@pytest.mark.parametrize(
    ("model", "refuted", "faults"),
    [
        ("async", "linearizable-strong-reads", {}),
        ("async", "read-your-writes-anywhere", {}),
        ("async", "the-last-writer-wins", {"skew": 1}),
        ("async", "timestamps-follow-writes", {"skew": 1}),
        ("mrsc", "read-your-writes-anywhere", {}),
    ],
)
def test_what_is_not_promised_has_a_counterexample(
    model: str, refuted: str, faults: dict[str, int]
) -> None:
    system = load_model(model).build(None, faults)
    assert not next(found for found in system.properties if found.name == refuted).promised
    found = explore(system, properties=[refuted], keep_going=True).property(refuted)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None


@pytest.mark.parametrize("model", ["async", "mrsc"])
def test_a_property_has_the_same_verdict_alone_as_among_all(model: str) -> None:
    settings = {"writes": 2, "strong_reads": 1}
    together = explore(load_model(model).build(settings), keep_going=True)
    for found in together.properties:
        alone = explore(load_model(model).build(settings), properties=[found.name])
        assert alone.property(found.name).verdict is found.verdict, found.name


@pytest.mark.parametrize(
    ("model", "settings", "faults", "states"),
    [
        # Nothing is written, or one of three regions wrote and any of two others has it (async),
        # or any of three has heard of it (mrsc).
        ("async", {"writes": 1, "strong_reads": 0}, {"cut": 0}, 13),
        ("mrsc", {"writes": 1, "strong_reads": 0}, {"cut": 0}, 25),
    ],
)
def test_one_write_makes_as_many_states_as_can_be_counted_by_hand(
    model: str, settings: dict[str, object], faults: dict[str, int], states: int
) -> None:
    for engine in ("native", "reference"):
        result = explore(load_model(model).build(settings, faults), engine=engine)
        assert result.states == states


@pytest.mark.parametrize(
    ("model", "settings", "said"),
    [
        ("async", {"writers": 0}, "writes=2 needs writers, but writers=0"),
        ("async", {"writers": 0, "writes": 0, "deletes": 1}, "deletes=1 needs writers"),
        ("async", {"faulty": "ap-northeast-1"}, "no region of this system; it has us-east-1"),
        ("async", {"regions": 6}, "out of bounds: it may be from 2 to 5"),
        ("mrsc", {"regions": 2, "witness": True}, "out of bounds: it may be 3"),
        ("mrsc", {"writers": 0}, "writes=2 needs writers"),
        ("mrsc", {"transactions": 1}, "multi-region strong consistency has no transactions"),
        ("mrsc", {"expiries": 1}, "multi-region strong consistency has no expiries"),
    ],
)
def test_impossible_parameters_are_refused(
    model: str, settings: dict[str, object], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        load_model(model).build(settings)


@pytest.mark.parametrize(
    ("links", "reached"),
    [
        (set(), False),
        ({("b", "c")}, False),
        ({("a", "b")}, True),
        ({("a", "c")}, True),
    ],
)
def test_a_site_takes_part_in_the_journal_where_it_reaches_a_quorum(
    links: set[tuple[str, str]], reached: bool
) -> None:
    def works(one: str, other: str) -> bool:
        return (one, other) in links or (other, one) in links

    names = ("a", "b", "c")
    journal = Journal[int](System(), sites=names, subscribers=names, of=int, works=works)
    assert journal.quorum == 2
    assert journal.reaches_quorum("a") is reached


def test_a_journal_of_five_is_reached_through_others() -> None:
    names = ("a", "b", "c", "d", "e")
    links = {("a", "b"), ("b", "c"), ("d", "e")}

    def works(one: str, other: str) -> bool:
        return (one, other) in links or (other, one) in links

    journal = Journal[int](System(), sites=names, subscribers=names, of=int, works=works)
    assert [journal.reaches_quorum(name) for name in names] == [True, True, True, False, False]
