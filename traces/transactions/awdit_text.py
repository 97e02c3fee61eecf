"""AWDIT's texts: `w key value` a line, transactions apart by dashes, sessions by equals signs."""

from __future__ import annotations

import re

from ..readers.sources import BadLines, Source, count_or_raise
from ..values import Value
from .histories import Access, Transaction, TransactionHistory

AWDIT_ACCESS = re.compile(rb"\s*([rw])\s+(-?\d{1,18})\s+(-?\d{1,18})\s*")
AWDIT_SEPARATOR = re.compile(rb"\s*(?:-+|=+)\s*")


def read_awdit_text(
    source: Source,
    file: int,
    history: TransactionHistory,
    bad_lines: BadLines | None,
    initial: Value,
) -> int:
    """Read the transactions of a file into `history`; give the number of accesses read.

    A line that is neither an access nor a separator raises `InputError`, or is counted in
    `bad_lines`.
    """
    history.starts_as(initial, None)
    session = read = 0
    transaction: Transaction | None = None
    for line in source.lines():
        if not line.strip():
            continue
        if AWDIT_SEPARATOR.fullmatch(line):
            session += b"=" in line
            transaction = None
            continue
        match = AWDIT_ACCESS.fullmatch(line)
        if match is None:
            start = re.match(rb"\s*(?:[rw](?:\s+-?\d{1,18}){0,2}\s*)?", line)
            assert start is not None
            told = "is not `r KEY VALUE` or `w KEY VALUE`, of whole numbers, and not ---- or ===="
            column = len(line[: start.end()].decode("utf-8", "replace")) + 1
            count_or_raise(source.error(told, column, line), bad_lines)
            continue
        read += 1
        if transaction is None:
            at = len(history.transactions)
            transaction = Transaction(
                session, [], "committed", file, source.line, source.line, at, at
            )
            history.transactions.append(transaction)
        action, key, value = match.groups()
        transaction.accesses.append(
            Access("read" if action == b"r" else "write", int(key), int(value), source.line)
        )
    return read
