from __future__ import annotations

import os
import time
from random import Random

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import ObservationLimits
from gtcheck.traces.history import FOREVER
from gtcheck.traces.results import RuleResult
from gtcheck.traces.transactions.attribution import Attribution
from gtcheck.traces.transactions.contradictions import Contradiction
from gtcheck.traces.transactions.histories import TransactionHistory
from gtcheck.traces.transactions.isolation import check_isolation, find_contradiction
from gtcheck.traces.transactions.levels import LEVELS

from tests.traces.generated_transactions import (
    Kind,
    by_session,
    serial_run,
    snapshot_run,
)
from tests.traces.planted_anomalies import ANOMALIES, cut_out, planted

TRANSACTIONS = int(os.environ.get("GTCHECK_PLANTED", "2700")) // 9
"""Among how many transactions, of some nine operations each, an anomaly is planted."""
ORDER = list(LEVELS)
LIMITS = ObservationLimits()
EACH_KIND = pytest.mark.parametrize("kind", ["registers", "lists"])
EACH_ANOMALY = pytest.mark.parametrize("name", list(ANOMALIES))


def judged(level: str, history: TransactionHistory) -> RuleResult:
    return check_isolation([history], LEVELS[level], LIMITS, time.monotonic() + 60)


def contradiction(level: str, history: TransactionHistory) -> Contradiction | None:
    attribution = Attribution(history)
    return find_contradiction(attribution, LEVELS[level], LIMITS, time.monotonic() + 60)


@EACH_KIND
@pytest.mark.parametrize("shape", [(3, 5, 4), (20, 200, 12), (40, 2_000, 8)])
@pytest.mark.parametrize("level", ORDER)
def test_what_was_executed_one_after_the_other_holds_at_every_level(
    kind: Kind, shape: tuple[int, int, int], level: str
) -> None:
    sessions, keys, most = shape
    for seed in range(3):
        run = serial_run(Random(seed), 400, sessions=sessions, keys=keys, most=most, kind=kind)
        assert judged(level, run).verdict is Verdict.HOLDS
        assert judged(level, by_session(run)).verdict is Verdict.HOLDS


@EACH_KIND
@pytest.mark.parametrize("shape", [(4, 30, 4), (20, 300, 8), (30, 600, 8)])
@pytest.mark.parametrize("level", ORDER)
def test_what_was_executed_on_snapshots_holds_at_all_levels_but_the_strongest(
    kind: Kind, shape: tuple[int, int, int], level: str
) -> None:
    sessions, keys, most = shape
    run = snapshot_run(Random(1), 400, sessions=sessions, keys=keys, most=most, kind=kind)
    expected = Verdict.VIOLATED if level == "serializable" else Verdict.HOLDS
    assert judged(level, run).verdict is expected
    assert judged(level, by_session(run)).verdict is expected


@EACH_ANOMALY
def test_a_planted_anomaly_is_found_by_the_levels_that_forbid_it_and_by_no_other(
    name: str,
) -> None:
    anomaly = ANOMALIES[name]
    kind: Kind = "lists" if "a:" in " ".join(anomaly.transactions) else "registers"
    keys = TRANSACTIONS // 3
    run = serial_run(Random(3), TRANSACTIONS, sessions=12, keys=keys, kind=kind)
    for history in (run, by_session(run)):
        bad = planted(history, anomaly, Random(name))
        for level in ORDER:
            forbidden = ORDER.index(level) <= ORDER.index(anomaly.weakest)
            expected = Verdict.VIOLATED if forbidden else Verdict.HOLDS
            assert judged(level, bad).verdict is expected, level


@EACH_ANOMALY
def test_a_planted_anomaly_is_named_and_told_by_those_that_are_needed(name: str) -> None:
    anomaly = ANOMALIES[name]
    run = serial_run(Random(5), TRANSACTIONS, sessions=9, keys=TRANSACTIONS // 3)
    bad = planted(run, anomaly, Random(name))
    result = judged(anomaly.weakest, bad)
    sessions = {line.event["session"] for line in result.witness if line.event is not None}
    assert min(sessions) > 1_000_000
    assert len(result.witness) <= len(anomaly.transactions)
    assert name.split(" of ")[0].split(" in ")[0] in f"{result.explanation}"


@EACH_ANOMALY
def test_a_witness_by_itself_is_the_same_violation(name: str) -> None:
    anomaly = ANOMALIES[name]
    run = serial_run(Random(7), TRANSACTIONS, sessions=9, keys=TRANSACTIONS // 3)
    bad = planted(run, anomaly, Random(name))
    for level in ORDER[: ORDER.index(anomaly.weakest) + 1]:
        found = contradiction(level, bad)
        assert found is not None
        again = contradiction(level, cut_out(bad, found))
        assert again is not None
        of_lists = "a:" in " ".join(anomaly.transactions)
        if not of_lists:
            assert again.name == found.name
            assert len(again.mentions) == len(found.mentions)


@EACH_KIND
@pytest.mark.parametrize("level", ["serializable", "snapshot-isolation"])
def test_witnesses_from_stores_that_are_weaker_are_few_transactions_and_violations_alone(
    level: str, kind: Kind
) -> None:
    for seed in range(5):
        run = snapshot_run(Random(seed), 300, sessions=10, keys=60, kind=kind)
        if level == "snapshot-isolation":
            run = planted(run, ANOMALIES["long fork"], Random(seed))
        found = contradiction(level, by_session(run))
        assert found is not None
        part = cut_out(run, found)
        assert contradiction(level, part) is not None
        assert len(part.transactions) <= 6


@pytest.mark.parametrize(
    "name", ["causality violation", "long fork", "lost update", "write skew (G2)"]
)
def test_an_anomaly_among_thousands_is_told_in_four_lines(name: str) -> None:
    anomaly = ANOMALIES[name]
    run = by_session(serial_run(Random(11), 2_500, sessions=30, keys=300))
    result = judged(anomaly.weakest, planted(run, anomaly, Random(name)))
    assert result.verdict is Verdict.VIOLATED
    assert len(result.witness) <= 4
    assert name in f"{result.explanation}"


@pytest.mark.parametrize("level", ORDER)
@EACH_KIND
def test_clients_that_come_back_under_new_names_after_failures_change_no_verdict(
    level: str, kind: Kind
) -> None:
    random = Random(13)
    run = serial_run(random, 600, sessions=8, keys=60, kind=kind)
    names: dict[int, int] = {}
    for transaction in run.transactions:
        session = transaction.session
        transaction.session = names.setdefault(session, session)
        if random.random() < 0.1:
            transaction.status, transaction.end = "unknown", FOREVER
            names[session] += 8
    assert judged(level, run).verdict is Verdict.HOLDS
    bad = planted(run, ANOMALIES["causality violation"], random)
    forbidden = ORDER.index(level) <= ORDER.index("causal-consistency")
    assert judged(level, bad).verdict is (Verdict.VIOLATED if forbidden else Verdict.HOLDS)
