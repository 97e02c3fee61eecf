"""The two engines agree on random systems.

Goal: whatever a system does, the native engine (tabulated steps, tries, compressed states) and the
reference engine (plain values) give the same states, transitions, depth, verdicts and lengths of
counterexamples. Method: Hypothesis draws little programs over variables, queues, a bag and moments;
each is built twice and explored by both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gtcheck.checker import Exploration, Limits, explore
from gtcheck.models import (
    NEVER,
    Event,
    Map,
    Record,
    Spec,
    System,
    Time,
    on,
    volatile,
)
from gtcheck.models.systems import guard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VARIABLES = 3
VALUES = 3
ROOM = 2

Instruction = tuple[Any, ...]
Program = list[list[Instruction]]


class Said(Event):
    value: int


class Pair(Record):
    left: int
    right: Time


class NeverThrice(Spec):
    """No value is said three times in a row."""

    last: int = volatile(-1)
    times: int = volatile(0)
    fatal: int

    @on(Said)
    def count(self, event: Said) -> None:
        self.times = self.times + 1 if event.value == self.last else 1
        self.last = event.value
        assert self.times < self.fatal, "said too often"


variables = st.integers(0, VARIABLES - 1)
values = st.integers(0, VALUES - 1)
instructions = st.one_of(
    st.tuples(st.just("guard"), variables, values),
    st.tuples(st.just("set"), variables, values),
    st.tuples(st.just("add"), variables, variables),
    st.tuples(st.just("choose"), variables),
    st.tuples(st.just("push"), variables),
    st.tuples(st.just("pop"), variables),
    st.tuples(st.just("peek second"), variables),
    st.tuples(st.just("guard contains"), variables),
    st.tuples(st.just("put in bag"), variables),
    st.tuples(st.just("take from bag"), variables),
    st.tuples(st.just("take zero from bag")),
    st.tuples(st.just("stamp"), st.integers(0, 1)),
    st.tuples(st.just("forget"), st.integers(0, 1)),
    st.tuples(st.just("guard newer"), st.integers(0, 1)),
    st.tuples(st.just("send time")),
    st.tuples(st.just("view"), variables),
    st.tuples(st.just("remember"), variables),
    st.tuples(st.just("say"), variables),
    st.tuples(st.just("fail"), variables, values),
)
programs = st.lists(st.lists(instructions, min_size=1, max_size=6), min_size=1, max_size=4)
checks = st.lists(
    st.tuples(st.sampled_from(["always", "sometimes"]), variables, variables, values), max_size=3
)


def is_even(value: int) -> bool:
    return value % 2 == 0


def is_newer(one: Time, other: Time) -> bool:
    return one > other


def build(program: Program, properties: list[Any], fatal: int) -> System:
    system = System("random")
    cells = system.table("cell", over=range(VARIABLES), initial=0)
    queue = system.queue("queue", of=int)
    bag = system.bag("bag", of=int)
    times = system.table("time", over=(0, 1), initial=NEVER)
    mail = system.queue("mail", of=Pair)
    memory = system.variable("memory", Map[int, int]())

    def run(instruction: Instruction) -> None:
        match instruction:
            case ("guard", var, value):
                guard(cells[var] == value)
            case ("set", var, value):
                cells[var] = value
            case ("add", var, other):
                cells[var] = (cells[var] + cells[other] + 1) % VALUES
            case ("choose", var):
                cells[var] = system.choose(range(VALUES))
            case ("push", var):
                guard(len(queue) < ROOM)
                queue.push(cells[var])
            case ("pop", var):
                guard(not queue.is_empty)
                cells[var] = queue.pop()
            case ("peek second", var):
                guard(len(queue) > 1)
                cells[var] = queue[1]
            case ("guard contains", var):
                guard(cells[var] in queue)
            case ("put in bag", var):
                guard(len(bag) < ROOM)
                bag.add(cells[var])
            case ("take from bag", var):
                cells[var] = bag.each()
                bag.remove(cells[var])
            case ("take zero from bag",):
                guard(0 in bag)
                bag.remove(0)
            case ("stamp", index):
                times[index] = system.now()
            case ("forget", index):
                times[index] = NEVER
            case ("guard newer", index):
                one, other = times.variable(index), times.variable(1 - index)
                guard(one.compare(other, is_newer))
            case ("send time",):
                guard(len(mail) < ROOM)
                mail.push(Pair(cells[0], times[0]))
            case ("view", var):
                guard(cells.variable(var).view(is_even))
            case ("remember", var):
                memory.value = memory.value.with_item(cells[var], cells[0])
            case ("say", var):
                system.announce(Said(cells[var]))
            case ("fail", var, value):
                assert cells[var] != value, f"cell {var} is {value}"

    def action_of(steps: list[Instruction]) -> Callable[[], None]:
        def act() -> None:
            for step in steps:
                run(step)

        return act

    for number, steps in enumerate(program):
        system.add_action(f"action-{number}", action_of(steps))
    for number, (kind, one, other, value) in enumerate(properties):

        def predicate(one: int = one, other: int = other, value: int = value) -> bool:
            return cells[one] + cells[other] != value or len(queue) == 1

        predicate.__name__ = f"property_{number}"
        (system.always if kind == "always" else system.sometimes)(predicate)
    system.spec(NeverThrice(fatal=fatal))
    return system


def summary(result: Exploration) -> Any:
    return (
        result.states,
        result.transitions,
        result.depth,
        result.terminal_states,
        result.complete,
        result.stopped_by,
        [
            (found.name, found.verdict, found.message, found.trace and len(found.trace.steps))
            for found in result.properties
        ],
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, checks, st.integers(2, 4), st.booleans(), st.sampled_from([None, None, 3]))
def test_both_engines_agree(
    program: Program, properties: list[Any], fatal: int, keep_going: bool, max_depth: int | None
) -> None:
    limits = Limits(max_depth=max_depth, max_states=3000)
    results = [
        explore(
            build(program, properties, fatal),
            engine=engine,
            keep_going=keep_going,
            limits=limits,
        )
        for engine in ("reference", "native")
    ]
    reference, native = results
    if "max_states" not in (reference.stopped_by, native.stopped_by):
        assert summary(native) == summary(reference)
