from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import RULES, RuleResult, observe, trace_schema

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def op(session: str, name: str, value: object, start: int, end: int | None, **more: Any) -> str:
    event = {"type": "op", "session": session, "op": name, "key": "x", "value": value}
    return json.dumps({**event, "start": start, "end": end, **more})


def result(tmp_path: Path, code: str, *lines: str, **options: Any) -> RuleResult:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return next(rule for rule in observe([path], **options).rules if rule.code == code)


@pytest.mark.parametrize("versions", [(2, 1), ([2, "a"], [1, "b"])])
def test_a_session_that_goes_back_is_told_with_both_lines(
    tmp_path: Path, versions: tuple[object, object]
) -> None:
    newer, older = versions
    found = result(
        tmp_path,
        "GT101",
        op("s", "read", "b", 0, 1, version=newer, consistency="eventual"),
        op("t", "read", "a", 2, 3, version=older, consistency="eventual"),
        op("s", "read", "a", 4, 5, version=older, consistency="eventual"),
    )
    assert found.verdict is Verdict.VIOLATED
    assert [line.line for line in found.witness] == [1, 3]


def test_going_back_is_told_by_unique_values_too(tmp_path: Path) -> None:
    lines = [
        op("w", "write", 1, 0, 1),
        op("w", "write", 2, 2, 3),
        op("s", "read", 2, 4, 5, consistency="eventual"),
        op("s", "read", 1, 6, 7, consistency="eventual"),
    ]
    assert result(tmp_path, "GT101", *lines).verdict is Verdict.VIOLATED
    lines.append(op("w", "write", 1, 8, 9))
    assert result(tmp_path, "GT101", *lines).verdict is Verdict.VIOLATED
    lines.append(op("w", "write", 1, 7, 9))
    assert result(tmp_path, "GT101", *lines).verdict is Verdict.NOT_CHECKED


def test_another_region_may_be_behind_in_mode_async_only(tmp_path: Path) -> None:
    lines = [
        op("s", "write", "b", 0, 1, version=2, region="east"),
        op("s", "read", "b", 2, 3, version=2, region="east", consistency="strong"),
        op("s", "read", "a", 4, 5, version=1, region="west", consistency="strong"),
    ]
    for code in ("GT101", "GT102"):
        assert result(tmp_path, code, *lines, mode="mrsc").verdict is Verdict.VIOLATED
        assert result(tmp_path, code, *lines, mode="async").verdict is not Verdict.VIOLATED


def test_a_session_that_misses_its_own_write_is_told_with_both_lines(tmp_path: Path) -> None:
    found = result(
        tmp_path,
        "GT102",
        op("s", "write", "b", 0, 1, version=2),
        op("s", "read", "a", 2, 3, version=1),
    )
    assert found.verdict is Verdict.VIOLATED
    assert [line.line for line in found.witness] == [1, 2]


def test_a_stale_read_is_told_with_the_write_it_missed(tmp_path: Path) -> None:
    found = result(
        tmp_path,
        "GT201",
        op("s", "write", 1, 0, 1),
        op("s", "write", 2, 2, 3),
        op("t", "read", 1, 4, 5, consistency="strong"),
    )
    assert found.verdict is Verdict.VIOLATED
    assert [line.line for line in found.witness] == [1, 2, 3]


def test_eventual_reads_and_mode_async_are_outside_of_strong_reads(tmp_path: Path) -> None:
    lines = [op("s", "write", 1, 0, 1), op("t", "read", None, 4, 5, consistency="eventual")]
    assert result(tmp_path, "GT201", *lines).verdict is Verdict.NOT_CHECKED
    lines[1] = op("t", "read", None, 4, 5, consistency="strong")
    assert result(tmp_path, "GT201", *lines, mode="async").verdict is Verdict.NOT_CHECKED
    found = result(tmp_path, "GT201", *lines, mode="async", rules=["GT201"])
    assert found.verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    ("outcome", "end", "verdict"),
    [
        ("ok", 1, Verdict.HOLDS),
        ("unknown", 1, Verdict.HOLDS),
        (None, None, Verdict.HOLDS),
        ("failed", 1, Verdict.VIOLATED),
        ("conflict", 1, Verdict.VIOLATED),
    ],
)
def test_only_what_certainly_failed_has_no_effect(
    tmp_path: Path, outcome: str | None, end: int | None, verdict: Verdict
) -> None:
    write = op("s", "write", 1, 0, end, **({"outcome": outcome} if outcome else {}))
    assert result(tmp_path, "GT201", write, op("t", "read", 1, 4, 5)).verdict is verdict


def test_conditional_writes_deletes_and_increments_are_judged(tmp_path: Path) -> None:
    lines = [
        op("s", "write", 1, 0, 1, expected=None),
        op("s", "increment", 2, 2, 3),
        op("s", "read", 3, 4, 5),
        op("s", "delete", None, 6, 7),
        op("s", "read", None, 8, 9),
    ]
    assert result(tmp_path, "GT201", *lines).verdict is Verdict.HOLDS
    lines.append(op("s", "update", 5, 10, 11, expected=1))
    assert result(tmp_path, "GT201", *lines).verdict is Verdict.VIOLATED


def test_what_the_item_held_at_first_can_be_given(tmp_path: Path) -> None:
    line = op("s", "read", 7, 0, 1)
    assert result(tmp_path, "GT201", line).verdict is Verdict.VIOLATED
    assert result(tmp_path, "GT201", line, initial=7).verdict is Verdict.HOLDS
    assert result(tmp_path, "GT201", line, initial={"x": 7}).verdict is Verdict.HOLDS


def test_the_examples_say_what_they_are_named_for() -> None:
    assert observe([EXAMPLES / "mrsc-run.jsonl"]).exit_code == 0
    stale = observe([EXAMPLES / "stale-read.jsonl"])
    assert stale.exit_code == 1
    found = next(rule for rule in stale.rules if rule.verdict is Verdict.VIOLATED)
    assert 25 in [line.line for line in found.witness]


def test_the_examples_fulfil_the_published_schema() -> None:
    schema = trace_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    own = {"copies.jsonl"}  # read by a parser of its own
    for path in sorted(path for path in EXAMPLES.glob("*.jsonl") if path.name not in own):
        for line in path.read_text().splitlines():
            validator.validate(json.loads(line))
    assert not validator.is_valid({"type": "op", "op": "jump"})
    assert validator.is_valid({"type": "weather"})


def test_every_rule_describes_itself_under_its_own_code() -> None:
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.summary
        assert len(rule.description) > len(rule.summary)


def test_an_eventual_read_may_be_behind_a_strong_one_but_not_behind_an_eventual_one(
    tmp_path: Path,
) -> None:
    lines = [
        op("s", "read", "d", 0, 1, version=4, region="west", consistency="strong"),
        op("s", "read", "c", 2, 3, version=3, region="west", consistency="eventual"),
        op("s", "read", "d", 4, 5, version=4, region="west", consistency="strong"),
    ]
    assert result(tmp_path, "GT101", *lines, mode="mrsc").verdict is Verdict.HOLDS
    lines.append(op("s", "read", "b", 6, 7, version=2, region="west", consistency="eventual"))
    found = result(tmp_path, "GT101", *lines, mode="mrsc")
    assert found.verdict is Verdict.VIOLATED
    assert [line.line for line in found.witness] == [2, 4]


def test_a_read_of_nothing_is_older_than_every_version(tmp_path: Path) -> None:
    lines = [
        op("s", "write", "a", 0, 1, version=1),
        op("s", "read", "a", 2, 3, version=1),
        op("s", "read", None, 4, 5),
    ]
    for code in ("GT101", "GT102"):
        assert result(tmp_path, code, *lines).verdict is Verdict.VIOLATED
    lines.append(op("t", "delete", None, 3, 6, version=2))
    for code in ("GT101", "GT102"):
        assert result(tmp_path, code, *lines).verdict is not Verdict.VIOLATED
