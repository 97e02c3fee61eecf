from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from random import Random

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import ObservationLimits
from gtcheck.traces.transactions.attribution import Attribution
from gtcheck.traces.transactions.dependencies import INITIAL, Dependencies
from gtcheck.traces.transactions.histories import TransactionHistory
from gtcheck.traces.transactions.isolation import check_isolation
from gtcheck.traces.transactions.levels import LEVELS
from gtcheck.traces.transactions.moment_orders import MomentOrder
from gtcheck.traces.transactions.schedule_conflicts import transactions_without_order
from gtcheck.traces.transactions.serial_schedules import Schedule
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.generated_transactions import by_session, serial_run, snapshot_run

RUNS = {"serializable": serial_run, "snapshot-isolation": snapshot_run}
EACH_LEVEL = pytest.mark.parametrize("level", RUNS)


def sparse(level: str, count: int, seed: int) -> TransactionHistory:
    """Give a run, without moments, in which hardly any version is read."""
    keys = max(10, count // 10)
    run = RUNS[level](Random(seed), count, sessions=50, keys=keys, most=10, reads=0.1)
    return by_session(run)


@given(
    st.integers(2, 12),
    st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 11), max_size=4)), max_size=90),
)
@settings(max_examples=100, deadline=None)
def test_an_order_stays_as_a_list_would_whatever_is_moved(
    count: int, moves: list[tuple[int, set[int]]]
) -> None:
    expected = list(range(count))
    order = MomentOrder(expected)
    for target, wanted in moves:
        target %= count
        moved = {one % count for one in wanted} - {target}
        order.move_before(target, moved)
        rest = [one for one in expected if one not in moved]
        at = rest.index(target)
        expected = rest[:at] + [one for one in expected if one in moved] + rest[at:]
        found, moment = [], order.following[order.start]
        while moment != order.start:
            found.append(moment)
            moment = order.following[moment]
        assert found == expected
        assert sorted(expected, key=order.label.__getitem__) == expected


def explained(dependencies: Dependencies, moments: list[int], each: int) -> bool:
    """Tell whether an order of moments gives each what it read, as a map of items would."""
    held: dict[Hashable, int] = {}
    open_: set[Hashable] = set()
    done: set[int] = set()
    for moment in moments:
        number, part = divmod(moment, each)
        written = dependencies.writes[number].keys()
        if not part:
            previous = dependencies.previous(number)
            if previous is not None and previous not in done:
                return False
            if any(held.get(r.key, INITIAL) != r.writer for r in dependencies.reads[number]):
                return False
            if each == 2 and open_ & written:
                return False
            open_ |= written
        if part == each - 1:
            open_ -= written
            held.update(dict.fromkeys(written, number))
            done.add(number)
    return True


@EACH_LEVEL
@pytest.mark.parametrize("arranged", [by_session, lambda history: history])
def test_an_order_that_is_found_gives_each_what_it_read(
    level: str, arranged: Callable[[TransactionHistory], TransactionHistory]
) -> None:
    for seed in range(12):
        random = Random(seed)
        history = RUNS[level](
            random,
            250,
            sessions=random.choice([3, 10, 40]),
            keys=random.choice([5, 20, 60]),
            most=random.choice([3, 10]),
            reads=random.choice([0.1, 0.5, 0.8]),
        )
        dependencies = Attribution(arranged(history)).dependencies
        schedule = Schedule(dependencies, snapshots=level == "snapshot-isolation")
        deadline = time.monotonic() + 60
        assert transactions_without_order(schedule, max_conflicts=10**6, deadline=deadline) is None
        moments = sorted(range(len(schedule.position)), key=schedule.position.__getitem__)
        assert schedule.position[moments[0]] >= 0
        assert explained(dependencies, moments, schedule.moments)


@EACH_LEVEL
def test_a_run_in_which_hardly_any_version_is_read_is_decided(level: str) -> None:
    history = sparse(level, 2_000, 3)
    found = check_isolation([history], LEVELS[level], ObservationLimits(), time.monotonic() + 60)
    assert found.verdict is Verdict.HOLDS


@EACH_LEVEL
def test_one_read_of_what_was_replaced_long_ago_is_found_where_hardly_any_is_read(
    level: str,
) -> None:
    history = sparse(level, 2_000, 4)
    make_one_read_older(history, Random(4))
    found = check_isolation([history], LEVELS[level], ObservationLimits(), time.monotonic() + 60)
    assert found.verdict is Verdict.VIOLATED


def make_one_read_older(history: TransactionHistory, random: Random) -> None:
    """Let a read of what was written in the second half give its item's first version."""
    transactions = [one for one in history.transactions if one.status == "committed"]
    first: dict[Hashable, int] = {}
    last = 0
    for access in (access for one in transactions for access in one.accesses):
        if access.action == "write":
            assert isinstance(access.value, int)
            first[access.key] = min(access.value, first.get(access.key, access.value))
            last = max(last, access.value)
    one, at, access = random.choice(
        [
            (one, at, access)
            for one in transactions
            for at, access in enumerate(one.accesses)
            if access.action == "read"
            and isinstance(access.value, int)
            and access.value > last // 2
        ]
    )
    one.accesses[at] = access._replace(value=first[access.key])
