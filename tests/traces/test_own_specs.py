"""Specs of one's own run over a log as they run in an exploration, each key for itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gtcheck.checker import explore
from gtcheck.cli.main import run
from gtcheck.models import (
    At,
    Event,
    ModelError,
    Spec,
    State,
    System,
    UnknownNameError,
    UsageError,
    binding,
    on,
    volatile,
)
from gtcheck.models.errors import InputError
from gtcheck.models.library.consistency import Acknowledged, Applied
from gtcheck.models.library.journaling import NoLostUpdates
from gtcheck.models.library.replication import AppliedAtMostOnce
from gtcheck.models.values import NEVER, Time
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import Observation, ObservationLimits, observe
from hypothesis import given
from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HISTORIES = Path(__file__).parents[2].parent / "shared" / "histories" / "pobserve"
PARSER, SPEC = (f"{EXAMPLES / 'lock_server.py'}:{name}" for name in ("parse", "MutualExclusion"))


class Asked(Event):
    job: int


class Done(Event):
    job: int


class JobsAreDone(Spec):
    """What is asked for is done, once."""

    done: int = volatile(0)
    idle = State(start=True)
    waiting = State(hot=True)

    @idle.on(Asked)
    def ask(self, event: Asked) -> None:
        self.goto(JobsAreDone.waiting)

    @waiting.on(Done)
    def finish(self, event: Done) -> None:
        self.done += 1
        assert self.done < 3, f"job {event.job} was done {self.done} times"
        self.goto(JobsAreDone.idle)


@binding(JobsAreDone, key="job")
def jobs(entry: dict[str, Any]) -> Event | At | None:
    """Bind `{"did": "ask", "job": 1, "time": 5}`."""
    kind = {"ask": Asked, "done": Done}.get(entry["did"])
    if kind is None:
        return None
    event = kind(entry["job"])
    return At(event, entry["time"]) if "time" in entry else event


def log(tmp_path: Path, *did: str, name: str = "jobs.jsonl") -> Path:
    """Write `ask 1` or `ask 1 at 7` a line."""
    path = tmp_path / name
    lines = []
    for line in did:
        what, job, *more = line.split()
        time = {"time": int(more[-1])} if more else {}
        lines.append(json.dumps({"did": what, "job": int(job), **time}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def judged(*paths: Path, **options: Any) -> Observation:
    return observe(paths, specs=[jobs], **options)


def test_the_lock_server_of_the_examples_gives_a_lock_twice() -> None:
    found = observe(EXAMPLES / "lock-server.log", parser=PARSER, specs=[SPEC])
    [rule] = found.rules
    assert (rule.code, rule.verdict, rule.item) == ("mutual-exclusion", Verdict.VIOLATED, "a")
    assert [(line.line, line.text) for line in rule.witness] == [
        (11, "Locked(3, a)"),
        (19, "Locked(2, a)"),
    ]
    assert rule.explanation == "mutual-exclusion cannot handle Locked(2, a) in state held (lock a)"


@pytest.mark.parametrize(("run", "verdict"), [("happy", "holds"), ("error", "violated")])
def test_the_logs_of_a_real_lock_server_get_their_known_verdicts(run: str, verdict: str) -> None:
    path = HISTORIES / f"lock_server_log_10000_1_{run}.txt"
    if not path.exists():
        pytest.skip("the shared histories are not beside this checkout")
    found = observe(path, parser=PARSER, specs=[SPEC])
    assert found.verdict == verdict
    if verdict == "holds":
        assert found.rule("mutual-exclusion").checked == 10_000
    else:
        assert [line.line for line in found.rules[0].witness] == [1855, 1876]


def test_each_key_is_judged_by_itself(tmp_path: Path) -> None:
    found = judged(log(tmp_path, "ask 1", "ask 2", "done 2", "other 3", "done 1"))
    assert found.rule("jobs-are-done").verdict is Verdict.HOLDS
    assert found.rule("jobs-are-done").checked == 4
    assert (found.events.read, found.events.used, found.events.ignored) == (5, 4, 1)


def test_what_is_owed_at_the_end_of_the_log_is_told(tmp_path: Path) -> None:
    [rule] = judged(log(tmp_path, "ask 1", "done 1", "ask 2", "ask 1")).rules
    assert rule.verdict is Verdict.VIOLATED
    assert rule.explanation is not None
    assert "still owed what state waiting waits for (job 1)" in rule.explanation
    assert "the first of 2 keys" in rule.explanation
    assert [line.line for line in rule.witness] == [4]


def test_the_witness_is_what_the_failing_handler_looked_at(tmp_path: Path) -> None:
    lines = ["ask 1", "done 1", "ask 9", "ask 1", "done 1", "done 9", "ask 1", "done 1"]
    [rule] = judged(log(tmp_path, *lines)).rules
    assert rule.explanation is not None
    assert rule.explanation.startswith("job 1 was done 3 times (tests")
    # Who counted last, who made it wait, and the line itself.
    assert [line.line for line in rule.witness] == [5, 7, 8]


def test_moments_put_the_lines_of_several_files_in_order(tmp_path: Path) -> None:
    late = log(tmp_path, "done 1 at 20", name="late.jsonl")
    early = log(tmp_path, "ask 1 at 10", name="early.jsonl")
    assert judged(late, early).verdict is Verdict.HOLDS
    with pytest.raises(UsageError, match="several files have no order without moments"):
        judged(log(tmp_path, "ask 1"), early)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["ask 1", "done 1 at 9"], r"jobs\.jsonl:2: .*Done\(1\) a moment, unlike"),
        (["ask 1 at 9", "done 1"], r"jobs\.jsonl:2: .*Done\(1\) no moment, unlike"),
    ],
)
def test_an_order_is_never_half_known(lines: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        judged(log(tmp_path, *lines))


def test_a_log_that_means_nothing_to_the_spec_is_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log(tmp_path, "other 1", "other 2")
    [rule] = judged(path).rules
    assert rule.verdict is Verdict.NOT_CHECKED
    nothing = tmp_path / "empty.log"
    nothing.write_text("2026 nothing\n", encoding="utf-8")
    assert run(["observe", str(nothing), "--parser", PARSER, "--spec", SPEC]) == 3
    assert "not checked" in capsys.readouterr().out


def test_more_keys_than_the_limit_are_undecided(tmp_path: Path) -> None:
    path = log(tmp_path, "ask 1", "done 1", "ask 2", "done 2")
    [rule] = judged(path, limits=ObservationLimits(max_keys=1)).rules
    assert rule.verdict is Verdict.UNDECIDED
    assert rule.reason == "more than 1 keys, the most that are judged"


def test_rules_are_checked_besides_where_they_are_named() -> None:
    trace = EXAMPLES / "stale-read.jsonl"

    @binding(JobsAreDone)
    def nothing(entry: object) -> None:
        return None

    only = observe(trace, specs=[nothing])
    assert [rule.code for rule in only.rules] == ["jobs-are-done"]
    both = observe(trace, specs=[nothing], rules=["GT201"])
    assert [rule.code for rule in both.rules] == ["jobs-are-done", "GT201"]
    assert both.rule("GT201").verdict is Verdict.VIOLATED


def test_a_spec_that_needs_constants_is_made_for_its_key(tmp_path: Path) -> None:
    @binding(lambda place: AppliedAtMostOnce(places=(place,)), key=lambda e: (e.region, e.item))
    def applies(entry: dict[str, Any]) -> Event:
        return Applied("west", "x", Time(entry["job"]), NEVER)

    assert observe(log(tmp_path, "a 1", "a 2"), specs=[applies]).verdict is Verdict.HOLDS
    [rule] = observe(log(tmp_path, "a 2", "a 1"), specs=[applies]).rules
    assert rule.explanation is not None
    assert rule.explanation.startswith("west applied t2 after t3")
    assert [line.line for line in rule.witness] == [1, 2]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda entry: 7, "which is no event of a spec"),
        (lambda entry: "abc", "which is no event of a spec"),
        (lambda entry: entry["no"], "fails on this line: KeyError"),
        (lambda entry: Acknowledged("x", NEVER), "which jobs-are-done does not observe"),
        (lambda entry: At(Asked(1), 5, 4), "ends before it starts"),
        (lambda entry: At(Asked(1), 5, 9), "put it At one moment"),
        (lambda entry: At(Asked(1), float("nan")), "ends before it starts"),
    ],
)
def test_a_bindings_mistake_is_told_with_the_line(given: Any, said: str, tmp_path: Path) -> None:
    def bound(entry: object) -> Any:
        return given(entry)

    with pytest.raises(InputError, match=rf"jobs\.jsonl:1: .*{said}"):
        observe(log(tmp_path, "ask 1"), specs=[binding(JobsAreDone)(bound)])


def test_a_key_that_is_none_is_told(tmp_path: Path) -> None:
    wrong = binding(JobsAreDone, key="owner")(jobs.function)
    with pytest.raises(InputError, match=r"the key of Asked\(1\) cannot be found: AttributeError"):
        observe(log(tmp_path, "ask 1"), specs=[wrong])


SOURCE = '''
from gtcheck.models import Event, Spec, binding, on

class Ping(Event):
    n: int

class Lonely(Spec):
    """Has no binding."""
    @on(Ping)
    def hear(self, event: Ping) -> None: ...

class Pings(Spec):
    """Has two."""
    @on(Ping)
    def hear(self, event: Ping) -> None: ...

@binding(Pings)
def one(entry): return Ping(1)

@binding(Pings)
def other(entry): return Ping(2)
'''


def test_a_spec_is_found_through_its_only_binding(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SOURCE, encoding="utf-8")
    path = log(tmp_path, "ask 1")
    assert observe(path, specs=[f"{tmp_path / 'mine.py'}:one"]).verdict is Verdict.HOLDS
    with pytest.raises(UnknownNameError, match="several bindings, name one of them: one, other"):
        observe(path, specs=[f"{tmp_path / 'mine.py'}:Pings"])
    with pytest.raises(ModelError, match="has no binding; write a function"):
        observe(path, specs=[f"{tmp_path / 'mine.py'}:Lonely"])
    with pytest.raises(UnknownNameError, match="did you mean 'Lonely'"):
        observe(path, specs=[f"{tmp_path / 'mine.py'}:Lonly"])


def test_standard_input_is_kept_for_several_specs_and_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f'{{"type":"job","did":"ask","job":{n}}}\n' for n in range(3)))
    asked: dict[str, Any] = {"specs": [jobs, jobs], "rules": ["GT201"]}
    expected = [(rule.verdict, rule.checked) for rule in observe(path, **asked).rules]
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        found = observe("-", **asked)
    assert [(rule.verdict, rule.checked) for rule in found.rules] == expected


def test_json_lines_or_a_parser_are_bound_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "history.edn"
    path.write_text("{:process 0, :type :invoke, :f :read, :value nil}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is edn; a spec or a model is bound to JSON lines"):
        judged(path)


class Fed(Spec):
    """Each number is at most two more than the largest before."""

    largest: int = volatile(0)
    calm = State(start=True)
    high = State()

    @on(Asked)
    def climb(self, event: Asked) -> None:
        assert event.job <= self.largest + 2
        self.largest = max(self.largest, event.job)
        self.goto(Fed.high if self.largest > 2 else Fed.calm)

    @calm.on(Done)
    def rest(self, event: Done) -> None:
        self.largest = 0


@given(st.lists(st.tuples(st.sampled_from([Asked, Done]), st.integers(0, 5)), max_size=8))
def test_a_spec_judges_a_log_as_an_exploration_judges_the_same_events(
    said: list[tuple[type[Any], int]],
) -> None:
    events = [kind(number) for kind, number in said]
    system = System()
    position = system.variable("position", 0)

    @system.action
    def go_on() -> None:
        at = position.value
        if at < len(events):
            position.value = at + 1
            system.announce(events[at])

    system.spec(Fed())
    explored = explore(system, properties=["fed"], engine="reference", check_purity="off")
    expected = next(one for one in explored.properties if one.name == "fed")
    assert fed(events) == (expected.verdict, len(expected.trace.steps) if expected.trace else None)


def fed(events: list[Event]) -> tuple[Verdict, int | None]:
    """Feed events without files; give the verdict and the number of the event that failed."""
    from gtcheck.traces.own_specs.log_entries import HeardEvent, LogEntry
    from gtcheck.traces.own_specs.spec_runs import SpecRun

    if not events:
        return Verdict.HOLDS, None

    @binding(Fed)
    def as_they_are(entry: Event) -> Iterator[Event]:
        yield entry

    taken = SpecRun(as_they_are, ObservationLimits())
    for number, event in enumerate(events, start=1):
        taken.take(HeardEvent(event, None, None, LogEntry(str(event), "log", number, b"")))
    found = taken.result()
    return found.verdict, found.witness[-1].line if found.witness else None


def test_lost_updates_are_found_by_the_library_spec_itself(tmp_path: Path) -> None:
    @binding(NoLostUpdates)
    def updates(entry: dict[str, Any]) -> Event:
        return Applied("west", "x", Time(entry["job"]), Time(entry["job"] - 1), made_of=NEVER)

    assert observe(log(tmp_path, "a 0"), specs=[updates]).verdict is Verdict.HOLDS
    assert observe(log(tmp_path, "a 3"), specs=[updates]).verdict is Verdict.VIOLATED
