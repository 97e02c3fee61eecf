"""Operations on items as transactions: those recorded together, and each other one by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..history import History, Operation
from ..values import UNSET
from .histories import Access, Status, Transaction, TransactionHistory, hashable


def transactions_of(history: History, *, with_eventual: bool) -> TransactionHistory:
    """Give the transactions that the operations of a history on its registers make.

    Of an item that is added to nobody knows the values, so that it is left out; and so are
    eventual reads, but `with_eventual`, as stores promise nothing strong of them.
    """
    found = TransactionHistory(history.files, initial={}, initial_by_key=True)
    initial: dict[object, object] = {}
    operations: list[Operation] = []
    for item in history.items.values():
        key = hashable(item.key)
        if item.model == "register":
            initial[key] = item.initial
            operations += [*item.operations, *item.failed]
    found.initial = initial
    operations.sort(key=lambda operation: (operation.file, operation.line))
    done: set[int] = set()
    for operation in operations:
        if id(operation) in done:
            continue
        parts = operation.parts or [operation]
        done.update(map(id, parts))
        is_eventual = operation.is_read and operation.consistency == "eventual"
        if is_eventual and not operation.parts and not with_eventual:
            continue
        found.transactions.append(_transaction(parts))
        for part in parts:
            if part.action == "increment":
                found.unusable[hashable(part.key)] = "it was added to, which tells no value"
    return found


def _transaction(parts: list[Operation]) -> Transaction:
    first = parts[0]
    accesses = [access for part in parts for access in _accesses(part)]
    return Transaction(
        first.session,
        accesses,
        _status(first),
        first.file,
        first.line,
        first.invoked,
        first.start,
        first.end,
    )


def _status(operation: Operation) -> Status:
    if operation.failed is not None:
        return "aborted"
    return "committed" if operation.certain else "unknown"


def _accesses(part: Operation) -> Iterator[Access]:
    key = hashable(part.key)
    if part.action == "read":
        if part.value is not UNSET:
            yield Access("read", key, part.value, part.line)
        return
    if part.action == "cas" and part.expected is not UNSET and part.certain:
        yield Access("read", key, part.expected, part.line)
    if part.value is not UNSET:
        yield Access("write", key, part.value, part.line)
