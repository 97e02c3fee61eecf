"""Operations in words: what they did, who did it, and the lines of a witness."""

from __future__ import annotations

from typing import Any

from .history import FOREVER, History, Operation
from .results import WitnessLine
from .values import UNSET, plain, shown


def told(operation: Operation) -> str:
    """Give what an operation did as a fragment: `wrote 2`, `read 0`, `changed 1 to 2`."""
    value = shown(operation.value) if operation.value is not UNSET else "something"
    maybe = "" if operation.certain else "may have "
    words = {
        "read": f"read {value}",
        "write": f"{'written' if maybe else 'wrote'} {value}",
        "cas": f"changed {shown(operation.expected)} to {value}",
        "append": f"appended {value}",
        "increment": f"added {value}",
        "acquire": "acquired the lock",
        "release": "released the lock",
        "transaction": "done " * bool(maybe) + _transaction(operation.value),
    }
    return maybe + words[operation.action]


def _transaction(value: Any) -> str:
    if not isinstance(value, (tuple, list)):
        return "a transaction"
    parts = [f"{str(part[0]).lstrip(':')} {shown(part[1])} = {shown(part[2])}" for part in value]
    return "the transaction (" + ", ".join(parts) + ")"


def line_of(operation: Operation) -> str:
    """Give `line 7`, or `lines 3 to 7` where it began and ended in lines of its own."""
    if operation.invoked == operation.line:
        return f"line {operation.line}"
    return f"lines {operation.invoked} to {operation.line}"


def witness_line(history: History, operation: Operation) -> WitnessLine:
    """Give the line where the operation's outcome stands, with the operation in plain fields."""
    event: dict[str, Any] = {
        "type": "op",
        "session": plain(operation.session),
        "op": operation.action,
        "key": plain(operation.key),
    }
    optional = {
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
    event["outcome"] = "ok" if operation.certain else "unknown"
    if operation.invoked != operation.line:
        event["invoked_line"] = operation.invoked
    who = f"session {shown(operation.session)}"
    if operation.region is not None:
        who += f" in {operation.region}"
    return WitnessLine(
        history.files[operation.file],
        operation.line,
        event=event,
        text=f"{who} {told(operation)}",
    )


def named_item(key: Any) -> str:
    """Give the item in words; an unnamed register is `the item`."""
    if isinstance(key, tuple) and len(key) == 2 and key[1] is None:
        return f"the item of {key[0]}"
    return "the item" if key is None else f"item {shown(key)}"
