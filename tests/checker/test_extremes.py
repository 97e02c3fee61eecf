"""Systems at the extremes: everything of them is found, whichever way they are explored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.models import (
    Channel,
    Event,
    Machine,
    MachineSystem,
    Ref,
    Spec,
    System,
    Verdict,
    action,
    durable,
    guard,
    on,
    volatile,
)


def burst() -> System:
    """Give a system that after 40,000 small steps has 1,000 outcomes of one, and 343 of each."""
    system = System("burst")
    row, column = system.variable("row", 0), system.variable("column", 0)
    first = [system.variable(f"first {number}", 0) for number in range(3)]
    then = [system.variable(f"then {number}", 0) for number in range(3)]

    @system.action
    def go_down() -> None:
        guard(row.value < 199)
        for digit in (*first, *then):
            digit.value = -row.value % 7
        row.value += 1

    @system.action
    def go_right() -> None:
        guard(column.value < 199)
        column.value += 1

    @system.action
    def choose() -> None:
        guard(row.value == column.value == 199 and first[0].value < 7)
        for digit in first:
            digit.value = system.choose(range(10, 20))

    @system.action
    def choose_then() -> None:
        guard(first[0].value > 7 > then[0].value)
        for digit in then:
            digit.value = system.choose(range(10, 17))

    return system


@pytest.mark.parametrize("workers", [1, 2])
def test_a_block_of_states_that_leads_to_more_than_was_ever_held_loses_none(workers: int) -> None:
    result = explore(burst(), workers=workers, check_purity="off", engine="native")
    assert result.complete
    assert result.states == 200 * 200 + 1_000 + 1_000 * 343


# ---- systems that are odd in one way, explored in every way ---------------------------------


def nothing() -> System:
    return System("nothing")


def no_action() -> System:
    system = System("no action")
    system.variable("idle", 0)
    return system


def only_loops() -> System:
    system = System("loops")
    cell = system.variable("cell", 0)
    system.action(name_of("stay", lambda: setattr(cell, "value", 0)))
    system.action(name_of("look", lambda: guard(cell.value == 0)))
    return system


def name_of(name: str, function: Callable[[], Any]) -> Callable[[], None]:
    def act() -> None:
        function()

    act.__name__ = name
    return act


def false_at_first() -> System:
    system = count_to(3)

    @system.always
    def never_true() -> bool:
        return False

    return system


def count_to(most: int) -> System:
    system = System("count")
    number = system.variable("number", 0)

    @system.action
    def count() -> None:
        guard(number.value < most)
        number.value += 1

    return system


def deadlock_at_first() -> System:
    system = no_action()

    @system.rests_when
    def never() -> bool:
        return False

    return system


def raising() -> System:
    system = count_to(3)
    wrong = system.variable("wrong", 0)

    @system.action
    def divide() -> None:
        wrong.value = 1 // wrong.value

    return system


def a_thousand_outcomes() -> System:
    system = System("wide")
    cell = system.variable("cell", 0)

    @system.action
    def choose() -> None:
        guard(cell.value == 0)
        cell.value = system.choose(range(1, 1_001))

    return system


def long_queue() -> System:
    system = System("long")
    queue = system.queue("queue", of=int)

    @system.action
    def push() -> None:
        guard(len(queue) < 600)
        queue.push(len(queue) % 7)

    return system


def large_values() -> System:
    system = System("large")
    number, text = system.variable("number", 2**70), system.variable("text", "x" * 100_000)

    @system.action
    def grow() -> None:
        guard(number.value < 2**80)
        number.value *= 2
        text.value += "y"

    return system


def thousand_slots() -> System:
    system = System("many")
    cells = [system.variable(f"cell {number}", 0) for number in range(1_000)]

    @system.action
    def fill() -> None:
        empty = [cell for cell in cells[::100] if cell.value == 0]
        guard(bool(empty))
        empty[0].value = 1

    @system.action
    def turn() -> None:
        cells[999].value = 1 - cells[999].value

    return system


def many_actions() -> System:
    system = System("busy")
    cells = [system.variable(f"cell {number}", 0) for number in range(4)]
    for number in range(150):

        def act(number: int = number) -> None:
            guard(cells[number % 4].value == 0)
            cells[number % 4].value = 1 + number % 3

        system.add_action(f"act {number}", act)
    return system


def unicode_names() -> System:
    system = System("Größe \N{SNOWMAN}")
    cell = system.variable("naïve\N{ZERO WIDTH JOINER}\N{PILE OF POO}", "\u00e9")

    @system.action
    def größer() -> None:
        guard(len(cell.value) < 3)
        cell.value += system.choose(("e\u0301", "\U0001f30d"))

    @system.always
    def 小さい() -> bool:  # noqa: N802
        """Es bleibt klein \N{SNOWMAN}."""
        return cell.value.count("\U0001f30d") < 2

    return system


class Ping(Event):
    left: int


class Late(Spec):
    """Nobody is pinged for the last time."""

    heard: int = volatile(0)

    @on(Ping)
    def hear(self, event: Ping) -> None:
        self.heard += 1
        assert event.left > 0, "the last one"


class Player(Machine):
    other: Ref[Player]
    served: bool = durable(False)

    @action
    def serve(self) -> None:
        guard(not self.served)
        self.served = True
        self.send(self.other, Ping(3))

    @on(Ping)
    def hit(self, ping: Ping) -> None:
        self.announce(ping)
        if ping.left:
            self.send(self.other, Ping(ping.left - 1))


def channel_found_late() -> System:
    system = MachineSystem("late", channel=Channel("fifo"))
    system.add(
        Player(name="one", other=Ref("other")), Player(name="other", other=Ref("one"), served=True)
    )
    system.spec(Late())
    return system


ODD: list[tuple[Callable[[], System], int, Verdict]] = [
    (nothing, 1, Verdict.HOLDS),
    (no_action, 1, Verdict.HOLDS),
    (only_loops, 1, Verdict.HOLDS),
    (false_at_first, 4, Verdict.VIOLATED),
    (deadlock_at_first, 1, Verdict.VIOLATED),
    (raising, 4, Verdict.VIOLATED),
    (a_thousand_outcomes, 1_001, Verdict.HOLDS),
    (long_queue, 601, Verdict.HOLDS),
    (large_values, 11, Verdict.HOLDS),
    (thousand_slots, 22, Verdict.HOLDS),
    (many_actions, 4**4, Verdict.HOLDS),
    (unicode_names, 5, Verdict.VIOLATED),
    (channel_found_late, 5, Verdict.VIOLATED),
]
WAYS: list[dict[str, Any]] = [
    {"engine": "native"},
    {"engine": "native", "workers": 2},
    {"engine": "native", "search": "dfs"},
    {"engine": "reference", "search": "dfs"},
    {"engine": "reference", "por": True},
]


def summary(result: Exploration) -> Any:
    found = [(one.name, one.verdict, one.message) for one in result.properties]
    return result.states, result.terminal_states, result.complete, result.stopped_by, found


@pytest.mark.parametrize(("build", "states", "verdict"), ODD, ids=lambda found: str(found))
def test_an_odd_system_is_explored_alike_in_every_way(
    build: Callable[[], System], states: int, verdict: Verdict
) -> None:
    plain = explore(build(), engine="reference", keep_going=True)
    assert (plain.states, plain.complete, plain.verdict) == (states, True, verdict)
    for way in WAYS:
        result = explore(build(), keep_going=True, **way)
        if "por" in way:
            assert result.states <= states
            assert summary(result)[1:] == summary(plain)[1:]
        else:
            assert summary(result) == summary(plain)
            assert result.transitions == plain.transitions


@pytest.mark.parametrize("way", [{"engine": "reference"}, *WAYS[:4]], ids=str)
def test_limits_that_are_just_wide_enough_stop_nothing(way: dict[str, Any]) -> None:
    for states, stopped_by in ((11, None), (10, "max_states"), (1, "max_states")):
        limits = Limits(max_states=states)
        result = explore(count_to(10), limits=limits, **way)
        assert (result.states, result.stopped_by) == (states, stopped_by)
        assert result.complete is (stopped_by is None)
    for depth, stopped_by in ((11, None), (9, "max_depth"), (0, "max_depth")):
        result = explore(count_to(10), limits=Limits(max_depth=depth), **way)
        assert (result.states, result.stopped_by) == (min(depth, 10) + 1, stopped_by)


def test_a_limit_of_depth_that_is_the_depth_itself_leaves_the_last_states_unexpanded() -> None:
    result = explore(count_to(10), limits=Limits(max_depth=10))
    assert (result.states, result.complete, result.stopped_by) == (11, False, "max_depth")
