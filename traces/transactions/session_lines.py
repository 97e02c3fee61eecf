"""JSON lines of one transaction each: `{"session":0,"txn":3,"ops":[["w","x",1],["r","y",2]]}`."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ...models.errors import InputError
from ..readers.sources import BadLines, Source, count_or_raise
from ..values import Value, frozen
from .histories import ACTIONS, Access, Transaction, TransactionHistory, hashable

_AT_BYTE = re.compile(r" ?\(byte (\d+)\)")
_AT_FIELD = re.compile(r" - at `\$\.?(\w*)[^`]*`")


class SessionLine(msgspec.Struct, gc=False):
    """One line: the session, what the transaction did in order, and what it is called."""

    session: str | int
    ops: list[tuple[str, Any, Any]]
    txn: str | int | None = None


def read_session_lines(
    source: Source,
    file: int,
    history: TransactionHistory,
    bad_lines: BadLines | None,
    initial: Value,
) -> int:
    """Read the transactions of a file into `history`; give the number of accesses read.

    A line that is not understood raises `InputError`, or is counted in `bad_lines`.
    """
    history.starts_as(initial, None)
    decoder = msgspec.json.Decoder(SessionLine)
    read = 0
    for line in source.lines():
        if not line.strip():
            continue
        try:
            transaction = _taken(source, file, line, decoder, len(history.transactions))
        except InputError as error:
            count_or_raise(error, bad_lines)
            continue
        history.transactions.append(transaction)
        read += len(transaction.accesses)
    return read


def _taken(
    source: Source,
    file: int,
    line: bytes,
    decoder: msgspec.json.Decoder[SessionLine],
    at: int,
) -> Transaction:
    if source.line == 1 and line.startswith(b"\xef\xbb\xbf"):
        line = line[3:]
    try:
        given = decoder.decode(line)
        ops = [(name, hashable(frozen(key)), frozen(value)) for name, key, value in given.ops]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_understood(source, line, error) from None
    accesses = []
    for name, key, value in ops:
        action = ACTIONS.get(name.lstrip(":"))
        if action is None:
            column = line.find(msgspec.json.encode(name)) + 1
            raise source.error(f"{name!r} is not r, w or append", column, line)
        accesses.append(Access(action, key, value, source.line))
    return Transaction(given.session, accesses, "committed", file, source.line, source.line, at, at)


def _not_understood(source: Source, line: bytes, error: Exception) -> InputError:
    text = line.decode("utf-8", "replace")
    if isinstance(error, RecursionError):
        return source.error("brackets within brackets, too deep to be read", 1, text)
    if isinstance(error, UnicodeDecodeError):
        return source.error("is not UTF-8", error.start + 1, text)
    message = str(error)
    field, byte = _AT_FIELD.search(message), _AT_BYTE.search(message)
    told = _AT_BYTE.sub("", _AT_FIELD.sub("", message)).strip()
    told = f"{told[:1].lower()}{told[1:]}"
    if field is not None and field[1]:
        return source.error(f"field {field[1]}: {told}", text.find(f'"{field[1]}"') + 1, text)
    if source.ended_inside_line or "truncated" in message:
        told = "the line ends in the middle; was its writer stopped?"
        return source.error(told, len(text) + 1, text)
    column = int(byte[1]) + 1 if byte is not None else 1
    return source.error(f"is no transaction of a session: {told}", column, text)
