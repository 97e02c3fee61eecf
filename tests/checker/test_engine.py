"""The native engine against known answers and against plain Python.

Random systems are explored twice: by the engine, through runs of a recording probe, and by a few
lines of Python that know nothing of tries, pages or sequences. The counts, what was found and the
paths must agree.
"""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .engine_models import (
    BAG,
    QUEUE,
    VALUE,
    Probe,
    State,
    Step,
    Tabulator,
    last_writer_wins,
    require,
    two_phase_commit,
)
from .engine_oracle import LATE, System, assert_same, built, explore, freeze, table_systems


@pytest.mark.parametrize(("managers", "states"), [(3, 288), (5, 8_832)])
def test_two_phase_commit_has_the_published_number_of_states(managers: int, states: int) -> None:
    model, initial = two_phase_commit(managers)
    engine = model.run(initials=[initial])
    assert (engine.states, engine.complete, engine.findings) == (states, True, [])


def test_last_writer_wins_has_the_published_numbers_of_states_and_transitions() -> None:
    model, initial = last_writer_wins(3, 1, 1)
    engine = model.run(initials=[initial])
    assert (engine.states, engine.transitions) == (23_025, 88_416)
    assert engine.findings == []
    assert engine.tabulations < 500


@settings(max_examples=80, deadline=None)
@given(table_systems())
def test_random_systems_come_out_as_in_plain_python(system: System) -> None:
    engine = built(system).run(initials=system.initials)
    assert_same(engine, system)


@settings(max_examples=40, deadline=None)
@given(table_systems())
def test_random_systems_come_out_the_same_depth_first(system: System) -> None:
    expected = explore(system)
    model = built(system, tabulator=Tabulator(depth_first=True))
    engine = model.run(initials=system.initials)
    counts = (engine.states, engine.transitions, engine.terminal_states)
    assert counts == (expected.states, expected.transitions, expected.terminal)
    assert engine.complete
    states = [freeze(engine.state(state)) for state in range(engine.states)]
    assert sorted(map(repr, states)) == sorted(map(repr, expected.depths))
    for state in range(engine.states):
        assert len(engine.path(state)[1]) == engine.path_length(state) <= engine.depth
    errors = {finding[-1] for finding in engine.findings if finding[0] == "error"}
    assert errors == {finding[1] for finding in expected.findings if finding[0] == "error"}


@settings(max_examples=25, deadline=None)
@given(table_systems(), st.integers(0, 4))
def test_a_run_that_stops_at_the_first_violation_finishes_its_level(
    system: System, most: int
) -> None:
    expected = explore(system)
    engine = built(system).run(initials=system.initials, keep_going=False)
    bad = [depth for name, *_, depth in expected.findings if name != "sometimes"]
    late = [depth + 1 for name, *_, depth in expected.findings if name in LATE]
    soon = [depth for name, *_, depth in expected.findings if name in ("always", "predicate-error")]
    last = min([*late, *soon], default=None)
    assert bool(bad) == (last is not None)
    if last is None or last > expected.depth:
        assert engine.states == expected.states
    else:
        reached = Counter(expected.depths.values())
        assert engine.states == sum(reached[depth] for depth in range(last + 1))
    shallow = built(system).run(initials=system.initials, max_depth=most)
    assert shallow.states == sum(1 for depth in expected.depths.values() if depth <= most)
    assert shallow.complete == (expected.depth < most)


def ranks_in(content: int | list[int]) -> int:
    """Give the ranks in a value: 0 has none, v > 0 has rank v - 1; elements have theirs."""
    if isinstance(content, int):
        return 1 << (content - 1) if content else 0
    mask = 0
    for element in content:
        mask |= 1 << element
    return mask


def live_in(state: State) -> int:
    mask = 0
    for content in state:
        mask |= ranks_in(content)
    return mask


def canonical_ranks(state: State) -> State:
    live = live_in(state)
    rank = {old: (live & ((1 << old) - 1)).bit_count() for old in range(64) if live >> old & 1}
    return [
        [rank[element] for element in content]
        if isinstance(content, list)
        else (rank[content - 1] + 1 if content else 0)
        for content in state
    ]


class Clocked(Tabulator):
    """Values are timestamps plus one (0: none), elements are timestamps."""

    kinds: list[int]

    def stamps_in(self, state: State) -> int:
        return live_in(state).bit_count()

    def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
        found, _ = super().tabulate(trie, state)
        news = []
        for _, leaf in found:
            for operation, slot, argument in leaf[0] if leaf else ():
                if operation == 0 and argument:
                    news.append(("stamps", slot, argument, 1 << (argument - 1)))
                elif operation in (1, 3):
                    news.append(("stamps", slot, argument, 1 << argument))
        return found, news

    def renumber(self, slot: int, identifier: int, live: int) -> tuple[int, list[Any]]:
        shift = 1 if self.kinds[slot] == VALUE else 0
        below = live & ((1 << (identifier - shift)) - 1)
        return below.bit_count() + shift, []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 2))
def test_states_that_differ_by_a_renumbering_of_timestamps_are_one(seed: int, lanes: int) -> None:
    kinds = [VALUE] * 2 + [QUEUE] * lanes + [BAG]
    bag = len(kinds) - 1

    def stamp(slot: int) -> Step:
        def step(probe: Probe) -> None:
            probe.set(slot, probe.now() + 1)

        return step

    def send(slot: int) -> Step:
        def step(probe: Probe) -> None:
            require(probe.length(slot) < 2)
            (probe.add if slot == bag else probe.push)(slot, probe.now())

        return step

    def take(slot: int) -> Step:
        def step(probe: Probe) -> None:
            element = probe.element(slot, 0)
            require(element is not None)
            assert element is not None
            probe.remove_at(slot, 0)
            target = (seed + slot) % 2
            if probe.value(target) <= element:
                probe.set(target, element + 1)

        return step

    def pick(probe: Probe) -> None:
        probe.remove(bag, probe.each(bag))

    steps = [stamp(seed % 2), *map(send, range(2, bag + 1)), *map(take, range(2, bag)), pick]
    system = System(
        kinds,
        dict(enumerate(steps)),
        {},
        {},
        [[0 if kind == VALUE else [] for kind in kinds]],
        canonical=canonical_ranks,
        stamps_in=lambda state: live_in(state).bit_count(),
    )
    model = Clocked(timed=True)
    model.kinds = kinds
    assert_same(built(system, tabulator=model).run(initials=system.initials), system)


def test_views_are_computed_once_for_each_pair_of_identifiers() -> None:
    asked: list[tuple[int, ...]] = []

    class Viewing(Tabulator):
        latest: State

        def view(self, view: int, ids: tuple[int, ...]) -> int:
            asked.append((view, *ids))
            return int(ids[0] < ids[1]) if view else ids[0] % 2

        def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
            self.latest = list(state)
            return super().tabulate(trie, state)

    model = Viewing()
    first, second = model.slots(VALUE, 2)
    assert [model.engine.add_view((first,)), model.engine.add_view((first, second))] == [0, 1]

    def step(slot: int) -> Step:
        def advance(probe: Probe) -> None:
            values = [item for item in model.latest if isinstance(item, int)]
            probe.view(0, values[0] % 2)
            probe.view(1, int(values[0] < values[1]))
            value = probe.value(slot)
            require(value < 5)
            probe.set(slot, value + 1)

        return advance

    model.action(step(first))
    model.action(step(second))
    engine = model.run(initials=[[0, 0]])
    assert engine.states == 36
    assert len(asked) == len(set(asked)) == 6 + 36
