"""Counters, sets and banks against their definitions, on small runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from gtcheck.traces.history import FOREVER
from gtcheck.traces.readers.jepsen import Call
from gtcheck.traces.workloads.banks import find_bank_violation
from gtcheck.traces.workloads.counters import find_counter_violation
from gtcheck.traces.workloads.runs import WorkloadRun
from gtcheck.traces.workloads.sets import find_set_violation
from hypothesis import given, settings
from hypothesis import strategies as st


def made(
    number: int, function: str, value: object, result: object, type_: str, start: int, end: int
) -> Call:
    ended = end if type_ == "ok" else FOREVER
    return Call(number, function, value, None, start, number + 1, type_, result, ended, number + 1)


@st.composite
def intervals(draw: st.DrawFn, most: int) -> list[tuple[int, int]]:
    count = draw(st.integers(1, most))
    moments = draw(st.permutations(range(2 * count)))
    return [(min(pair), max(pair)) for pair in zip(moments[::2], moments[1::2], strict=True)]


TYPES = st.sampled_from(["ok", "ok", "info", "fail"])


@st.composite
def counters(draw: st.DrawFn) -> list[Call]:
    calls = []
    for number, (start, end) in enumerate(draw(intervals(6))):
        if draw(st.booleans()):
            amount = draw(st.integers(-2, 3))
            calls.append(made(number, "add", amount, amount, draw(TYPES), start, end))
        else:
            calls.append(made(number, "read", None, draw(st.integers(-2, 6)), "ok", start, end))
    return calls


def is_within_its_bounds(read: Call, calls: Sequence[Call]) -> bool:
    """Tell whether a read is between the least and the most that some additions give."""
    adds = [call for call in calls if call.function == "add" and call.type != "fail"]
    possible = [add for add in adds if add.position < read.ended]
    certain = [add for add in possible if add.ended < read.position]
    rest = [add for add in possible if add not in certain]
    base = sum(add.value for add in certain)  # type: ignore[misc]
    sums = [
        base + sum(add.value for add in some)  # type: ignore[misc]
        for size in range(len(rest) + 1)
        for some in combinations(rest, size)
    ]
    assert isinstance(read.result, int)
    return min(sums) <= read.result <= max(sums)


@settings(max_examples=300, deadline=None)
@given(counters())
def test_a_counter_is_judged_by_what_can_have_been_added(calls: list[Call]) -> None:
    reads = [call for call in calls if call.function == "read"]
    expected = all(is_within_its_bounds(read, calls) for read in reads)
    found = find_counter_violation(WorkloadRun("counter", "t", calls))
    assert (found is None) is expected


@st.composite
def sets(draw: st.DrawFn) -> list[Call]:
    calls = []
    for number, (start, end) in enumerate(draw(intervals(6))):
        if draw(st.booleans()):
            calls.append(made(number, "add", number, number, draw(TYPES), start, end))
        else:
            some = tuple(draw(st.lists(st.integers(0, 5), max_size=3)))
            calls.append(made(number, "read", None, some, "ok", start, end))
    return calls


def is_a_set(calls: Sequence[Call]) -> bool:
    """Tell whether every read gives each element once that was added, and none is lost."""
    reads = [(call, call.result) for call in calls if call.function == "read"]
    adds = [call for call in calls if call.function == "add"]
    possible = {add.value for add in adds if add.type != "fail"}
    for _, result in reads:
        assert isinstance(result, tuple)
        if len(set(result)) < len(result) or not possible >= set(result):
            return False
    for add in adds:
        seen = [read.ended for read, result in reads if add.value in result]  # type: ignore[operator]
        known = min([*seen, add.ended if add.type == "ok" else FOREVER])
        for read, _ in reads:
            later = [result for other, result in reads if other.position >= read.position]
            is_gone = all(add.value not in result for result in later)  # type: ignore[operator]
            if add.type != "fail" and known < read.position and is_gone:
                return False
    return True


@settings(max_examples=400, deadline=None)
@given(sets())
def test_a_set_is_judged_by_what_was_added_and_lost(calls: list[Call]) -> None:
    found = find_set_violation(WorkloadRun("set", "t", calls))
    assert (found is None) is is_a_set(calls)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(-1, 3), min_size=1), min_size=1))
def test_a_bank_has_the_accounts_and_the_sum_of_the_first_read(results: list[object]) -> None:
    calls = [
        made(number, "read", None, result, "ok", 2 * number, 2 * number + 1)
        for number, result in enumerate(results)
    ]
    first = results[0]
    assert isinstance(first, dict)
    expected = all(
        isinstance(result, dict)
        and result.keys() <= first.keys()
        and min(result.values()) >= 0
        and sum(result.values()) == sum(first.values())
        for result in results
    )
    found = find_bank_violation(WorkloadRun("bank", "t", calls))
    assert (found is None) is expected
