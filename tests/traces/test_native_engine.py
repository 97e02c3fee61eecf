"""The native engine against the plain reference: whatever a log holds, both say the same.

Logs are drawn small and dense, with clashes of every kind, so that about half of them break a rule;
windows are made tiny, so that lines out of order are read again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from gtcheck.models.errors import GtcheckError
from gtcheck.traces import watch
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.native import reading as native_reading
from gtcheck.traces.native.judging import NATIVE
from gtcheck.traces.observer import observe
from gtcheck.traces.rules import RULES
from gtcheck.traces.watch import Progress
from hypothesis import given, settings
from hypothesis import strategies as st

Line = dict[str, Any]

KEYS = st.sampled_from(["x", "y", 7])
OUTCOMES = st.sampled_from([None, None, None, "ok", "unknown", "failed", "conflict"])
TIMES = st.integers(0, 30)
OLD_VALUES = [
    None,
    True,
    0,
    1,
    1.0,
    2.5,
    "short",
    "a text of more than fifteen bytes",
    [1, {"a": 2}],
]
VERSIONS: list[Any] = [None, 1, 2, [1], [1, "r1"], [1, "r2"], [2, 1], "etag", [True]]
VERSIONS += [1.0, 1.5, 0.5, -0.5, 1e300, [1.5], [1, 0.5], [1, 0.5, "r1"], 1 << 62]


@st.composite
def operations(draw: st.DrawFn, number: int, plain: bool) -> Line:
    start = draw(TIMES)
    names = ["read", "write"] if plain else ["read", "write", "update", "delete", "increment"]
    line: Line = {"type": "op", "op": draw(st.sampled_from(names)), "start": start}
    line |= {"session": draw(st.sampled_from(["a", "b", 1])), "key": draw(KEYS)}
    line["end"] = start + draw(st.integers(0, 8))
    recent = st.integers(max(0, number - 3), number)
    if line["op"] == "increment":
        line["value"] = draw(st.integers(-1, 3))
    elif line["op"] == "write" and plain:
        line["value"] = number
    else:
        line["value"] = draw(recent if plain else recent | st.sampled_from(OLD_VALUES))
    if not plain:
        line |= draw(_optional_fields(line, number))
    return line


@st.composite
def _optional_fields(draw: st.DrawFn, line: Line, number: int) -> Line:
    fields: Line = {
        "region": draw(st.sampled_from([None, "r1", "r2"])),
        "consistency": draw(st.sampled_from([None, "strong", "eventual"])),
        "version": draw(st.integers(max(0, number - 2), number) | st.sampled_from(VERSIONS)),
        "outcome": draw(OUTCOMES),
    }
    if line["op"] != "read" and draw(st.integers(0, 4)) == 0:
        fields["expected"] = draw(st.sampled_from([None, number - 1, number - 2]))
    if fields["outcome"] not in (None, "ok") and draw(st.booleans()):
        fields["end"] = None
    if draw(st.integers(0, 4)) == 0:
        fields |= {"id": f"op-{draw(st.integers(0, 40))}", "error": 'a "text"', "other": [{}]}
    return fields


@st.composite
def logs(draw: st.DrawFn) -> list[Line]:
    plain, in_halves = draw(st.booleans()), draw(st.integers(0, 3)) == 0
    lines: list[Line] = []
    for number in range(1, draw(st.integers(2, 25))):
        line = draw(operations(number, plain))
        how = draw(st.integers(0, 12))
        if how == 0 or in_halves:
            lines += _halves(line, number, draw(st.sampled_from([{}, {}, {"attempt": 1}])))
        elif how == 1 and not plain:
            parts = [draw(operations(100 + 2 * number + n, plain)) for n in range(2)]
            parts = [{k: p[k] for k in ("op", "key", "value", "version")} for p in parts]
            del line["key"], line["value"]
            lines.append(line | {"op": "transaction", "items": parts})
        elif how == 2:
            lines.append({"type": "unheard-of"})
        else:
            lines.append(line)
    if draw(st.booleans()):
        lines.sort(key=lambda line: int(line.get("start") or line.get("end") or 0))
    return [*draw(_headers()), *lines]


@st.composite
def _headers(draw: st.DrawFn) -> list[Line]:
    header: Line = {"gtcheck": 1, "clock_error_us": draw(st.sampled_from([0, 0, 1, 3]))}
    header["mode"] = draw(st.sampled_from([None, "mrsc", "async"]))
    header["initial"] = draw(st.sampled_from([None, 0, "short"]))
    return draw(st.sampled_from([[], [header]]))


def _halves(line: Line, number: int, attempt: Line) -> list[Line]:
    """Give an operation as two lines, which may be apart after sorting."""
    ends = ("end", "outcome", "version")
    first = {k: v for k, v in line.items() if k not in (*ends, "type", "error", "other", "id")}
    second = {k: line[k] for k in ends if k in line}
    name = {"id": f"half-{number}"}
    returned = {"type": "return", **name, **second}
    if line["op"] == "read" and number % 2:
        returned["value"] = first.pop("value", None)
    return [{"type": "invoke", **name, **first, **attempt}, returned]


def outcome(path: Path | str | list[Path], engine: Any, **options: Any) -> Any:
    """Give all that an observation says but how long it took, or its error."""
    try:
        found = observe(path, engine=engine, **options).as_json()
    except GtcheckError as error:
        return type(error), str(error)
    return {name: value for name, value in found.items() if name not in ("seconds", "engine")}


@given(logs(), st.booleans(), st.booleans(), st.sampled_from(["fail", "skip"]))
@settings(max_examples=400, deadline=None)
def test_both_engines_say_the_same_of_any_log(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    named: bool,
    across_items: bool,
    on_bad_line: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rules = sorted(NATIVE) if named else []
    options = {"rules": rules, "across_items": across_items, "on_bad_line": on_bad_line}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native_reading, "_WINDOWS", (2, 8, 1 << 62))
        native = outcome(path, "native", **options)
    assert native == outcome(path, "reference", **options)


@given(logs(), st.lists(st.integers(0, 2), min_size=60, max_size=60), st.booleans())
@settings(max_examples=250, deadline=None)
def test_both_engines_say_the_same_of_several_files(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], places: list[int], skips: bool
) -> None:
    parts: list[list[Line]] = [[], [], []]
    for line, place in zip(lines, places, strict=False):
        parts[place].append(line)
    paths = []
    for number, part in enumerate(parts):
        paths.append(tmp_path_factory.getbasetemp() / f"part-{number}.jsonl")
        paths[-1].write_text("".join(json.dumps(line) + "\n" for line in part) or "\n")
    options = {"on_bad_line": "skip" if skips else "fail"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native_reading, "_WINDOWS", (2, 8, 1 << 62))
        patch.setattr(native_reading, "_PIECE", 100)
        patch.setattr(native_reading, "_LEAST_PIECE", 100)
        native = outcome(paths, "native", **options)
    assert native == outcome(paths, "reference", **options)


@given(logs())
@settings(max_examples=50, deadline=None)
def test_standard_input_is_like_a_file(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line]
) -> None:
    path = tmp_path_factory.getbasetemp() / "given.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) or "\n")
    expected = repr(outcome(path, "native")).replace(str(path), "-")
    for engine in ("native", "reference"):
        with path.open() as stream, pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", stream)
            patch.setattr(native_reading, "_WINDOWS", (2, 8, 1 << 62))
            found = repr(outcome("-", engine))
        assert found == expected


@given(logs(), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_both_engines_forget_the_same(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], most: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "forgetting.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    options = {"rules": sorted(NATIVE), "limits": ObservationLimits(max_remembered=most)}
    assert outcome(path, "native", **options) == outcome(path, "reference", **options)


@pytest.mark.parametrize("code", sorted(RULES))
def test_both_engines_say_the_same_of_the_example_of_each_rule(code: str) -> None:
    path = RULES[code].example
    assert outcome(path, "native") == outcome(path, "reference")
    assert outcome(path, "native", rules=[code]) == outcome(path, "reference", rules=[code])


def test_the_native_engine_alone_judges_plain_operations(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    line = {
        "type": "op",
        "op": "read",
        "session": 1,
        "key": "x",
        "value": None,
        "start": 1,
        "end": 2,
    }
    path.write_text(json.dumps(line))
    found = observe(path, rules=["GT201"])
    assert found.engine == "native"
    assert found.rule("GT201").checked == 1


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    "text",
    [
        '{"type":"op","op":"read","session":1,"start":2,"end":1,"key":"x"}',
        '{"type":"op","op":"read","session":1,"start":1,"end":2}',
        '{"type":"op","op":"dance","session":1,"start":1,"end":2,"key":"x"}',
        '{"type":"op","op":"read","session":1,"start":1,"end":2,"key":"x","value":tru}',
        '{"type":"op","op":"read","session":1,"start":1,"end":2,"key":"x"',
        '{"type":"op","op":"read","session":1,"start":1,"end":2,"key":"\x01"}',
        '{"type":"op","op":"increment","session":1,"start":1,"end":2,"key":"x","value":"1"}',
        '{"type":"return","id":7,"end":2}',
        "[]",
        "\ufeff{}",
    ],
)
def test_bad_lines_are_told_in_the_same_words(tmp_path: Path, text: str, engine: str) -> None:
    good = '{"type":"op","op":"read","session":1,"start":1,"end":2,"key":"x","id":"one"}\n'
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{good}\n{text}")
    expected = outcome(path, "reference")
    assert isinstance(expected, tuple)
    assert outcome(path, engine) == expected


def test_an_id_that_is_used_again_is_told_with_its_first_place(tmp_path: Path) -> None:
    line = {"type": "op", "op": "read", "session": 1, "start": 1, "end": 2, "key": "x", "id": "one"}
    path = tmp_path / "twice.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in (line, line | {"id": "two"}, line)))
    assert outcome(path, "native") == outcome(path, "reference")
    assert "was already used in" in outcome(path, "native")[1]


def test_ctrl_c_gives_what_the_native_engine_had_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_SECONDS_BETWEEN", 0)
    monkeypatch.setattr(native_reading, "_PIECE", 1 << 16)

    def stop(progress: Progress) -> None:
        if progress.lines:
            raise KeyboardInterrupt

    line = {"type": "op", "op": "read", "session": 1, "start": 1, "end": 2, "key": "x"}
    path = tmp_path / "stopped.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for _ in range(10_000)))
    found = observe(path, progress=stop, engine="native")
    assert found.interrupted
    assert 0 < found.events.read < 10_000
