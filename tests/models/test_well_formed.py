"""Errors in a model are told when it is built, with the class, the line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from gtcheck.models import (
    Event,
    Machine,
    MachineSystem,
    ModelError,
    Record,
    Ref,
    Spec,
    State,
    System,
    Table,
    durable,
    on,
    volatile,
)


class Ping(Event):
    count: int = 0


class Pong(Event):
    count: int = 0


def test_a_handler_for_something_that_is_no_event_is_told() -> None:
    with pytest.raises(ModelError, match=r"greet handles int, which is no event.*subclass"):

        class Greeter(Machine):
            @on(int)  # type: ignore[type-var]
            def greet(self, event: int) -> None: ...


def test_a_handler_for_a_state_of_another_machine_is_told_with_the_states_there_are() -> None:
    class Lock(Machine):
        free = State(start=True)

    with pytest.raises(ModelError, match=r"Lock\.free, which is not there; states of Door: open"):

        class Door(Machine):
            open = State(start=True)

            @Lock.free.on(Ping)
            def close(self, event: Ping) -> None: ...


def test_two_start_states_are_told() -> None:
    with pytest.raises(ModelError, match="two start states, one, two"):

        class Twice(Machine):
            one = State(start=True)
            two = State(start=True)


def test_states_without_a_start_are_told() -> None:
    with pytest.raises(ModelError, match="no start state"):

        class Never(Machine):
            one = State()


def test_a_mutable_initial_value_is_told_with_its_class_and_line() -> None:
    with pytest.raises(ModelError, match=r"initial value of Keeper\.kept is the list") as caught:

        class Keeper(Machine):
            kept: list[int] = durable([])

    assert caught.value.place is not None
    assert caught.value.place.file == __file__
    assert "tuple" in str(caught.value)


def test_an_unhashable_part_deep_in_a_value_is_told() -> None:
    with pytest.raises(ModelError, match=r"initial value of nested is the set"):
        System().variable("nested", (1, ({2},)))


def test_a_mutable_field_of_an_event_is_told() -> None:
    with pytest.raises(ModelError, match=r"field 'items' of Bad is a list\[int\]"):

        class Bad(Event):
            items: list[int]


def test_a_mutable_default_of_a_record_is_told() -> None:
    with pytest.raises(ModelError, match=r"default of Bad\.where"):

        class Bad(Record):
            where: object = bytearray()


def test_a_spec_that_sends_is_told() -> None:
    with pytest.raises(ModelError, match=r"spec Chatty uses 'send' in shout.*only observes"):

        class Chatty(Spec):
            @on(Ping)
            def shout(self, event: Ping) -> None:
                self.send(None, event)  # type: ignore[attr-defined]


def test_a_field_without_a_type_is_told() -> None:
    with pytest.raises(ModelError, match=r"Untyped\.count has no type"):

        class Untyped(Machine):
            count = durable(0)


def test_two_handlers_of_one_event_are_told() -> None:
    with pytest.raises(ModelError, match="handles Ping twice"):

        class Double(Machine):
            @on(Ping)
            def one(self, event: Ping) -> None: ...

            @on(Ping)
            def two(self, event: Ping) -> None: ...


def test_an_event_that_is_handled_and_deferred_is_told() -> None:
    with pytest.raises(ModelError, match=r"Torn\.busy both handles and sets aside Ping"):

        class Torn(Machine):
            busy = State(start=True, defer=(Ping,))

            @busy.on(Ping)
            def take(self, event: Ping) -> None: ...


class Player(Machine):
    other: Ref[Player]
    hits: int = volatile(0)


def test_a_constant_that_is_not_given_is_told() -> None:
    takes = "name, site, identity, other, hits"
    with pytest.raises(ModelError, match=f"Player needs 'other'; it takes {takes}"):
        Player(name="a")  # type: ignore[call-arg]


def test_a_constant_that_is_not_declared_is_told() -> None:
    with pytest.raises(ModelError, match="Player has no 'speed'"):
        Player(name="a", other=Ref("b"), speed=3)  # type: ignore[call-arg]


def test_a_method_may_store_the_empty_tuple() -> None:
    class Basket(Machine):
        held: tuple[int, ...] = volatile((1,))

        def empty(self) -> None:
            self.held = ()

    assert "held" in Basket.fields_


def test_two_machines_of_one_name_are_told() -> None:
    system = MachineSystem()
    system.add(Player(name="a", other=Ref("a")))
    with pytest.raises(ModelError, match="two machines are called 'a'"):
        system.add(Player(name="a", other=Ref("a")))


def test_writing_what_is_no_field_is_told_with_the_mend() -> None:
    player = Player(name="a", other=Ref("a"))
    with pytest.raises(ModelError, match=r"Player\.score is no field.*volatile"):
        player.score = 3  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match=r"Player\.other is no field"):
        player.other = Ref("b")


def test_a_table_over_keys_that_are_not_there_is_told() -> None:
    class Shelf(Machine):
        books: Table[str, int] = durable.table(0, over="titles")

    with pytest.raises(ModelError, match=r"Shelf\.books is a table over 'titles'"):
        MachineSystem().add(Shelf(name="shelf"))


def test_an_action_whose_parameters_do_not_fit_is_told() -> None:
    system = System()
    with pytest.raises(ModelError, match=r"takes \(region\) but is declared over \(site\)"):

        @system.action(site=(1, 2))
        def write(region: int) -> None: ...


def test_two_variables_of_one_name_are_told() -> None:
    system = System()
    system.variable("x", 0)
    with pytest.raises(ModelError, match="two variables are called 'x'"):
        system.variable("x", 1)


def test_a_variable_read_outside_a_step_is_told() -> None:
    variable = System().variable("x", 0)
    with pytest.raises(ModelError, match="outside a step"):
        assert variable.value == 0


def test_two_properties_of_one_name_are_told() -> None:
    system = System()

    @system.always
    def fine() -> bool:
        return True

    with pytest.raises(ModelError, match="two properties are called 'fine'"):
        system.sometimes(fine)


def test_a_method_that_writes_what_is_no_field_is_told_with_its_line() -> None:
    with pytest.raises(ModelError, match=r"Slip\.cuont is no field") as caught:

        class Slip(Machine):
            count: int = volatile(0)

            @on(Ping)
            def ping(self, event: Ping) -> None:
                self.count = 1
                self.cuont = 2

    assert caught.value.place is not None
    line = Path(__file__).read_text().splitlines()[(caught.value.place.line or 0) - 1]
    assert line.strip() == "self.cuont = 2"
