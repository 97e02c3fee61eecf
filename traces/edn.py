"""Values written in EDN, by a lark grammar; what is simple is read without it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from .values import Keyword, identity

_INTEGER = re.compile(r"-?\d{1,18}\Z")
_KEYWORD = re.compile(r":[A-Za-z][\w.*+!?<>=/-]*\Z")
_PLAIN_STRING = re.compile(r'"[^"\\]*"\Z')
_PLAIN_VECTOR = re.compile(r"\[((?:-?\d{1,18}|nil|:[A-Za-z][\w-]*|[ ,])*)\]\Z")
_CONSTANTS: dict[str, Any] = {"nil": None, "true": True, "false": False}
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
    return _parse_with_grammar(text)


def _parse_with_grammar(text: str) -> Any:
    from lark.exceptions import UnexpectedInput, VisitError

    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        offset = error.pos_in_stream
        at = len(text) if offset is None or offset < 0 else offset
        raise EdnError("is not EDN from here on", at) from error
    except VisitError as error:
        raise EdnError(str(error.orig_exc), 0) from error


@cache
def _parser() -> Any:
    from lark import Lark, Transformer

    class Values(Transformer[Any, Any]):
        """Builds values while the text is parsed."""

        def nil(self, _: list[Any]) -> Any:
            return None

        def true(self, _: list[Any]) -> Any:
            return True

        def false(self, _: list[Any]) -> Any:
            return False

        def integer(self, parts: list[Any]) -> Any:
            if len(parts[0]) > 4000:
                raise ValueError("a number of more than 4,000 digits")
            return int(parts[0].rstrip("NM"))

        def decimal(self, parts: list[Any]) -> Any:
            return float(parts[0].rstrip("M"))

        def string(self, parts: list[Any]) -> Any:
            return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, parts[0][1:-1], flags=re.S)

        def keyword(self, parts: list[Any]) -> Any:
            return Keyword(parts[0])

        def symbol(self, parts: list[Any]) -> Any:
            return str(parts[0])

        def vector(self, parts: list[Any]) -> Any:
            return tuple(parts)

        def set(self, parts: list[Any]) -> Any:
            return frozenset(map(_hashable, parts))

        def pair(self, parts: list[Any]) -> Any:
            return (_hashable(parts[0]), parts[1])

        def map(self, parts: list[Any]) -> Any:
            return dict(parts)

        def tagged(self, parts: list[Any]) -> Any:
            return parts[1]

    grammar = Path(__file__).with_name("edn.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=Values())


def _unescaped(match: re.Match[str]) -> str:
    escaped = match.group(1)
    if escaped[0] == "u" and len(escaped) == 5:
        return chr(int(escaped[1:], 16))
    return _ESCAPES.get(escaped, escaped)


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return identity(value)
    return value
