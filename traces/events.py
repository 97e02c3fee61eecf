"""The events of a trace in JSON lines, version 1: one record for each `type`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Consistency = Literal["strong", "eventual"]
Outcome = Literal["ok", "failed", "unknown", "conflict"]
OperationName = Literal["read", "write", "update", "delete", "increment", "transaction"]
Identifier = str | int
Region = str | None

MISSING = msgspec.UNSET
"""Stands for a field that a line does not have; null is something given."""


class Header(msgspec.Struct, kw_only=True):
    """The first line, if there is one: what holds of the whole run."""

    gtcheck: Literal[1]
    mode: Literal["mrsc", "async"] | None = None
    regions: list[str] = []
    clock_error_us: int = 0
    quiet_us: int | None = None
    initial: Any = MISSING


class Part(msgspec.Struct, gc=False):
    """What a transaction did to one item."""

    op: Literal["read", "write", "update", "delete", "increment"]
    key: Identifier
    value: Any = MISSING
    version: Any = None
    expected: Any = MISSING


class OperationEvent(msgspec.Struct, tag_field="type", tag="op", gc=False):
    """One operation of a client, from `start` to `end`, which is null if it never returned.

    Lines with one `id` and different `attempt` are attempts of one operation.
    """

    op: OperationName
    session: Identifier
    start: int
    end: int | None = None
    id: Identifier | None = None
    region: Region = None
    key: Identifier | None = None
    consistency: Consistency | None = None
    value: Any = MISSING
    version: Any = None
    expected: Any = MISSING
    outcome: Outcome | None = None
    attempt: int | None = None
    error: Any = None
    items: list[Part] = []


class Invoke(msgspec.Struct, tag_field="type", tag="invoke", gc=False):
    """The first half of an operation; the `return` with its `id` is the other."""

    id: Identifier
    op: OperationName
    session: Identifier
    start: int
    region: Region = None
    key: Identifier | None = None
    consistency: Consistency | None = None
    value: Any = MISSING
    version: Any = None
    expected: Any = MISSING
    attempt: int | None = None
    items: list[Part] = []


class Return(msgspec.Struct, tag_field="type", tag="return", gc=False):
    """The second half of an operation: what became of it."""

    id: Identifier
    end: int | None = None
    attempt: int | None = None
    outcome: Outcome | None = None
    value: Any = MISSING
    version: Any = None
    error: Any = None
    items: list[Part] | None = None


class Apply(msgspec.Struct, tag_field="type", tag="apply", gc=False):
    """A region applied or skipped a version of an item."""

    region: str
    key: Identifier
    version: Any
    origin: str
    applied: bool
    time: int
    value: Any = MISSING
    position: int | None = None


class Stream(msgspec.Struct, tag_field="type", tag="stream", gc=False):
    """A region's stream told of a change."""

    region: str
    key: Identifier
    version: Any
    sequence: Any
    time: int


class Append(msgspec.Struct, tag_field="type", tag="append", gc=False):
    """An entry was appended to the journal."""

    position: int
    entry: Any
    region: str
    time: int
    regions: list[str] = []


class Deliver(msgspec.Struct, tag_field="type", tag="deliver", gc=False):
    """A journal entry was delivered to a region."""

    position: int
    entry: Any
    region: str
    time: int
    regions: list[str] = []


class Snapshot(msgspec.Struct, tag_field="type", tag="snapshot", gc=False):
    """What a replica held of an item at a moment."""

    region: str
    key: Identifier
    version: Any
    value: Any
    time: int


class Fault(msgspec.Struct, tag_field="type", tag="fault", gc=False):
    """A fault that was there from `start` to `end`, null where it has not ended.

    The `target` is a region; of a cut the two regions `[a, b]`, or `{"from": a, "to": b}` where
    only that direction is cut.
    """

    kind: Literal["cut", "isolate", "offline", "pause", "crash"]
    target: Any
    start: int
    end: int | None = None


Event = OperationEvent | Invoke | Return | Apply | Stream | Append | Deliver | Snapshot | Fault
"""Any line of a trace but the header."""
