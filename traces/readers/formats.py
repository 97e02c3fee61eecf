"""The formats of traces: how each is told by its beginning, and which reader takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ...models.errors import InputError, Place, UnknownNameError
from ..transactions.awdit_text import AWDIT_ACCESS, AWDIT_SEPARATOR
from ..transactions.plume_text import PLUME_ACCESS
from .sources import Source

Format = Literal["jsonl", "jepsen", "edn", "json", "plume", "awdit", "sessions", "ledger", "otel"]
FORMATS: Mapping[Format, str] = MappingProxyType(
    {
        "jsonl": "JSON lines",
        "jepsen": "Jepsen's console log",
        "edn": "Jepsen's history in EDN",
        "json": "Jepsen's history in JSON",
        "plume": "w(key,value,session,transaction)",
        "awdit": "`w KEY VALUE` between ---- and ====",
        "sessions": 'transactions as JSON lines, {"session":0,"ops":[["w","x",1]]}',
        "ledger": 'events of a ledger as JSON lines, {"type":"RwTxRequest","tx":0}',
        "otel": "OpenTelemetry spans as OTLP/JSON",
    }
)
"""The formats of traces by their names, each with what it looks like."""

_COMMENTS = re.compile(rb"(?:[\s,]+|;[^\n]*\n|\xef\xbb\xbf)*")
_EDN_MAP = re.compile(rb"(?:#[\w.]+\s*)?\{[\s,]*(?::[A-Za-z]|\})")
_JSON_OBJECT = re.compile(rb"\{\s*(?:\"|\})|\{\s*\Z")
_LEDGER = re.compile(rb'"type"\s*:\s*"(?:R[wo]Tx|TxStatusReceived)')
_FIELDS = re.compile(rb'"(ops|process|type|gtcheck|resourceSpans)"\s*:')


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
    if not body:
        told = "begins with blank lines only; is it empty? --input-format says what follows"
        raise InputError(told, place=Place(source.name))
    line = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    raise InputError(
        "is no trace in a known format; known are "
        + ", ".join(f"{told} ({name})" for name, told in FORMATS.items()),
        place=Place(source.name, 1, 1, line),
    )


def _by_first_characters(body: bytes) -> Format | None:
    if _JSON_OBJECT.match(body):
        return _json_format(body)
    if _EDN_MAP.match(body):
        return "edn"
    if body[:1] in (b"[", b"("):
        inner = body[1:]
        comments = _COMMENTS.match(inner)
        inner = inner[comments.end() :] if comments is not None else inner
        if body[:1] == b"[" and _JSON_OBJECT.match(inner):
            return "otel" if _json_format(inner) == "otel" else "json"
        if not inner or _EDN_MAP.match(inner) or inner[:1] in (b"]", b")"):
            return "edn"
    line = body.split(b"\n", 1)[0]
    if PLUME_ACCESS.fullmatch(line):
        return "plume"
    if AWDIT_ACCESS.fullmatch(line) or AWDIT_SEPARATOR.fullmatch(line):
        return "awdit"
    return None


def _json_format(body: bytes) -> Format:
    """Tell JSON objects apart by the names of their fields, in the first line that has any."""
    fields = set(_FIELDS.findall(body.split(b"\n", 1)[0])) or set(_FIELDS.findall(body[:4096]))
    if b"resourceSpans" in fields:
        return "otel"
    if b"gtcheck" not in fields and b"process" in fields:
        return "json"
    if _LEDGER.search(body.split(b"\n", 1)[0]):
        return "ledger"
    return "sessions" if fields == {b"ops"} else "jsonl"
