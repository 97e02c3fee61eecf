"""Whether an item behaves as one copy that each operation meets at one moment."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...models.verdicts import Verdict
from ..history import Item, Operation
from ..limits import ObservationLimits
from ..values import UNSET, Value, ValueNumbers, identity, shown
from ..wording import line_of, named_item, told
from .contradiction import find_contradiction
from .linearization import TimedEffect, linearize
from .sequential_models import (
    ABSENT,
    COUNTER,
    MUTEX,
    REGISTER,
    REGISTERS,
    TEXT,
    Effect,
    SequentialModel,
    State,
)
from .zones import Cluster, ZoneConflict, find_zone_conflict

SILENT = ("write", "append", "increment")
"""What tells nothing of the state in which it happened."""

FEW = 6
"""How many operations a sentence names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one item: its verdict, and for a violation the operations and the words."""

    verdict: Verdict
    checked: int = 0
    reason: str | None = None
    explanation: str | None = None
    operations: tuple[Operation, ...] = ()


def judge_item(item: Item, limits: ObservationLimits, deadline: float) -> Finding:
    """Choose the way to judge an item: zones where reads name their writes, else a search."""
    operations = [
        each
        for each in item.operations
        if not (each.is_read and (each.value is UNSET or each.consistency == "eventual"))
    ]
    if not any(each.certain and each.action not in SILENT for each in operations):
        # What failed was looked at as well: nothing saw an effect of it.
        verdict = Verdict.HOLDS if item.failed else Verdict.NOT_CHECKED
        return Finding(verdict, len(item.failed))
    if item.model == "register" and all(o.action in ("read", "write") for o in operations):
        finding = _judge_by_zones(item, operations)
        if finding is not None:
            return finding
    return _judge_by_search(item, operations, limits, deadline)


def _judge_by_zones(item: Item, operations: list[Operation]) -> Finding | None:
    """Judge a register by zones, or give None where two writes may explain one read."""
    numbers = ValueNumbers()
    initial = numbers.of(item.initial)
    writes: dict[int, Operation] = {}
    reads: defaultdict[int, list[Operation]] = defaultdict(list)
    for operation in operations:
        number = numbers.of(operation.value)
        if operation.is_read:
            reads[number].append(operation)
        elif number in writes or number == initial:
            return None
        else:
            writes[number] = operation
    checked = len(operations)
    clusters = []
    for number, its_reads in reads.items():
        write = writes.get(number)
        if write is None and number != initial:
            return from_nowhere(item, its_reads[0], checked)
        clusters.append(Cluster(write, its_reads))
    clusters += [
        Cluster(write, ())
        for number, write in writes.items()
        if number not in reads and write.certain
    ]
    conflict = find_zone_conflict(clusters)
    if conflict is None:
        return Finding(Verdict.HOLDS, checked)
    found = conflict.operations
    return Finding(
        Verdict.VIOLATED,
        checked,
        explanation=zones_in_words(item, conflict),
        operations=tuple(found),
    )


def from_nowhere(item: Item, read: Operation, checked: int) -> Finding:
    """Tell of a read of a value that nothing had written."""
    explanation = (
        f"{line_of(read)}: session {shown(read.session)} read {shown(read.value)} of "
        f"{named_item(item.key)}, which nothing had written; it began as {shown(item.initial)}"
    )
    return Finding(Verdict.VIOLATED, checked, explanation=explanation, operations=(read,))


def zones_in_words(item: Item, conflict: ZoneConflict) -> str:
    """Tell why two values contradict each other."""
    name = named_item(item.key)
    ender, starter = conflict.outer
    if conflict.kind == "early" and ender is not None:
        return (
            f"{line_of(ender)} {told(ender)} of {name} and had ended before "
            f"{line_of(starter)}, the only one that wrote it, began"
        )
    since = "from the beginning" if ender is None else f"when {line_of(ender)} ended"
    outer = f"{shown(starter.value)} was there {since} and still when {line_of(starter)} began"
    inner_ender, inner_starter = conflict.inner
    inner = shown(inner_starter.value)
    if conflict.kind == "overlap" or inner_ender is None:
        since = (
            "from the beginning" if inner_ender is None else f"when {line_of(inner_ender)} ended"
        )
        return (
            f"{name} must hold two values at one time: {outer}; {inner} was "
            f"there {since} and still when {line_of(inner_starter)} began"
        )
    within = f"{line_of(inner_starter)} {told(inner_starter)} after that and ended before this"
    if inner_ender is not inner_starter:
        within = (
            f"{line_of(inner_starter)} began after that and {line_of(inner_ender)} "
            f"ended before this, both with {inner}"
        )
    return (
        f"in {name} {outer}, but {within}, so {inner} came between; "
        f"nothing wrote {shown(starter.value)} again"
    )


def _judge_by_search(
    item: Item, operations: list[Operation], limits: ObservationLimits, deadline: float
) -> Finding:
    model, initial, effect_of = _model_of(item, operations)
    kept = [o for o in operations if o.certain or not o.is_read]
    effects = [TimedEffect(effect_of(o), o.start, o.end, o.certain) for o in kept]
    found = linearize(
        model,
        initial,
        effects,
        max_configurations=limits.max_configurations,
        deadline=deadline,
    )
    if found.verdict is not Verdict.VIOLATED or found.failed_at is None:
        checked = len(operations) if found.verdict is Verdict.HOLDS else 0
        return Finding(found.verdict, checked, reason=found.reason)
    seconds = min(limits.max_witness_seconds, max(0.0, deadline - time.monotonic()))
    contradict = partial(
        find_contradiction, model, initial, effects, failed_at=found.failed_at, seconds=seconds
    )
    indexes, since = contradict(), None
    if len(indexes) > FEW:
        # What every earlier operation adds up to cannot be told in a few lines: tell the end of it.
        since = kept[found.failed_at]
        indexes = contradict(
            given=[i for i, e in enumerate(effects) if e.required and e.end < since.start]
        )
    chosen = [kept[index] for index in indexes]
    return Finding(
        Verdict.VIOLATED,
        len(operations),
        explanation=_search_in_words(item, kept, chosen, since),
        operations=tuple(chosen),
    )


def _search_in_words(
    item: Item, kept: list[Operation], chosen: list[Operation], since: Operation | None
) -> str:
    name = named_item(item.key)
    last = max(chosen, key=lambda each: (each.end, each.start))
    if last.is_read and len(chosen) == 1:
        same = [
            o
            for o in kept
            if o.action in ("write", "cas") and o.value == last.value and o.start <= last.end
        ]
        if not same and item.model == "register":
            return from_nowhere(item, last, 0).explanation or ""
    others = [each for each in chosen if each is not last]
    listed = "; ".join(f"{line_of(each)} {told(each)}" for each in others[:FEW])
    if len(others) > FEW:
        listed += f"; {len(others) - FEW:,} more"
    if since is not None:
        before = f"after all that had ended before {line_of(since)} began"
        if not others:
            return f"{before}, no order explains that {line_of(last)} {told(last)}"
        return (
            f"{before}, no order of these explains {name}: {listed}; {line_of(last)} {told(last)}"
        )
    if not others:
        return (
            f"{line_of(last)} {told(last)} of {name}, and no order of the operations before it "
            f"and beside it allows that; {name} began as {shown(item.initial)}"
        )
    return (
        f"no order of these explains {name}, whatever every other operation did: {listed}; "
        f"then {line_of(last)} {told(last)}"
    )


def _model_of(
    item: Item, operations: list[Operation]
) -> tuple[SequentialModel, Any, Callable[[Operation], Effect]]:
    """Give the model of an item, its first state, and how an operation becomes an effect."""
    if item.model == "mutex":
        return MUTEX, False, lambda operation: (operation.action,)
    if item.model == "text":
        return TEXT, item.initial, lambda operation: (operation.action, operation.value)
    if any(operation.action == "increment" for operation in operations):
        return COUNTER, counted(item.initial), counter_effect
    numbers = ValueNumbers()
    if item.model == "registers":
        initial = numbers.of(item.initial)
        return REGISTERS, (), lambda operation: _transaction_effect(operation, numbers, initial)
    return (
        REGISTER,
        numbers.of(item.initial),
        lambda operation: register_effect(operation, numbers.of),
    )


def register_effect(operation: Operation, number_of: Callable[[Value], Hashable]) -> Effect:
    """Give what an operation does to a register, its values as numbers or what else names them."""
    value = number_of(operation.value)
    if operation.action == "cas":
        return ("cas", number_of(operation.expected), value)
    return (operation.action, value)


def counter_effect(operation: Operation) -> Effect:
    """Give what an operation does to an item that is added to."""
    if operation.action == "cas":
        return ("cas", counted(operation.expected), counted(operation.value))
    return (operation.action, counted(operation.value))


def counted(value: Any) -> State:
    """Give the state of a counter that holds a value."""
    if value is None:
        return ABSENT
    return value if isinstance(value, (int, float)) else identity(value)


def _transaction_effect(operation: Operation, numbers: ValueNumbers, initial: int) -> Effect:
    parts = []
    for name, key, value in operation.value:  # type: ignore[attr-defined]
        reads = str(name).lstrip(":") in ("read", "r")
        if not reads:
            parts.append(("write", numbers.of(key), numbers.of(value)))
        elif operation.certain and value is not None:
            parts.append(("read", numbers.of(key), numbers.of(value)))
    return ("transaction", tuple(parts), initial)
