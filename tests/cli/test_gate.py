"""A gate: what it accepts, how it judges, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from gtcheck.cli import run

HOLDS = '[[explore]]\nmodel = "two-phase-commit"\nset = { rms = 3 }\nstates = 288\n'
TOO_MANY = HOLDS.replace("288", "289")
LIMITED = '[[explore]]\nmodel = "two-phase-commit"\nmax_states = 5\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "exit_code"),
    [
        (HOLDS, 0),
        (TOO_MANY, 1),
        (LIMITED, 3),
        (LIMITED + 'expect = "undecided"\n', 0),
        (HOLDS + 'expect = "violated"\n', 1),
        (LIMITED + TOO_MANY, 1),
    ],
)
def test_a_gate_ends_with_how_its_rows_came_out(folder: Path, text: str, exit_code: int) -> None:
    (folder / "gtcheck.toml").write_text(text)
    assert run(["gate"]) == exit_code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing to check"),
        ("[[explore]]\nmodel = two\n", "gtcheck.toml:2:9: not TOML"),
        ('[[explore]]\nmodel = "mrcs"\n', "did you mean 'mrsc'?"),
        (
            HOLDS + 'exepct = "holds"\n',
            "gtcheck.toml:5:1: unknown key 'exepct' in [[explore]];",
        ),
        (
            HOLDS + "max_depth = 99999999999\n",
            "gtcheck.toml:1:1: max_depth=99999999999 is beyond 4,294,967,295",
        ),
        (
            HOLDS + 'check_purity = "never"\n',
            "gtcheck.toml:5:1: check_purity is 'never'; it can be",
        ),
        (HOLDS + "max_states = true\n", "gtcheck.toml:5:1: max_states must be a whole number"),
        (HOLDS + 'expect = "fine"\n', "expect is 'fine'; it can be holds, violated, undecided"),
        (HOLDS + HOLDS.replace("rms", "mrs"), "gtcheck.toml:5:1: unknown parameter"),
        (HOLDS + 'property = ["no-failures"]\n', "did you mean 'no-failure'?"),
        ('[[observe]]\ntrace = "gone.jsonl"\n', "gtcheck.toml:2:1: there is no file gone.jsonl"),
        ("[[observe]]\n", "needs a trace"),
        ("[explore]\nmodel = 1\n", "must be an array of tables"),
        ('[[explorer]]\nmodel = "mrsc"\n', "did you mean 'explore'?"),
    ],
)
def test_a_wrong_configuration_is_told_with_its_line_before_anything_runs(
    folder: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "gtcheck.toml").write_text(text)
    assert run(["gate"]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_no_configuration_anywhere_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate"]) == 2
    assert "there is no gtcheck.toml" in capsys.readouterr().err


def test_a_pyproject_above_serves_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (folder / "pyproject.toml").write_text(HOLDS.replace("[[explore", "[[tool.gtcheck.explore"))
    monkeypatch.chdir(inner)
    assert run(["gate"]) == 0
    assert "1 of 1 as expected" in capsys.readouterr().out


def test_a_row_that_fails_tells_why_and_how_to_run_it_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "gtcheck.toml").write_text(TOO_MANY)
    assert run(["gate"]) == 1
    said = capsys.readouterr().out
    assert "expected 289 states, found 288" in said
    assert "run it alone: gtcheck explore two-phase-commit --set rms=3" in said


def test_the_junit_report_is_valid_and_counts(folder: Path) -> None:
    (folder / "gtcheck.toml").write_text('junit = "out/gate.xml"\n' + HOLDS + TOO_MANY + LIMITED)
    assert run(["gate"]) == 1
    root = ElementTree.parse(folder / "out" / "gate.xml").getroot()
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    assert len(root.findall("testsuite/testcase")) == 3


def test_a_report_holds_no_character_that_xml_forbids(folder: Path) -> None:
    path = folder / "bad\x01run.jsonl"
    path.write_text("nonsense\n")
    (folder / "gtcheck.toml").write_text('[[observe]]\ntrace = "bad\\u0001run.jsonl"\n')
    assert run(["gate", "--junit", "gate.xml"]) == 2
    assert len(ElementTree.parse(folder / "gate.xml").getroot().findall(".//error")) == 1


def test_the_json_says_the_same_as_the_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "gtcheck.toml").write_text(HOLDS)
    assert run(["gate", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["exit_code"] == 0
    assert [(row["outcome"], row["states"]) for row in result["rows"]] == [("ok", 288)]
