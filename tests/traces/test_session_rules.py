"""The session rules against the plainest check there is: every pair of operations."""

from __future__ import annotations

from typing import Any, Literal

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.history import FOREVER, History, Item, Operation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.judged import judged

Mode = Literal["mrsc", "async"] | None
MODES: st.SearchStrategy[Mode] = st.sampled_from(["mrsc", "async", None])


@st.composite
def histories(draw: st.DrawFn, versioned: bool) -> History:
    item = Item("x", None)
    for line in range(1, draw(st.integers(1, 8)) + 1):
        is_read = draw(st.booleans())
        number = draw(st.integers(0 if is_read else 1, 4))
        start = draw(st.integers(0, 12))
        certain = draw(st.integers(0, 5)) > 0
        operation = Operation(
            "read" if is_read else "write",
            draw(st.sampled_from("st")),
            draw(st.sampled_from(["east", "west"])),
            "x",
            number or None,
            start,
            start + draw(st.integers(0, 5)) if certain else FOREVER,
            0,
            line,
            line,
            version=number if versioned and number else None,
            consistency=draw(st.sampled_from(["strong", "eventual", None])) if is_read else None,
            certain=certain,
        )
        item.operations.append(operation)
    return History(["t"], "jsonl", draw(MODES), {"x": item})


def is_bound(earlier: Operation, later: Operation, mode: str | None) -> bool:
    """Tell whether `later` may not show anything older than what `earlier` showed."""
    if earlier.session != later.session or not (earlier.certain and later.certain):
        return False
    if earlier.start == later.start or earlier.end > later.start:
        return False
    if earlier.region != later.region:
        return mode != "async" and (not later.is_read or later.consistency == "strong")
    if later.is_read and later.consistency == "eventual":
        return not earlier.is_read or earlier.consistency == "eventual"
    return True


def is_older_by_version(one: Operation, other: Operation, writes: list[Operation]) -> bool:
    if None in (one.version, other.version) and (one.value is not None and other.value is not None):
        return False
    return number(one) < number(other)


def number(operation: Operation) -> int:
    return int(str(operation.value or 0))


def is_older_by_value(one: Operation, other: Operation, writes: list[Operation]) -> bool:
    ones = [write for write in writes if write.value == one.value and write.start <= one.end]
    others = [write for write in writes if write.value == other.value and write.start <= other.end]
    if len(ones) != (one.value is not None) or len(others) != 1:
        return False
    return not ones or ones[0].end < others[0].start


def expected(history: History, is_worse: Any, reads_before: bool, reads_after: bool) -> bool:
    operations = history.items["x"].operations
    writes = [operation for operation in operations if not operation.is_read]
    return any(
        later.is_read == reads_after
        and earlier.is_read == reads_before
        and is_bound(earlier, later, history.mode)
        and is_worse(later, earlier, writes)
        for earlier in operations
        for later in operations
    )


def agree(history: History, code: str, expected: bool) -> None:
    found = judged(history, code)
    assert (found.verdict is Verdict.VIOLATED) == expected
    if found.verdict is Verdict.HOLDS:
        assert found.checked > 0


@settings(max_examples=500, deadline=None)
@given(histories(versioned=True))
def test_session_rules_by_versions_agree_with_every_pair(history: History) -> None:
    if not any(operation.version is not None for operation in history.items["x"].operations):
        return
    older = is_older_by_version
    agree(history, "GT101", expected(history, older, True, True))
    agree(history, "GT102", expected(history, older, False, True))

    def no_newer(later: Operation, earlier: Operation, writes: list[Operation]) -> bool:
        return number(later) <= number(earlier)

    agree(history, "GT103", expected(history, no_newer, False, False))
    agree(history, "GT104", expected(history, no_newer, True, False))


@settings(max_examples=500, deadline=None)
@given(histories(versioned=False))
def test_session_rules_by_unique_values_agree_with_every_pair(history: History) -> None:
    agree(history, "GT101", expected(history, is_older_by_value, True, True))
    agree(history, "GT102", expected(history, is_older_by_value, False, True))
