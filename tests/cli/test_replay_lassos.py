"""Runs without end as files: written by both engines, taken again, and told from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gtcheck.cli import run

from .counterexample_files import change, counterexample_of

_MODEL = '''
"""A lamp that somebody should switch on."""
from gtcheck.models import Fairness, System, model

@model("lamp")
def lamp() -> System:
    """A lamp is off; somebody walks in circles, and may switch it on."""
    system = System("lamp")
    corner = system.variable("corner", 0)
    lit = system.variable("lit", False)

    @system.action(fairness=Fairness.WEAK)
    def walk() -> None:
        corner.value = (corner.value + 1) % 3

    @system.action(fairness=Fairness.NONE)
    def switch() -> None:
        lit.value = True

    @system.eventually
    def light() -> bool:
        """The lamp is lit."""
        return lit.value

    @system.always
    def indoors() -> bool:
        """Nobody leaves."""
        return corner.value < 3

    return system
'''


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.py"
    path.write_text(_MODEL)
    return path


@pytest.fixture
def lasso(model: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return counterexample_of(model, capsys)


def steps(*actions: str) -> list[dict[str, object]]:
    return [{"action": action} for action in actions]


def test_a_run_without_end_names_the_steps_of_its_cycle(lasso: Path) -> None:
    found = json.loads(lasso.read_text())
    assert (found["counterexample"], found["property"], found["steps"]) == (1, "light", [])
    assert found["cycle"] == [{"action": "walk", "choices": []}] * 3


def test_it_goes_round_again_and_never_comes_to_what_it_owes(
    lasso: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", str(lasso)]) == 1
    said = capsys.readouterr().out
    assert "  a fair run goes on for ever and never comes to it\n" in said
    assert "then for ever:\n  1. walk\n" in said
    assert "never taken (not fair, enabled all the time): switch" in said
    assert said.splitlines()[-1] == (
        "violated · the run violates light in a fair run without end: 0 steps, then 3 steps for "
        "ever · reference engine"
    )


def test_it_is_replayed_in_json(lasso: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", str(lasso), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["trace"], found["owed_after"]) == ("violated", [], 0)
    assert [step["name"] for step in found["cycle"]] == ["walk"] * 3
    assert found["untaken"] == [{"action": "switch", "fairness": "none", "always": True}]


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("search", ["bfs", "dfs"])
@pytest.mark.parametrize(
    ("model_name", "setting", "promise"),
    [
        ("async", "heals=false", "replicas-converge"),
        ("mrsc", "bug=never-answer-a-conflict", "nobody-waits-for-ever"),
    ],
)
def test_what_any_engine_finds_of_a_protocol_breaks_it_again(
    engine: str, search: str, model_name: str, setting: str, promise: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    small = ["--set", "writes=2", "--set", "strong_reads=0", "--set", "eventual_reads=0"]
    asked = [model_name, *small, "--set", setting, "--property", promise]
    found = ["--engine", engine, "--search", search, "--counterexample", str(path)]
    assert run(["explore", *asked, *found]) == 1
    assert json.loads(path.read_text())["cycle"] is not None
    assert run(["replay", str(path)]) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Fairness.NONE", "Fairness.WEAK", "the cycle is not fair: it never takes switch"),
        ("Fairness.NONE", "Fairness.STRONG", "the cycle is not fair: it never takes switch"),
        ("return lit.value", "return corner.value > 1", "the cycle comes to what light asks for"),
    ],
)
def test_after_the_mend_it_breaks_nothing(
    old: str, new: str, told: str, lasso: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model.write_text(_MODEL.replace(old, new))
    assert run(["replay", str(lasso)]) == 0
    said = capsys.readouterr().out
    assert told in said
    assert "note: the model" in said
    assert "the run of 0 steps, then 3 steps for ever does not violate light" in said


def test_other_fairness_makes_another_model(
    lasso: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model.write_text(_MODEL.replace("Fairness.NONE", "Fairness.WEAK"))
    run(["replay", str(lasso)])
    told = "the model has other variables, actions, fairness or properties than it had"
    assert f"note: {told}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cycle": steps("walk", "walk")}, "does not come back to where it began: corner: 0 → 2"),
        ({"cycle": steps("walk", "fly")}, "step 2 of 2, 'fly', cannot be taken"),
        ({"property": "indoors"}, "indoors is not about runs without end"),
        ({"cycle": 3}, "is no counterexample: Expected `array | null`"),
    ],
)
def test_a_cycle_that_does_not_fit_is_refused_with_the_reason(
    changes: dict[str, Any], told: str, lasso: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(lasso, **changes)
    assert run(["replay", str(lasso)]) == 2
    assert told in capsys.readouterr().err


def test_a_run_that_rests_where_it_must_go_on_is_not_fair(
    lasso: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(lasso, cycle=[], steps=steps("walk"))
    assert run(["replay", str(lasso)]) == 0
    said = capsys.readouterr().out
    assert "the cycle is not fair: it never takes walk" in said
    assert "the run of 1 step, then none for ever does not violate light" in said


def test_a_step_that_leads_nowhere_does_not_count_as_taken(
    lasso: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = "corner.value = 0 if corner.value else system.choose([0, 1])"
    model.write_text(_MODEL.replace("corner.value = (corner.value + 1) % 3", idle))
    change(lasso, cycle=[{"action": "walk", "choices": ["0"]}])
    assert run(["replay", str(lasso)]) == 0
    assert "the cycle is not fair: it never takes walk" in capsys.readouterr().out


def test_what_cannot_be_judged_is_replayed_up_to_there(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model.write_text(_MODEL.replace("return lit.value", "return 1 // (2 - corner.value) > 3"))
    path = tmp_path / "run.json"
    assert run(["explore", str(model), "--counterexample", str(path)]) == 1
    assert json.loads(path.read_text())["cycle"] is None
    capsys.readouterr()
    assert run(["replay", str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_run_that_does_not_go_on_speaks_against_no_promise(
    lasso: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(lasso, cycle=None, steps=steps("walk", "walk"))
    assert run(["replay", str(lasso)]) == 0
    assert "the run of 2 steps does not violate light; others may" in capsys.readouterr().out
