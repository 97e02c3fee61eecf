"""A primary and its backup, and what the lines of their log mean: is the log a run of the model?

gtcheck observe docs/examples/copies.jsonl --model docs/examples/copies.py
"""

from __future__ import annotations

from typing import Annotated, Any

from gtcheck.models import (
    At,
    Channel,
    Event,
    Machine,
    MachineSystem,
    Parameter,
    Ref,
    action,
    binding,
    guard,
    model,
    on,
    volatile,
)


class Copy(Event):
    value: int


class Wrote(Event):
    value: int


class Copied(Event):
    value: int


class Primary(Machine):
    backup: Ref[Backup]
    limit: int
    value: int = volatile(0)

    @action
    def write(self) -> None:
        guard(self.value < self.limit)
        self.value += 1
        self.send(self.backup, Copy(self.value))
        self.announce(Wrote(self.value))


class Backup(Machine):
    @on(Copy)
    def copy(self, update: Copy) -> None:
        self.announce(Copied(update.value))


@model("copies")
def copies(*, limit: Annotated[int, Parameter(1, 1_000, "writes in all")] = 3) -> MachineSystem:
    """A primary copies what it writes to a backup, over a channel that keeps the order."""
    system = MachineSystem(channel=Channel("fifo"))
    system.add(Primary(name="primary", backup=Ref("backup"), limit=limit), Backup(name="backup"))
    return system


@binding(copies)
def copies_log(entry: dict[str, Any]) -> At | None:
    """Take what was written and copied, each at some moment while it was under way."""
    kind = {"wrote": Wrote, "copied": Copied}.get(entry["did"])
    return None if kind is None else At(kind(entry["value"]), entry["from"], entry["to"])
