"""A step that depends on anything but the system is told, with its name and the line."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from gtcheck.checker import Limits, explore, state_graph
from gtcheck.checker.purity import Purity
from gtcheck.models import (
    Event,
    Machine,
    MachineSystem,
    ModelError,
    Ref,
    Spec,
    State,
    System,
    action,
    durable,
    guard,
    load_model,
    model_names,
    on,
    volatile,
)

from .impure_steps import HIDDEN, IMPURE, PURE
from .toy_machines import Counter, EngineName, Number

SOURCE = Path(__file__).with_name("impure_steps.py")
Impure = Callable[..., None]


def marked(name: str, file: Path = SOURCE) -> int:
    """Give the line that ends in the mark of this name."""
    lines = file.read_text(encoding="utf-8").splitlines()
    [line] = [number for number, text in enumerate(lines, 1) if re.search(rf"# {name}$", text)]
    return line


def system_of(step: Impure) -> System:
    system = System("impure")
    variable = system.variable("x", 0)

    system.add_action("step", partial(step, variable))
    return system


@pytest.mark.parametrize("step", IMPURE, ids=lambda step: step.__name__)
def test_what_is_impure_is_found_in_the_code(step: Impure) -> None:
    with pytest.raises(ModelError, match="is impure") as told:
        explore(system_of(step))
    assert told.value.exit_code == 2
    assert told.value.place is not None
    assert told.value.place.file == str(SOURCE)
    assert told.value.place.line == marked(step.__name__)
    assert step.__name__ in told.value.message


@pytest.mark.parametrize("step", HIDDEN, ids=lambda step: step.__name__)
def test_what_the_code_hides_is_found_by_running_it_twice(step: Impure, engine: EngineName) -> None:
    with pytest.raises(ModelError, match="run twice on one state") as told:
        explore(system_of(step), engine=engine)
    assert step.__name__ in told.value.message
    assert told.value.place is not None
    assert told.value.place.line == marked(step.__name__)
    assert told.value.place.file == str(SOURCE)
    assert sys.gettrace() is None or "coverage" in str(sys.gettrace())


@pytest.mark.parametrize("purity", ["full", "sample"])
@pytest.mark.parametrize("step", PURE, ids=lambda step: step.__name__)
def test_what_only_looks_impure_is_explored(
    step: Impure, purity: Purity, engine: EngineName
) -> None:
    assert explore(system_of(step), engine=engine, check_purity=purity).complete


@pytest.mark.parametrize("name", model_names())
def test_the_library_is_pure(name: str) -> None:
    explore(load_model(name).build(), check_purity="full", limits=Limits(max_states=20_000))


def test_nothing_is_checked_where_that_is_asked_for() -> None:
    assert explore(system_of(HIDDEN[1]), check_purity="off").complete
    assert explore(system_of(IMPURE[0]), check_purity="off").complete


class Stamped(Machine):
    heard: int = volatile(0)
    awake = State(start=True)

    @on(Number)
    def hear(self, number: Number) -> None:
        self.keep(number.value)

    def keep(self, value: int) -> None:
        self.heard = value + int(time.time())  # a machine's method


def pair(listener: Machine) -> MachineSystem:
    system = MachineSystem("pair")
    system.add(Counter(name="a", to=Ref("b"), limit=2), listener)
    return system


HERE = Path(__file__)


def test_a_machines_handler_is_told_and_the_method_that_it_calls() -> None:
    with pytest.raises(ModelError) as told:
        explore(pair(Stamped(name="b")))
    assert told.value.place is not None
    assert told.value.place.line == marked("a machine's method", HERE)
    assert "Stamped.hear, by calling Stamped.keep, is impure: it reads the clock" in str(told.value)


class Inheriting(Stamped):
    @on(Number)
    def hear(self, number: Number) -> None:
        super().hear(number)


def test_what_is_inherited_is_searched_too() -> None:
    with pytest.raises(ModelError, match=r"by calling Stamped\.\w+, is impure"):
        explore(pair(Inheriting(name="b")))


class Entering(Machine):
    heard: int = durable(0)
    awake = State(start=True)

    @awake.entry
    def begin(self) -> None:
        self.heard = id(self)  # an entry

    @on(Number)
    def hear(self, number: Number) -> None:
        pass


def test_an_entry_is_a_step() -> None:
    with pytest.raises(ModelError, match=r"Entering\.begin is impure: it looks at an address"):
        explore(pair(Entering(name="b")))


class Noticed(Event):
    pass


class Watch(Spec):
    """Nothing is noticed late."""

    @on(Noticed)
    def judge(self, event: Noticed) -> None:
        assert time.monotonic() < 0, "late"  # a spec


class Noticing(Machine):
    done: bool = durable(False)

    @action
    def notice(self) -> None:
        guard(not self.done)
        self.done = True
        self.announce(Noticed())


def test_a_spec_is_searched_where_it_is_checked() -> None:
    system = MachineSystem("watched")
    system.add(Noticing(name="a"))
    system.spec(Watch(), promised=False)
    assert explore(system).complete
    with pytest.raises(ModelError, match=r"Watch\.judge is impure: it reads the clock"):
        explore(system, properties=["watch"])


def test_a_property_is_searched() -> None:
    system = system_of(PURE[0])

    @system.always
    def early() -> bool:
        return time.time() < 1

    with pytest.raises(ModelError, match="early is impure: it reads the clock"):
        explore(system)
    with pytest.raises(ModelError, match="early is impure"):
        state_graph(system)


class Toggle:
    """Changes its mind after so many calls, where nobody looks."""

    def __init__(self, after: int) -> None:
        self.calls = [0]
        self.after = after

    def __call__(self) -> int:
        vars(self).update(calls=[self.calls[0] + 1])
        return self.calls[0] // self.after % 2


def contradicting(after: int) -> System:
    toggle = Toggle(after)
    system = System("contradicting")
    x, y = system.variable("x", 0), system.variable("y", 0)

    @system.action
    def sometimes() -> None:
        if toggle():
            guard(x.value < 30)
            x.value = x.value + 1
        else:
            guard(y.value < 30)
            y.value = y.value + 1

    return system


@pytest.mark.parametrize("purity", ["off", "sample", "full"])
@pytest.mark.parametrize("after", [1, 2, 3, 5, 8])
def test_runs_that_contradict_each_other_name_the_step(after: int, purity: Purity) -> None:
    with pytest.raises(ModelError, match=r"\bsometimes\b.* is impure") as told:
        explore(contradicting(after), engine="native", check_purity=purity)
    assert told.value.place is not None
    assert told.value.place.file == __file__


def test_what_changes_only_later_is_noticed_at_the_end(engine: EngineName) -> None:
    toggle = Toggle(3)

    def read_late(x: Any) -> None:
        x.value = toggle()

    with pytest.raises(ModelError, match=r"read_late.* is impure: run twice"):
        explore(system_of(read_late), engine=engine)
    assert toggle.calls[0] >= 3


def test_a_step_that_is_wrong_in_another_way_is_still_told_so() -> None:
    def spoil(x: Any) -> None:
        x.value = [1]

    with pytest.raises(ModelError, match="which can change") as told:
        explore(system_of(spoil))
    assert "impure" not in str(told.value)


def test_a_partial_and_a_method_are_opened() -> None:
    class Steps:
        def tick(self, x: Any) -> None:
            x.value = time.time()

    system = System("bound")
    system.add_action("tick", partial(Steps().tick, system.variable("x", 0)))
    with pytest.raises(ModelError, match=r"Steps\.tick is impure"):
        explore(system)


def test_variables_may_be_kept_in_a_list_and_nothing_else_be_changed_there() -> None:
    system = System("cells")
    cells = [system.variable(f"cell {number}", 0) for number in range(2)]
    others: list[Any] = [*cells, Path]

    @system.action
    def fill() -> None:
        cells[1].value = 1

    assert explore(system).states == 2

    @system.action
    def spill() -> None:
        others[2].value = 1

    with pytest.raises(ModelError, match="it changes others"):
        explore(system)
