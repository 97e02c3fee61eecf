"""Values in an order that only depends on what they are equal to."""

from __future__ import annotations

import itertools
from enum import Enum, IntEnum
from typing import Any

import pytest
from gtcheck.checker import explore
from gtcheck.models import Map, Record, System, Time, guard
from gtcheck.models.ordering import in_order
from hypothesis import given
from hypothesis import strategies as st


class Colour(Enum):
    RED = 1
    BLUE = 2


class Level(IntEnum):
    LOW = 1


class Nameless(Record):
    number: int
    mood: str = "calm"

    def __repr__(self) -> str:
        return "somebody"


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.5, 1.0, 1 + 0j, 2j, Colour.RED, Colour.BLUE, Level.LOW, Time(1), b"x"]),
    st.text(alphabet="ab\u00e9", max_size=2),
)
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.frozensets(inner, max_size=3),
        st.dictionaries(inner, inner, max_size=3).map(Map),
        st.builds(Nameless, inner, inner),
    ),
    max_leaves=6,
)


@given(st.lists(values, max_size=5), st.randoms())
def test_a_bag_is_the_same_in_whatever_order_it_was_filled(
    elements: list[Any], random: Any
) -> None:
    others = list(elements)
    random.shuffle(others)
    assert in_order(elements) == in_order(others)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_maps_that_were_filled_in_another_order_are_equal_in_a_bag(engine: Any) -> None:
    system = System("maps")
    bag = system.bag("bag", of=Map)
    step = system.variable("step", 0)
    full = [Map({"a": 1, "b": 2}), Map({"b": 2, "a": 1})]

    @system.action
    def put() -> None:
        guard(step.value == 0)
        step.value = 1
        bag.add(Map({"b": 0}))
        bag.add(full[system.choose(range(2))])

    assert explore(system, engine=engine, check_purity="off").states == 2


def test_equal_values_of_several_kinds_are_one_in_a_bag() -> None:
    for some in itertools.permutations([1, "a", (1,), Colour.RED]):
        for others in itertools.permutations([True, "a", (1.0,), Colour.RED]):
            assert in_order(some) == in_order(others)
