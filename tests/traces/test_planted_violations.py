"""One violation of each rule among many good operations: it is found, and nothing else is.

With `GTCHECK_PLANTED=100000` the runs are as long as that; it takes an hour or so.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import RULES, Observation, ObservationLimits, WitnessLine, observe

from tests.traces.judged import Line, observed
from tests.traces.planted_violations import PLANTS, RUNS, planted
from tests.traces.run_forms import as_pairs, in_files, with_clock_errors, written

OPERATIONS = int(os.environ.get("GTCHECK_PLANTED", "700"))
LIMITS = ObservationLimits(max_remembered=10 * OPERATIONS, max_seconds=900)
EXPECTED_IDLE = {"mrsc": {"GT602", "GT603", "GT604"}, "async": {"GT603", "GT604"}}
"""Rules of a mode for which nothing happens in its simulated runs."""
FORMS = ("lines", "pairs", "files", "clocks")


def in_form(folder: Path, lines: list[Line], form: str) -> list[Path]:
    """Write a run in one of the forms that it can have."""
    if form == "clocks":
        lines = with_clock_errors(lines, 7)
    if form == "files":
        return in_files(folder, lines)
    return [written(folder / "run.jsonl", as_pairs(lines) if form == "pairs" else lines)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", RUNS)
def test_runs_that_keep_all_promises_violate_no_rule(tmp_path: Path, mode: str, form: str) -> None:
    files = in_form(tmp_path, RUNS[mode](OPERATIONS, FORMS.index(form)), form)
    found = observe(files, limits=LIMITS)
    told = [(rule.code, rule.explanation) for rule in found.rules if rule.explanation]
    assert told == []
    idle = {
        rule.code
        for rule in found.rules
        if rule.verdict is not Verdict.HOLDS and mode in RULES[rule.code].modes
    }
    assert idle <= EXPECTED_IDLE[mode]


def cut_out(folder: Path, found: Observation, witness: Iterable[WitnessLine]) -> list[Path]:
    """Write the first line of each file and those of a witness, and nothing else."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for line in witness:
        wanted[line.file] |= {line.line, int(line.event.get("invoked_line", line.line))}
    folder.mkdir()
    made = []
    for file in found.files:
        texts = Path(file).read_text().splitlines()
        kept = [texts[0], *(texts[number - 1] for number in sorted(wanted[file]))]
        path = folder / Path(file).name
        path.write_text("\n".join(kept) + "\n")
        made.append(path)
    return made


@pytest.mark.parametrize(
    ("code", "mode"), [(code, mode) for code, (_, modes) in PLANTS.items() for mode in modes]
)
def test_a_planted_violation_is_found_with_its_few_lines(
    tmp_path: Path, code: str, mode: str
) -> None:
    form = FORMS[(int(code[2:]) + len(mode)) % len(FORMS)]
    files = in_form(tmp_path, planted(code, mode, OPERATIONS, 9), form)
    found = observe(files, rules=[code], limits=LIMITS)
    rule = found.rule(code)
    assert rule.verdict is Verdict.VIOLATED
    assert 1 <= len(rule.witness) <= 4
    alone = observe(cut_out(tmp_path / "cut", found, rule.witness), rules=[code]).rule(code)
    assert alone.verdict is Verdict.VIOLATED
    assert len(alone.witness) <= len(rule.witness)


def test_every_rule_has_a_planted_violation_in_each_mode_that_promises_it() -> None:
    assert set(PLANTS) == set(RULES)


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
