"""A parser of one's own reads any log, and its mistakes are told as its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from gtcheck.cli.main import run
from gtcheck.models.errors import InputError, UnknownNameError, UsageError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe
from gtcheck.traces.events import OperationEvent

JSON_LINES = Path(__file__).parents[2] / "docs" / "examples" / "stale-read.jsonl"
LOG = "a wrote 1 from 10 to 20\n# nothing\nb read nothing from 30 to 40\n"


def words(line: str) -> dict[str, Any] | None:
    """Read `SESSION wrote|read VALUE from START to END`."""
    if line.startswith("#"):
        return None
    session, did, value, _, start, _, end = line.split()
    return {
        "type": "op",
        "session": session,
        "op": "write" if did == "wrote" else "read",
        "key": "x",
        "value": None if value == "nothing" else int(value),
        "start": int(start),
        "end": int(end),
    }


def log(tmp_path: Path, text: str = LOG) -> Path:
    path = tmp_path / "words.log"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_function_of_ones_own_makes_a_trace_of_any_log(tmp_path: Path) -> None:
    found = observe(log(tmp_path), parser=words)
    assert (found.format, found.events.read) == ("parser", 2)
    [violated] = [rule for rule in found.rules if rule.verdict is Verdict.VIOLATED]
    assert violated.code == "GT201"
    assert [line.line for line in violated.witness] == [1, 3]


def test_a_parser_that_decodes_json_lines_finds_what_the_reader_of_json_lines_finds() -> None:
    ours, theirs = observe(JSON_LINES), observe(JSON_LINES, parser=msgspec.json.decode)
    for one, other in zip(ours.rules, theirs.rules, strict=True):
        assert (one.code, one.verdict, one.checked) == (other.code, other.verdict, other.checked)
        assert one.explanation == other.explanation
        assert [each.text for each in one.witness] == [each.text for each in other.witness]
    assert ours.events == theirs.events
    assert ours.mode == theirs.mode == "mrsc"


def test_one_line_may_give_several_events_as_structs_or_dicts(tmp_path: Path) -> None:
    def several(line: str) -> Iterator[Any]:
        yield OperationEvent(op="write", session="a", key="x", value=line, start=1, end=2)
        yield {"type": "op", "op": "read", "session": "a", "key": "x", "start": 3, "end": 4}
        yield {"type": "weather"}

    found = observe(log(tmp_path, "one\n"), parser=several)
    assert found.events.read == 3
    assert found.events.ignored_by_kind == {"weather": 1}


def without_end(line: str) -> Iterator[Any]:
    while True:
        yield {"type": "weather"}


def fails(line: str) -> object:
    return line.index("?")


def leaves(line: str) -> object:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("parser", "said"),
    [
        (fails, r"words\.log:1: the parser fails fails on this line: ValueError: .*\(at .*test_ow"),
        (leaves, r"words\.log:1: the parser leaves fails on this line: SystemExit: 3"),
        (lambda line: 7, r"words\.log:1: .* gives 7 for this line, which is no event"),
        (lambda line: [7], r"words\.log:1: .* gives 7 for this line"),
        (lambda line: line, r"words\.log:1: .* gives 'a wrote 1 from"),
        (lambda line: {"type": "op"}, r"words\.log:1: .* no event of a trace: .*`op`"),
        (lambda line: {"kind": "op"}, r"words\.log:1: .* no event of a trace: .*`type`"),
        (lambda line: {"gtcheck": 2}, r"words\.log:1: .* no event of a trace: .*2"),
        (lambda line: words(line[:-2] + "1"), r"words\.log:1: the operation ends at 1, before"),
        (without_end, r"words\.log:1: the parser without_end gives more than 10,000 events"),
    ],
)
def test_a_parsers_mistake_is_told_with_the_line(
    parser: Callable[[str], object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said):
        observe(log(tmp_path), parser=parser)


def test_lines_that_a_parser_cannot_read_may_be_skipped(tmp_path: Path) -> None:
    def only_reads(line: str) -> object:
        assert "wrote" not in line, "writes are not for me"
        return words(line)

    found = observe(log(tmp_path), parser=only_reads, on_bad_line="skip")
    assert found.bad_lines.count == 1
    assert "writes are not for me" in found.bad_lines.named[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("words.py", "names no function or class"),
        ("{}:pars", "did you mean 'parse'"),
        ("{}:seven", "is 7, which is no function"),
        ("nowhere.py:parse", "there is no file nowhere.py"),
    ],
)
def test_a_parser_that_is_not_there_is_told(given: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("seven = 7\n\ndef parse(line): return None\n", encoding="utf-8")
    with pytest.raises((UsageError, UnknownNameError), match=said):
        observe(log(tmp_path), parser=given.format(file))


def test_a_parser_does_not_go_together_with_an_input_format(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a parser reads the lines, and so does input format edn"):
        observe(log(tmp_path), parser=words, input_format="edn")


def test_the_command_line_shows_the_line_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def parse(line):\n    return 1 // 0\n", encoding="utf-8")
    assert run(["observe", str(log(tmp_path)), "--parser", f"{file}:parse"]) == 2
    told = capsys.readouterr().err
    assert "words.log:1" in told
    assert "ZeroDivisionError" in told
    assert f"{file}:2" in told
    assert "a wrote 1 from 10 to 20" in told
    assert "Traceback" not in told
