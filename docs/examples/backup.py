"""A primary that copies what it writes to a backup: does the backup ever go back in time?"""

from typing import Annotated, Literal

from gtcheck.models import (
    Channel,
    Event,
    Machine,
    MachineSystem,
    Parameter,
    Ref,
    action,
    durable,
    guard,
    model,
    on,
)


class Copy(Event):
    value: int


class Primary(Machine):
    backup: Ref["Backup"]
    value: int = durable(0)

    @action
    def write(self) -> None:
        guard(self.value < 2)
        self.value += 1
        self.send(self.backup, Copy(self.value))


class Backup(Machine):
    value: int = durable(0)

    @on(Copy)
    def copy(self, update: Copy) -> None:
        assert update.value > self.value, "the backup went back in time"
        self.value = update.value


@model("backup")
def backup(*, order: Annotated[Literal["fifo", "bag"], Parameter()] = "fifo") -> MachineSystem:
    """A primary copies what it writes to a backup, over channels of this order."""
    system = MachineSystem(channel=Channel(order))
    system.add(Primary(name="primary", backup=Ref("backup")), Backup(name="backup"))
    return system
