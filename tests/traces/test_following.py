"""Following a log: what is told, when, and what is left undecided."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gtcheck.models.errors import InputError, UsageError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import UNSET, Observation, observe
from gtcheck.traces.history import History
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.live import Told, follow
from gtcheck.traces.live.run import LiveRun
from gtcheck.traces.readers.sources import Source
from gtcheck.traces.rules import RULES

from tests.traces.simulated_runs import async_run, mrsc_run

Line = dict[str, Any]
HEADER: Line = {"gtcheck": 1, "mode": "mrsc"}


def op(kind: str, start: int, end: int | None, value: object, **more: Any) -> Line:
    return {
        "type": "op",
        "session": more.pop("session", "s"),
        "op": kind,
        "key": more.pop("key", "x"),
        "value": value,
        "start": start,
        "end": end,
        **more,
    }


class Fed:
    """A run that is fed lines at moments of a clock of its own."""

    def __init__(self, *codes: str, hold_back: float = 0.5) -> None:
        self.run = LiveRun(
            History(["log"], "jsonl"),
            [rule for code, rule in RULES.items() if not codes or code in codes],
            are_named=bool(codes),
            mode=None,
            parser=None,
            initial=UNSET,
            across_items=False,
            limits=ObservationLimits(),
            hold_back=hold_back,
        )
        self.source = Source("log", io.BufferedReader(io.BytesIO()), ObservationLimits())
        self.told: list[Told] = []

    def at(self, now: float, *lines: Line, has_all: bool = True) -> list[str]:
        """Give the lines at a moment; say which rules are told of then."""
        for line in lines:
            self.source.line += 1
            self.run.reader.take_line(self.source, 0, json.dumps(line).encode(), None)
        return self._take(self.run.advance(now, has_all=has_all))

    def end(self, *, is_over: bool = True) -> dict[str, Any]:
        self._take(self.run.finish(is_over=is_over))
        return {result.code: result for result in self.run.results()}

    def _take(self, news: Iterator[Told]) -> list[str]:
        found = list(news)
        self.told += found
        return [("-" if told.is_withdrawn else "") + told.result.code for told in found]


def test_a_violation_is_told_when_its_line_was_held_back_also_if_nothing_follows() -> None:
    fed = Fed("GT201")
    fed.at(0.0, HEADER, op("write", 10, 20, 1), op("write", 30, 40, 2))
    assert fed.at(0.4) == []
    assert fed.at(1.0, op("read", 50, 60, 1)) == []
    assert fed.at(1.4) == []
    assert fed.at(1.51) == ["GT201"]
    assert fed.end()["GT201"].verdict is Verdict.VIOLATED


def test_lines_may_come_in_any_order_within_what_is_held_back() -> None:
    fed = Fed("GT201", "GT302")
    fed.at(0.0, HEADER, op("read", 10, 60, 1), op("read", 70, 90, 2))
    fed.at(0.3, op("write", 5, 95, 1, session="a"), op("write", 65, 99, 2, session="b"))
    fed.at(1.0)
    results = fed.end()
    assert [each.verdict for each in results.values()] == [Verdict.HOLDS, Verdict.HOLDS]


def test_a_write_that_comes_too_late_withdraws_what_it_may_explain() -> None:
    fed = Fed("GT201", "GT302")
    fed.at(0.0, HEADER, op("read", 10, 20, 7))
    assert fed.at(0.6) == ["GT201", "GT302"]
    assert fed.at(3.0, op("write", 5, 3_000_000, 7)) == ["-GT201", "-GT302"]
    for result in fed.end().values():
        assert result.verdict is Verdict.UNDECIDED
        assert "--hold-back" in (result.reason or "")
        assert "line 3" in (result.reason or "")


def test_what_contradicts_itself_by_versions_is_not_withdrawn() -> None:
    fed = Fed("GT101", "GT103")
    read = op("read", 10, 20, 1, version=2, consistency="strong")
    fed.at(0.0, HEADER, read, op("read", 30, 40, 0, version=1, consistency="strong"))
    assert fed.at(0.6) == ["GT101"]
    assert fed.at(3.0, op("write", 5, 3_000_000, 7, version=9)) == []
    results = fed.end()
    assert results["GT101"].verdict is Verdict.VIOLATED


def test_only_the_item_of_a_late_write_is_judged_no_more() -> None:
    fed = Fed("GT201")
    fed.at(0.0, HEADER, op("write", 10, 20, 1), op("write", 10, 20, 1, key="y"))
    fed.at(0.6)
    fed.at(1.0, op("write", 5, 50, 3, session="late"))
    late = [op("write", 60, 70, 4), op("read", 80, 90, 1)]
    fed.at(1.1, *late)
    assert fed.at(2.0) == []
    fed.at(2.1, op("write", 160, 170, 4, key="y"), op("read", 180, 190, 1, key="y"))
    assert fed.at(3.0) == ["GT201"]


def test_a_read_that_comes_too_late_leaves_the_rest_judged_and_the_rule_undecided() -> None:
    fed = Fed("GT201", "GT501")
    fed.at(0.0, HEADER, op("write", 10, 20, 1), op("read", 30, 40, 1))
    fed.at(0.6)
    fed.at(1.0, op("read", 5, 50, 1, session="late"))
    results = fed.end()
    assert results["GT201"].verdict is Verdict.UNDECIDED
    assert results["GT501"].verdict is Verdict.NOT_CHECKED


def test_an_unread_write_of_unknown_outcome_may_come_late() -> None:
    fed = Fed("GT201", "GT302")
    fed.at(0.0, HEADER, op("write", 10, 20, 1), op("read", 30, 40, 1))
    fed.at(0.6)
    fed.at(5.0, op("write", 15, None, 2, session="slow"))
    fed.at(6.0, op("read", 6_000_000, 6_000_010, 2))
    assert fed.at(7.0) == []
    results = fed.end()
    assert [each.verdict for each in results.values()] == [Verdict.HOLDS, Verdict.HOLDS]


def test_what_is_invoked_counts_while_it_does_not_return() -> None:
    fed = Fed("GT201", "GT302", "GT701")
    invoke = {"type": "invoke", "id": 1, "op": "write", "session": "a", "key": "x", "value": 5}
    fed.at(0.0, HEADER, {**invoke, "start": 10}, op("read", 20, 30, 5))
    assert fed.at(0.6) == []
    assert fed.at(9.0, {"type": "return", "id": 1, "outcome": "unknown"}) == []
    results = fed.end()
    assert results["GT201"].verdict is Verdict.HOLDS
    assert results["GT302"].verdict is Verdict.HOLDS


def test_what_returns_too_late_was_never_unanswered() -> None:
    fed = Fed("GT701")
    fault = {"type": "fault", "kind": "cut", "target": ["a", "b"], "start": 0, "end": 9_000_000}
    invoke = {"type": "invoke", "id": 1, "op": "write", "session": "a", "key": "x", "value": 5}
    fed.at(0.0, HEADER, fault, {**invoke, "start": 10, "region": "a"})
    fed.at(0.6)
    fed.at(3.0, {"type": "return", "id": 1, "outcome": "ok", "end": 3_000_000})
    assert fed.end()["GT701"].verdict is Verdict.UNDECIDED


def test_a_late_journal_entry_leaves_what_heeds_it_undecided() -> None:
    fed = Fed("GT502", "GT503", "GT201")
    append = {"type": "append", "position": 1, "entry": "e", "region": "a", "regions": ["a", "b"]}
    deliver = {"type": "deliver", "position": 2, "entry": "e", "region": "a", "time": 100}
    fed.at(0.0, HEADER, {**append, "time": 50}, deliver)
    assert fed.at(0.6) == ["GT502"]
    assert fed.at(2.0, {**append, "position": 2, "time": 90}) == ["-GT502"]
    results = fed.end()
    assert results["GT502"].verdict is Verdict.UNDECIDED
    assert results["GT201"].verdict is Verdict.NOT_CHECKED


@pytest.mark.parametrize("made", [mrsc_run, async_run])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_is_judged_as_when_it_is_complete(
    made: Callable[[int, int], list[Line]], seed: int, tmp_path: Path
) -> None:
    lines = made(300, seed)
    random = Random(seed)
    for wrong in (False, True):
        if wrong:
            for line in lines:
                if line.get("op") == "read" and random.random() < 0.01:
                    line["version"] = 1
        path = tmp_path / "log.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in _as_written(lines)))
        whole = observe(path)
        found = _followed(path)
        for one, other in zip(whole.rules, found.rules, strict=True):
            assert (one.code, one.verdict) == (other.code, other.verdict)
            if one.verdict is Verdict.HOLDS:
                assert one.checked == other.checked


def _as_written(lines: list[Line]) -> list[Line]:
    """Put lines in the order in which they would be written: by their ends."""
    return sorted(lines, key=lambda line: line.get("end") or line.get("time") or -1)


def _followed(path: Path) -> Observation:
    """Follow a log through standard input, which ends."""
    with path.open() as stream, pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdin", stream)
        return follow("-")


def test_a_file_that_grows_is_replaced_and_is_cut_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("")
    noticed: list[str] = []
    told: list[Told] = []

    def written() -> None:
        with path.open("a") as log:
            _say(log, HEADER, op("write", 10, 20, 1))
            log.write(json.dumps(op("write", 30, 40, 2))[:20])
            log.flush()
            time.sleep(0.15)
            log.write(json.dumps(op("write", 30, 40, 2))[20:] + "\n")
        path.rename(tmp_path / "log.1")
        time.sleep(0.1)
        with path.open("w") as log:
            _say(log, HEADER, op("write", 50, 60, 3))
        time.sleep(0.15)
        with path.open("w") as log:
            _say(log, op("read", 70, 80, 1))

    writer = threading.Thread(target=written)
    writer.start()
    found = follow(
        path,
        tell=told.append,
        notice=noticed.append,
        stopped=lambda: bool(told),
        max_seconds=20,
        rules=["GT201"],
    )
    writer.join()
    assert [each.result.code for each in told] == ["GT201"]
    assert found.events.read == 4
    assert len(noticed) == 2
    assert "replaced" in noticed[0]
    assert "cut" in noticed[1]


def _say(log: Any, *lines: Line) -> None:
    log.write("".join(json.dumps(line) + "\n" for line in lines))
    log.flush()


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        (b"\x1f\x8b\x08\n", UsageError, "compressed"),
        (b"{:type :invoke, :f :read}\n", UsageError, "edn"),
        (b'{"type":"op"}\n', InputError, "log:1"),
        (b'{"type":"op","op":"read","key":' + b"1" * 9_000_000, InputError, "longer"),
    ],
)
def test_what_cannot_be_followed_is_refused(
    content: bytes, error: type[Exception], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    with pytest.raises(error, match=told):
        follow(path, max_seconds=5)


def test_a_first_line_that_changes_the_run_is_refused_once_judging_began() -> None:
    fed = Fed("GT201")
    fed.at(0.0, op("write", 10, 20, 1))
    fed.at(0.6)
    fed.source.line = 0
    fed.run.reader.last_file = -1
    fed.at(0.7, HEADER)
    with pytest.raises(UsageError, match="same first line"):
        fed.run.check_header()
