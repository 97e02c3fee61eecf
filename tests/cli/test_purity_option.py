"""`gtcheck explore` tells what makes a model impure, with name, line and caret."""

from __future__ import annotations

from pathlib import Path

import pytest
from gtcheck.cli import run

MODEL = '''
"""A counter that looks at the clock."""
import time
from gtcheck.models import System, model

@model("impure")
def impure() -> System:
    """Reads the clock."""
    system = System("impure")
    number = system.variable("number", 0)

    @system.action
    def look() -> None:
        number.value = int(time.time() < 0)

    return system
'''


@pytest.fixture
def impure(tmp_path: Path) -> str:
    path = tmp_path / "impure.py"
    path.write_text(MODEL)
    return str(path)


@pytest.mark.parametrize("purity", [[], ["--check-purity", "full"]])
def test_an_impure_step_ends_with_2_and_its_line(
    purity: list[str], impure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explore", impure, *purity]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    line, code, caret = told.err.splitlines()
    assert line == (
        f"gtcheck: {impure}:14:28: look is impure: it reads the clock (time.time); a step may look "
        "at nothing but the system's variables; take now(), of which only the order counts"
    )
    assert code[caret.index("^") :].startswith("time.time")


def test_the_check_can_be_turned_off(impure: str) -> None:
    assert run(["explore", impure, "--check-purity", "off"]) == 0
