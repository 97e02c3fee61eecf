"""Two machines that several tests send messages between."""

from __future__ import annotations

from typing import Literal

from gtcheck.models import Event, Machine, Ref, action, durable, guard, on

EngineName = Literal["native", "reference"]


class Number(Event):
    value: int


class Counter(Machine):
    """Sends the numbers from 1 to `limit` to another machine."""

    to: Ref[Machine]
    limit: int
    sent: int = durable(0)

    @action
    def count(self) -> None:
        guard(self.sent < self.limit)
        self.sent += 1
        self.send(self.to, Number(self.sent))


class Listener(Machine):
    """Keeps what it hears, in order."""

    heard: tuple[int, ...] = durable(())

    @on(Number)
    def hear(self, number: Number) -> None:
        self.heard = (*self.heard, number.value)
