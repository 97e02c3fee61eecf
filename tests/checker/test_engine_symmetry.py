"""The native engine's part in symmetry, on tables written by hand, also senseless ones."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .engine_models import BAG, QUEUE, VALUE, Probe, State, Tabulator

MEMBERS = 3


class Ring(Tabulator):
    """Members that point at members: pointers are values 0 to 2, and 3 is nobody.

    A value slot a member says whom it points at; a bag of members is common to all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mirrored = 0
        self.slots(VALUE, MEMBERS)
        self.slots(BAG, 1)
        self.engine.set_symmetry(
            [MEMBERS],
            [[1, 0, 2, 3], [0, 2, 1, 3]],
            [[0], [1], [2], []],
            [[int(member == slot) for member in range(MEMBERS)] for slot in range(MEMBERS)]
            + [[9] * MEMBERS],
            [0, 0, 0, 3],
        )

    def mirror(self, slot: int, identifier: int) -> tuple[list[int], list[int], list[Any]]:
        self.mirrored += 1
        if identifier == MEMBERS:
            return [], [7], []
        images = [swapped(identifier, first) for first in range(MEMBERS - 1)]
        return images, [100 + (member == identifier) for member in range(MEMBERS)], []


def swapped(member: int, first: int) -> int:
    return {first: first + 1, first + 1: first}.get(member, member)


def rearranged(pointers: tuple[int, ...], bag: tuple[int, ...], images: tuple[int, ...]) -> State:
    moved = [0] * MEMBERS
    for member, pointer in enumerate(pointers):
        moved[images[member]] = images[pointer] if pointer < MEMBERS else pointer
    return [*moved, sorted(images[member] for member in bag)]


def parts_of(state: State) -> tuple[tuple[int, ...], tuple[int, ...]]:
    bag = state[MEMBERS]
    assert isinstance(bag, list)
    return tuple(held for held in state[:MEMBERS] if isinstance(held, int)), tuple(bag)


pointers = st.tuples(*[st.integers(0, MEMBERS)] * MEMBERS)
bags = st.lists(st.integers(0, MEMBERS - 1), max_size=3).map(lambda bag: tuple(sorted(bag)))


@settings(deadline=None, max_examples=60)
@given(pointers=pointers, bag=bags)
def test_one_state_stands_for_all_rearrangements_and_for_no_other(
    pointers: tuple[int, ...], bag: tuple[int, ...]
) -> None:
    model = Ring()
    orbit = [rearranged(pointers, bag, images) for images in itertools.permutations(range(MEMBERS))]
    model.run(initials=orbit)
    assert model.engine.states == 1
    standing = model.engine.state(0)
    assert standing in orbit
    for state in orbit:
        found, trail = model.engine.stand_for(state)
        assert found == standing
        places = list(range(MEMBERS))
        for first in trail:
            places = [swapped(place, first) for place in places]
        assert rearranged(*parts_of(state), tuple(places)) == standing


def test_all_states_of_the_ring_are_as_many_as_their_orbits() -> None:
    model = Ring()
    for slot in range(MEMBERS):
        for pointer in range(MEMBERS):

            def point(probe: Probe, slot: int = slot, pointer: int = pointer) -> None:
                probe.set(slot, pointer)

            model.action(point)
    model.run(initials=[[MEMBERS, MEMBERS, MEMBERS, []]])
    every = itertools.product(range(MEMBERS + 1), repeat=MEMBERS)
    orbits = {
        min(str(rearranged(state, (), images)) for images in itertools.permutations(range(MEMBERS)))
        for state in every
    }
    assert model.engine.states == len(orbits)
    assert model.mirrored == MEMBERS + 1


NUMBERS = st.integers(0, 5)
LISTS = st.lists(st.one_of(NUMBERS, st.just(1 << 24)), max_size=4)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(NUMBERS, max_size=3),
    st.lists(LISTS, max_size=3),
    st.lists(LISTS, max_size=4),
    st.lists(LISTS, max_size=4),
    LISTS,
)
def test_a_symmetry_that_makes_no_sense_is_a_value_error_at_most(
    sizes: list[int],
    swaps: list[list[int]],
    owners: list[list[int]],
    roles: list[list[int]],
    classes: list[int],
) -> None:
    model = Tabulator()
    model.slots(VALUE, 2)
    model.slots(QUEUE, 1)
    with contextlib.suppress(ValueError, NotImplementedError):
        model.engine.set_symmetry(sizes, swaps, owners, roles, classes)
        model.run(initials=[[0, 1, []]])


class Odd(Ring):
    """Says odd things of values."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def mirror(self, slot: int, identifier: int) -> Any:
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ([], []),
        ([0], [1, 2, 3], []),
        ([0, 1], [1], []),
        ([0, 1 << 24], [1, 2, 3], []),
        ([0, -1], [1, 2, 3], []),
        ([], [], []),
        ([], [1], [("no", "news")]),
    ],
)
def test_what_is_no_mirror_is_refused(answer: Any) -> None:
    model = Odd(answer)
    with pytest.raises((ValueError, OverflowError), match=r"mirror|news|convert"):
        model.run(initials=[[0, 1, 2, []]])


def test_slots_that_were_added_after_the_symmetry_are_told() -> None:
    model = Ring()
    model.slots(VALUE, 1)
    with pytest.raises(ValueError, match="symmetry was declared for 4 slots alone"):
        model.run(initials=[[0, 1, 2, [], 0]])


def test_without_a_symmetry_each_state_stands_for_itself() -> None:
    model = Tabulator()
    model.slots(VALUE, 1)
    with pytest.raises(RuntimeError, match="has not run"):
        model.engine.stand_for([3])
    model.run(initials=[[3]])
    assert model.engine.stand_for([3]) == ([3], [])
    with pytest.raises(ValueError, match="slots"):
        model.engine.stand_for([3, 4])
