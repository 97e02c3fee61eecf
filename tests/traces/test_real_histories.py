from __future__ import annotations

import csv
from pathlib import Path

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe

HISTORIES = Path(__file__).parents[2].parent / "shared" / "histories"
EXPECTED = {"ok": Verdict.HOLDS, "violation": Verdict.VIOLATED}
TRANSACTIONAL = (
    "elle/",
    "elle-cli/elle/",
    "elle-cli/jepsen/",
    "awdit/",
    "isovista/",
    "polysi",
    "ccf/",
)
JUDGED = ("porcupine/", "knossos/", "elle-cli/knossos/")


def rows() -> list[tuple[str, str]]:
    table = HISTORIES / "verdicts.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as lines:
        return [
            (row["file"], row["expected"])
            for row in csv.DictReader(lines, delimiter="\t")
            if row["file"].startswith(JUDGED)
        ]


def test_histories_of_real_systems_get_their_known_verdicts() -> None:
    known = rows()
    if not known:
        pytest.skip("the shared histories are not beside this checkout")
    wrong = []
    for file, expected in known:
        found = observe([HISTORIES / file])
        if found.verdict is not EXPECTED[expected]:
            wrong.append((file, found.verdict))
        elif expected == "violation":
            rule = next(rule for rule in found.rules if rule.verdict is Verdict.VIOLATED)
            assert rule.witness
            assert rule.explanation
    assert wrong == []


LEVELS = {
    "read-committed": "read-committed",
    "read-atomic": "read-atomic",
    "causal-consistency": "causal-consistency",
    "snapshot-isolation": "snapshot-isolation",
    "serializable": "serializable",
    "repeatable-read": "serializable",
}
"""The levels by the words that name them; G2-item violates repeatable read and serializable."""

DIFFERENT = ("elle-cli/elle/rw-register.json",)
"""A read of a value that nobody wrote, which Elle lets pass (its issue 8) and gtcheck does not."""


def transactional_rows() -> list[tuple[str, str, str | None]]:
    table = HISTORIES / "verdicts.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as lines:
        return [
            (
                row["file"],
                row["expected"],
                next((level for word, level in LEVELS.items() if word in row["property"]), None),
            )
            for row in csv.DictReader(lines, delimiter="\t")
            if row["file"].startswith(TRANSACTIONAL)
        ]


def test_transactional_histories_of_others_get_their_known_verdicts() -> None:
    known = transactional_rows()
    if not known:
        pytest.skip("the shared histories are not beside this checkout")
    wrong = []
    for file, expected, level in known:
        found = observe([HISTORIES / file], isolation=level)
        wanted = Verdict.VIOLATED if file in DIFFERENT else EXPECTED[expected]
        if found.verdict is not wanted:
            wrong.append((file, level, found.verdict))
        elif wanted is Verdict.VIOLATED:
            [rule] = [rule for rule in found.rules if rule.verdict is Verdict.VIOLATED]
            assert rule.witness
            assert rule.explanation
    assert wrong == []
