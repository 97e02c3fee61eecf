"""`gtcheck explore --symmetry`: what is printed, and what is refused with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gtcheck.cli import run

UNEVEN = """
from gtcheck.models import System, guard, model

@model("uneven")
def uneven() -> System:
    system = System()
    system.symmetric("sides", ["left", "right"])
    ahead = system.variable("ahead", "nobody")

    @system.action(side=["left", "right"])
    def lead(side: str) -> None:
        guard(ahead.value != side)
        ahead.value = max(side, ahead.value)

    return system
"""


def test_the_last_line_and_the_json_name_the_sets(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["explore", "two-phase-commit", "--set", "rms=5", "--symmetry"]
    assert run(chosen) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert "314 states" in last
    assert "reductions: symmetry of resource managers ·" in last
    assert run([*chosen, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["reductions"] == ["symmetry of resource managers"]
    assert found["states"] == 314


def test_what_is_not_symmetric_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "uneven.py"
    model.write_text(UNEVEN)
    assert run(["explore", str(model)]) == 0
    capsys.readouterr()
    assert run(["explore", str(model), "--symmetry"]) == 2
    told = capsys.readouterr()
    assert "uneven.py:13: action lead(side=" in told.err
    assert "breaks the symmetry of sides: where left and right change places" in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lww-register"], "lww-register declares no symmetric sets"),
        (["two-phase-commit", "--graph", "graph.dot"], "take one of the two"),
        (["two-phase-commit", "--set", "rms=9", "--engine", "reference"], "362,880 rearrangements"),
    ],
)
def test_what_symmetry_cannot_be_had_for_is_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explore", *words, "--symmetry"]) == 2
    assert said in capsys.readouterr().err


def test_a_gate_may_ask_for_symmetry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate = tmp_path / "gtcheck.toml"
    row = 'model = "two-phase-commit"\nset = { rms = 5 }\nsymmetry = true\n'
    gate.write_text(f"[[explore]]\n{row}states = 314\n")
    assert run(["gate", str(gate)]) == 0
    assert "314 states" in capsys.readouterr().out
    gate.write_text(f"[[explore]]\n{row}states = 313\n")
    assert run(["gate", str(gate)]) == 1
    assert "--symmetry" in capsys.readouterr().out
    gate.write_text(gate.read_text().replace("true", "1"))
    assert run(["gate", str(gate)]) == 2
    assert "symmetry must be true or false, not 1" in capsys.readouterr().err
