"""Operations and records in words: what they did, who did it, and the lines of a witness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from .events import Append, Apply, Deliver, Fault, Snapshot, Stream
from .history import FOREVER, Entry, Operation, Record, RecordedEvent
from .results import WitnessLine
from .values import UNSET, plain, shown


def told(operation: Operation) -> str:
    """Give what an operation did as a fragment: `wrote 2`, `read 0`, `changed 1 to 2`."""
    value = shown(operation.value) if operation.value is not UNSET else "something"
    maybe = "" if operation.certain else "may have "
    if operation.action == "transaction":
        return maybe + "done " * bool(maybe) + _transaction(operation.value)
    words = {
        "read": f"read {value}",
        "write": f"{'written' if maybe else 'wrote'} {value}",
        "cas": f"changed {shown(operation.expected)} to {value}",
        "append": f"appended {value}",
        "increment": f"added {value}",
        "acquire": "acquired the lock",
        "release": "released the lock",
    }
    return maybe + words[operation.action]


def _transaction(value: Any) -> str:
    if not isinstance(value, (tuple, list)):
        return "a transaction"
    parts = [f"{str(part[0]).lstrip(':')} {shown(part[1])} = {shown(part[2])}" for part in value]
    return "the transaction (" + ", ".join(parts) + ")"


def line_of(entry: Entry) -> str:
    """Give `line 7`, or `lines 3 to 7` where it began and ended in lines of its own."""
    if isinstance(entry, Record) or entry.invoked == entry.line:
        return f"line {entry.line}"
    return f"lines {entry.invoked} to {entry.line}"


def witness_line(files: Sequence[str], entry: Entry) -> WitnessLine:
    """Give the line where an entry's outcome stands, with the entry in plain fields."""
    if isinstance(entry, Record):
        event = msgspec.to_builtins(entry.event)
        return WitnessLine(
            files[entry.file], entry.line, event=event, text=_record_told(entry.event)
        )
    who = f"session {shown(entry.session)}"
    if entry.region is not None:
        who += f" in {entry.region}"
    text = f"{who} {told(entry)}"
    if entry.failed is not None:
        text = f"{who} tried: {told(entry)}, which {_FAILED[entry.failed]}"
    return WitnessLine(files[entry.file], entry.line, event=_as_event(entry), text=text)


_FAILED = {"failed": "failed", "conflict": "met a conflict"}


def _as_event(operation: Operation) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "op",
        "session": plain(operation.session),
        "op": operation.action,
        "key": plain(operation.key),
    }
    optional = {
        "id": operation.id,
        "region": operation.region,
        "consistency": operation.consistency,
        "version": operation.version,
    }
    event |= {name: plain(value) for name, value in optional.items() if value is not None}
    if operation.expected is not UNSET:
        event["expected"] = plain(operation.expected)
    if operation.value is not UNSET:
        event["value"] = plain(operation.value)
    event["start"] = operation.start
    event["end"] = None if operation.end >= FOREVER else operation.end
    event["outcome"] = operation.outcome
    if operation.invoked != operation.line:
        event["invoked_line"] = operation.invoked
    return event


def _record_told(event: RecordedEvent) -> str:
    match event:
        case Apply():
            did = "applied" if event.applied else "skipped"
            return f"{event.region} {did} version {shown(event.version)} of {shown(event.key)}"
        case Stream():
            told = f"version {shown(event.version)} of {shown(event.key)}"
            return f"the stream of {event.region} tells of {told}"
        case Append():
            held = f", held in {', '.join(event.regions)}" if event.regions else ""
            what = f"appends {shown(event.entry)} at position {event.position}"
            return f"{event.region} {what}{held}"
        case Deliver():
            return f"{event.region} is given {shown(event.entry)} of position {event.position}"
        case Snapshot():
            held = f"{shown(event.value)} as version {shown(event.version)}"
            return f"{event.region} holds {held} of {shown(event.key)}"
        case Fault():
            until = "" if event.end is None else f" to {event.end:,}"
            return f"{event.kind} {target_told(event)} from {event.start:,}{until}"


def target_told(fault: Fault) -> str:
    """Give what a fault strikes in words."""
    target = fault.target
    if isinstance(target, list):
        return " - ".join(str(part) for part in target)
    if isinstance(target, dict) and {"from", "to"} <= target.keys():
        return f"{target['from']} to {target['to']}"
    return str(target)


def named_item(key: Any) -> str:
    """Give the item in words; an unnamed register is `the item`."""
    if isinstance(key, tuple) and len(key) == 2 and key[1] is None:
        return f"the item of {key[0]}"
    return "the item" if key is None else f"item {shown(key)}"
