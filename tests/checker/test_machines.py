"""What machines do, step by step, in both engines: tiny machines whose runs can be told by hand."""

from __future__ import annotations

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.models import (
    Channel,
    Event,
    Machine,
    MachineSystem,
    ModelError,
    Queue,
    Ref,
    Spec,
    State,
    Table,
    Time,
    Verdict,
    action,
    durable,
    guard,
    volatile,
)

from .toy_machines import Counter, EngineName, Listener, Number


class Stop(Event):
    pass


class Go(Event):
    pass


class Noted(Event):
    text: str


def heard_in_every_way(system: MachineSystem, listener: Listener, engine: EngineName) -> set[str]:
    """Find every order in which a listener may hear all, each by a witness of its own."""
    import itertools

    wanted = list(itertools.permutations(range(1, 4)))
    for order in wanted:

        def witness(order: tuple[int, ...] = order) -> bool:
            return listener.heard == order

        witness.__name__ = f"order_{''.join(map(str, order))}"
        system.sometimes(witness)
    result = explore(system, engine=engine, keep_going=True)
    return {
        found.name
        for found in result.properties
        if found.kind == "sometimes" and found.verdict is Verdict.HOLDS
    }


@pytest.mark.parametrize(
    ("channel", "orders"),
    [(Channel.FIFO, 1), (Channel.MAILBOX, 1), (Channel.BAG, 6)],
)
def test_a_channel_keeps_the_order_that_it_promises(
    channel: Channel, orders: int, engine: EngineName
) -> None:
    system = MachineSystem(channel=channel)
    listener = Listener(name="listener")
    system.add(listener, Counter(name="counter", to=listener.ref, limit=3))
    assert len(heard_in_every_way(system, listener, engine)) == orders


@pytest.mark.parametrize(("channel", "orders"), [(Channel.FIFO, 2), (Channel.MAILBOX, 2)])
def test_two_senders_are_heard_in_any_order(
    channel: Channel, orders: int, engine: EngineName
) -> None:
    system = MachineSystem(channel=channel)
    listener = Listener(name="listener")
    system.add(listener)
    for value in (1, 2):
        system.add(Counter(name=f"c{value}", to=listener.ref, limit=1))

    @system.sometimes
    def both() -> bool:
        return len(listener.heard) == 2

    result = explore(system, engine=engine)
    assert result.verdict is Verdict.HOLDS
    assert result.states == {Channel.FIFO: 9, Channel.MAILBOX: 10}[channel]


class Door(Machine):
    """Opens and closes; while it is closed it defers numbers and ignores stops."""

    log: tuple[str, ...] = durable(())
    closed = State(start=True, defer=(Number,), ignore=(Stop,))
    opened = State()

    def note(self, text: str) -> None:
        self.log = (*self.log, text)

    @closed.entry
    def shut(self) -> None:
        self.note("enter closed")

    @closed.exit
    def unlock(self) -> None:
        self.note("leave closed")

    @closed.on(Go)
    def let_in(self, event: Go) -> None:
        self.note("go")
        self.goto(Door.opened)

    @opened.entry
    def welcome(self) -> None:
        self.note("enter open")

    @opened.on(Number)
    def take(self, number: Number) -> None:
        self.note(f"take {number.value}")
        self.raise_event(Stop())

    @opened.on(Stop)
    def stop(self, event: Stop) -> None:
        self.note("stop")
        self.halt()


class Script(Machine):
    """Sends given events to another machine, one after the other."""

    to: Ref[Machine]
    events: tuple[Event, ...]
    position: int = volatile(0)

    @action
    def say(self) -> None:
        guard(self.position < len(self.events))
        self.send(self.to, self.events[self.position])
        self.position += 1


def final_log(door: Door, events: tuple[Event, ...], engine: EngineName) -> Exploration:
    system = MachineSystem()
    system.add(door, Script(name="script", to=door.ref, events=events))
    wanted = ("enter closed", "go", "leave closed", "enter open", "take 7", "stop")

    @system.sometimes
    def as_told() -> bool:
        return door.log == wanted

    return explore(system, engine=engine)


def test_states_defer_ignore_go_raise_and_halt(engine: EngineName) -> None:
    events = (Number(7), Stop(), Go(), Stop(), Number(8))
    result = final_log(Door(name="door"), events, engine)
    assert result.property("as-told").verdict is Verdict.HOLDS
    assert result.property("no-failure").verdict is Verdict.HOLDS


def test_an_unhandled_event_is_a_violation_with_its_trace(engine: EngineName) -> None:
    result = final_log(Door(name="door"), (Go(), Go()), engine)
    failed = result.property("no-failure")
    assert result.exit_code == 1
    assert failed.message == "door cannot handle Go() in state opened"
    assert failed.trace is not None
    assert [step.action for step in failed.trace.steps][-1] == "door handles Go() from script"
    assert len(failed.trace.steps) == 4


class Worker(Machine):
    """Counts what it is born with down to nothing and halts."""

    left: int = volatile(0)

    @action
    def work(self) -> None:
        guard(self.left > 0)
        self.left -= 1
        if self.left == 0:
            self.halt()


class Boss(Machine):
    hired: int = volatile(0)
    at_most: int

    @action
    def hire(self) -> None:
        guard(self.hired < self.at_most)
        self.hired += 1
        self.create(Worker, left=self.hired)


def test_machines_are_created_from_a_pool_and_halt(engine: EngineName) -> None:
    system = MachineSystem()
    system.add(Boss(name="boss", at_most=2))
    system.pool(Worker, 2)
    result = explore(system, engine=engine)
    assert result.verdict is Verdict.HOLDS
    # No worker; the first alive or halted; with the second at 2, 1 or halted, times the first's 2.
    assert result.states == 1 + 2 + 2 * 3
    assert result.terminal_states == 1


def test_a_pool_that_is_used_up_is_a_violation(engine: EngineName) -> None:
    system = MachineSystem()
    system.add(Boss(name="boss", at_most=3))
    system.pool(Worker, 2)
    result = explore(system, engine=engine)
    assert result.property("no-failure").message == "the pool of 2 Worker machines is used up"


class Holder(Machine):
    """Keeps up to `room` moments and forgets the oldest."""

    room: int
    moments: Queue[Time] = volatile.queue()

    @action
    def keep(self) -> None:
        self.moments.push(self.now())
        if len(self.moments) > self.room:
            self.moments.pop()


def test_only_the_order_of_times_counts(engine: EngineName) -> None:
    system = MachineSystem()
    system.add(Holder(name="holder", room=2))
    result = explore(system, engine=engine)
    assert (result.states, result.transitions, result.depth) == (3, 3, 2)


class Alternation(Spec):
    """Pings and pongs take turns."""

    ping = State(start=True)
    pong = State()
    rounds: Table[str, int] = volatile.table(0, over=("played",))

    @ping.on(Go)
    def served(self, event: Go) -> None:
        self.goto(Alternation.pong)

    @pong.on(Stop)
    def returned(self, event: Stop) -> None:
        self.rounds["played"] += 1
        assert self.rounds["played"] < 2, "too long a game"
        self.goto(Alternation.ping)


class Game(Machine):
    moves: tuple[Event, ...]
    position: int = volatile(0)

    @action
    def move(self) -> None:
        guard(self.position < len(self.moves))
        self.announce(self.moves[self.position])
        self.position += 1


@pytest.mark.parametrize(
    ("moves", "message", "length"),
    [
        ((Go(), Stop()), None, 0),
        ((Go(), Stop(), Go(), Stop()), "too long a game", 4),
        ((Go(), Go()), "alternation cannot handle Go() in state pong", 2),
        ((Stop(),), "alternation cannot handle Stop() in state ping", 1),
    ],
)
def test_a_spec_judges_what_is_announced(
    moves: tuple[Event, ...], message: str | None, length: int, engine: EngineName
) -> None:
    system = MachineSystem()
    system.add(Game(name="game", moves=moves))
    system.spec(Alternation())
    found = explore(system, engine=engine).property("alternation")
    assert found.message == message
    assert found.verdict is (Verdict.HOLDS if message is None else Verdict.VIOLATED)
    if message is not None:
        assert found.trace is not None
        assert len(found.trace.steps) == length
        assert found.trace.steps[-1].error == message


def test_a_spec_that_is_not_selected_does_not_watch(engine: EngineName) -> None:
    system = MachineSystem()
    system.add(Game(name="game", moves=(Stop(),)))
    system.spec(Alternation(), promised=False)
    assert explore(system, engine=engine).verdict is Verdict.HOLDS
    assert explore(system, engine=engine, properties=["alternation"]).exit_code == 1


def test_an_address_of_nobody_is_told(engine: EngineName) -> None:
    system = MachineSystem()
    system.add(Counter(name="counter", to=Ref("nobody"), limit=1))
    with pytest.raises(ModelError, match=r"counter\.to addresses 'nobody'"):
        explore(system, engine=engine)


def test_a_mutable_value_written_in_a_handler_is_told(engine: EngineName) -> None:
    class Careless(Machine):
        kept: object = volatile(0)

        @action
        def keep(self) -> None:
            self.kept = [1]

    system = MachineSystem()
    system.add(Careless(name="careless"))
    with pytest.raises(ModelError, match=r"new value of careless\.kept is the list \[1\]"):
        explore(system, engine=engine)
