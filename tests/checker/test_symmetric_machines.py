"""Machines that are interchangeable: their fields, channels and faults change places with them."""

from __future__ import annotations

import math

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.models import (
    Channel,
    Event,
    Machine,
    MachineSystem,
    Ref,
    action,
    durable,
    faults,
    guard,
    on,
    volatile,
)


class Ask(Event):
    asker: Ref[Client]


class Grant(Event):
    pass


class Server(Machine):
    waiting: frozenset[Ref[Client]] = volatile(frozenset())
    serving: Ref[Client] | None = durable(None)

    @on(Ask)
    def hear(self, request: Ask) -> None:
        self.waiting |= {request.asker}

    @action
    def serve(self) -> None:
        guard(self.serving is None)
        chosen = self.choose(sorted(self.waiting, key=str))
        self.waiting -= {chosen}
        self.serving = chosen
        self.send(chosen, Grant())

    @on(Grant)
    def end(self, event: Grant) -> None:
        self.serving = None


class Client(Machine):
    server: Ref[Server]
    is_asking: bool = volatile(False)
    served: int = durable(0)

    @action
    def ask(self) -> None:
        guard(not self.is_asking and self.served < 1)
        self.is_asking = True
        self.send(self.server, Ask(self.ref))

    @on(Grant)
    def take(self, event: Grant) -> None:
        self.is_asking = False
        self.served += 1
        self.send(self.server, Grant())


def office(channel: Channel, clients: int = 3, *, broken: int = 0) -> MachineSystem:
    system = MachineSystem("office", channel=channel)
    system.add(Server(name="desk"))
    served = [Client(name=f"client {n}", server=Ref("desk")) for n in range(clients)]
    system.add(*served)
    system.symmetric("clients", served)
    faults.cut(system, broken, between=("desk", *(one.name for one in served)), at="desk")
    faults.pause(system, broken, machines=served)
    faults.crash(system, broken, machines=served)
    faults.lose(system, broken)

    @system.sometimes
    def all_are_served() -> bool:
        return all(one.served for one in served)

    @system.always
    def one_is_served_at_a_time() -> bool:
        return sum(not one.is_asking and one.served == 0 for one in served) < 99

    return system


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("broken", [0, 1])
def test_machines_with_their_channels_and_faults_change_places(
    channel: Channel, broken: int
) -> None:
    def summary(result: Exploration) -> list[tuple[str, str]]:
        return [(found.name, found.verdict) for found in result.properties]

    clients = 2 if broken else 3
    full = explore(office(channel, clients, broken=broken), keep_going=True)
    reduced = explore(office(channel, clients, broken=broken), symmetry=True, keep_going=True)
    assert summary(full) == summary(reduced)
    assert reduced.depth == full.depth
    assert full.states / math.factorial(clients) <= reduced.states < full.states * 0.7
    if not broken:
        checked = explore(office(channel, clients), symmetry=True, engine="reference")
        assert (checked.states, checked.transitions) == (reduced.states, reduced.transitions)


def test_a_machine_that_is_not_called_like_a_member_says_to_whom_it_belongs() -> None:
    class Worker(Machine):
        done: bool = durable(False)

        @action
        def work(self) -> None:
            guard(not self.done)
            self.done = True

    def pairs(*, named: bool) -> MachineSystem:
        system = MachineSystem("pairs")
        system.symmetric("places", ["north", "south"])
        for place in ("north", "south"):
            identity = (place,) if named else ()
            system.add(Worker(name=f"the worker of the {place}", identity=identity))
        return system

    assert explore(pairs(named=True), symmetry=True).states == 3
    assert explore(pairs(named=False), symmetry=True).states == 4
