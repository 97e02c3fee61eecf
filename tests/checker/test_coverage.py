"""What of a model is said to have never been taken."""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.models import (
    Event,
    Machine,
    MachineSystem,
    Ref,
    Spec,
    State,
    System,
    action,
    durable,
    guard,
    load_model,
    on,
)

from .toy_machines import EngineName


class Knock(Event):
    pass


class Shout(Event):
    pass


class Door(Machine):
    """Opens at a knock; nobody shouts, so it never breaks."""

    closed = State(start=True)
    opened = State(ignore=(Knock,))
    broken = State()

    @closed.on(Knock)
    def open(self, knock: Knock) -> None:
        self.goto(Door.opened)

    @on(Shout)
    def shake(self, shout: Shout) -> None:
        self.goto(Door.broken)


class Guest(Machine):
    door: Ref[Door]
    knocks: int = durable(0)

    @action
    def knock(self) -> None:
        guard(self.knocks < 2)
        self.knocks += 1
        self.announce(Knock())
        self.send(self.door, Knock())

    @action
    def shout(self) -> None:
        guard(self.knocks > 5)
        self.send(self.door, Shout())


class Quiet(Spec):
    """Nobody shouts."""

    @on(Knock)
    def note(self, knock: Knock) -> None:
        pass

    @on(Shout)
    def refuse(self, shout: Shout) -> None:
        raise AssertionError


def house() -> MachineSystem:
    system = MachineSystem("house")
    system.add(Guest(name="guest", door=Ref("door")), Door(name="door"))
    system.spec(Quiet())
    return system


def test_actions_handlers_and_states_that_are_never_taken_are_named(engine: EngineName) -> None:
    coverage = explore(house(), engine=engine).coverage
    assert coverage.as_json() == {
        "actions": {"total": 3, "never": ["guest: shout"]},
        "handlers": {"total": 4, "never": ["Door handles Shout", "Quiet handles Shout"]},
        "states": {"total": 3, "never": ["Door.broken"]},
        "options": {"total": 0, "never": []},
    }


def test_only_specs_that_are_checked_are_to_be_covered(engine: EngineName) -> None:
    coverage = explore(house(), properties=["no-failure"], engine=engine).coverage
    assert coverage["handlers"].never == ("Door handles Shout",)


def test_an_option_after_which_no_step_is_enabled_was_never_chosen(engine: EngineName) -> None:
    system = System("picky")
    cell = system.variable("cell", 0)

    @system.action
    def pick() -> None:
        cell.value = system.choose([1, 2, 3])
        guard(cell.value != 2)

    options = explore(system, engine=engine).coverage["options"]
    assert options.total == 3
    [never] = options.never
    assert never.startswith("2 at ")
    assert "test_coverage.py:" in never


def test_a_model_that_never_does_anything_is_seen(engine: EngineName) -> None:
    system = System("still")
    cell = system.variable("cell", 0)

    @system.action(step=(1, 2))
    def move(step: int) -> None:
        guard(cell.value > 0)
        cell.value = step

    assert explore(system, engine=engine).coverage.never == (
        ("actions", "move(step=1)"),
        ("actions", "move(step=2)"),
    )


@pytest.mark.parametrize(
    ("model", "settings"),
    [("one-writer", {}), ("availability", {}), ("mrsc", {"writes": 1})],
)
def test_both_engines_cover_the_same(model: str, settings: dict[str, object]) -> None:
    one, other = (
        explore(load_model(model).build(settings), engine=engine).coverage
        for engine in ("reference", "native")
    )
    assert one == other
