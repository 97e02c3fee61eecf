"""One violation of each rule among many good operations: it is found, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import RULES

from tests.traces.judged import Line, observed
from tests.traces.simulated_runs import async_run, header, mrsc_run, started

RUNS = {"mrsc": mrsc_run, "async": async_run}
EXPECTED_IDLE = {
    "mrsc": {"GT403", "GT602", "GT603", "GT604", "GT703"},
    "async": {"GT604", "GT703"},
}
"""Rules of a mode for which nothing happens in its simulated runs."""


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mode", RUNS)
def test_runs_that_keep_all_promises_violate_no_rule(tmp_path: Path, mode: str, seed: int) -> None:
    found = observed(tmp_path / "t", RUNS[mode](700, seed))
    told = [(rule.code, rule.explanation) for rule in found.rules if rule.explanation]
    assert told == []
    idle = {
        rule.code
        for rule in found.rules
        if rule.verdict is not Verdict.HOLDS and mode in RULES[rule.code].modes
    }
    assert idle <= EXPECTED_IDLE[mode]


OF_THE_WHOLE_RUN = {"GT702", "GT703"}
"""Rules that hold the planted lines against others of the run."""


def planted(code: str, good: list[Line]) -> tuple[list[Line], list[Line]]:
    """Put the example of a rule, about items of its own, in the middle of a good run."""
    example = [json.loads(line) for line in RULES[code].example.read_text().splitlines()][1:]
    middle = good[len(good) // 2]
    after = 10 + max(line.get("end") or started(line) for line in good if "time" not in line)
    moment = after if RULES[code].monitor.code in ("GT305", "GT701", "GT703") else started(middle)
    position = max((line.get("position", 0) for line in good), default=0)
    for line in example:
        for name in ("start", "end", "time"):
            if line.get(name) is not None:
                line[name] += moment
        if "key" in line:
            line["key"] = f"planted-{line['key']}"
        for part in line.get("items", ()):
            part["key"] = f"planted-{part['key']}"
        if "session" in line:
            line["session"] = f"planted-{line['session']}"
        if "position" in line:
            line["position"] += position
    return sorted([*good[1:], *example], key=started), example


@pytest.mark.parametrize("code", sorted(set(RULES) - {"GT704"}))
def test_a_planted_violation_is_found_with_its_few_lines(tmp_path: Path, code: str) -> None:
    [first] = [json.loads(line) for line in RULES[code].example.read_text().splitlines()[:1]]
    mode = first["mode"]
    lines, example = planted(code, RUNS[mode](400, 9))
    found = observed(tmp_path / "t", [header(mode), *lines], code).rules[0]
    assert found.verdict is Verdict.VIOLATED
    assert 1 <= len(found.witness) <= 4
    events = [dict(line.event) for line in found.witness]
    if code not in OF_THE_WHOLE_RUN:
        assert all(event in example for event in events)
    cut = observed(tmp_path / "cut", [header(mode), *events], code).rules[0]
    assert cut.verdict is Verdict.VIOLATED
    assert len(cut.witness) <= len(events)


@pytest.mark.parametrize("code", RULES)
def test_the_example_of_a_rule_breaks_it_in_a_few_lines(tmp_path: Path, code: str) -> None:
    lines = [json.loads(line) for line in RULES[code].example.read_text().splitlines()]
    found = observed(tmp_path / "t", lines, code).rules[0]
    assert found.verdict is Verdict.VIOLATED
    assert found.explanation
    assert 1 <= len(found.witness) <= 4


def test_a_region_that_serves_nobody_is_told_and_no_violation(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in RULES["GT704"].example.read_text().splitlines()]
    told = {rule.code: rule for rule in observed(tmp_path / "t", lines).rules}["GT704"]
    assert told.verdict is Verdict.NOT_CHECKED
    assert told.note is not None
    assert "standby" in told.note
