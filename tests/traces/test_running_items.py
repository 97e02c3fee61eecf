"""Items that are judged while they are used, against the same items judged as a whole."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from unittest.mock import patch

from gtcheck.traces.history import FOREVER, Action, Operation, entry_order
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.linearizability.linearization import TimedEffect
from gtcheck.traces.linearizability.sequential_models import COUNTER, REGISTER
from gtcheck.traces.monitors import Monitor, Run
from gtcheck.traces.rules.strong_reads import LinearizableItems
from gtcheck.traces.timeline import run_monitors
from gtcheck.traces.values import UNSET
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.brute_force import is_linearizable

LIMITS = ObservationLimits()


def operation(action: Action, value: object, start: int, end: int | None, line: int) -> Operation:
    certain, last = end is not None, FOREVER if end is None else end
    value = None if value == 0 and action != "increment" else value
    given_value = UNSET if action == "read" and not certain else value
    found = Operation(action, "s", "r", "x", given_value, start, last, 0, line, line)
    return replace(found, certain=certain)


@st.composite
def histories(
    draw: st.DrawFn, *, most: int, values: int, actions: tuple[Action, ...]
) -> list[Operation]:
    """Give operations that overlap in parts, with rests between them."""
    made, now = [], 0
    for line in range(1, draw(st.integers(1, most)) + 1):
        now += draw(st.sampled_from([0, 0, 1, 1, 2, 9]))
        end = None if draw(st.integers(0, 9)) == 0 else now + draw(st.integers(0, 5))
        value = draw(st.integers(0, values))
        action = draw(st.sampled_from(actions))
        found = operation(action, value or int(action == "increment"), now, end, line)
        if found.action == "cas":
            expected = draw(st.integers(0, values))
            found = replace(found, expected=expected or None)
        if draw(st.integers(0, 19)) == 0:
            found = replace(found, failed="failed", certain=False)
        made.append(found)
    return sorted(made, key=entry_order)


def judged_running(
    operations: list[Operation],
    monitor: type[Monitor] = LinearizableItems,
    *,
    limits: ObservationLimits = LIMITS,
    error: int = 0,
) -> Monitor:
    run = Run(is_endless=True, initial_of=lambda key: None, limits=limits, clock_error=error)
    found = monitor(run)
    run_monitors([found], run, operations)
    return found


def judged_whole(
    operations: list[Operation], monitor: type[Monitor] = LinearizableItems, error: int = 0
) -> Monitor:
    run = Run(initial_of=lambda key: None, clock_error=error)
    found = monitor(run)
    run_monitors([found], run, operations)
    return found


def verdict(monitor: Monitor) -> tuple[bool, str | None]:
    return monitor.violation is not None, monitor.undecided


def agree(operations: list[Operation], error: int = 0) -> None:
    """Hold both ways to each other, with every rest taken and with the narrowest search."""
    whole = judged_whole(operations, error=error)
    for rested, widths in ((0, (1, 2, None)), (16, (16, 256, None)), (3, (2, None))):
        with (
            patch("gtcheck.traces.linearizability.running_items._RESTED_FROM", rested),
            patch("gtcheck.traces.linearizability.running_search._WIDTHS", widths),
            patch("gtcheck.traces.linearizability.running_zones._SWEPT_FROM", rested),
        ):
            running = judged_running(operations, error=error)
        assert verdict(running) == verdict(whole)
        if running.violation is None:
            assert running.checked == whole.checked
        else:
            assert len(running.violation.entries) > 0


@settings(max_examples=600, deadline=None)
@given(histories(most=14, values=20, actions=("read", "write")), st.sampled_from([0, 0, 1]))
def test_zones_tell_the_same_while_values_are_written_and_after(
    operations: list[Operation], error: int
) -> None:
    agree(operations, error)


@settings(max_examples=600, deadline=None)
@given(histories(most=14, values=3, actions=("read", "write")), st.sampled_from([0, 0, 1]))
def test_values_that_come_again_are_judged_the_same(
    operations: list[Operation], error: int
) -> None:
    agree(operations, error)


@settings(max_examples=500, deadline=None)
@given(histories(most=14, values=3, actions=("read", "write", "cas")))
def test_conditional_writes_are_judged_the_same(operations: list[Operation]) -> None:
    agree(operations)


@settings(max_examples=300, deadline=None)
@given(histories(most=10, values=3, actions=("read", "write", "increment", "cas")))
def test_counters_are_judged_the_same(operations: list[Operation]) -> None:
    agree(operations)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        histories(most=6, values=2, actions=("read", "write", "cas")),
        histories(most=6, values=2, actions=("read", "write", "increment")),
        histories(most=7, values=9, actions=("read", "write")),
    )
)
def test_they_agree_with_every_order(operations: list[Operation]) -> None:
    counts = any(each.action == "increment" and each.failed is None for each in operations)
    effects = [
        TimedEffect(_effect(each), each.start, each.end, each.certain)
        for each in operations
        if each.failed is None and each.value is not UNSET
    ]
    expected = is_linearizable(COUNTER if counts else REGISTER, 0, effects)
    with patch("gtcheck.traces.linearizability.running_items._RESTED_FROM", 0):
        assert (judged_running(operations).violation is None) == expected


def _effect(each: Operation) -> tuple[object, ...]:
    more = (each.expected or 0,) if each.action == "cas" else ()
    return (each.action, *more, each.value or 0)


def test_a_read_that_a_later_write_may_explain_kills_no_value() -> None:
    operations = [
        operation("write", 1, 0, 4, 1),
        operation("write", 2, 3, 6, 2),
        operation("write", 3, 5, 9, 3),
        operation("read", 1, 7, 20, 4),
        operation("read", 2, 8, 9, 5),
        operation("write", 1, 10, 11, 6),
    ]
    agree(operations)
    assert judged_running(operations).violation is None


def copied(seed: int, length: int, clients: int, values: int, kinds: str) -> list[Operation]:
    """Give a run of one copy, with a few values that come again, and perhaps one read of it."""
    random = Random(seed)
    free = {client: random.randint(0, 9) for client in range(clients)}
    begun = []
    for line in range(1, length + 1):
        client = min(free, key=free.__getitem__)
        start = free[client]
        end = start + random.randint(0, 12)
        free[client] = end + random.randint(1, 6)
        begun.append((random.uniform(start, end), start, end, line))
    made, held = [], 0
    for _, start, end, line in sorted(begun):
        kind = random.choice(kinds)
        value = random.randint(1, values) if values else line
        last = None if random.random() < 0.04 and kind != "r" else end
        if kind == "r":
            made.append(operation("read", held, start, end, line))
        elif kind == "w":
            made.append(operation("write", value, start, last, line))
            held = value
        else:
            expected, held = held, value
            found = operation("cas", value, start, last, line)
            made.append(replace(found, expected=expected or None))
    if random.random() < 0.5:
        wrong = random.randrange(len(made))
        made[wrong] = replace(made[wrong], value=random.choice(made).value)
    return sorted(made, key=entry_order)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 1 << 30),
    st.integers(2, 5),
    st.sampled_from([0, 3, 8, 15]),
    st.sampled_from(["rrw", "rw", "rrwc", "rw"]),
)
def test_runs_of_one_copy_are_judged_the_same_also_with_one_thing_changed(
    seed: int, clients: int, values: int, kinds: str
) -> None:
    agree(copied(seed, 40, clients, values, kinds))
