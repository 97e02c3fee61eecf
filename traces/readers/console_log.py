"""Jepsen's console log: `INFO  jepsen.util - PROCESS :TYPE :FUNCTION VALUE`, tabs or spaces."""

from __future__ import annotations

import re
from typing import Any

from ...models.errors import InputError
from .edn import EdnError, parse_edn
from .jepsen import JepsenHistory
from .sources import BadLines, Source, count_or_raise

MARK = b"jepsen.util"
_OPERATION = re.compile(
    r".*?jepsen\.util\s*[-:]?\s+(:?[\w.-]+)\s+:(invoke|ok|fail|info)\s+:([\w.?!*+-]+)(?:\s+(.*))?\Z"
)
_FIRST_VALUE = re.compile(r'\[[^\[\]"]*\](?=\s|\Z)|[^\s\[\](){}"]+(?=\s|\Z)')


def read_console_log(source: Source, history: JepsenHistory, bad_lines: BadLines | None) -> None:
    """Read the operations of a console log into `history`; other loggers' lines are ignored.

    A line that cannot be understood raises `InputError`, or is counted in `bad_lines`.
    """
    values: dict[str, Any] = {}
    for raw in source.lines():
        if MARK not in raw:
            _pass_over(source, history, raw, bad_lines)
            continue
        try:
            _take(source, history, raw, values)
        except InputError as error:
            count_or_raise(error, bad_lines)


def _pass_over(
    source: Source, history: JepsenHistory, raw: bytes, bad_lines: BadLines | None
) -> None:
    if not raw.strip():
        return
    if source.ended_inside_line and b"INFO  jepsen.util".startswith(raw[:17]):
        count_or_raise(source.error(_CUT, len(raw) + 1, raw), bad_lines)
        return
    history.read += 1
    history.ignored["other log line"] += 1


_CUT = (
    "the file ends in the middle of this line; was its writer stopped? "
    "on-bad-line=skip reads the rest"
)


def _take(source: Source, history: JepsenHistory, raw: bytes, values: dict[str, Any]) -> None:
    try:
        text = raw.decode("utf-8").rstrip()
    except UnicodeDecodeError as error:
        raise source.error("is not UTF-8", error.start + 1, raw) from None
    match = _OPERATION.match(text)
    if match is None:
        if source.ended_inside_line:
            raise source.error(_CUT, len(text) + 1, text)
        at = text.index("jepsen.util")
        raise source.error(
            "is not `jepsen.util - PROCESS :invoke|:ok|:fail|:info :FUNCTION VALUE`", at + 1, text
        )
    process, type_, function, written = match.groups()
    written = written or "nil"
    value = values.get(written, values)
    if value is values:
        first = _FIRST_VALUE.match(written)
        try:
            value = parse_edn(first.group() if first else written)
        except EdnError as error:
            if source.ended_inside_line:
                raise source.error(_CUT, len(text) + 1, text) from None
            column = match.start(4) + error.offset + 1
            raise source.error(f"the value {error}", column, text) from None
        if len(values) < 100_000:
            values[written] = value
    number = int(process) if process.isdecimal() and len(process) < 19 else process
    try:
        history.add(type_, number, function, value, None, source.line)
    except InputError as error:
        raise source.error(error.message, text.find(process) + 1, text) from None
