"""`gtcheck explore --por` says that it reduced, and refuses what it cannot."""

from __future__ import annotations

import json

import pytest
from gtcheck.cli import run


def test_the_last_line_says_that_the_search_was_reduced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["explore", "two-phase-commit", "--set", "rms=2", "--por"])
    assert code == 0
    assert "reductions: partial-order" in capsys.readouterr().out


def test_the_json_tells_of_the_reduction(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["explore", "two-phase-commit", "--set", "rms=2", "--por", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert told["reductions"] == ["partial-order"]
    assert told["engine_note"] is None


def test_what_cannot_be_reduced_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    depth_first = ["--search", "dfs"]
    assert run(["explore", "two-phase-commit", "--set", "rms=2", "--por", *depth_first]) == 2
    assert "partial order" in capsys.readouterr().err.replace("-", " ")


def test_a_promise_of_what_comes_in_the_end_ends_with_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = ["--property", "replicas-converge"]
    assert run(["explore", "async", "--por", *named]) == 2
    assert "must come in the end" in capsys.readouterr().err


def test_a_promise_of_what_comes_in_the_end_is_left_out_and_named_where_none_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explore", "async", "--set", "writes=1", "--por"]) == 0
    assert "leaving out replicas-converge" in capsys.readouterr().out
