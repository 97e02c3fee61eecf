"""The two engines agree on random systems.

Goal: whatever a system does, the native engine (tabulated steps, tries, compressed states) and the
reference engine (plain values) give the same states, transitions, depth, verdicts and lengths of
counterexamples. Method: Hypothesis draws little programs over variables, queues, a bag and moments;
each is built twice and explored by both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gtcheck.checker import Exploration, Limits, explore
from gtcheck.models import (
    NEVER,
    Channel,
    Event,
    Fairness,
    Machine,
    MachineSystem,
    Map,
    Record,
    Ref,
    State,
    System,
    Time,
    Verdict,
    action,
    durable,
    faults,
    guard,
    on,
    volatile,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .processes import NeverThrice, Said
from .toy_machines import EngineName

VARIABLES = 3
VALUES = 3
ROOM = 2

Instruction = tuple[Any, ...]
Program = list[list[Instruction]]


class Pair(Record):
    left: int
    right: Time


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
ALWAYS_ENABLED: Program = [[("choose", 0)], [("push", 0)]]
"""Without these, half of the drawn programs never leave their first state."""

programs = st.lists(st.lists(instructions, min_size=1, max_size=6), min_size=1, max_size=4).map(
    lambda program: program + ALWAYS_ENABLED
)
checks = st.lists(
    st.tuples(st.sampled_from(["always", "sometimes"]), variables, variables, values), max_size=3
)


def is_even(value: int) -> bool:
    return value % 2 == 0


def is_newer(one: Time, other: Time) -> bool:
    return one > other


def build(
    program: Program, properties: list[Any], fatal: int, fairness: Sequence[Fairness] = ()
) -> System:
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
        owed = fairness[number] if number < len(fairness) else Fairness.NONE
        system.add_action(f"action-{number}", action_of(steps), fairness=owed)
    for number, (kind, one, other, value) in enumerate(properties):

        def predicate(one: int = one, other: int = other, value: int = value) -> bool:
            return cells[one] + cells[other] != value or len(queue) == 1

        def trigger(one: int = one, value: int = value) -> bool:
            return cells[one] == value

        predicate.__name__ = f"property_{number}"
        declare = {
            "always": system.always,
            "sometimes": system.sometimes,
            "eventually": system.eventually,
            "leads-to": system.leads_to(trigger),
        }
        declare[kind](predicate)
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


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


class Stir(Event):
    pass


class Token(Event):
    hops: int
    at: Time


class Node(Machine):
    """Passes tokens on as its script says: to whom, whether changed, dropped or raised again."""

    peers: tuple[Ref[Machine], ...]
    script: tuple[tuple[int, str], ...]
    seen: int = durable(0)
    last: Time = volatile(NEVER)
    awake = State(start=True)
    asleep = State()

    @action
    def inject(self) -> None:
        """Start a token of its own, twice at most."""
        guard(self.seen < 2)
        self.seen += 1
        self.send(self.choose(self.peers), Token(0, self.now()))

    @on(Token)
    def take(self, token: Token) -> None:
        """Do what the script says for this many hops."""
        target, manner = self.script[token.hops % len(self.script)]
        self.last = max(self.last, token.at)
        if manner == "sleep":
            self.goto(Node.asleep)
        if manner == "fail":
            assert token.at >= self.last, "an old token"
        if manner == "say":
            self.announce(Said(token.hops))
        if manner == "pass" and token.hops < 2:
            self.send(self.peers[target % len(self.peers)], Token(token.hops + 1, token.at))

    @asleep.on(Token)
    def wake(self, token: Token) -> None:
        """Wake up, and take the token again at once."""
        self.raise_event(Stir())

    @asleep.on(Stir)
    def stir(self, event: Stir) -> None:
        """Go back to where tokens are taken."""
        self.goto(Node.awake)


manners = st.sampled_from(["pass", "pass", "say", "sleep", "fail", "drop"])
scripts = st.lists(st.tuples(st.integers(0, 1), manners), min_size=1, max_size=3)
budgets = st.sampled_from(["none", "cut", "crash", "lose", "repeat", "offline", "pause"])


def build_nodes(script: list[tuple[int, str]], channel: Channel, budget: str) -> System:
    system = MachineSystem("nodes", channel=channel)
    names = ("a", "b")
    nodes = [
        Node(
            name=name,
            peers=tuple(Ref(other) for other in names),
            script=tuple(script[number:] + script[:number]),
        )
        for number, name in enumerate(names)
    ]
    system.add(*nodes)
    match budget:
        case "cut":
            faults.cut(system, 1, between=names)
        case "crash":
            faults.crash(system, 1, machines=nodes)
        case "lose":
            faults.lose(system, 1)
        case "repeat":
            faults.repeat(system, 1)
        case "offline":
            faults.offline(system, 1, sites=names[:1])
        case "pause":
            faults.pause(system, 1, machines=nodes)
    system.spec(NeverThrice(fatal=3))
    return system


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts, st.sampled_from(list(Channel)), budgets)
def test_both_engines_agree_on_machines(
    script: list[tuple[int, str]], channel: Channel, budget: str
) -> None:
    limits = Limits(max_depth=5)
    reference, native = (
        explore(build_nodes(script, channel, budget), engine=engine, limits=limits)
        for engine in ("reference", "native")
    )
    assert summary(native) == summary(reference)


def test_a_moment_is_after_what_the_very_step_forgot(engine: EngineName) -> None:
    system = System("clocks")
    times = system.table("time", over=(0, 1), initial=NEVER)

    @system.action
    def stamp() -> None:
        times[1] = system.now()

    @system.action
    def forget_and_stamp() -> None:
        times[0] = NEVER
        times[0] = system.now()
        assert times[0] != times[1]

    result = explore(system, engine=engine)
    assert (result.states, result.verdict) == (5, Verdict.HOLDS)


def test_a_run_through_a_bag_that_its_step_has_changed_is_shown(engine: EngineName) -> None:
    system = System("bag")
    bag = system.bag("bag", of=int)
    taken = system.variable("taken", 0)

    @system.action
    def put_and_take() -> None:
        guard(len(bag) < 2)
        bag.add(taken.value + 1)
        bag.add(taken.value + 2)
        taken.value = bag.each()
        bag.remove(taken.value)

    @system.always
    def it_never_takes_three() -> bool:
        return taken.value != 3

    trace = explore(system, engine=engine).property("it-never-takes-three").trace
    assert trace is not None
    assert trace.steps[-1].changes[-1].after == 3
