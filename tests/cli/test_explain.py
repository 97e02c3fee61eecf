"""Rules are listed, and each is told with an example that is drawn."""

from __future__ import annotations

import pytest
from gtcheck.cli import run
from gtcheck.traces import RULES
from gtcheck.traces.transactions.levels import LEVELS
from gtcheck.traces.workloads.workload_rules import WORKLOADS


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_told_with_a_drawn_example_and_what_is_wrong_with_it(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", code.lower()]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{code}  ")
    described, drawn = text.split("An example that breaks it")
    assert "Counts" in described
    assert "├─" in drawn or "●" in drawn
    assert "violated: " in drawn
    assert max(map(len, text.split("violated: ")[0].splitlines())) <= 120


def test_what_ends_after_something_else_is_drawn_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "GT305"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [cut, write, applied] = [line for line in lines if "├─" in line or "●" in line]
    assert cut.index("├") < write.index("├") < write.index("┤") <= applied.index("●")
    assert applied.index("●") < cut.index("┤")


@pytest.mark.parametrize("name", [*LEVELS, *WORKLOADS])
def test_a_level_and_a_workload_are_told_as_well(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", name.upper()]) == 0
    title, *described = capsys.readouterr().out.splitlines()
    assert title.startswith(f"{name}  ")
    assert ("--isolation" in title) == (name in LEVELS)
    assert len(" ".join(described)) > 80
    assert run(["rules"]) == 0
    assert f"\n{name}  " in capsys.readouterr().out


def test_a_name_that_nothing_has_is_told_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "serialisable"]) == 2
    assert "serializable" in capsys.readouterr().err
