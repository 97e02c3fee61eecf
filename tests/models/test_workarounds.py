"""What applications did before: a leader region, and strong reads that ask every region.

Goal: both give linearizable reads on tables that do not, and both pay for it with availability as
the talk says (C65 to C70). Method: counts that can be made by hand, every fault, mutants, and what
is refuted where a region is gone for good.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import Trace, explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import ParameterError, Verdict, load_model
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS

MODELS = ("leader-region", "read-all-regions")
BROKEN = [mutant for mutant in MUTANTS if mutant.model in MODELS]
OUTAGE = {"the-leader-is-out-of-reach"}
FAILOVER = {"another-region-leads"}
DOUBT = {"the-last-write-may-be-lost", "the-last-write-may-have-arrived"}
NO_FAULTS = {"cut": 0, "isolate": 0, "offline": 0}


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("model", "settings", "states"),
    [
        # Nothing is written, or the leader wrote and any of the two others has it.
        ("leader-region", {"writes": 1}, 2 * (1 + 4)),
        # The read is not begun, or answered, or at one of three regions, which has asked any but
        # all of them.
        ("read-all-regions", {"writes": 0}, 1 + 1 + 3 * (2**3 - 1)),
    ],
)
def test_small_bounds_have_counts_that_can_be_made_by_hand(
    model: str, settings: dict[str, object], states: int, engine: EngineName
) -> None:
    result = explore(load_model(model).build(settings, NO_FAULTS), engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.states == states


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("model", "faults", "states", "transitions"),
    [
        ("leader-region", {"isolate": 1}, 62, 272),
        ("read-all-regions", {"cut": 1}, 240, 1_002),
    ],
)
def test_small_bounds_with_a_fault_have_known_counts(
    model: str, faults: dict[str, int], states: int, transitions: int, engine: EngineName
) -> None:
    system = load_model(model).build({"regions": 2, "writes": 1}, faults)
    result = explore(system, engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert (result.states, result.transitions) == (states, transitions)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", ["cut", "isolate", "offline"])
def test_the_promises_hold_under_every_fault(model: str, fault: str) -> None:
    result = explore(load_model(model).build({}, {**NO_FAULTS, fault: 1}))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


def test_two_failovers_lose_nothing_under_all_faults_at_once() -> None:
    faults = dict.fromkeys(NO_FAULTS, 1)
    result = explore(load_model("leader-region").build({"failovers": 2}, faults))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", ["isolate", "offline"])
def test_with_a_region_gone_for_good_not_everyone_is_served(model: str, fault: str) -> None:
    settings = {"faulty": "us-east-1", "heals": False}
    system = load_model(model).build(settings, {**NO_FAULTS, fault: 1})
    result = explore(system)
    assert result.complete
    assert result.verdict is Verdict.HOLDS
    found = explore(system, properties=["no-deadlock"]).property("no-deadlock")
    assert found.verdict is Verdict.VIOLATED


@pytest.mark.parametrize("mutant", BROKEN, ids=lambda mutant: mutant.name)
def test_each_mechanism_is_missed_by_the_property_that_promises_it(mutant: Mutant) -> None:
    model = load_model(mutant.model)
    whole = explore(model.build(mutant.settings, mutant.faults), properties=[mutant.killed_by])
    assert whole.property(mutant.killed_by).verdict is Verdict.HOLDS
    broken = model.build({**mutant.settings, "bug": mutant.bug}, mutant.faults)
    found = explore(broken, properties=[mutant.killed_by]).property(mutant.killed_by)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert len(found.trace.steps) <= 6


def test_a_read_without_the_unreachable_region_may_be_wrong() -> None:
    settings = {"heals": False, "bug": "answer-without-the-unreachable"}
    system = load_model("read-all-regions").build(settings, {"isolate": 1})
    name = "linearizable-strong-reads"
    assert explore(system, properties=[name]).property(name).verdict is Verdict.VIOLATED


def test_nobody_else_can_tell_a_lost_write_from_one_that_has_arrived() -> None:
    result = explore(load_model("leader-region").build())
    lost = result.property("the-last-write-may-be-lost").trace
    arrived = result.property("the-last-write-may-have-arrived").trace
    assert lost is not None
    assert arrived is not None
    for region in ("us-east-2", "us-west-2"):
        assert last_of(lost, f"{region}.table[x]") == last_of(arrived, f"{region}.table[x]")
    assert last_of(lost, "us-east-1.table[x]") != last_of(arrived, "us-east-1.table[x]")


def last_of(trace: Trace, variable: str) -> object:
    value = trace.initial[variable]
    for step in trace.steps:
        for change in step.changes:
            value = change.after if change.variable == variable else value
    return value


@pytest.mark.parametrize(
    ("settings", "faults", "witnesses"),
    [
        ({"failovers": 0}, {}, OUTAGE | DOUBT),
        ({"writes": 1}, {}, OUTAGE | FAILOVER),
        ({"faulty": "us-east-2"}, {}, OUTAGE | FAILOVER),
        ({"faulty": "us-east-2"}, {"isolate": 0, "offline": 1}, set()),
        ({"heals": False}, {}, OUTAGE | DOUBT),
        ({}, {"isolate": 0}, set()),
        ({}, {"isolate": 0, "cut": 2}, OUTAGE | FAILOVER | DOUBT),
    ],
)
def test_what_must_show_is_promised_where_it_can(
    settings: dict[str, object], faults: dict[str, int], witnesses: set[str]
) -> None:
    result = explore(load_model("leader-region").build(settings, faults))
    assert result.verdict is Verdict.HOLDS
    shown = {found.name for found in result.properties if found.kind == "sometimes"}
    assert shown == witnesses


@pytest.mark.parametrize(
    ("model", "settings", "said"),
    [
        ("leader-region", {"writers": 0}, "writes=2 needs writers"),
        ("leader-region", {"regions": 2, "faulty": "us-west-2"}, "no region of this system"),
        ("leader-region", {"failovers": 4}, "out of bounds: it may be from 0 to 3"),
        ("read-all-regions", {"writers": 0}, "writes=2 needs writers"),
        ("read-all-regions", {"regions": 1}, "out of bounds: it may be from 2 to 5"),
        ("read-all-regions", {"faulty": "eu-west-1"}, "no region of this system"),
    ],
)
def test_impossible_parameters_are_refused(
    model: str, settings: dict[str, object], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        load_model(model).build(settings)
