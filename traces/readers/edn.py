"""Values written in Extensible Data Notation, https://github.com/edn-format/edn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..values import Keyword, identity

_INTEGER = re.compile(r"-?\d{1,18}\Z")
_KEYWORD = re.compile(r":[A-Za-z][\w.*+!?<>=/-]*\Z")
_PLAIN_STRING = re.compile(r'"[^"\\]*"\Z')
_PLAIN_VECTOR = re.compile(r"\[[ ,]*((?:(?:-?\d{1,18}|nil|:[A-Za-z][\w-]*)(?:[ ,]+|(?=\])))*)\]\Z")
_CONSTANTS: dict[str, Any] = {"nil": None, "true": True, "false": False}
_CLOSES = {"[": "]", "(": ")", "{": "}", "#{": "}"}
_NOT_EDN = "is not EDN from here on"
_DEEPEST = 200
_MOST_DIGITS = 4_000
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "b": "\b", "f": "\f"}


class EdnError(ValueError):
    """A text is not EDN; `offset` is where it stops making sense, from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def parse_edn(text: str) -> Any:
    """Give the value of one EDN form: vectors and lists as tuples, sets, maps as dicts.

    Keywords keep their colon; tags are dropped. Raises `EdnError`.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    if _KEYWORD.match(text):
        return Keyword(text)
    if _PLAIN_STRING.match(text):
        return text[1:-1]
    vector = _PLAIN_VECTOR.match(text)
    if vector is not None:
        return tuple(map(parse_edn, vector.group(1).replace(",", " ").split()))
    return _parsed(text)


def _parsed(text: str) -> Any:
    """Read brackets and what is between them, token by token."""
    done: list[tuple[str, list[Any]]] = []
    opened = ""
    values: list[Any] = []
    tagged = -1
    for token in _TOKEN.finditer(text):
        kind = token.lastindex
        if kind is None:  # a comment, or the end
            continue
        at = token.start(kind)
        if not opened and values:
            raise EdnError(_NOT_EDN, at)
        if kind == _OPENING:
            if len(done) >= _DEEPEST:
                raise EdnError(f"more than {_DEEPEST} brackets within brackets", at)
            done.append((opened, values))
            opened, values, tagged = token[kind], [], -1
        elif kind == _CLOSING:
            if not opened or _CLOSES[opened] != token[kind] or tagged >= 0:
                raise EdnError(_NOT_EDN, at)
            made = _made(opened, values, at)
            opened, values = done.pop()
            values.append(made)
        elif kind == _TAG:
            tagged = at
        elif kind == _BAD:
            raise EdnError(_NOT_EDN, at)
        else:
            values.append(_READERS[kind](token[kind]))
            tagged = -1
    if opened or tagged >= 0 or not values:
        raise EdnError(_NOT_EDN, len(text))
    return values[0]


def _made(opened: str, values: list[Any], at: int) -> Any:
    """Give what a pair of brackets holds; `at` is where they close."""
    if opened in ("[", "("):
        return tuple(values)
    if opened == "#{":
        return frozenset(map(_hashable, values))
    if len(values) % 2:
        raise EdnError(_NOT_EDN, at)
    return dict(zip(map(_hashable, values[::2]), values[1::2], strict=True))


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise EdnError(f"a number of more than {_MOST_DIGITS:,} digits", 0)
    return int(text.rstrip("NM"))


def _decimal(text: str) -> float:
    return float(text.rstrip("M"))


def _string(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, text[1:-1], flags=re.S)


def _name(text: str) -> Any:
    return _CONSTANTS.get(text, text)


def _unescaped(match: re.Match[str]) -> str:
    escaped = match.group(1)
    if escaped[0] == "u" and len(escaped) == 5:
        return chr(int(escaped[1:], 16))
    return _ESCAPES.get(escaped, escaped)


_REST = r"[^\s,\[\](){}\";\\]*"
_TOKENS: tuple[tuple[str, Callable[[str], Any] | None], ...] = (
    (r"[+-]?\d{1,18}(?![^\s,\])}])", int),
    (rf":{_REST[:-1]}+", Keyword),
    (r"[\[({]|\#\{", None),
    (r"[\])}]", None),
    (r'"(?:\\.|[^"\\])*"', _string),
    (r"[+-]?\d+[NM]?(?![\w./])", _integer),
    (r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?(?![\w/])", _decimal),
    (rf"(?![:\#\d]){_REST[:-1]}+", _name),
    (r"\\(?:newline|return|space|tab|u[0-9a-fA-F]{4}|\S)", str),
    (rf"\#[A-Za-z]{_REST}", None),
)
"""What stands between spaces and commas, the frequent first, and what each becomes."""

_OPENING, _CLOSING, _TAG, _BAD = 3, 4, 10, 11
_READERS = {number: reader for number, (_, reader) in enumerate(_TOKENS, 1) if reader is not None}
_TOKEN = re.compile(
    rf"[\s,]*(?:{'|'.join(f'({pattern})' for pattern, _ in _TOKENS)}|;[^\n]*|\Z|(.))", re.S
)


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return identity(value)
    return value
