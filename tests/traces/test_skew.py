"""The smallest clock error that explains a violation: with it all is well, with less it is not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.clocks.clock_offsets import find_offsets
from gtcheck.traces.clocks.skew import minimum_skews
from gtcheck.traces.history import FOREVER, History
from gtcheck.traces.limits import ObservationLimits
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.judged import judged, observed
from tests.traces.test_rules_by_definition import of_versions, operations


def write(region: str, version: int, start: int, end: int) -> dict[str, Any]:
    event = {"type": "op", "session": region, "region": region, "op": "write", "key": "x"}
    return {**event, "value": version, "version": version, "start": start, "end": end}


def test_the_clock_error_of_a_lost_later_write_is_half_the_time_between(tmp_path: Path) -> None:
    lines = [write("east", 9, 0, 100), write("west", 5, 131, 200)]
    found = observed(tmp_path / "t", lines, "GT304", minimum_skew=True)
    [skew] = found.minimum_skews
    assert skew.clock_error_us == 16
    assert [line.line for line in skew.witness] == [1, 2]
    for error, is_violated in ((15, True), (16, False)):
        header = {"gtcheck": 1, "clock_error_us": error}
        again = observed(tmp_path / "t", [header, *lines], "GT304")
        assert (again.verdict is Verdict.VIOLATED) == is_violated
    assert "would hold with a clock error of 16 us" in str(found)
    assert found.as_json()["minimum_skews"][0]["clock_error_us"] == 16


def test_what_no_clock_explains_is_told_as_such(tmp_path: Path) -> None:
    lines = [write("east", 9, 0, 100), {**write("west", 9, 0, 100), "value": "other"}]
    [skew] = observed(tmp_path / "t", lines, "GT306", minimum_skew=True).minimum_skews
    assert skew.clock_error_us is None
    assert skew.reason == "no clock error explains it"


@settings(max_examples=60, deadline=None)
@given(operations(of_versions), st.sampled_from(["GT201", "GT203", "GT304"]))
def test_one_microsecond_less_is_too_little(history: History, code: str) -> None:
    found = judged(history, code)
    for skew in minimum_skews(history, [found], ObservationLimits()):
        if skew.clock_error_us is None:
            continue
        history.clock_error = skew.clock_error_us
        assert judged(history, code).verdict is not Verdict.VIOLATED
        history.clock_error -= 1
        assert judged(history, code).verdict is Verdict.VIOLATED


def test_a_clock_that_is_ahead_is_named(tmp_path: Path) -> None:
    lines = [
        write("west", 4, 960, 990),
        write("south", 5, 970, 985),
        write("east", 3, 1_000, 1_010),
        write("west", 6, 1_020, 1_030),
    ]
    [skew] = observed(tmp_path / "t", lines, "GT304", minimum_skew=True).minimum_skews
    assert skew.clock_error_us == 8
    assert skew.offsets == {"east": 15}
    found = observed(tmp_path / "t", lines, "GT304", minimum_skew=True)
    assert "or if east's clock was 15 us ahead of the others'" in str(found)
    assert found.as_json()["minimum_skews"][0]["offsets"] == {"east": 15}


@settings(max_examples=60, deadline=None)
@given(operations(of_versions), st.sampled_from(["GT201", "GT203", "GT304"]))
def test_offsets_make_a_rule_hold_and_no_smaller_ones_do(history: History, code: str) -> None:
    deadline = time.monotonic() + 60
    if judged(history, code).verdict is not Verdict.VIOLATED:
        return
    offsets = find_offsets(history, code, ObservationLimits(), deadline)
    all_ = history.items["x"].operations
    known = {(o.line, o.region): (o.start, o.end) for o in all_}

    def holds(a: int, b: int) -> bool:
        ahead = {"a": a, "b": b}
        for o in all_:
            start, end = known[o.line, o.region]
            by = ahead[str(o.region)]
            o.start, o.end = start - by, end if end >= FOREVER else end - by
        return judged(history, code).verdict is not Verdict.VIOLATED

    sizes = range(-20, 21)
    alone = [abs(n) for n in sizes if holds(n, 0) or holds(0, n)]
    if offsets is None:
        assert not alone
    else:
        assert holds(offsets.get("a", 0), offsets.get("b", 0))
        assert sum(map(abs, offsets.values())) == min(alone)
