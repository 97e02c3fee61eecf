"""GT201 by versions and GT202 against the plainest reading of what they promise."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.history import FOREVER, History, Operation
from gtcheck.traces.linearizability.linearization import TimedEffect
from gtcheck.traces.linearizability.sequential_models import REGISTER
from gtcheck.traces.values import UNSET
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.brute_force import is_linearizable
from tests.traces.judged import judged
from tests.traces.test_rules_by_definition import QUICK, agree, of_versions, operations


def of_versions_alone(draw: st.DrawFn, line: int) -> dict[str, Any]:
    return {**of_versions(draw, line), "value": UNSET}


def counted(history: History) -> list[Operation]:
    """Give the strong reads and the writes of which the outcome is known."""
    return [o for o in history.items["x"].operations if o.certain and o.consistency != "eventual"]


def number(operation: Operation) -> int:
    return int(str(operation.version))


def comes_too_late(one: Operation, two: Operation) -> bool:
    """Tell whether `two`, begun after `one` had ended, shows or makes something as old or older."""
    return number(two) < number(one) if two.is_read else number(two) <= number(one)


@QUICK
@given(operations(of_versions_alone))
def test_no_strong_read_and_no_write_is_older_than_what_had_ended(history: History) -> None:
    margin = 2 * history.clock_error
    stale = any(
        one.end + margin < two.start and comes_too_late(one, two)
        for one, two in permutations(counted(history), 2)
    )
    agree(history, "GT201", stale)
    is_compared = any(
        one.end + margin < two.start for one, two in permutations(counted(history), 2)
    )
    if is_compared:
        assert judged(history, "GT201").checked > 0


@QUICK
@given(operations(of_versions_alone))
def test_versions_are_linearizable_where_one_order_of_all_fits(history: History) -> None:
    chosen = counted(history)[:5]
    for line, operation in enumerate((o for o in chosen if not o.is_read), 1):
        operation.version = line  # of no two writes the same
    history.items["x"].operations = chosen
    margin = 2 * history.clock_error

    def fits(order: tuple[Operation, ...]) -> bool:
        return all(
            not later.end + margin < earlier.start and not comes_too_late(earlier, later)
            for at, later in enumerate(order)
            for earlier in order[:at]
        )

    agree(history, "GT201", not any(map(fits, permutations(chosen))))


def of_values_and_consistency(draw: st.DrawFn, line: int) -> dict[str, Any]:
    action = draw(st.sampled_from(["read", "read", "write", "cas"]))
    fields: dict[str, Any] = {"action": action, "value": draw(st.integers(0, 3)) or None}
    if action == "read":
        fields["consistency"] = draw(st.sampled_from(["strong", "strong", "eventual", None]))
    if action == "cas":
        fields["expected"] = draw(st.integers(0, 3)) or None
    return fields


@QUICK
@given(operations(of_values_and_consistency))
def test_a_region_is_one_copy_to_which_the_writes_of_others_may_come(history: History) -> None:
    all_, error = history.items["x"].operations, history.clock_error
    for operation in all_:
        if operation.is_read and not operation.certain:
            operation.value = UNSET

    def effect(operation: Operation, region: str) -> TimedEffect:
        is_own = operation.region == region
        end = operation.end + error if is_own and operation.certain else FOREVER
        what: Any = (operation.action, operation.value or 0)
        if operation.action == "cas":
            what = ("cas", operation.expected or 0, operation.value or 0)
        if not is_own:
            what = ("write", operation.value or 0)
        return TimedEffect(what, operation.start - error, end, is_own and operation.certain)

    def is_one_copy(region: str) -> bool:
        seen = [
            effect(operation, region)
            for operation in all_
            if not operation.is_read
            or (operation in counted(history) and operation.region == region)
        ]
        return is_linearizable(REGISTER, 0, seen)

    agree(history, "GT202", not (is_one_copy("a") and is_one_copy("b")))


@QUICK
@given(operations(of_versions_alone))
def test_a_strong_read_in_a_region_gives_what_had_ended_there(history: History) -> None:
    margin = 2 * history.clock_error
    stale = any(
        one.region == two.region
        and two.is_read
        and one.end + margin < two.start
        and number(two) < number(one)
        for one, two in permutations(counted(history), 2)
    )
    agree(history, "GT202", stale)


def of_two_items(draw: st.DrawFn, line: int) -> dict[str, Any]:
    session = draw(st.sampled_from("st"))
    return {**of_versions_alone(draw, line), "key": draw(st.sampled_from("xy")), "session": session}


@QUICK
@given(operations(of_two_items))
def test_one_order_fits_all_items_sessions_and_moments(history: History) -> None:
    history.clock_error *= 2
    all_ = [each for item in history.items.values() for each in item.operations]
    chosen = [each for each in all_ if each.certain and each.consistency != "eventual"]
    for item in history.items.values():
        item.operations = [each for each in item.operations if each in chosen[:6]]
    chosen = chosen[:6]

    def must_precede(one: Operation, two: Operation) -> bool:
        in_turn = one.session == two.session and one.end <= two.start and one.start < two.start
        older = (number(one), one.is_read) < (number(two), two.is_read)
        is_before = one.end + 2 * history.clock_error < two.start
        return in_turn or is_before or (one.key == two.key and older)

    def fits(order: tuple[Operation, ...]) -> bool:
        return not any(
            must_precede(later, earlier) for at, later in enumerate(order) for earlier in order[:at]
        )

    if len({each.key for each in chosen}) > 1:
        found = judged(history, "GT204")
        is_violated = found.verdict is Verdict.VIOLATED
        assert is_violated == (not any(map(fits, permutations(chosen))))
