"""Texts of one access a line, `w(key,value,session,transaction)`, as Plume and IsoVista have them.

PolySI and AWDIT read them too. The transaction -1 stands for all that were aborted. A value 0 that
nobody wrote is what the item held at first.
"""

from __future__ import annotations

import re
from typing import Any

from ...models.errors import InputError
from ..readers.sources import BadLines, Source, count_or_raise
from ..values import Value
from .histories import Access, Transaction, TransactionHistory

PLUME_ACCESS = re.compile(
    rb"\s*([rw])\(\s*(-?\d{1,18})\s*,\s*(-?\d{1,18})\s*,\s*(-?\d{1,18})\s*,\s*(-?\d{1,18})\s*\)\s*"
)
ABORTED = -1


def read_plume_text(
    source: Source,
    file: int,
    history: TransactionHistory,
    bad_lines: BadLines | None,
    initial: Value,
) -> int:
    """Read the transactions of a file into `history`; give the number of accesses read.

    A line that is no access raises `InputError`, or is counted in `bad_lines`.
    """
    history.starts_as(initial, 0, assumed=True)
    known: dict[tuple[int, int], Transaction] = {}
    read = 0
    for line in source.lines():
        if not line.strip():
            continue
        match = PLUME_ACCESS.fullmatch(line)
        if match is None:
            count_or_raise(_not_understood(source, line), bad_lines)
            continue
        read += 1
        is_read, key, value, session, number = match[1] == b"r", *map(int, match.groups()[1:])
        access = Access("read" if is_read else "write", key, value, source.line)
        transaction = known.get((session, number))
        if transaction is None or number == ABORTED:
            at = len(history.transactions)
            status: Any = "aborted" if number == ABORTED else "committed"
            transaction = Transaction(session, [], status, file, source.line, source.line, at, at)
            known[session, number] = transaction
            history.transactions.append(transaction)
        transaction.accesses.append(access)
    return read


def _not_understood(source: Source, line: bytes) -> InputError:
    told = "is not r(key,value,session,transaction) or w(...), of whole numbers"
    return source.error(told, _column(line), line)


def _column(line: bytes) -> int:
    """Give where a line stops looking like an access, from 1."""
    start = re.match(rb"\s*(?:[rw](?:\((?:\s*-?\d{1,18}\s*,?){0,4})?)?", line)
    assert start is not None
    return len(line[: start.end()].decode("utf-8", "replace")) + 1
