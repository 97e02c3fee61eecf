"""What each command prints, and what it ends with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from gtcheck.cli import run

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

_VIOLATED = '''
"""A counter that runs too far."""
from gtcheck.models import System, guard, model

@model("counter")
def counter() -> System:
    """Counts up."""
    system = System("counter")
    number = system.variable("number", 0)

    @system.action
    def up() -> None:
        guard(number.value < 5)
        number.value = number.value + 1

    @system.always
    def small() -> bool:
        """The number is small."""
        return number.value < 2

    return system
'''


@pytest.fixture
def counter(tmp_path: Path) -> str:
    path = tmp_path / "counter.py"
    path.write_text(_VIOLATED)
    return str(path)


def test_a_model_that_holds_ends_with_0_and_says_what_was_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explore", "two-phase-commit", "--set", "rms=3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    said = re.sub(r"\w+ engine, [\d,]+ Python calls, [\d.]+ s", "ENGINE", last)
    assert said == (
        "holds · explored everything: 288 states, 1,145 transitions, depth 10 · faults: none · "
        "reductions: none · exact storage · ENGINE"
    )


def test_a_violation_comes_with_the_steps_that_lead_to_it(
    counter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explore", counter]) == 1
    said = capsys.readouterr().out
    assert "violated: small" in said
    assert "  1. up\n       number: 0 → 1\n  2. up\n       number: 1 → 2\n" in said
    assert said.splitlines()[-1].startswith("violated · not everything explored, stopped at the")


def test_a_limit_that_is_reached_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", "mrsc", "--max-states", "10", "--format", "json"]) == 3
    result = json.loads(capsys.readouterr().out)
    assert (result["verdict"], result["complete"]) == ("undecided", False)
    assert (result["stopped_by"], result["exit_code"]) == ("max_states", 3)


def test_both_engines_find_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    counts = []
    for engine in ("native", "reference"):
        arguments = ["explore", "two-phase-commit", "--engine", engine, "--format", "json"]
        assert run(arguments) == 0
        result = json.loads(capsys.readouterr().out)
        assert result["engine"] == engine
        counts.append((result["states"], result["transitions"], result["depth"]))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["exlpore"], "explore"),
        (["explore"], "Missing argument 'MODEL'"),
        (["explore", "mrcs"], "did you mean 'mrsc'?"),
        (["explore", "nowhere.py"], "there is no file nowhere.py"),
        (["explore", "mrsc", "--set", "writes"], "expected NAME=VALUE, got 'writes'"),
        (["explore", "mrsc", "--set", "writes=x"], "writes=x is not a whole number"),
        (["explore", "mrsc", "--set", "writes=1", "--set", "writes=2"], "'writes' twice"),
        (["explore", "mrsc", "--fault", "cuts=1"], "did you mean 'cut'?"),
        (["explore", "mrsc", "--property", "no-failures"], "did you mean 'no-failure'?"),
        (["explore", "mrsc", "--max-seconds", "nan"], "a positive number of seconds"),
        (["explore", "mrsc", "--max-states", "0"], "--max-states"),
        (["explore", "mrsc", "--output", "no/where.txt"], "the folder no does not exist"),
        (["explore", "mrsc", "--formt", "json"], "--format"),
        (["explain", "GT999"], "unknown rule 'GT999'"),
        (["observe", "nothing.jsonl"], "nothing.jsonl"),
        (["observe", "-", "--initial", "{"], "is not JSON"),
        (["models", "mrcs"], "did you mean 'mrsc'?"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line_and_ends_with_2(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert printed.err.startswith("gtcheck: ")
    assert printed.err.count("\n") == 1


def test_output_is_written_whole_and_nothing_else_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "result.json"
    path.write_text("old")
    arguments = ["explore", "two-phase-commit", "--format", "json", "--output", str(path)]
    assert run(arguments) == 0
    assert json.loads(path.read_text())["verdict"] == "holds"
    assert [found.name for found in tmp_path.iterdir()] == ["result.json"]
    assert capsys.readouterr().out == ""


def test_a_run_without_contradiction_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["observe", str(EXAMPLES / "mrsc-run.jsonl")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("holds · ")


def test_a_stale_read_is_told_with_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(EXAMPLES / "stale-read.jsonl")
    assert run(["observe", path, "--format", "json"]) == 1
    result = json.loads(capsys.readouterr().out)
    rules = {rule["code"]: rule for rule in result["rules"]}
    assert rules["GT201"]["verdict"] == "violated"
    assert {line["file"] for line in rules["GT201"]["witness"]} == {path}
    assert run(["observe", path]) == 1
    assert f"{path}:" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["async", "mrsc", "two-phase-commit", "lww-register"])
def test_every_model_tells_its_parameters_and_properties(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", name]) == 0
    assert "no-failure" in capsys.readouterr().out
    assert run(["models", "--format", "json"]) == 0
    assert name in [model["name"] for model in json.loads(capsys.readouterr().out)["models"]]


def test_every_rule_is_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--format", "json"]) == 0
    for rule in json.loads(capsys.readouterr().out)["rules"]:
        assert run(["explain", rule["code"].lower()]) == 0
        assert capsys.readouterr().out.startswith(rule["code"])


def test_the_schema_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    import jsonschema

    assert run(["schema"]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_the_bare_command_shows_its_help_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "\nCommands:\n" in capsys.readouterr().err
