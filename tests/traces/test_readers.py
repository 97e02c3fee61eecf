from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from gtcheck.models.errors import InputError, UsageError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import ObservationLimits, observe, watch
from gtcheck.traces.native.run import EngineName
from gtcheck.traces.readers.formats import FORMATS
from gtcheck.traces.watch import Progress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GOOD = {
    "type": "op",
    "id": 1,
    "session": "s",
    "region": "r",
    "op": "write",
    "key": "x",
    "value": 1,
    "start": 0,
    "end": 5,
    "outcome": "ok",
}


def written(path: Path, *lines: dict[str, Any] | str) -> Path:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def op(**fields: Any) -> dict[str, Any]:
    return {**{k: v for k, v in GOOD.items() if k != "id"}, **fields}


def refused(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        observe([path], **options)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "is not JSON"),
        ('{"type":"op",', "is not JSON"),
        (json.dumps(op(start="soon")), "field start"),
        (json.dumps(op(op="jump")), "field op"),
        (json.dumps(op(end=-1)), "before it starts"),
        (json.dumps(op(key=None)), "has no key"),
        (json.dumps(op(end=None)), "has no end"),
        (json.dumps(GOOD), "already used"),
        (json.dumps(op(op="increment", value="x")), "number that is added"),
        ('{"type":"return","id":"ghost","end":4}', "under way"),
        ("[1,2]", "expected"),
        ("{}", "type"),
        (json.dumps(op()).replace("1,", "[" * 100_000 + ","), "deep"),
    ],
)
def test_a_bad_line_is_told_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    error = refused(written(tmp_path / "t.jsonl", GOOD, line, op(start=9, end=10)))
    assert told in error.message
    assert error.place is not None
    assert error.place.line == 2
    result = observe([tmp_path / "t.jsonl"], on_bad_line="skip")
    assert result.bad_lines.count == 1
    assert "t.jsonl:2" in result.bad_lines.named[0]
    assert result.events.read == 2


def test_a_line_cut_at_the_end_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(op(start=6))[:40])
    assert "ends in the middle" in refused(path).message


def test_what_is_no_trace_is_one_clear_line(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none").message
    assert "is a directory" in refused(tmp_path).message
    (tmp_path / "empty").touch()
    assert "is empty" in refused(tmp_path / "empty").message
    (tmp_path / "binary").write_bytes(b"\x7fELF\0\0\1")
    assert "is binary" in refused(tmp_path / "binary").message
    (tmp_path / "prose").write_text("once upon a time\n")
    assert "known format" in refused(tmp_path / "prose").message
    with pytest.raises(UsageError, match="no trace"):
        observe([])
    with pytest.raises(UsageError, match="GT201"):
        observe([tmp_path / "prose"], rules=["GT210"])


def test_compressed_traces_are_read_and_damage_is_told(tmp_path: Path) -> None:
    data = (json.dumps(GOOD) + "\n" + json.dumps(op(op="read", start=6, end=7)) + "\n").encode()
    for packed in (gzip.compress(data), zstandard.compress(data)):
        path = tmp_path / "t.jsonl.packed"
        path.write_bytes(packed)
        assert observe([path]).verdict is Verdict.HOLDS
        path.write_bytes(packed[:-6])
        refused(path)
        path.write_bytes(packed[:12] + b"damage" + packed[12:])
        refused(path)


def test_a_decompression_bomb_and_a_long_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zst"
    line = json.dumps(GOOD).encode() + b"\n"
    path.write_bytes(zstandard.compress(line + (b" " * 99_999 + b"\n") * 800))
    assert "grows more than" in refused(path).message
    path.write_bytes(zstandard.compress(b"{" + b" " * (20 * 1024 * 1024)))
    assert "longer than" in refused(path).message
    small = ObservationLimits(max_line_bytes=50)
    assert "longer than" in refused(written(tmp_path / "t", GOOD), limits=small).message


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("{:process 0, :type :ok, :f :read, :value 1}", 1, "had not invoked"),
        (
            "[{:process 0, :type :invoke, :f :read}\n{:process 0, :type :invoke, :f :read}]",
            2,
            "bef",
        ),
        ("[{:process 0, :type :invoke, :f :read", 1, "ends inside"),
        ("[{:process 0, :type :invoke, :f :read}\n", 1, "ends inside"),
        ("[{:process 0, :type :jump, :f :read}]", 1, ":type"),
        ("[{:process 0, :type :invoke, :f :read)]", 1, "nothing that this"),
        ("[{:process 0, :type :invoke, :f :read :value}]", 1, "EDN"),
        ("[{:process 0, :value " + "[" * 5000 + "}]", 1, "brackets"),
    ],
)
def test_bad_edn_is_told_with_its_place(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "t.edn"
    path.write_text(text)
    error = refused(path)
    assert told in error.message
    assert error.place is not None
    assert error.place.line == line


def test_an_edn_history_is_read_in_every_layout(tmp_path: Path) -> None:
    path = tmp_path / "t.edn"
    path.write_text(
        "; a comment [\n#jepsen.history.Op{:process 0, :type :invoke, :f :write, :value 3}\n"
        '{:process :nemesis, :type :info, :f :start, :value "cut {:n1 #{:n2}} ; \\" ]"}\n'
        '{:process 0,\n :type :ok, :f :write, ; so ]\n :value 3, :error "two\nlines }"}\n'
        "{:process 1 :type :invoke :f :read :value nil} {:process 1 :type :ok :f :read :value 4}"
    )
    result = observe([path])
    assert result.verdict is Verdict.VIOLATED
    assert result.events.ignored_by_kind == {"nemesis": 1}
    assert result.events.read == 5


def test_a_transaction_of_which_only_the_completion_is_logged_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "t.edn"
    path.write_text(
        "{:process 0, :type :fail, :value [[:append :a 7]]}\n"
        "{:process 1, :type :ok, :value [[:append :a 8]]}\n"
        "{:type :ok, :value [[:r :a [7 8]]]}\n"
    )
    result = observe([path], isolation="read-committed")
    [rule] = [rule for rule in result.rules if rule.verdict is Verdict.VIOLATED]
    assert rule.explanation is not None
    assert "aborted read" in rule.explanation
    path.write_text("{:process 1, :type :ok, :f :txn, :value [[:write :a 7]]}")
    assert "had not invoked" in refused(path).message


def test_an_item_whose_key_is_a_list_is_named_as_it_was_logged(tmp_path: Path) -> None:
    path = tmp_path / "t.edn"
    path.write_text("{:process 1, :type :ok, :value [[:r [:row 4] 9] [:w [true 2] 1]]}")
    [rule] = observe([path], isolation="read-committed").rules
    assert rule.explanation is not None
    assert 'nobody wrote that to [":row", 4]' in rule.explanation


def test_what_is_no_known_workload_is_not_checked_and_named(tmp_path: Path) -> None:
    path = tmp_path / "t.edn"
    path.write_text(
        "{:process 0, :type :invoke, :f :frobnicate, :value nil}\n"
        "{:process 0, :type :ok, :f :frobnicate, :value 9}\n"
    )
    result = observe([path])
    assert result.verdict is Verdict.NOT_CHECKED
    assert result.exit_code == 3
    assert result.events.ignored_by_kind == {"frobnicate": 2}


def test_ctrl_c_gives_what_was_read_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Progress) -> None:
        if progress.lines:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch, "_SECONDS_BETWEEN", 0)

    path = written(tmp_path / "t", *(op(start=i, end=i) for i in range(10_001)))
    result = observe([path], progress=stop, engine="reference")
    assert result.interrupted
    assert result.exit_code == 3
    assert result.events.read == watch.BETWEEN
    assert result.rule("GT302").reason == "interrupted after 1,024 events"


def test_unknown_types_are_counted_and_named(tmp_path: Path) -> None:
    result = observe([written(tmp_path / "t", GOOD, {"type": "weather", "sun": True})])
    assert result.events.ignored_by_kind == {"weather": 1}


def test_pairs_of_lines_and_unknown_fields_are_kept(tmp_path: Path) -> None:
    invoke = {"type": "invoke", "id": 7, "session": "s", "op": "read", "key": "x", "start": 8}
    path = written(
        tmp_path / "t",
        {"gtcheck": 1, "mode": "mrsc", "initial": {"x": 5}},
        {**GOOD, "note": "kept"},
        invoke,
        {"type": "return", "id": 7, "end": 9, "outcome": "ok", "value": 5},
    )
    result = observe([path])
    found = {rule.code: rule for rule in result.rules}["GT201"]
    assert found.verdict is Verdict.VIOLATED
    assert [line.line for line in found.witness] == [2, 4]
    assert found.witness[0].event["note"] == "kept"


FRAGMENTS = st.sampled_from(
    [
        '{"type":"op"',
        '"session":"s"',
        '"op":"read"',
        '"start":1',
        "}",
        "{",
        "[",
        "]",
        ",",
        "\n",
        ":process 0 ",
        ":type :invoke ",
        ":type :ok ",
        ":f :read ",
        ":f :cas ",
        ":value [1 2] ",
        ":value [[:append 1 2] [:r 1 [2]]] ",
        '{"type":"invoke","process":0,"f":"txn","value":[["w",1,2]]}',
        '{"type":"ok","process":0,"f":"txn","value":[["r",1,2]]}',
        '{"session":0,"ops":[["w","x",1],["r","y",',
        '{"session":0,"ops":[["w","x",1]]}\n',
        "w(1,2,3,4)\n",
        "r(1,2,3,-1)\n",
        "w 1 2\n",
        "r 1 2\n",
        "----\n",
        "====\n",
        ":value ",
        "INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\n",
        "INFO  jepsen.util - 0\t:ok\t:cas\t[1 2]\n",
        "INFO  jepsen.util - 0\t:ok\t:",
        '"',
        ";",
        "#{",
        "#_",
        "\\",
        "nil",
    ]
)
NOISE = st.one_of(
    st.binary(max_size=80), st.lists(FRAGMENTS, max_size=14).map("".join).map(str.encode)
)


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(NOISE, st.sampled_from(["auto", *FORMATS]), st.booleans())
def test_no_input_raises_anything_but_an_input_error(
    tmp_path: Path, data: bytes, input_format: str, skip: bool
) -> None:
    path = tmp_path / "noise"
    path.write_bytes(data)
    try:
        result = observe([path], input_format=input_format, on_bad_line="skip" if skip else "fail")
    except InputError as error:
        told = (str(error), error.report())
    else:
        told = (json.dumps(result.as_json()), result.verdict.value)
    assert "\n" not in told[0]


READ = '{"type":"op","op":"read","session":1,"start":1,"end":2,"key":"x","value":null}\n'


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("line", "told", "column"),
    [
        (READ[:-6].encode() + b"[" * 101 + b"]" * 101 + b"}", "more than 100 brackets", 173),
        (READ[:-6].encode() + b'"' + b"[" * 101 + '\u00e9\xff"}'.encode("latin-1"), "UTF-8", 176),
        (b"\n" * 200_000 + b"yes", "is not JSON", 1),
    ],
)
def test_what_cannot_be_read_is_told_where_it_stands(
    tmp_path: Path, engine: EngineName, line: bytes, told: str, column: int
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(READ.encode() + line + b"\n")
    with pytest.raises(InputError, match=told) as caught:
        observe(path, engine=engine)
    assert caught.value.place is not None
    assert caught.value.place.column == column


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_deep_brackets_within_a_text_are_a_text(tmp_path: Path, engine: EngineName) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(READ.replace("null", '"' + "[{" * 200 + '"').encode())
    assert observe(path, engine=engine, rules=["GT302"]).rule("GT302").checked == 1


def test_a_compressed_file_of_empty_lines_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(READ.encode() + b"\n" * (64 << 20))
    with pytest.raises(InputError, match="grows more than"):
        observe(path, engine="native", limits=ObservationLimits(max_expansion=100))
