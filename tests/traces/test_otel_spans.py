"""Spans of OpenTelemetry as a trace: what they mean, and what is wrong with them in a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gtcheck.models.errors import InputError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe

Span = dict[str, Any]


def attribute(name: str, value: Any) -> dict[str, Any]:
    kind = "stringValue"
    if isinstance(value, bool):
        kind = "boolValue"
    elif isinstance(value, int):
        kind, value = "intValue", str(value)
    elif isinstance(value, list):
        kind, value = "arrayValue", {"values": [attribute("", each)["value"] for each in value]}
    return {"key": name, "value": {kind: value}}


def attributes(**given: Any) -> list[dict[str, Any]]:
    return [attribute(name.replace("__", "."), value) for name, value in given.items()]


def span(number: int, start: int, end: int, **given: Any) -> Span:
    times = {"startTimeUnixNano": str(start * 1000), "endTimeUnixNano": str(end * 1000)}
    more = {"status": given.pop("status", {}), "name": given.pop("name", "DynamoDB")}
    names = {"traceId": f"t{number}", "spanId": f"s{number}"}
    return {**names, **times, **more, "attributes": attributes(**given)}


def exported(*spans: Span, **resource: Any) -> dict[str, Any]:
    scopes = [{"scope": {"name": "app"}, "spans": list(spans)}]
    return {
        "resourceSpans": [
            {"resource": {"attributes": attributes(**resource)}, "scopeSpans": scopes}
        ]
    }


WRITE: dict[str, Any] = {
    "db__system__name": "aws.dynamodb",
    "db__operation__name": "PutItem",
    "db__collection__name": "cart",
    "db__operation__parameter__key": "7",
}
READ: dict[str, Any] = {**WRITE, "db__operation__name": "GetItem"}
STALE = [
    span(1, 0, 10, **WRITE, gtcheck__value="old"),
    span(2, 20, 30, **WRITE, gtcheck__value="new"),
    span(3, 40, 50, **READ, gtcheck__value="old", aws__dynamodb__consistent_read=True),
    span(4, 60, 70, name="GET /health"),
]


@pytest.mark.parametrize("layout", ["lines", "array", "indented"])
def test_a_stale_read_is_found_among_spans(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "spans.json"
    requests = [exported(each, gtcheck__mode="mrsc", cloud__region="us-east-1") for each in STALE]
    if layout == "lines":
        path.write_text("".join(json.dumps(each) + "\n" for each in requests))
    else:
        whole: Any = requests if layout == "array" else exported(*STALE, gtcheck__mode="mrsc")
        path.write_text(json.dumps(whole, indent=1))
    result = observe([path])
    assert (result.format, result.mode) == ("otel", "mrsc")
    assert result.events.ignored_by_kind == {"span GET /health": 1}
    found = result.rule("GT201")
    assert found.verdict is Verdict.VIOLATED
    assert [line.event["id"] for line in found.witness] == ["s1", "s2", "s3"]
    lines = path.read_text().splitlines()
    if layout == "lines":
        assert [line.line for line in found.witness] == [1, 2, 3]
    if layout == "indented":
        assert [f'"s{i + 1}"' in lines[w.line - 1] for i, w in enumerate(found.witness)] == [
            True
        ] * 3


def test_the_same_read_is_eventual_where_dynamodb_was_not_asked_for_more(tmp_path: Path) -> None:
    path = tmp_path / "spans.json"
    spans = [*STALE[:2], span(3, 40, 50, **READ, gtcheck__value="old")]
    path.write_text(json.dumps(exported(*spans, gtcheck__mode="mrsc")))
    assert observe([path]).rule("GT201").verdict is Verdict.NOT_CHECKED


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        ("ConditionalCheckFailedException", Verdict.VIOLATED),
        ("ReplicatedWriteConflictException", Verdict.VIOLATED),
        ("InternalServerError", Verdict.HOLDS),
    ],
)
def test_an_error_says_whether_a_write_may_have_happened(
    tmp_path: Path, error: str, verdict: Verdict
) -> None:
    path = tmp_path / "spans.json"
    failed = {"status": {"code": 2}, "error__type": error}
    spans = [
        span(1, 0, 10, **WRITE, **failed, gtcheck__value="new"),
        span(2, 40, 50, **READ, gtcheck__value="new", aws__dynamodb__consistent_read=True),
    ]
    path.write_text(json.dumps(exported(*spans, gtcheck__mode="mrsc")))
    assert observe([path]).rule("GT302").verdict is verdict


def test_spans_and_their_events_tell_of_replication_too(tmp_path: Path) -> None:
    path = tmp_path / "spans.json"
    told: dict[str, Any] = {"gtcheck__type": "apply", "gtcheck__region": "b", "gtcheck__key": "x"}
    told |= {"gtcheck__origin": "a", "gtcheck__applied": True}
    newer, older = (attributes(**told, gtcheck__version=version) for version in (2, 1))
    worker = span(1, 0, 99, name="replicate")
    worker["events"] = [{"timeUnixNano": "5000", "name": "apply", "attributes": newer}]
    again = {**span(2, 7, 8), "attributes": older}
    path.write_text(json.dumps(exported(worker, again, worker)))
    result = observe([path])
    assert result.rule("GT303").verdict is Verdict.VIOLATED
    assert result.events.ignored_by_kind == {
        "span replicate": 1,
        "a span that was exported before": 1,
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"resourceSpans": 7}, "list of objects"),
        ({"resourceSpans": [{"scopeSpans": [{"spans": [1]}]}]}, "list of objects"),
        (exported({**STALE[0], "attributes": [{"key": "a"}]}), "attributes are a list"),
        (exported(span(1, 9, 5, **WRITE)), "before it starts"),
        (exported(span(1, 1, 5, **WRITE, gtcheck__consistency="weak")), "consistency"),
        (exported({**STALE[0], "startTimeUnixNano": "soon"}), "start"),
        (exported(gtcheck__mode="mixed"), "mode"),
    ],
)
def test_what_is_wrong_with_a_span_is_told_in_a_line(tmp_path: Path, value: Any, told: str) -> None:
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(value) + "\n")
    with pytest.raises(InputError, match=told) as error:
        observe([path])
    assert "\n" not in str(error.value)
    assert observe([path], on_bad_line="skip").bad_lines.count == 1
