"""The formats of traces: how each is told by its beginning, and which reader takes it."""

from __future__ import annotations

import re
from typing import Literal

from ..models.errors import InputError, Place, UnknownNameError
from .sources import Source

Format = Literal["jsonl", "jepsen", "edn"]
FORMATS: tuple[Format, ...] = ("jsonl", "jepsen", "edn")

_COMMENTS = re.compile(rb"(?:[\s,]+|;[^\n]*\n|\xef\xbb\xbf)*")
_EDN_MAP = re.compile(rb"(?:#[\w.]+\s*)?\{[\s,]*(?::[A-Za-z]|\})")
_JSON_OBJECT = re.compile(rb"\{\s*(?:\"|\})|\{\s*\Z")


def format_of(source: Source, given: str) -> Format:
    """Give the format that was asked for, or for "auto" the one that the source begins like.

    Raises `UnknownNameError` for another name, `InputError` where nothing fits.
    """
    if given != "auto":
        for known in FORMATS:
            if known == given:
                return known
        raise UnknownNameError.among("input format", given, ("auto", *FORMATS))
    start = source.peek()
    comments = _COMMENTS.match(start)
    body = start[comments.end() :] if comments is not None else start
    found = _by_first_characters(body)
    if found is not None:
        return found
    if b"jepsen.util" in start:
        return "jepsen"
    line = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    raise InputError(
        "is no trace in a known format; known are JSON lines (jsonl), Jepsen's console log "
        "(jepsen) and Jepsen's history in EDN (edn)",
        place=Place(source.name, 1, 1, line),
    )


def _by_first_characters(body: bytes) -> Format | None:
    if _JSON_OBJECT.match(body):
        return "jsonl"
    if _EDN_MAP.match(body):
        return "edn"
    if body[:1] in (b"[", b"("):
        inner = body[1:]
        comments = _COMMENTS.match(inner)
        inner = inner[comments.end() :] if comments is not None else inner
        if not inner or _EDN_MAP.match(inner) or inner[:1] in (b"]", b")"):
            return "edn"
    return None
