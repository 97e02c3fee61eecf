"""Logs of runs of the library's models, taken at random, as a trace says them."""

from __future__ import annotations

from random import Random
from typing import Any

from gtcheck.checker.plain import Outcome, initial_states, outcomes
from gtcheck.models import MachineSystem
from gtcheck.models.library.asynchronous import add_global_table
from gtcheck.models.library.consistency import (
    Acknowledged,
    Applied,
    EventualReadReturned,
    StrongReadBegan,
    StrongReadReturned,
)
from gtcheck.models.library.mrsc import Conflicted
from gtcheck.models.library.mrsc_tables import add_journaled_table
from gtcheck.models.steps import SlotKind

Line = dict[str, Any]
REGIONS = ("east", "west", "north")
STEP = 100
"""Microseconds from one step of the model to the next."""


def modelled_run(
    mode: str,
    operations: int,
    seed: int,
    *,
    bug: str = "none",
    items: int = 2,
    applies: bool = True,
) -> list[Line]:
    """Give the log of a run of the model with so many operations, and what regions applied."""
    run = _Run(mode, seed, bug, tuple("xyz"[:items]))
    while run.asked < operations:
        run.step(may_ask=run.is_quick)
    while run.step(may_ask=False):
        pass
    lines = [line for line in run.lines if applies or line["type"] == "op"]
    header = {"gtcheck": 1, "mode": mode, "regions": list(REGIONS)}
    return [header, *sorted(lines, key=lambda line: line["start" if "start" in line else "time"])]


class _Run:
    """A walk through the model at random, and the lines that it leaves."""

    def __init__(self, mode: str, seed: int, bug: str, items: tuple[str, ...]) -> None:
        self.random = Random(seed)
        self.lines: list[Line] = []
        self.system = system = MachineSystem()
        add: Any = add_journaled_table if mode == "mrsc" else add_global_table
        table = add(system, REGIONS, items, bug=bug)
        self.replicas = table.replicas if mode == "mrsc" else table.regions
        self.numbers = system.variable("number", 0)
        self.under_way: dict[int, Line] = {}
        self.asked = self.steps = 0
        self._add_clients(items)
        self.runs = [(action.name, action.run) for action in system.actions]
        self.queues = [one for one in system.slots if one.kind is SlotKind.QUEUE]
        self.state = initial_states(system, frozenset())[0].state

    def _add_clients(self, items: tuple[str, ...]) -> None:
        system, numbers = self.system, self.numbers

        @system.action(region=self.replicas, item=items)
        def ask_write(region: Any, item: str) -> None:
            numbers.value += 1
            region.write(item, numbers.value)

        @system.action(region=self.replicas, item=items)
        def ask_strongly(region: Any, item: str) -> None:
            numbers.value += 1
            region.read_strongly(numbers.value, item)

        @system.action(region=self.replicas, item=items)
        def ask_eventually(region: Any, item: str) -> None:
            region.read_eventually(item)

    @property
    def is_quick(self) -> bool:
        """Whether few operations are under way, and no region is far behind."""
        behind = max(len(self.state[slot.index]) for slot in self.queues)
        return len(self.under_way) < 4 and behind < 6

    def step(self, *, may_ask: bool) -> bool:
        """Take a step at random; tell whether there was one."""
        runs = [one for one in self.runs if may_ask or not one[0].startswith("ask")]
        self.random.shuffle(runs)
        for name, run in runs:
            found = list(outcomes(self.system, self.state, run, frozenset()))
            if found:
                self._take(name, self.random.choice(found))
                return True
        return False

    def _take(self, name: str, outcome: Outcome) -> None:
        self.steps += 1
        time = self.steps * STEP
        self.state = outcome.state
        values = {slot.name: self.state[slot.index] for slot in self.system.slots}
        number = values["number"]
        if name.startswith("ask-write"):
            region, item = (part.split("=")[1] for part in name[10:-1].split(", "))
            self._begin(number, time, region=region, key=item, op="write", value=number)
        for event in outcome.announced:
            self._hear(event, time, values)

    def _begin(self, number: int, time: int, **line: Any) -> None:
        self.asked += 1
        start = time - self.random.randint(0, 2 * STEP)
        told = {"type": "op", "session": f"s{self.asked}", "consistency": "strong", **line}
        self.under_way[number] = {**told, "start": start, "end": None, "outcome": "unknown"}
        self.lines.append(self.under_way[number])

    def _hear(self, event: Any, time: int, values: dict[str, Any]) -> None:
        if isinstance(event, StrongReadBegan):
            self._begin(event.reader, time, region=event.region, key=event.item, op="read")
        elif isinstance(event, EventualReadReturned):
            self.asked += 1
            line: Line = {"type": "op", "session": f"s{self.asked}", "region": event.region}
            line |= {"op": "read", "key": event.item, "consistency": "eventual"}
            line |= {
                "start": time - self.random.randint(0, STEP),
                "end": time + self.random.randint(0, STEP),
            }
            self.lines.append({**line, **_seen(event.value), "outcome": "ok"})
        elif isinstance(event, StrongReadReturned):
            self._end(event.reader, time, **_seen(event.value), outcome="ok")
        elif isinstance(event, Applied):
            held = values[f"{event.region}.table[{event.item}]"]
            told: Line = {"type": "apply", "region": event.region, "key": event.item, "time": time}
            self.lines.append(
                {**told, "version": held.value, "origin": held.region, "applied": True}
            )
        elif isinstance(event, (Acknowledged, Conflicted)):
            number = self._of(event)
            if number is None:
                return
            if isinstance(event, Conflicted):
                self._end(number, time, outcome="conflict")
            else:
                self._end(number, time, outcome="ok", version=number)

    def _of(self, event: Any) -> int | None:
        """Give the write that was answered: the oldest that waits there, as the journal has it."""
        waiting = (
            number
            for number, line in self.under_way.items()
            if (line["op"], line["region"], line["key"]) == ("write", event.region, event.item)
        )
        return next(waiting, None)

    def _end(self, number: int, time: int, **more: Any) -> None:
        line = self.under_way.pop(number)
        line |= {**more, "end": time + self.random.randint(0, 2 * STEP)}


def _seen(value: int | None) -> Line:
    return {"value": None} if value is None else {"value": value, "version": value}
