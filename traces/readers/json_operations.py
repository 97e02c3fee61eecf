"""Operations of a trace in JSON lines: their halves joined, their parts told item by item."""

from __future__ import annotations

from ..events import MISSING, Invoke, OperationEvent, Part, Return
from ..history import FOREVER, Action, Operation
from ..values import UNSET, Value


def joined(invoke: Invoke, result: Return | None) -> OperationEvent:
    """Make one operation of its two halves; without the second it never returned."""
    event = OperationEvent(
        op=invoke.op,
        session=invoke.session,
        start=invoke.start,
        id=invoke.id,
        region=invoke.region,
        key=invoke.key,
        consistency=invoke.consistency,
        value=invoke.value,
        version=invoke.version,
        expected=invoke.expected,
        attempt=invoke.attempt,
        items=invoke.items,
    )
    if result is None:
        return event
    event.end, event.outcome, event.error = result.end, result.outcome, result.error
    if result.value is not MISSING:
        event.value = result.value
    if result.version is not None:
        event.version = result.version
    if result.items is not None:
        event.items = result.items
    return event


def operations_of(event: OperationEvent, file: int, line: int, invoked: int) -> list[Operation]:
    """Give what an event did on each item: one operation, or one for each part of a transaction."""
    if event.op == "transaction":
        parts = event.items
    else:
        parts = [Part(event.op, event.key, event.value, event.version, event.expected)]  # type: ignore[arg-type]
    made = [_operation(event, part, file, line, invoked) for part in parts]
    if event.op == "transaction":
        for operation in made:
            operation.parts = made
    return made


def _operation(event: OperationEvent, part: Part, file: int, line: int, invoked: int) -> Operation:
    outcome = event.outcome or ("unknown" if event.end is None else "ok")
    action, value = _meaning(part)
    certain = outcome == "ok"
    has_ended = outcome != "unknown" and event.end is not None
    return Operation(
        action,
        event.session,
        event.region,
        part.key,
        value if certain or action != "read" else UNSET,
        event.start,
        event.end if has_ended and event.end is not None else FOREVER,
        file,
        line,
        invoked,
        _given(part.expected) if action == "cas" else UNSET,
        part.version,
        event.consistency,
        certain,
        outcome if outcome in ("failed", "conflict") else None,
        event.id,
        event.error,
    )


def _meaning(part: Part) -> tuple[Action, Value]:
    """Give what a part does to a register: conditional writes are compare-and-set."""
    if part.op == "read":
        return "read", _given(part.value)
    if part.op == "increment":
        return "increment", 1 if part.value is MISSING else part.value
    value = None if part.op == "delete" or part.value is MISSING else part.value
    return ("write" if part.expected is MISSING else "cas"), value


def _given(value: Value) -> Value:
    return UNSET if value is MISSING else value
