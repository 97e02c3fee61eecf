"""Random processes: each has a counter of its own, so that much of what they do commutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gtcheck.models import NEVER, Event, Spec, System, guard, on, volatile
from hypothesis import strategies as st

CELLS = 3

Process = tuple[list[list[tuple[Any, ...]]], bool]
"""The instructions of each step, and whether the last is followed by the first."""

Check = tuple[str, int, int, int]

Fault = tuple[int, bool]
"""The cell that is set once without reason, and whether it may be set back."""


class Said(Event):
    value: int


class NeverThrice(Spec):
    """No value is said three times in a row."""

    last: int = volatile(-1)
    times: int = volatile(0)
    fatal: int

    @on(Said)
    def count(self, event: Said) -> None:
        """Count how often in a row."""
        self.times = self.times + 1 if event.value == self.last else 1
        self.last = event.value
        assert self.times < self.fatal, "said too often"


cells = st.integers(0, CELLS - 1)
bits = st.integers(0, 1)
_OF_A_CELL = (
    "flip",
    "choose",
    "push",
    "pop",
    "if empty",
    "put",
    "take",
    "stamp",
    "see even",
    "say",
)
instructions = st.one_of(
    st.tuples(st.sampled_from(_OF_A_CELL), cells),
    st.tuples(st.sampled_from(("second", "short", "take one")), cells),
    st.tuples(st.sampled_from(("set", "guard", "fail", "spend")), cells, bits),
    st.tuples(st.sampled_from(("copy", "pass on", "newer")), cells, cells),
)
steps = st.lists(instructions, max_size=2)
processes = st.lists(
    st.tuples(st.lists(steps, min_size=1, max_size=4), st.booleans()), min_size=2, max_size=4
)
faults = st.lists(st.tuples(cells, st.booleans()), max_size=2)
checks = st.lists(
    st.tuples(st.sampled_from(["always", "sometimes", "not both", "empty"]), cells, cells, bits),
    max_size=2,
)


def is_even(value: int) -> bool:
    """Tell whether a value is even."""
    return value % 2 == 0


def build(
    program: list[Process], properties: list[Check], fatal: int, faults: list[Fault]
) -> System:
    """Build a system of processes that share a few variables, two queues, a bag and times."""
    system = System("processes")
    cell = system.table("cell", over=range(CELLS), initial=0)
    queues = [system.queue("queue", of=int), system.queue("other queue", of=int)]
    bag = system.bag("bag", of=int)
    time = system.table("time", over=range(CELLS), initial=NEVER)
    budget = system.variable("budget", 1)
    counters = [system.variable(f"counter {number}", 0) for number in range(len(program))]

    def run(instruction: tuple[Any, ...], me: int) -> None:
        name, one, *rest = instruction
        queue = queues[one // 2]
        match name:
            case "set":
                cell[one] = rest[0]
            case "guard":
                guard(cell[one] == rest[0])
            case "flip":
                cell[one] = 1 - cell[one]
            case "copy":
                cell[one] = cell[rest[0]]
            case "choose":
                cell[one] = system.choose((0, 1))
            case "push":
                queue.push(me)
            case "pop":
                guard(not queue.is_empty)
                cell[one] = queue.pop()
            case "second":
                guard(len(queue) > 1)
                cell[one] = queue[1]
            case "short":
                guard(len(queue) < 2)
                cell[one] = 1
            case "if empty":
                cell[one] = 1 if queue.is_empty else cell[one]
            case "put":
                bag.add(one)
            case "take":
                taken = bag.each()
                bag.remove(taken)
                cell[one] = taken % 2
            case "take one":
                guard(one in bag)
                bag.remove(one)
            case "stamp":
                time[one] = system.now()
            case "pass on":
                time[one] = time[rest[0]]
            case "newer":
                guard(time[one] > time[rest[0]])
            case "see even":
                guard(cell.variable(one).view(is_even))
            case "say":
                system.announce(Said(cell[one]))
            case "fail":
                assert cell[one] != rest[0] or budget.value, "failed"
            case "spend":
                guard(budget.value > 0)
                budget.value -= 1

    def step_of(number: int, position: int) -> Callable[[], None]:
        script, is_loop = program[number]
        counter = counters[number]

        def step() -> None:
            guard(counter.value == position)
            for instruction in script[position]:
                run(instruction, number % 2)
            after = position + 1
            counter.value = after % len(script) if is_loop else after

        return step

    for number, (script, _) in enumerate(program):
        for position in range(len(script)):
            system.add_action(f"process {number}, step {position}", step_of(number, position))
    for number, (one, heals) in enumerate(faults):
        _add_fault(system, number, cell.variable(one), heals=heals)
    for number, (kind, one, other, value) in enumerate(properties):

        def predicate(
            kind: str = kind, one: int = one, other: int = other, value: int = value
        ) -> bool:
            if kind == "not both":
                return not (cell[one] == value and cell[other] != value and counters[0].value > 0)
            if kind == "empty":
                return queues[0].is_empty or cell[one] == value
            return cell[one] == value or counters[-1].value == other

        predicate.__name__ = f"property_{number}"
        (system.sometimes if kind == "sometimes" else system.always)(predicate)
    system.spec(NeverThrice(fatal=fatal))
    return system


def _add_fault(system: System, number: int, cell: Any, *, heals: bool) -> None:
    left = system.variable(f"faults {number} left", 1)

    def strike() -> None:
        guard(cell.value == 0 and left.value > 0)
        cell.value = 1
        left.value -= 1

    def mend() -> None:
        guard(cell.value == 1)
        cell.value = 0

    system.add_action(f"fault {number}", strike)
    if heals:
        system.add_action(f"mend {number}", mend)
