"""What faults do to machines and their messages, in both engines."""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.models import (
    Machine,
    MachineSystem,
    Verdict,
    action,
    durable,
    faults,
    guard,
    restart,
    volatile,
)

from .toy_machines import Counter, EngineName, Listener


class Saver(Machine):
    """Has a durable and a volatile count; says on restart what it remembers."""

    saved: int = durable(0)
    cached: int = volatile(0)
    restarts: int = durable(0)

    @action
    def step(self) -> None:
        guard(self.saved < 2)
        self.saved += 1
        self.cached = self.saved

    @restart
    def come_back(self) -> None:
        self.restarts += 1
        assert self.cached == 0


def test_a_crash_keeps_durable_fields_and_forgets_the_others(engine: EngineName) -> None:
    system = MachineSystem()
    saver = Saver(name="saver")
    system.add(saver)
    faults.crash(system, 1, machines=[saver])

    @system.sometimes
    def forgot() -> bool:
        return saver.saved == 2 and saver.cached == 0 and saver.restarts == 1

    result = explore(system, engine=engine)
    assert result.verdict is Verdict.HOLDS
    # Before the crash 3 states, down 3, restarted after 0, 1 or 2 steps: 3 + 2 + 1, of which
    # the states after a step do not remember when the crash was.
    assert result.states == 3 + 3 + 5


@pytest.mark.parametrize("kind", ["cut", "isolate", "offline", "pause"])
def test_a_fault_that_lasts_keeps_a_message_waiting(kind: str, engine: EngineName) -> None:
    system = MachineSystem()
    listener = Listener(name="listener")
    system.add(listener, Counter(name="counter", to=listener.ref, limit=1))
    names = ("counter", "listener")
    if kind == "cut":
        faults.cut(system, 1, between=names)
    elif kind == "pause":
        faults.pause(system, 1, machines=[listener])
    else:
        (faults.isolate if kind == "isolate" else faults.offline)(system, 1, sites=["listener"])
    result = explore(system, engine=engine)
    # Sent and heard are 3 phases; before, during and after the fault the first two, and hearing
    # does not happen during it, but a fault may begin after it.
    assert result.states == 9
    assert result.verdict is Verdict.HOLDS


def test_one_direction_of_a_link_can_be_cut(engine: EngineName) -> None:
    system = MachineSystem()
    listener = Listener(name="listener")
    system.add(listener, Counter(name="counter", to=listener.ref, limit=1))
    faults.cut(system, 1, between=("counter", "listener"), both_ways=False)

    @system.sometimes
    def heard_although_the_way_back_is_cut() -> bool:
        return bool(listener.heard) and system.can_reach("counter", "listener")

    result = explore(system, engine=engine)
    # Not sent, sent, heard; no cut yet, either way cut, healed.
    assert result.states == 3 * 4
    assert result.verdict is Verdict.HOLDS


def test_a_message_can_be_lost_or_repeated(engine: EngineName) -> None:
    system = MachineSystem()
    listener = Listener(name="listener")
    system.add(listener, Counter(name="counter", to=listener.ref, limit=2))
    faults.lose(system, 1)
    faults.repeat(system, 1)

    @system.sometimes
    def only_the_second() -> bool:
        return listener.heard == (2,)

    @system.sometimes
    def the_first_again_at_the_end() -> bool:
        return listener.heard == (1, 2, 1)

    @system.always
    def never_the_second_twice_without_a_first() -> bool:
        return listener.heard != (2, 2, 1)

    assert explore(system, engine=engine).verdict is Verdict.HOLDS


class Source(Machine):
    """Has a number to give."""

    number: int = durable(7)


class Taker(Machine):
    """Holds another machine, and takes its number in one step where it can reach it."""

    source: Source
    taken: int = durable(0)

    @action
    def take(self) -> None:
        guard(self.taken == 0 and self.works_with(self.source))
        self.describe(f"{self.name} takes the number of {self.source.name}")
        self.taken = self.source.number


def pair() -> tuple[MachineSystem, Taker]:
    system = MachineSystem()
    source = Source(name="source")
    taker = Taker(name="taker", source=source)
    system.add(source, taker)
    return system, taker


def test_a_machine_that_holds_another_calls_it_within_its_step(engine: EngineName) -> None:
    system, taker = pair()

    @system.sometimes
    def taken() -> bool:
        return taker.taken == 7

    result = explore(system, engine=engine)
    trace = result.property("taken").trace
    assert result.states == 2
    assert trace is not None
    assert [step.action for step in trace.steps] == ["taker takes the number of source"]


@pytest.mark.parametrize("kind", ["cut", "isolate", "offline"])
def test_what_is_struck_from_the_start_and_never_heals_stays_broken(
    kind: str, engine: EngineName
) -> None:
    system, taker = pair()
    if kind == "cut":
        faults.cut(system, 1, between=("source", "taker"), heals=False, struck=True)
    elif kind == "isolate":
        faults.isolate(system, 1, sites=("source",), heals=False, struck=True)
    else:
        faults.offline(system, 1, sites=("source",), heals=False, struck=True)

    @system.always
    def nothing_is_taken() -> bool:
        return taker.taken == 0

    result = explore(system, engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.states == 1


def test_only_links_of_the_site_that_is_named_break(engine: EngineName) -> None:
    system, _ = pair()
    faults.cut(system, 1, between=("source", "taker", "other"), at="other", heals=False)
    # Taken or not, and no link broken or one of the two that end at the site.
    assert explore(system, engine=engine).states == 2 * 3


@pytest.mark.parametrize(("steps", "forgets"), [(0, False), (1, True)])
def test_a_crash_is_told_from_one_that_would_change_nothing(
    steps: int, forgets: bool, engine: EngineName
) -> None:
    system = MachineSystem()
    saver = Saver(name="saver")
    system.add(saver)

    @system.always
    def known() -> bool:
        return saver.saved != steps or saver.would_forget() is forgets

    assert explore(system, engine=engine).verdict is Verdict.HOLDS
