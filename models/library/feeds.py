"""What a reader of a log has still to read, and how far back a crash takes it (C98)."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ..machines import Machine
from ..systems import System, guard
from ..variables import Queue, Shared, Variable

T = TypeVar("T")

_CHECKPOINTED = 0
"""Nothing was read since the last checkpoint."""


class Crashes(Shared):
    """How many more crashes there may be among all readers of a system."""

    def __init__(self, system: System, budget: int) -> None:
        self._system = system
        self._left = system.variable("crashes left", budget)

    def spend(self) -> None:
        """Take one; the step is enabled where one is left."""
        guard(self._left.value > 0)
        self._left.value -= 1

    def foresee(self) -> bool:
        """Branch, where a crash is left: does one come before the next checkpoint?"""
        if self._left.value == 0 or not self._system.choose((False, True)):
            return False
        self._left.value -= 1
        return True


class Feed(Shared, Generic[T]):
    """The unread part of a log for one reader.

    A checkpoint follows each read at once, but for what is read between the last checkpoint before
    a crash and the crash: that is read again. Whether a crash will come is settled when the first
    record is read that it makes unread, which covers all crashes and keeps few states apart.
    `identity` tells the feed from others: whose it is.
    """

    def __init__(
        self,
        system: System,
        name: str,
        of: type[T],
        crashes: Crashes | None = None,
        *,
        identity: tuple[Hashable, ...],
    ) -> None:
        self._log: Queue[T] = system.queue(name, of, identity=("unread", *identity))
        self._crashes = crashes
        self._repeated: Variable[int] | None = None
        if crashes is not None:
            self._repeated = system.variable(
                f"{name}: read since the checkpoint",
                _CHECKPOINTED,
                identity=("read since the checkpoint", *identity),
            )

    def push(self, record: T) -> None:
        """Put a record at the log's end."""
        self._log.push(record)

    def next(self) -> T:
        """Read on: give the next record; the step is enabled where there is one."""
        if self._repeated is None or self._crashes is None:
            guard(not self._log.is_empty)
            return self._log.pop()
        position = self._repeated.value
        guard(position < len(self._log))
        if position == _CHECKPOINTED and not self._crashes.foresee():
            return self._log.pop()
        self._repeated.value = position + 1
        return self._log[position]

    def peek(self) -> T | None:
        """Give the next record and leave it unread; None where there is none."""
        return None if self.is_read else self._log[self._position]

    def drop(self) -> None:
        """Lose the next record unread; the step is enabled where there is one."""
        guard(not self.awaits_a_crash and not self._log.is_empty)
        self._log.pop()

    def unread(self) -> tuple[T, ...]:
        """Give all that is still to be read, in order; for use in properties."""
        return self._log.elements()[self._position :]

    @property
    def is_read(self) -> bool:
        """Whether nothing is left to read."""
        position = self._position
        return self._log.is_empty if position == _CHECKPOINTED else position == len(self._log)

    @property
    def awaits_a_crash(self) -> bool:
        """Whether something was read after the last checkpoint before a crash."""
        return self._position != _CHECKPOINTED

    def fall_back(self) -> None:
        """Go back to the last checkpoint: what was read since is unread again."""
        if self._repeated is not None:
            self._repeated.value = _CHECKPOINTED

    @property
    def _position(self) -> int:
        return _CHECKPOINTED if self._repeated is None else self._repeated.value


def add_crashes(
    system: System, crashes: Crashes | None, readers: Mapping[Machine, Sequence[Feed[Any]]]
) -> None:
    """Let readers crash, forget what is volatile and restart from their last checkpoints.

    A crash that would change nothing is left out.
    """
    if crashes is None:
        return
    for reader, feeds in readers.items():
        _add_crash(system, crashes, reader, feeds)


def _add_crash(
    system: System, crashes: Crashes, reader: Machine, feeds: Sequence[Feed[Any]]
) -> None:
    def crash() -> None:
        if not any(feed.awaits_a_crash for feed in feeds):
            guard(reader.would_forget())
            crashes.spend()
        reader.crash()
        for feed in feeds:
            feed.fall_back()
        reader.recover()

    name = f"{reader.name}: crash and restart from the last checkpoint"
    system.add_action(name, crash, None, (2,), identity=reader.identity_of(" crash"))
