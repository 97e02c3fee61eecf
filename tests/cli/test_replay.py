"""Counterexamples as files: written by any search, taken again, and told apart from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gtcheck.cli import run

from .counterexample_files import change, counterexample_of

_MODEL = '''
"""A token that wanders."""
from typing import Annotated
from gtcheck.models import Parameter, System, guard, model

@model("token")
def token(*, places: Annotated[int, Parameter(2, 9, "places")] = 4) -> System:
    """A token goes from place to place."""
    system = System("token")
    at = system.variable("at", 0)

    @system.action
    def go() -> None:
        to = system.choose(range(places))
        guard(to == at.value + 1)
        at.value = to

    @system.action
    def back() -> None:
        guard(at.value > 0)
        at.value -= 1

    @system.always
    def near() -> bool:
        """The token is near."""
        return at.value < 3

    return system
'''


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "token.py"
    path.write_text(_MODEL)
    return path


@pytest.fixture
def counterexample(model: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return counterexample_of(model, capsys)


def test_a_counterexample_names_its_steps_and_choices(counterexample: Path) -> None:
    found = json.loads(counterexample.read_text())
    assert found["counterexample"] == 1
    assert (found["property"], found["parameters"]) == ("near", {"places": 4})
    assert found["steps"] == [{"action": "go", "choices": [str(to)]} for to in (1, 2, 3)]


@pytest.mark.parametrize("search", ["bfs", "dfs", "random", "pct", "pos"])
@pytest.mark.parametrize(
    ("model_name", "options"),
    [
        ("async", ["--property", "linearizable-strong-reads"]),
        ("docs/examples/backup.py", ["--set", "order=bag"]),
    ],
)
def test_what_any_search_finds_violates_again(
    search: str, model_name: str, options: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    name = str(Path(__file__).parents[2] / model_name) if "/" in model_name else model_name
    arguments = ["explore", name, *options, "--search", search, "--counterexample", str(path)]
    assert run(arguments) == 1
    assert run(["replay", str(path)]) == 1


def test_replay_shows_the_run_and_ends_with_1(
    counterexample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", str(counterexample)]) == 1
    said = capsys.readouterr().out
    assert "  3. go\n       at: 2 → 3\n" in said
    assert "note:" not in said
    assert said.splitlines()[-1] == (
        "violated · the run violates near after 3 steps · reference engine"
    )


def test_replay_in_json(counterexample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", str(counterexample), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["exit_code"], found["changes"]) == ("violated", 1, [])
    assert [step["choices"] for step in found["trace"]] == [["1"], ["2"], ["3"]]


def test_after_the_mend_the_run_no_longer_violates(
    counterexample: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model.write_text(_MODEL.replace("at.value < 3", "at.value < 4"))
    assert run(["replay", str(counterexample)]) == 0
    said = capsys.readouterr().out
    assert "note: the model's source was changed since" in said
    assert "the run of 3 steps does not violate near; others may" in said


def test_a_step_that_is_not_enabled_is_told_with_what_would_be(
    counterexample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [{"action": "go", "choices": ["1"]}, {"action": "go", "choices": ["3"]}]
    change(counterexample, steps=steps)
    assert run(["replay", str(counterexample)]) == 2
    said = capsys.readouterr().err
    assert "step 2 of 2, 'go', cannot be taken: it is not enabled there" in said
    assert "enabled are 'go', 'back'" in said


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"counterexample": 7}, "is a counterexample of version 7; this gtcheck reads 1"),
        ({"steps": [{"action": "fly"}]}, "the model has no such action; enabled are 'go'"),
        ({"steps": [{"action": "go", "choices": ["9"]}]}, "the choice '9' is not there"),
        ({"steps": [{"action": "go"}]}, "no choice is given; there are '0', '1', '2', '3'"),
        ({"steps": 3}, "is no counterexample: Expected `array`"),
        ({"property": "far"}, "unknown property 'far'; did you mean 'near'"),
        ({"parameters": {"place": 3}}, "'place'"),
        ({"parameters": {"places": 3}}, "the model has other"),
        ({"model": "no-such-model"}, "unknown model 'no-such-model'"),
    ],
)
def test_what_does_not_fit_is_told_with_the_reason(
    changes: dict[str, Any], told: str, counterexample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if "parameters" in changes and "places" in changes["parameters"]:
        found = json.loads(counterexample.read_text())
        changes["digest"] = {**found["digest"], "structure": "0"}
    change(counterexample, **changes)
    assert run(["replay", str(counterexample)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gtcheck: ")
    assert told in said


def test_another_version_is_told(counterexample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(counterexample, gtcheck="0.0.1")
    assert run(["replay", str(counterexample)]) == 1
    assert "note: it was written by gtcheck 0.0.1; this is" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", '{"counterexample": null}'])
def test_what_is_no_counterexample_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    assert run(["replay", str(path)]) == 2
    assert "is no counterexample" in capsys.readouterr().err
    assert run(["replay", str(tmp_path / "missing.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_nothing_is_written_where_nothing_is_violated(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    arguments = ["explore", "two-phase-commit", "--set", "rms=3", "--counterexample", str(path)]
    assert run(arguments) == 0
    assert not path.exists()


def test_options_of_schedules_are_refused_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", "mrsc", "--schedules", "5"]) == 2
    assert "--schedules 5 is for --search random, pct or pos" in capsys.readouterr().err
    assert run(["explore", "mrsc", "--search", "random", "--graph", "x.dot"]) == 2
    assert "leave out --search random" in capsys.readouterr().err


def test_schedules_are_told_in_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["explore", "two-phase-commit", "--set", "rms=3", "--search", "random"]
    assert run([*arguments, "--schedules", "50", "--seed", "4"]) == 3
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("undecided · 50 schedules of random, seed 4: ")
    assert "no states remembered" in last
