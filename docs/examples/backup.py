"""A primary that copies what it writes to a backup: does the backup ever go back in time?"""

from typing import Annotated, Literal

from gtcheck.models import (
    Channel,
    Event,
    Machine,
    MachineSystem,
    Parameter,
    Ref,
    System,
    action,
    durable,
    guard,
    model,
    on,
)


class Copy(Event):
    """The primary's value, on its way."""

    value: int


class Primary(Machine):
    """Writes at once and tells the backup afterwards."""

    backup: Ref["Backup"]
    writes: int
    value: int = durable(0)

    @action
    def write(self) -> None:
        """Write the next value."""
        guard(self.value < self.writes)
        self.value += 1
        self.send(self.backup, Copy(self.value))


class Backup(Machine):
    """Keeps what the primary sends."""

    value: int = durable(0)

    @on(Copy)
    def copy(self, update: Copy) -> None:
        """Take a value over."""
        assert update.value > self.value, "the backup went back in time"
        self.value = update.value


@model("backup")
def backup(
    *,
    writes: Annotated[int, Parameter(1, 9, "writes in all")] = 2,
    channel: Annotated[Literal["fifo", "bag"], Parameter(summary="the order it keeps")] = "fifo",
) -> System:
    """A primary copies what it writes to a backup."""
    system = MachineSystem(channel=Channel(channel))
    system.add(Primary(name="primary", backup=Ref("backup"), writes=writes))
    system.add(Backup(name="backup"))
    return system
