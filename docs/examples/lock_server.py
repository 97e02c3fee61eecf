"""A lock server's own log, held to what a lock is: a parser, a spec, and what binds the two.

    gtcheck observe docs/examples/lock-server.log --parser docs/examples/lock_server.py:parse \
        --spec docs/examples/lock_server.py:MutualExclusion

Log and rule are those of PObserve's lock server.
"""

from __future__ import annotations

import re

from gtcheck.models import Event, Spec, State, binding, volatile


def parse(line: str) -> dict[str, str] | None:
    """Give the fields of a structured line, and nothing for any other."""
    return dict(re.findall(r"(\w+)=(\w+)", line)) if "StructuredLogger" in line else None


class Locked(Event):
    client: str
    lock: str


class Released(Event):
    client: str
    lock: str


class Refused(Event):
    """A client was not given the lock, or had none to release; `status` is what it was told."""

    client: str
    lock: str
    asked: str
    status: str


class MutualExclusion(Spec):
    """A lock is given to one client at a time, and only its holder releases it."""

    holder: str = volatile("")
    free = State(start=True)
    held = State()

    @free.on(Locked)
    def give(self, event: Locked) -> None:
        self.holder = event.client
        self.goto(MutualExclusion.held)

    @held.on(Released)
    def release(self, event: Released) -> None:
        assert event.client == self.holder, f"{event.client} released what {self.holder} holds"
        self.goto(MutualExclusion.free)

    @free.on(Refused)
    def refuse_while_free(self, event: Refused) -> None:
        assert event.asked == "RELEASE", f"{event.client} was refused a lock that is free"
        assert event.status == "FREE", f"the lock is free, and {event.client} was told otherwise"

    @held.on(Refused)
    def refuse_while_held(self, event: Refused) -> None:
        assert event.asked == "LOCK" or event.client != self.holder, "its holder may release it"
        assert event.status == "LOCKED", f"{self.holder} holds the lock that is said to be free"


@binding(MutualExclusion, key="lock")
def lock_server(fields: dict[str, str]) -> Event | None:
    """Take what the server answered; what is only asked for changes nothing."""
    client, lock = fields["ClientID"], fields["LockID"]
    if fields["MessageType"] == "REQUEST":
        return None
    if fields["Result"] == "FAIL":
        return Refused(client, lock, fields["TransactionType"], fields["LockStatus"])
    return Locked(client, lock) if fields["TransactionType"] == "LOCK" else Released(client, lock)
