"""Puzzles whose numbers others have counted, explored in every way."""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.models import System, Verdict, guard

FAST: list[dict[str, Any]] = [{}, {"workers": 2}, {"search": "dfs"}]
EVERY: list[dict[str, Any]] = [
    *FAST,
    {"engine": "reference"},
    {"engine": "reference", "search": "dfs"},
]


def steps_to(result: Exploration, name: str) -> int:
    trace = result.property(name).trace
    assert trace is not None
    return len(trace.steps)


def jugs() -> System:
    """Die Hard: a jug of three gallons and one of five."""
    system = System("jugs")
    small, big = system.variable("small", 0), system.variable("big", 0)

    @system.action(jug=("small", "big"))
    def fill(jug: str) -> None:
        if jug == "small":
            small.value = 3
        else:
            big.value = 5

    @system.action(jug=("small", "big"))
    def empty(jug: str) -> None:
        (small if jug == "small" else big).value = 0

    @system.action
    def pour_into_big() -> None:
        poured = min(small.value, 5 - big.value)
        small.value, big.value = small.value - poured, big.value + poured

    @system.action
    def pour_into_small() -> None:
        poured = min(big.value, 3 - small.value)
        small.value, big.value = small.value + poured, big.value - poured

    @system.sometimes
    def four_gallons() -> bool:
        return big.value == 4

    return system


@pytest.mark.parametrize("way", EVERY, ids=str)
def test_tlc_counts_16_states_of_two_jugs_and_97_with_those_found_again(
    way: dict[str, Any],
) -> None:
    result = explore(jugs(), **way)
    assert (result.states, result.transitions, result.complete) == (16, 96, True)
    if way.get("search") != "dfs":
        assert steps_to(result, "four-gallons") == 6


def increment(threads: int) -> System:
    """Threads that each read a shared number and write one more."""
    system = System("increment")
    names = tuple(f"thread {number}" for number in range(threads))
    shared = system.variable("shared", 0)
    local, at = system.table("local", names, 0), system.table("at", names, 1)
    system.symmetric("threads", names)

    @system.action(thread=names)
    def read(thread: str) -> None:
        guard(at[thread] == 1)
        local[thread], at[thread] = shared.value, 2

    @system.action(thread=names)
    def write(thread: str) -> None:
        guard(at[thread] == 2)
        shared.value, at[thread] = local[thread] + 1, 3

    @system.always
    def counted() -> bool:
        return shared.value == sum(at[name] == 3 for name in names)

    return system


@pytest.mark.parametrize("way", EVERY, ids=str)
def test_stateright_counts_13_states_of_two_threads_and_8_with_symmetry(
    way: dict[str, Any],
) -> None:
    result = explore(increment(2), keep_going=True, **way)
    assert (result.states, result.property("counted").verdict) == (13, Verdict.VIOLATED)
    if way.get("search") != "dfs":
        assert steps_to(result, "counted") == 4
        assert explore(increment(2), keep_going=True, symmetry=True, **way).states == 8


def crossing() -> System:
    """A farmer, a wolf, a goat and a cabbage, and a boat for two."""
    system = System("crossing")
    everyone = ("wolf", "goat", "cabbage")
    far, farmer = system.table("far", everyone, False), system.variable("farmer", False)

    @system.action(whom=(*everyone, "nobody"))
    def cross(whom: str) -> None:
        guard(whom == "nobody" or far[whom] == farmer.value)
        farmer.value = not farmer.value
        if whom != "nobody":
            far[whom] = farmer.value
        for one, other in (("wolf", "goat"), ("goat", "cabbage")):
            guard(far[one] != far[other] or far[one] == farmer.value)

    @system.sometimes
    def across() -> bool:
        return farmer.value and all(far[one] for one in everyone)

    return system


@pytest.mark.parametrize("way", EVERY, ids=str)
def test_a_farmer_crosses_ten_situations_in_seven_trips(way: dict[str, Any]) -> None:
    result = explore(crossing(), **way)
    assert (result.states, result.complete) == (10, True)
    if way.get("search") != "dfs":
        assert steps_to(result, "across") == 7


def hanoi(discs: int) -> System:
    system = System("hanoi")
    peg = [system.variable(f"disc {number}", 0) for number in range(discs)]

    for number in range(discs):
        for target in range(3):

            def move(number: int = number, target: int = target) -> None:
                guard(peg[number].value != target)
                for smaller in peg[:number]:
                    guard(smaller.value not in (target, peg[number].value))
                peg[number].value = target

            system.add_action(f"disc {number} to {target}", move)

    @system.sometimes
    def moved() -> bool:
        return all(disc.value == 2 for disc in peg)

    return system


@pytest.mark.parametrize("way", FAST, ids=str)
def test_the_tower_of_hanoi_has_a_power_of_three_states_and_moves_in_one_of_two(
    way: dict[str, Any],
) -> None:
    result = explore(hanoi(5), **way)
    # Every state has three moves, but for those with all discs on one peg, which have two.
    assert (result.states, result.transitions) == (3**5, 3**6 - 3)
    if way.get("search") != "dfs":
        assert (result.depth, steps_to(result, "moved")) == (2**5 - 1, 2**5 - 1)


def philosophers(seats: int) -> System:
    """Philosophers who take the left fork, then the right one, and lay both down at once."""
    system = System("philosophers")
    holds = [system.variable(f"forks of {seat}", 0) for seat in range(seats)]

    for seat in range(seats):
        before, here, after = holds[seat - 1], holds[seat], holds[(seat + 1) % seats]

        def take_left(before: Any = before, here: Any = here) -> None:
            guard(here.value == 0 and before.value < 2)
            here.value = 1

        def take_right(here: Any = here, after: Any = after) -> None:
            guard(here.value == 1 and after.value == 0)
            here.value = 2

        def lay_down(here: Any = here) -> None:
            guard(here.value == 2)
            here.value = 0

        for act in (take_left, take_right, lay_down):
            system.add_action(f"{seat} {act.__name__}", act)

    @system.rests_when
    def never() -> bool:
        return False

    return system


def seatings(seats: int) -> int:
    """Count by a transfer matrix: whoever holds two forks has a neighbour who holds none."""
    follows = [[1, 1, 1], [1, 1, 1], [1, 0, 0]]
    power = [[int(row == column) for column in range(3)] for row in range(3)]
    for _ in range(seats):
        power = [
            [sum(row[k] * follows[k][column] for k in range(3)) for column in range(3)]
            for row in power
        ]
    return sum(power[n][n] for n in range(3))


@pytest.mark.parametrize("way", FAST, ids=str)
def test_philosophers_starve_where_each_holds_one_fork(way: dict[str, Any]) -> None:
    result = explore(philosophers(9), keep_going=True, **way)
    assert (result.states, result.terminal_states) == (seatings(9), 1)
    assert result.property("no-deadlock").verdict is Verdict.VIOLATED
    if way.get("search") != "dfs":
        assert steps_to(result, "no-deadlock") == 9


def queens(size: int) -> System:
    system = System("queens")
    rows = [system.variable(f"row {number}", -1) for number in range(size)]

    for number in range(size):
        for column in range(size):

            def place(number: int = number, column: int = column) -> None:
                guard(rows[number].value < 0 and (number == 0 or rows[number - 1].value >= 0))
                for other in range(number):
                    at = rows[other].value
                    guard(at != column and abs(at - column) != number - other)
                rows[number].value = column

            system.add_action(f"queen {number} in {column}", place)

    @system.sometimes
    def all_placed() -> bool:
        return rows[-1].value >= 0

    return system


@pytest.mark.parametrize("way", FAST, ids=str)
def test_six_queens_are_placed_in_153_ways_in_part_and_in_4_as_a_whole(
    way: dict[str, Any],
) -> None:
    result = explore(queens(6), **way)
    assert (result.states, result.transitions, result.depth) == (153, 152, 6)
    assert result.property("all-placed").verdict is Verdict.HOLDS


def sliding() -> System:
    """The eight puzzle: tiles on nine places, one of them empty."""
    system = System("eight")
    place = [system.variable(f"place {number}", number) for number in range(9)]

    for one in range(9):
        for other in (one - 3, one - 1, one + 1, one + 3):
            aside = abs(one % 3 - other % 3) + abs(one // 3 - other // 3)
            if not 0 <= other < 9 or aside != 1:
                continue

            def slide(one: int = one, other: int = other) -> None:
                guard(place[one].value == 0)
                place[one].value, place[other].value = place[other].value, 0

            system.add_action(f"slide {other} to {one}", slide)
    return system


@pytest.mark.parametrize("way", FAST, ids=str)
def test_the_eight_puzzle_has_half_of_nine_factorial_states_31_moves_deep(
    way: dict[str, Any],
) -> None:
    result = explore(sliding(), **way)
    assert (result.states, result.transitions, result.complete) == (181_440, 483_840, True)
    if way.get("search") != "dfs":
        assert result.depth == 31
