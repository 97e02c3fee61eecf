"""Ctrl-C while a log is read or judged: the verdict so far, and never a false one."""

from __future__ import annotations

import fcntl
import json
import re
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import RULES, Observation, observe
from gtcheck.traces.history import Operation
from gtcheck.traces.native import reading as native_reading
from gtcheck.traces.native.judging import NATIVE
from gtcheck.traces.native.run import EngineName
from gtcheck.traces.rules.written_values import EqualVersionsEqualValues
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.cut_reading import cut_after
from tests.traces.run_forms import as_pairs
from tests.traces.simulated_runs import async_run, mrsc_run
from tests.traces.test_native_engine import Line, logs

ENGINES: tuple[EngineName, ...] = ("native", "reference")


def violated(found: Observation) -> set[str]:
    return {rule.code for rule in found.rules if rule.verdict is Verdict.VIOLATED}


def written(path: Path, lines: list[Line]) -> list[int]:
    """Write lines; give the places where each ends."""
    texts = [json.dumps(line) + "\n" for line in lines]
    path.write_text("".join(texts))
    return [len("".join(texts[: n + 1])) for n in range(len(texts))]


@given(logs(), st.floats(0, 1), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_no_rule_is_violated_so_far_that_holds_in_the_end(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    part: float,
    named: bool,
    across_items: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    ends = written(path, lines)
    rules = sorted(NATIVE | {"GT204"}) if named else []
    options: dict[str, Any] = {"rules": rules, "across_items": across_items, "on_bad_line": "skip"}
    whole = observe(path, engine="reference", **options)
    with pytest.MonkeyPatch.context() as patch, cut_after(ends[int(part * (len(ends) - 1))]):
        patch.setattr(native_reading, "_WINDOWS", (2, 8, 1 << 62))
        so_far = [observe(path, engine=engine, **options) for engine in ENGINES]
    for found in so_far:
        assert violated(found) <= violated(whole)
        assert not any(rule.verdict is Verdict.HOLDS for rule in found.rules)
    native, reference = so_far
    assert (native.events, native.bad_lines) == (reference.events, reference.bad_lines)
    for one, other in zip(native.rules, reference.rules, strict=True):
        # What the native engine leaves to the reference is not read again.
        is_left = one.verdict is Verdict.UNDECIDED and not one.checked
        assert one.as_json() == other.as_json() or is_left


@st.composite
def records(draw: st.DrawFn) -> Line:
    region, number = st.sampled_from(["r1", "r2"]), st.integers(1, 3)
    kind = draw(st.sampled_from(["apply", "apply", "stream", "append", "deliver", "snapshot"]))
    line: Line = {"type": kind, "region": draw(region), "time": draw(st.integers(0, 30))}
    if kind in ("append", "deliver"):
        return line | {
            "position": draw(number),
            "entry": draw(st.sampled_from(["e", "f", "op-1"])),
            "regions": draw(st.lists(region, max_size=2)),
        }
    line |= {"key": draw(st.sampled_from(["x", "y"])), "version": draw(number)}
    if kind == "apply":
        applied = {"applied": draw(st.booleans()), "position": draw(st.none() | number)}
        return line | {"origin": draw(region), **applied}
    return line | ({"sequence": draw(number)} if kind == "stream" else {"value": draw(number)})


@given(logs(), st.lists(records(), max_size=25), st.floats(0, 1), st.randoms())
@settings(max_examples=300, deadline=None)
def test_no_rule_of_records_is_violated_so_far_that_holds_in_the_end(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    seen: list[Line],
    part: float,
    random: Random,
) -> None:
    path = tmp_path_factory.getbasetemp() / "records.jsonl"
    header = {"gtcheck": 1, "mode": random.choice(["mrsc", "async"]), "quiet_us": 3}
    mixed = [line for line in lines if "gtcheck" not in line] + seen
    random.shuffle(mixed)
    ends = written(path, [header, *mixed])
    options: dict[str, Any] = {"rules": sorted(RULES), "on_bad_line": "skip"}
    whole = observe(path, engine="reference", **options)
    with cut_after(ends[int(part * (len(ends) - 1))]):
        found = observe(path, engine="reference", **options)
    assert violated(found) <= violated(whole)


@pytest.mark.parametrize("mode", ["mrsc", "async"])
@pytest.mark.parametrize("in_pairs", [False, True])
@given(st.integers(0, 10_000), st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_no_rule_is_violated_so_far_in_a_run_that_is_right(
    tmp_path_factory: pytest.TempPathFactory, mode: str, in_pairs: bool, seed: int, part: float
) -> None:
    lines = (mrsc_run if mode == "mrsc" else async_run)(40, seed)
    random = Random(seed)
    header, *events = as_pairs(lines) if in_pairs else lines
    if not in_pairs:
        random.shuffle(events)
    path = tmp_path_factory.getbasetemp() / "right.jsonl"
    ends = written(path, [header, *events])
    with cut_after(ends[int(part * (len(ends) - 1))]):
        found = observe(path, engine="reference", rules=sorted(RULES), mode=mode)  # type: ignore[arg-type]
    whole = observe(path, engine="reference", rules=sorted(RULES), mode=mode)  # type: ignore[arg-type]
    assert violated(found) <= violated(whole)


def going_on(*options: str) -> subprocess.Popen[str]:
    """Begin to observe standard input, which goes on until it is interrupted."""
    program = "from gtcheck.cli.main import main; main()"
    command = [sys.executable, "-c", program, "observe", "-", *options]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, **pipes, text=True)  # type: ignore[call-overload,no-any-return]


READS = [
    {"type": "op", "session": "s", "op": "read", "key": "x", "start": 10, "end": 11} | more
    for more in ({"version": 2, "value": 2}, {"version": 1, "value": 1, "start": 20, "end": 21})
]


def fed(process: subprocess.Popen[str], lines: list[Line]) -> None:
    """Give lines to a process, and wait until it has read them."""
    assert process.stdin is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
    process.stdin.flush()
    waiting = bytearray(b"\1\0\0\0")
    while any(waiting):
        time.sleep(0.05)
        fcntl.ioctl(process.stdin, termios.FIONREAD, waiting)
    time.sleep(0.1)


@pytest.mark.parametrize("options", [[], ["--engine", "reference"], ["--follow"]])
def test_ctrl_c_gives_the_verdict_so_far_while_more_is_waited_for(options: list[str]) -> None:
    with going_on("--rule", "GT101", "--rule", "GT302", *options) as process:
        fed(process, READS)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1, out + err
    assert re.search(r"violated +GT101", out)
    assert "version 1 after version 2" in out
    if not options or options[0] == "--engine":
        assert re.search(r"undecided +GT302 .* interrupted after 2 events", out)
        assert "so far, unless a line that was not read explains it" in out


def test_a_second_ctrl_c_ends_at_once() -> None:
    slow = "import sys, time\nfrom gtcheck.traces.rules.sessions import MonotonicReads as M\n"
    slow += "M.finish = lambda monitor: time.sleep(60)\nfrom gtcheck.cli.main import main\n"
    slow += "sys.argv[1:] = ['observe', '-', '--engine', 'reference', '--rule', 'GT101']\nmain()"
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-c", slow]
    with subprocess.Popen(command, **pipes, text=True) as process:  # type: ignore[call-overload]
        fed(process, READS[:1])
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (3, "")
    assert err.strip() == "gtcheck: interrupted before anything was found"


def test_time_that_is_over_gives_the_verdict_so_far() -> None:
    with going_on("--rule", "GT101", "--max-seconds", "1", "--format", "json") as process:
        fed(process, READS[1:])
        process.wait(timeout=30)
        out, _ = process.communicate(timeout=30)
    found = json.loads(out)
    assert (process.returncode, found["verdict"]) == (3, "undecided")
    assert (found["stopped_by"], found["interrupted"]) == ("max_seconds", False)
    assert found["rules"][0]["reason"] == "stopped after 1 s, 1 event"


def test_what_was_violated_before_is_told_and_the_rest_is_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = {"type": "op", "session": "s", "op": "read", "key": "x"}
    lines = [
        {**read, "version": version, "value": version, "start": start, "end": start + 5}
        for start, version in ((10, 2), (20, 1), (90, 3))
    ]
    path = tmp_path / "log.jsonl"
    written(path, lines)

    def opened(monitor: EqualVersionsEqualValues, operation: Operation) -> None:
        if operation.line == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(EqualVersionsEqualValues, "opened", opened)
    found = observe(path, engine="reference", rules=["GT101", "GT103"])
    assert found.rule("GT103").verdict is Verdict.NOT_CHECKED
    found = observe(path, engine="reference", rules=["GT101", "GT306", "GT103"])
    assert found.interrupted
    assert found.exit_code == 1
    assert found.rule("GT101").verdict is Verdict.VIOLATED
    assert [line.line for line in found.rule("GT101").witness] == [1, 2]
    assert found.rule("GT103").verdict is Verdict.UNDECIDED


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """Give a history of a register as Jepsen writes it, each line when it happens."""
    lines, busy = [], dict[int, tuple[str, str]]()
    for number in range(draw(st.integers(2, 30))):
        process = draw(st.integers(0, 2))
        known = busy.pop(process, None)
        if known is None:
            kind = draw(st.sampled_from(["read", "write", "cas"]))
            value = {"read": "nil", "write": str(number), "cas": f"[{number - 2} {number}]"}[kind]
            busy[process] = (kind, value)
            lines.append(f"{{:process {process} :type :invoke :f :{kind} :value {value}}}")
            continue
        kind, value = known
        how = draw(st.sampled_from(["ok", "ok", "ok", "fail", "info"]))
        if kind == "read" and how == "ok":
            value = str(draw(st.integers(max(0, number - 5), number)))
        lines.append(f"{{:process {process} :type :{how} :f :{kind} :value {value}}}")
    return lines


@given(histories(), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_a_history_in_the_order_of_time_stays_violated(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], part: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.edn"
    path.write_text("\n".join(lines) + "\n")
    whole = observe(path, rules=["GT201"], input_format="edn")
    kept = 1 + int(part * (len(lines) - 1))
    with cut_after(len("\n".join(lines[:kept])) + 1):
        found = observe(path, rules=["GT201"], input_format="edn")
    assert violated(found) <= violated(whole)
    if kept == len(lines):
        assert violated(found) == violated(whole)


APPENDS = """\
{:process 0 :type :invoke :f :txn :value [[:append x 1] [:r y nil]]}
{:process 1 :type :invoke :f :txn :value [[:append y 1] [:r x nil]]}
{:process 0 :type :ok :f :txn :value [[:append x 1] [:r y [1]]]}
{:process 1 :type :ok :f :txn :value [[:append y 1] [:r x [1]]]}
{:process 0 :type :invoke :f :txn :value [[:r x nil]]}
"""


def test_transactions_are_judged_as_far_as_they_were_read(tmp_path: Path) -> None:
    path = tmp_path / "appends.edn"
    path.write_text(APPENDS + "{:process 0 :type :ok :f :txn :value [[:r x [1]]]}\n")
    with cut_after(len(APPENDS)):
        broken = observe(path, isolation="read-committed")
    assert (broken.stopped_by, broken.exit_code) == ("interrupted", 1)
    assert len(broken.rule("read-committed").witness) == 2
    with cut_after(len("".join(APPENDS.splitlines(keepends=True)[:2]))):
        open_yet = observe(path, isolation="read-committed")
    assert open_yet.rule("read-committed").reason == "interrupted after 2 events"


def test_a_set_may_be_read_whole_later(tmp_path: Path) -> None:
    text = """\
{:process 0 :type :invoke :f :add :value 1}
{:process 0 :type :ok :f :add :value 1}
{:process 0 :type :invoke :f :read :value nil}
{:process 0 :type :ok :f :read :value []}
"""
    path = tmp_path / "set.edn"
    path.write_text(text + text[-80:].replace("[]", "[1]"))
    with cut_after(len(text)):
        found = observe(path)
    assert found.rule("set").verdict is Verdict.UNDECIDED
    assert "was lost" in (found.rule("set").note or "")


@pytest.mark.parametrize(("binding", "verdict"), [("lines", "violated"), ("moments", "undecided")])
def test_a_spec_is_judged_as_far_as_the_lines_go(
    tmp_path: Path, binding: str, verdict: str
) -> None:
    program = tmp_path / "once.py"
    heard = "At(Seen(), entry['at'])" if binding == "moments" else "Seen()"
    program.write_text(
        "from gtcheck.models import At, Event, Spec, binding, on, volatile\n"
        "class Seen(Event):\n    pass\n"
        "class Once(Spec):\n    seen: int = volatile(0)\n"
        "    @on(Seen)\n    def see(self, event: Seen) -> None:\n"
        "        self.seen += 1\n        assert self.seen < 2, 'seen twice'\n"
        f"@binding(Once)\ndef heard(entry):\n    return {heard}\n"
    )
    path = tmp_path / "log.jsonl"
    ends = written(path, [{"type": "seen", "at": at} for at in (3, 2, 1)])
    with cut_after(ends[1]):
        found = observe(path, specs=[f"{program}:Once"])
    (rule,) = found.rules
    assert rule.verdict.value == verdict
    assert "seen twice" in (rule.explanation or rule.note or "")
