"""What machines owe each other without end: deliveries, their own steps, faults that mend."""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import explore
from gtcheck.models import (
    Event,
    Fairness,
    Machine,
    MachineSystem,
    PropertyKind,
    Ref,
    Spec,
    State,
    System,
    action,
    durable,
    faults,
    guard,
    on,
)
from gtcheck.models.fairness import FairnessName

from .toy_machines import EngineName


class Ask(Event):
    pass


class Answer(Event):
    pass


class Server(Machine):
    """Answers whoever asks."""

    @on(Ask)
    def answer(self, question: Ask) -> None:
        self.announce(Answer())
        self.reply(Answer())


class Asker(Machine):
    """Asks so often."""

    server: Ref[Server]
    rounds: int
    asked: int = durable(0)
    idle = State(start=True)
    waiting = State()

    @action(fairness="none")
    def ask(self) -> None:
        guard(self.current_state == "idle" and self.asked < self.rounds)
        self.asked += 1
        self.announce(Ask())
        self.send(self.server, Ask())
        self.goto(Asker.waiting)

    @waiting.on(Answer)
    def hear(self, answer: Answer) -> None:
        self.goto(Asker.idle)


class QuestionsAreAnswered(Spec):
    """Whoever asks is answered."""

    quiet = State(start=True)
    asked = State(hot=True)

    @quiet.on(Ask)
    def ask(self, event: Ask) -> None:
        self.goto(QuestionsAreAnswered.asked)

    @asked.on(Answer)
    def answer(self, event: Answer) -> None:
        self.goto(QuestionsAreAnswered.quiet)


def questions(deliveries: FairnessName = "weak", fault: str = "", heals: bool = True) -> System:
    system = MachineSystem("questions", deliveries=deliveries)
    server = Server(name="server")
    system.add(server, Asker(name="asker", server=Ref("server"), rounds=2))
    match fault:
        case "cut":
            faults.cut(system, 2, between=("server", "asker"), heals=heals)
        case "pause":
            faults.pause(system, 1, machines=[server], heals=heals)
        case "crash":
            faults.crash(system, 1, machines=[server])
        case "lose":
            faults.lose(system, 1)
    system.spec(QuestionsAreAnswered())
    return system


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, "holds"),
        ({"deliveries": "none"}, "violated"),
        ({"fault": "cut"}, "holds"),
        ({"fault": "cut", "heals": False}, "violated"),
        ({"fault": "pause"}, "holds"),
        ({"fault": "pause", "heals": False}, "violated"),
        ({"fault": "crash"}, "holds"),
        ({"fault": "lose"}, "violated"),
    ],
)
def test_a_hot_spec_is_not_hot_for_ever_where_faults_mend(
    engine: EngineName, given: dict[str, Any], verdict: str
) -> None:
    found = explore(questions(**given), engine=engine).property("questions-are-answered")
    assert found.verdict.value == verdict
    assert (found.trace is not None) == (verdict == "violated")


def test_what_is_hot_is_told_with_its_step(engine: EngineName) -> None:
    found = explore(questions(fault="lose"), engine=engine).property("questions-are-answered")
    assert found.kind is PropertyKind.SPEC
    assert found.message is not None
    assert found.message.startswith("after step 1 the spec is hot")


def test_faults_are_owed_nothing_and_mending_is_weakly_fair() -> None:
    told = explore(questions(fault="cut")).fairness
    assert told is not None
    assert told["cut server ↔ asker"] is Fairness.NONE
    assert told["heal server ↔ asker"] is Fairness.WEAK
    assert told["asker: ask"] is Fairness.NONE
    assert told["deliver asker → server"] is Fairness.WEAK
