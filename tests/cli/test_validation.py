"""Is a log a run of a model? Logs that models made are; those that were changed are not."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gtcheck.cli.main import run
from gtcheck.cli.validation import tables as tables_module
from gtcheck.cli.validation import validate_trace
from gtcheck.models.errors import GtcheckError, ParameterError, UsageError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import Observation, ObservationLimits

from .modelled_runs import Line, modelled_run
from .validated_logs import changed, stop_of, validated, written

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MODES = ["mrsc", "async"]


@pytest.mark.parametrize("applies", [True, False], ids=["with applies", "operations only"])
@pytest.mark.parametrize("mode", MODES)
def test_what_a_model_did_is_a_run_of_it(mode: str, applies: bool, tmp_path: Path) -> None:
    for seed in range(6):
        lines = modelled_run(mode, 40, seed, applies=applies)
        found = validated(tmp_path, mode, lines)
        assert found.verdict is Verdict.HOLDS, (seed, str(found))
        assert found.rules[0].checked == len(lines) - 1


@pytest.mark.parametrize("mode", MODES)
def test_three_thousand_events_are_followed(mode: str, tmp_path: Path) -> None:
    lines = modelled_run(mode, 2_000, 3)
    assert len(lines) > 3_000
    found = validated(tmp_path, mode, lines)
    assert found.verdict is Verdict.HOLDS
    assert found.seconds < 10


def test_the_samples_of_the_documents_are_what_they_say() -> None:
    good, stale = (EXAMPLES / f"{name}.jsonl" for name in ("mrsc-run", "stale-read"))
    assert validate_trace(good, "mrsc").verdict is Verdict.HOLDS
    # A stale read of another region is what the asynchronous mode allows.
    assert validate_trace(stale, "async").verdict is Verdict.HOLDS
    found = validate_trace(stale, "mrsc")
    assert found.verdict is Verdict.VIOLATED
    assert stop_of(found) == 25
    assert found.rules[0].explanation == (
        "23 lines of 30 fit a run of the model, and no such run goes on with line 25; "
        "in the model it reads version 6 (line 24)"
    )


def base(mode: str) -> list[Line]:
    """Write x in one region, and read it strongly in others, one after the other."""
    lines: list[Line] = [{"gtcheck": 1, "mode": mode, "regions": ["east", "west", "north"]}]
    for number in range(1, 9):
        op = {"type": "op", "session": "a", "key": "x", "consistency": "strong", "outcome": "ok"}
        region = ("east", "west", "north")[number % 3]
        at = number * 1_000
        write = {"op": "write", "region": region, "value": number, "version": number}
        lines.append({**op, **write, "start": at, "end": at + 100})
        reader = region if mode == "async" else "west"
        read = {"op": "read", "region": reader, "value": number, "version": number}
        lines.append({**op, **read, "session": "b", "start": at + 200, "end": at + 300})
    return lines


@pytest.mark.parametrize("mode", MODES)
def test_a_planted_change_is_refused_at_its_line(mode: str, tmp_path: Path) -> None:
    lines = base(mode)
    assert validated(tmp_path, mode, lines).verdict is Verdict.HOLDS

    stale = [dict(line) for line in lines]
    stale[12] |= {"value": 5, "version": 5}
    assert stop_of(validated(tmp_path, mode, stale)) == 13

    lost = lines[:11] + lines[12:]
    assert stop_of(validated(tmp_path, mode, lost)) == 12

    wrong = [dict(line) for line in lines]
    wrong[9] |= {"version": 2}
    assert stop_of(validated(tmp_path, mode, wrong)) == 10

    late = [dict(line) for line in lines]
    late[9] |= {"version": 70}
    assert stop_of(validated(tmp_path, mode, late)) == 11

    nowhere = [dict(line) for line in lines]
    nowhere[8] |= {"value": 99, "version": 99}
    assert stop_of(validated(tmp_path, mode, nowhere)) == 9


def test_nothing_is_applied_before_it_is_written(tmp_path: Path) -> None:
    lines = base("async")
    told = {"type": "apply", "region": "north", "key": "x", "origin": "east", "applied": True}
    early = [*lines[:9], {**told, "version": 7, "time": 4_950}, *lines[9:]]
    assert stop_of(validated(tmp_path, "async", early)) == 10


def test_a_region_that_tells_of_one_apply_is_taken_to_tell_of_all(tmp_path: Path) -> None:
    lines = base("mrsc")
    told = {"type": "apply", "region": "north", "key": "x", "origin": "west", "applied": True}
    first = {**told, "version": 1, "time": 1_090}
    found = validated(tmp_path, "mrsc", [lines[0], *lines[1:3], first, *lines[3:]])
    assert stop_of(found) == 11
    assert (
        validated(tmp_path, "mrsc", [lines[0], *lines[1:3], first, *lines[3:7]]).verdict == "holds"
    )


def test_a_conflict_needs_another_write(tmp_path: Path) -> None:
    lines = base("mrsc")
    lines[7] = {**lines[7], "outcome": "conflict", "version": None}
    del lines[8]
    found = validated(tmp_path, "mrsc", lines)
    assert stop_of(found) == 8
    both = {**lines[7], "session": "c", "region": "west", "outcome": "ok", "version": 4}
    follows = {**lines[8], "value": 4, "version": 4, "op": "read", "region": "north"}
    follows |= {"start": lines[7]["end"] + 5, "end": lines[7]["end"] + 9}
    assert validated(tmp_path, "mrsc", [*lines[:8], both, follows, *lines[8:]]).verdict == "holds"


def test_a_write_of_unknown_outcome_may_have_been_or_not(tmp_path: Path) -> None:
    lines = base("mrsc")
    maybe = {**lines[3], "version": None, "value": "m", "outcome": "unknown", "end": None}
    ignored = validated(tmp_path, "mrsc", [*lines[:4], maybe, *lines[4:]])
    assert ignored.verdict is Verdict.HOLDS
    assert ignored.events.ignored_by_kind == {"writes that nobody saw": 1}
    seen = [dict(line) for line in lines[:6]]
    seen[4] |= {"value": "m", "version": 9}
    assert validated(tmp_path, "mrsc", [*seen[:3], maybe, seen[4]]).verdict is Verdict.HOLDS
    assert stop_of(validated(tmp_path, "mrsc", [*seen[:3], seen[4]])) == 4


@pytest.mark.parametrize(
    ("mode", "bug"),
    [
        ("mrsc", "skip-the-fence"),
        ("mrsc", "fast-path-for-local-reads"),
        ("mrsc", "answer-when-appended"),
        ("mrsc", "no-condition"),
        ("mrsc", "acknowledge-a-conflict"),
        ("async", "replicate-out-of-order"),
        ("async", "last-arrival-wins"),
        ("async", "read-strongly-from-a-copy"),
    ],
)
def test_the_logs_of_a_broken_model_are_no_runs_of_the_right_one(
    mode: str, bug: str, tmp_path: Path
) -> None:
    lines = modelled_run(mode, 30, 1, bug=bug, items=1)
    assert validated(tmp_path, mode, lines).verdict is Verdict.VIOLATED
    assert validated(tmp_path, mode, lines, settings={"bug": bug}).verdict is not Verdict.VIOLATED


@pytest.mark.parametrize("applies", [True, False], ids=["with applies", "operations only"])
@pytest.mark.parametrize("mode", MODES)
def test_shortcuts_find_what_the_whole_search_finds(
    mode: str, applies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(7)
    found: dict[str, int] = {}
    for seed in range(40):
        lines = modelled_run(mode, 7, seed, applies=applies, items=1 + seed % 2)
        lines = changed(changed(lines, random), random) if seed % 4 else lines
        quick = validated(tmp_path, mode, lines)
        with monkeypatch.context() as patch:
            patch.setattr(tables_module, "has_versions", lambda log: False)
            patch.setattr(tables_module, "can_be_ordered", lambda log: False)
            whole = validated(tmp_path, mode, lines)
        if whole.verdict is Verdict.UNDECIDED:
            continue
        assert (quick.verdict, stop_of(quick)) == (whole.verdict, stop_of(whole)), seed
        found[quick.verdict] = found.get(quick.verdict, 0) + 1
    assert found["holds"] > 5
    assert found["violated"] > 5


def test_a_log_of_which_nothing_matches_is_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[Line] = [{"type": "weather", "time": 1}]
    lines += [{"type": "stream", "region": "e", "key": 1, "version": 1, "sequence": 1, "time": 2}]
    path = written(tmp_path, lines)
    assert run(["observe", str(path), "--model", "mrsc"]) == 3
    told = capsys.readouterr().out
    assert "not checked  mrsc" in told
    assert "1 stream lines" in told


def test_a_search_that_runs_out_is_undecided(tmp_path: Path) -> None:
    lines = modelled_run("mrsc", 60, 1, applies=False)
    lines = [{k: v for k, v in line.items() if k != "version"} for line in lines]
    lines = [{**line, "value": line["value"] % 2} if line.get("value") else line for line in lines]
    found = validated(tmp_path, "mrsc", lines, limits=ObservationLimits(max_seconds=0.2))
    assert found.verdict is Verdict.UNDECIDED
    assert found.rules[0].reason is not None
    assert "lines fit so far" in found.rules[0].reason


def test_a_transaction_is_no_step_of_a_model_without_them(tmp_path: Path) -> None:
    parts = [{"op": "write", "key": "x", "value": 9, "version": 9}]
    more = {"type": "op", "op": "transaction", "session": "t", "region": "east", "items": parts}
    lines = [*base("mrsc"), {**more, "start": 90_000, "end": 90_010}]
    assert stop_of(validated(tmp_path, "mrsc", lines)) == len(lines)


UNBOUND = '''

@model("unbound")
def unbound(*, limit: Annotated[int, Parameter(1, 9)] = 3) -> MachineSystem:
    """Nothing is bound to it."""
    return MachineSystem()
'''


def own(tmp_path: Path, *did: str, model: str = "copies", **options: Any) -> Observation:
    source = (EXAMPLES / "copies.py").read_text(encoding="utf-8")
    (tmp_path / "mine.py").write_text(source + UNBOUND, encoding="utf-8")
    lines: list[Line] = []
    for number, line in enumerate(did):
        what, value, *at = line.split()
        first, last = map(int, at) if at else (10 * number, 10 * number)
        lines.append({"did": what, "value": int(value), "from": first, "to": last})
    return validate_trace(written(tmp_path, lines), f"{tmp_path / 'mine.py'}:{model}", **options)


def test_a_model_of_ones_own_follows_what_is_bound_to_it(tmp_path: Path) -> None:
    assert own(tmp_path, "wrote 1", "copied 1", "wrote 2").verdict is Verdict.HOLDS
    found = own(tmp_path, "wrote 1", "slept 1", "wrote 2", "copied 2")
    assert stop_of(found) == 4
    assert found.rules[0].explanation == (
        "2 lines of 3 fit a run of the model, and no such run goes on with line 4; "
        "in the model Wrote(3) or Copied(1)"
    )
    assert found.events.ignored_by_kind == {"entries that mean nothing to the model": 1}
    assert own(tmp_path, "slept 1").verdict is Verdict.NOT_CHECKED


def test_what_a_parameter_forbids_is_no_run(tmp_path: Path) -> None:
    many = [f"wrote {number}" for number in range(1, 6)]
    assert stop_of(own(tmp_path, *many)) == 4
    assert own(tmp_path, *many, settings={"limit": "5"}).verdict is Verdict.HOLDS


def test_events_are_in_order_only_where_their_moments_are(tmp_path: Path) -> None:
    assert stop_of(own(tmp_path, "copied 1 10 10", "wrote 1 20 20")) == 1
    assert own(tmp_path, "copied 1 10 20", "wrote 1 20 20").verdict is Verdict.HOLDS
    assert own(tmp_path, "copied 1 10 30", "wrote 1 5 25").verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "mrsc", "--set", "writes=3"], "writes=3 is not for a log, which says itself"),
        (["--model", "mrsc", "--set", "wrotes=3"], "unknown parameter of model mrsc"),
        (["--model", "mrsc", "--set", "bug=none", "--set", "bug=none"], "twice"),
        (["--model", "mrcs"], "did you mean 'mrsc'"),
        (["--model", "journal"], "has no binding; .*of the library, mrsc and async follow"),
        (["--model", "mrsc", "--rule", "GT201"], "checks nothing else; leave out --rule"),
        (["--set", "bug=none"], "--set is for a model"),
    ],
)
def test_what_does_not_fit_is_told(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["observe", str(EXAMPLES / "mrsc-run.jsonl"), *options]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert re.search(said, told), told


def test_a_model_that_has_no_binding_and_regions_that_are_too_many_are_told(tmp_path: Path) -> None:
    with pytest.raises(GtcheckError, match="the model unbound has no binding"):
        own(tmp_path, "wrote 1", model="unbound")
    lines = base("mrsc")
    lines[0]["regions"] = ["a", "b", "c", "d"]
    with pytest.raises(ParameterError, match="the journal of mrsc spans 3"):
        validated(tmp_path, "mrsc", lines)
    with pytest.raises(UsageError, match="no trace was given"):
        validate_trace([], "mrsc")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('model = "mrsc"', None),
        ('model = "async"\nset = { bug = "relay" }', None),
        ('isolation = "read-committed"', None),
        ('model = "mrcs"', "did you mean 'mrsc'"),
        ('model = "mrsc"\nrule = "GT201"', "nothing else; leave out rule"),
        ('set = { bug = "relay" }', "set is for a model; name it"),
        ('isolation = "strict"', "isolation"),
        ('spec = "nowhere.py:Spec"', "there is no file .*nowhere.py"),
        ('parser = "nowhere.py:parse"', "there is no file .*nowhere.py"),
    ],
)
def test_a_gate_takes_models_specs_parsers_and_levels(
    keys: str, said: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.jsonl").write_text((EXAMPLES / "mrsc-run.jsonl").read_text())
    gate = tmp_path / "gtcheck.toml"
    gate.write_text(f'[[observe]]\ntrace = "run.jsonl"\n{keys}\n', encoding="utf-8")
    code = run(["gate", str(gate)])
    told = capsys.readouterr()
    if said is None:
        assert code == 0, told.out
    else:
        assert code == 2
        assert re.search(said, told.err), told.err
