from __future__ import annotations

import csv
from pathlib import Path

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe

HISTORIES = Path(__file__).parents[2].parent / "shared" / "histories"
EXPECTED = {"ok": Verdict.HOLDS, "violation": Verdict.VIOLATED}
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


def test_transactional_histories_never_get_a_verdict_of_registers() -> None:
    files = sorted((HISTORIES / "elle-cli" / "elle").glob("*.edn"))
    files += sorted((HISTORIES / "elle-cli" / "jepsen").glob("*.edn"))
    if not files:
        pytest.skip("the shared histories are not beside this checkout")
    assert {observe([file]).verdict for file in files} == {Verdict.NOT_CHECKED}
