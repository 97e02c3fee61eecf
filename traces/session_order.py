"""Which of two results is older: by explicit versions, or by when unique values were written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .history import FOREVER, Item, Operation
from .values import UNSET, ValueNumbers, is_ordered_version


@dataclass(frozen=True, slots=True)
class Dated:
    """An operation of a session with where its value stands in the order of the item's values.

    One is older than another where its `latest` is before the other's `earliest`. With versions
    the two are one; without, they are when the write of the value had ended and began.
    """

    operation: Operation
    earliest: Any
    latest: Any


def dated_operations(item: Item) -> list[Dated]:
    """Give the operations whose age is known, reads of a known value and acknowledged writes.

    A version counts where it can be ordered and all versions of the item are of that kind;
    otherwise a value counts that was written once, and the initial value if nothing wrote it.
    """
    known = [o for o in item.operations if o.certain]
    versions = [o.version for o in known if o.version is not None]
    ordered = bool(versions) and _are_comparable(versions)
    if ordered:
        return [Dated(o, o.version, o.version) for o in known if o.version is not None]
    return list(_by_values(item, known))


def _are_comparable(versions: list[Any]) -> bool:
    if not all(map(is_ordered_version, versions)):
        return False
    try:
        sorted(versions)
    except TypeError:
        return False
    return True


def _by_values(item: Item, known: list[Operation]) -> Iterator[Dated]:
    numbers = ValueNumbers()
    writers: dict[int, Operation | None] = {numbers.of(item.initial): None}
    ambiguous: set[int] = set()
    for operation in item.operations:
        if operation.action in ("write", "cas"):
            number = numbers.of(operation.value)
            if number in writers:
                ambiguous.add(number)
            writers[number] = operation
        elif operation.action not in ("read",):
            return  # what the item holds cannot be told from single operations
    for operation in known:
        if operation.value is UNSET:
            continue
        number = numbers.of(operation.value)
        if number in ambiguous or number not in writers:
            continue
        writer = writers[number]
        if writer is None:
            yield Dated(operation, -FOREVER, -FOREVER)
        else:
            yield Dated(operation, writer.start, writer.end)


def by_session(item: Item, mode: str | None) -> list[list[Dated]]:
    """Group the dated operations of an item by where one must not go back.

    That is a session in one region with all its reads and writes, and, but for mode `async`, the
    session in all regions with its strong reads and its writes. Each group is in session order.
    """
    groups: defaultdict[Any, list[Dated]] = defaultdict(list)
    for dated in dated_operations(item):
        operation = dated.operation
        session = operation.session
        groups[(session, operation.region)].append(dated)
        strong = operation.consistency == "strong" or not operation.is_read
        if mode != "async" and strong and operation.region is not None:
            groups[(session,)].append(dated)
    for group in groups.values():
        group.sort(key=lambda dated: (dated.operation.start, dated.operation.end))
    return [group for group in groups.values() if len(group) > 1]


def after_earlier(group: list[Dated], reads_before: bool) -> Iterator[tuple[Dated, Dated]]:
    """Pair each read with the newest result that the session already had when the read began.

    With `reads_before` that is among its reads, else among its writes. Operations of a session
    that overlap are not compared; one that starts when another ends comes after it.
    """
    waiting: list[Dated] = []
    newest: Dated | None = None
    for dated in group:
        start = dated.operation.start
        still = []
        for earlier in waiting:
            if earlier.operation.end > start:
                still.append(earlier)
            elif newest is None or earlier.earliest > newest.earliest:
                newest = earlier
        waiting = still
        if dated.operation.is_read and newest is not None:
            yield dated, newest
        if dated.operation.is_read == reads_before:
            waiting.append(dated)
