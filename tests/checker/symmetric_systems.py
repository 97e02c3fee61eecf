"""Random systems whose members are interchangeable by construction, and what breaks that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from gtcheck.models import Event, Record, Spec, System, guard, on, volatile
from hypothesis import strategies as st

NAMES = ("ann", "bob", "cid", "dot")
VALUES = 3
ROOM = 2

Instruction = tuple[Any, ...]
Program = list[list[Instruction]]
State = dict[str, Any]


class Note(Record):
    sender: str
    value: int


class Seen(Event):
    member: str
    value: int


class NobodyIsSeenTwiceInARow(Spec):
    """What is seen of a member is not seen of the same again at once."""

    last: str = volatile("nobody")

    @on(Seen)
    def see(self, event: Seen) -> None:
        assert event.value < VALUES - 1 or event.member != self.last, "seen twice"
        self.last = event.member


values = st.integers(0, VALUES - 1)
instructions = st.one_of(
    st.tuples(st.just("guard own"), values),
    st.tuples(st.just("set own"), values),
    st.tuples(st.just("guard leader")),
    st.tuples(st.just("lead")),
    st.tuples(st.just("resign")),
    st.tuples(st.just("tell all"), values),
    st.tuples(st.just("tell one")),
    st.tuples(st.just("read")),
    st.tuples(st.just("join")),
    st.tuples(st.just("leave any")),
    st.tuples(st.just("be seen")),
    st.tuples(st.just("copy from leader")),
)
programs = st.lists(st.lists(instructions, min_size=1, max_size=3), min_size=1, max_size=3)


class Party:
    """Members with a value each, an inbox a pair, a leader, a group that some are in."""

    def __init__(self, members: int, program: Program) -> None:
        self.names = NAMES[:members]
        self.system = System("party")
        self.system.symmetric("members", self.names)
        pairs = list(itertools.permutations(self.names, 2))
        self.own = self.system.table("own", over=self.names, initial=0)
        self.inbox = self.system.queues("inbox", over=pairs, of=Note)
        self.leader = self.system.variable("leader", "nobody")
        self.group = self.system.bag("group", of=str)
        self.system.spec(NobodyIsSeenTwiceInARow())
        for number, block in enumerate(program):
            self.add(number, block)

    def add(self, number: int, block: list[Instruction]) -> None:
        def act(member: str) -> None:
            for instruction in block:
                self.take(member, *instruction)

        act.__name__ = f"act_{number}"
        self.system.action(member=self.names)(act)

    def take(self, member: str, name: str, value: int = 0) -> None:
        others = [other for other in self.names if other != member]
        match name:
            case "guard own":
                guard(self.own[member] == value)
            case "set own":
                self.own[member] = value
            case "guard leader":
                guard(self.leader.value == member)
            case "lead":
                guard(self.leader.value == "nobody")
                self.leader.value = member
            case "resign":
                guard(self.leader.value == member)
                self.leader.value = "nobody"
            case "tell all":
                for other in others:
                    self.tell(member, other, value)
            case "tell one":
                self.tell(member, self.system.choose(others), self.own[member])
            case "read":
                inbox = self.inbox[self.system.choose(others), member]
                guard(not inbox.is_empty)
                self.own[member] = inbox.pop().value
            case "join":
                guard(member not in self.group)
                self.group.add(member)
            case "leave any":
                self.group.remove(self.group.each())
            case "be seen":
                self.system.announce(Seen(member, self.own[member]))
            case "copy from leader":
                guard(self.leader.value != "nobody")
                self.own[member] = self.own[self.leader.value]

    def tell(self, sender: str, receiver: str, value: int) -> None:
        inbox = self.inbox[sender, receiver]
        guard(len(inbox) < ROOM)
        inbox.push(Note(sender, value))

    def promise(self, limit: int) -> None:
        @self.system.always
        def not_all_have_the_most() -> bool:
            return any(value < VALUES - 1 for value in self.own.values())

        @self.system.always
        def few_are_in_the_group() -> bool:
            return len(self.group) <= limit

        @self.system.sometimes
        def the_leader_is_in_the_group() -> bool:
            return self.leader.value in self.group

        @self.system.rests_when
        def somebody_leads() -> bool:
            return self.leader.value != "nobody"


def rearranged(state: State, names: tuple[str, ...]) -> Iterator[State]:
    """Give a state with its members in all other places, by the names of its variables."""
    for images in itertools.permutations(names):
        new = dict(zip(names, images, strict=True))
        moved = {_slot(slot, new): _value(value, new) for slot, value in state.items()}
        moved["group"] = tuple(sorted(moved["group"], key=repr))
        yield moved


def _slot(slot: str, new: dict[str, str]) -> str:
    name, bracket, keys = slot.rstrip("]").partition("[")
    return f"{name}[{', '.join(new[key] for key in keys.split(', '))}]" if bracket else name


def _value(value: Any, new: dict[str, str]) -> Any:
    if isinstance(value, Note):
        return Note(new[value.sender], value.value)
    if isinstance(value, tuple):
        return tuple(_value(part, new) for part in value)
    return new.get(value, value) if isinstance(value, str) else value
