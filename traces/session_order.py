"""Which of two results is older: by explicit versions, or by when unique values were written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .history import FOREVER, History, Item, Operation
from .values import UNSET, ValueNumbers, identity, is_ordered_version


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

    A version counts where it can be ordered and all versions of the item are of that kind, and a
    read without one of what the item held at first, if nothing wrote that. Without versions a
    value counts that was written once, and the initial value if nothing wrote it.
    """
    known = [o for o in item.operations if o.certain]
    versions = [o.version for o in known if o.version is not None]
    if versions and _are_comparable(versions):
        return list(_by_versions(item, known))
    return list(_by_values(item, known))


def _by_versions(item: Item, known: list[Operation]) -> Iterator[Dated]:
    initial = identity(item.initial)
    changes = (o for o in item.operations if not o.is_read)
    is_rewritten = any(o.action == "increment" or identity(o.value) == initial for o in changes)
    for operation in known:
        if operation.version is not None:
            yield Dated(operation, (1, operation.version), (1, operation.version))
        elif operation.is_read and not is_rewritten and identity(operation.value) == initial:
            yield Dated(operation, (0,), (0,))


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


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Operations of a session on an item, in session order, among which time must move forward.

    Only reads of a consistency in `judged` are held against what was before them.
    """

    dated: list[Dated]
    judged: frozenset[str | None]


_STRONG = frozenset({"strong", None})
_EVENTUAL = frozenset({"eventual"})
_SAID_TO_BE_STRONG = frozenset({"strong"})


def by_session(item: Item, mode: str | None) -> list[SessionGroup]:
    """Group the dated operations of an item by where one must not go back.

    In one region a strong read comes after all that the session had there, an eventual read after
    the session's writes and eventual reads: it may be behind a strong one. But for mode `async`
    what is said to be a strong read comes after all that the session had in any region.
    """
    groups: defaultdict[tuple[Any, frozenset[str | None]], list[Dated]] = defaultdict(list)
    for dated in dated_operations(item):
        operation = dated.operation
        here = (operation.session, operation.region)
        groups[here, _STRONG].append(dated)
        if not operation.is_read or operation.consistency == "eventual":
            groups[here, _EVENTUAL].append(dated)
        if mode != "async" and operation.region is not None:
            groups[(operation.session,), _SAID_TO_BE_STRONG].append(dated)
    for group in groups.values():
        group.sort(key=lambda dated: (dated.operation.start, dated.operation.end))
    return [SessionGroup(group, key[1]) for key, group in groups.items() if len(group) > 1]


def after_earlier(group: SessionGroup, reads_before: bool) -> Iterator[tuple[Dated, Dated]]:
    """Pair each judged read with the newest result that the session had when the read began.

    With `reads_before` that is among its reads, else among its writes. Operations of a session
    that overlap or start together are not compared; one that starts when another ends comes after
    it.
    """
    waiting: list[Dated] = []
    newest: Dated | None = None
    for dated in group.dated:
        operation = dated.operation
        still = []
        for earlier in waiting:
            if (
                earlier.operation.end > operation.start
                or earlier.operation.start == operation.start
            ):
                still.append(earlier)
            elif newest is None or earlier.earliest > newest.earliest:
                newest = earlier
        waiting = still
        if operation.is_read and newest is not None and operation.consistency in group.judged:
            yield dated, newest
        if operation.is_read == reads_before:
            waiting.append(dated)


def first_step_back(
    history: History, *, reads_before: bool
) -> tuple[int, tuple[Dated, Dated] | None]:
    """Find the first read that is older than the newest its session had met of the item before.

    Give how many reads were judged until then, and the read with that newest operation; None where
    no session went back. `reads_before` is as for `after_earlier`.
    """
    judged = set()
    for item in history.items.values():
        if item.model != "register":
            continue
        for group in by_session(item, history.mode):
            for read, newest in after_earlier(group, reads_before=reads_before):
                judged.add(id(read.operation))
                if read.latest < newest.earliest:
                    return len(judged), (read, newest)
    return len(judged), None
