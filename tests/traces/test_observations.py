"""What a test asserts of an observation, and what a notebook shows of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from gtcheck.cli import run
from gtcheck.models import UnknownNameError
from gtcheck.traces import observe

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
STALE = EXAMPLES / "stale-read.jsonl"
FINE = EXAMPLES / "mrsc-run.jsonl"


def test_what_holds_passes() -> None:
    observe(FINE).assert_holds()
    observe(STALE).assert_holds("GT101", "GT102")


def test_a_contradiction_is_told_with_its_lines() -> None:
    with pytest.raises(AssertionError, match=r"stale-read\.jsonl:24") as told:
        observe(STALE).assert_holds()
    assert "violated: GT201" in str(told.value)


def test_a_rule_with_nothing_to_check_does_not_hold_by_itself(tmp_path: Path) -> None:
    log = tmp_path / "empty.jsonl"
    log.write_text('{"gtcheck": 1, "mode": "async", "regions": ["a"]}\n')
    result = observe(log)
    with pytest.raises(AssertionError, match="not checked"):
        result.assert_holds()
    with pytest.raises(AssertionError, match="not checked"):
        result.assert_holds("GT101")


def test_a_rule_that_was_not_asked_for_is_told() -> None:
    with pytest.raises(UnknownNameError, match="unknown rule 'GT101'"):
        observe(FINE, rules=["GT201"]).rule("GT101")


def test_printing_a_result_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["observe", str(STALE)]) == 1
    printed = capsys.readouterr().out
    assert str(observe(STALE)).rsplit("·", 1)[0] == printed.rsplit("·", 1)[0]


def test_a_notebook_shows_a_table_and_the_first_contradiction() -> None:
    html = observe(STALE)._repr_html_()
    assert "<code>GT201 linearizable per item</code>" in html
    assert "stale-read.jsonl:24" in html
    assert html.count("<tr>") == html.count("</tr>") == len(observe(STALE).rules)
    assert repr(observe(STALE)).startswith("<Observation of ")
