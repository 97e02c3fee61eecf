"""A type checker finds wrong fields, events and parameters of a model, and nothing in a right one.

Goal: whoever writes a model is told by the editor what the model's construction would tell later.
Method: mypy runs on a small model with mistakes, each marked by the code of its error.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

mypy = pytest.importorskip("mypy.api")

MODEL = """
from gtcheck.models import (
    Event, Machine, MachineSystem, Queue, Ref, State, Table, action, durable, on, volatile
)

class Put(Event):
    key: str
    value: int

class Stored(Event):
    key: str

class Store(Machine):
    peer: Ref["Store"]
    table: Table[str, int] = durable.table(0, over=("a", "b"))
    count: int = volatile(0)
    waiting: Queue[Put] = volatile.queue()
    idle = State(start=True)

    @idle.on(Put)
    def put(self, request: Put) -> None:
        self.table[request.key] = request.value
        self.count += 1
        self.waiting.push(request)
        self.send(self.peer, Stored(request.key))
        self.goto(Store.idle)

    @on(Put)  # arg-type
    def wrong_event(self, request: Stored) -> None: ...

    @action
    def wrong(self) -> None:
        self.cuont += 1  # attr-defined
        self.count = "one"  # assignment
        self.table["a"] = "one"  # assignment
        self.waiting.push(Stored("a"))  # arg-type
        self.send(self.peer, "hello")  # arg-type
        Put("a", "b")  # arg-type
        self.goto("idle")  # arg-type

system = MachineSystem()
system.add(Store(name="s", peer=Ref("s")))
Store(name="s")  # call-arg
Store(name=1, peer=Ref("s"))  # arg-type
flag = system.variable("flag", False)
flag.value = 3  # assignment
"""


def test_mypy_finds_every_planted_mistake_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    root = Path(__file__).resolve().parents[2]
    monkeypatch.chdir(root)
    said, problems, _ = mypy.run(["--strict", "--cache-dir", str(tmp_path / "cache"), str(path)])
    found = re.findall(r"model\.py:(\d+): error: .*\[([a-z-]+)\]", said)
    lines = MODEL.splitlines()
    planted = [
        (str(number), line.split("# ")[1])
        for number, line in enumerate(lines, start=1)
        if "  # " in line
    ]
    assert found == planted, said + problems
