"""OpenTelemetry spans exported as OTLP/JSON, as lines of a trace.

The file exporter writes one object with `resourceSpans` a line; an array of them, and objects over
many lines, are read as well: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...models.errors import InputError, Place
from .json_lines import JsonRun
from .json_values import JsonValues
from .sources import BadLines, Source
from .span_meanings import Attributes, attributes_of, event_meaning, header_of, span_meaning

_SPAN_ID = re.compile(r'"spanId"\s*:\s*"([^"\\]*)"')
_SPANS_REMEMBERED = 5_000_000
_KINDS_NAMED = 1_000


class SpanRun:
    """Takes files of one run, and tells a `JsonRun` what its spans mean."""

    def __init__(self, run: JsonRun) -> None:
        self.run = run
        self.told: dict[tuple[str, str], None] = {}

    def read(self, source: Source, file: int, bad_lines: BadLines | None) -> None:
        """Read one file; what is no span raises `InputError` or is counted."""
        values = JsonValues(source)
        values.take_each(
            lambda value: self._take(source, file, value, _Places(values), bad_lines), bad_lines
        )

    def finish(self, *, is_cut: bool = False) -> None:
        """Take that all files were read, or that reading was ended before."""
        self.run.finish(is_cut=is_cut)

    def initial_of(self, key: object) -> object:
        """Give what the item of a key holds at first."""
        return self.run.initial_of(key)

    def _take(
        self, source: Source, file: int, value: Any, place: _Places, bad_lines: BadLines | None
    ) -> None:
        for resource in _objects(source, value, "resourceSpans"):
            of_resource = _attributes(source, resource.get("resource") or {})
            header = header_of(of_resource)
            if header:
                self.run.take_first_line(source, json.dumps({"gtcheck": 1, **header}).encode())
            for name in ("scopeSpans", "instrumentationLibrarySpans"):
                for scope in _objects(source, resource, name, needed=False):
                    for span in _objects(source, scope, "spans", needed=False):
                        source.line = place.line_of(span)
                        self._take_span(source, file, span, of_resource, bad_lines)
        source.line = place.last

    def _take_span(
        self,
        source: Source,
        file: int,
        span: dict[str, Any],
        of_resource: Attributes,
        bad_lines: BadLines | None,
    ) -> None:
        name = (str(span.get("traceId")), str(span.get("spanId")))
        if name in self.told:
            self._ignore("a span that was exported before")
            return
        self.told[name] = None
        if len(self.told) > _SPANS_REMEMBERED:
            del self.told[next(iter(self.told))]
        attributes = {**of_resource, **_attributes(source, span)}
        meaning = span_meaning(span, attributes)
        if meaning is None:
            self._ignore(f"span {span.get('name')}")
        else:
            self._tell(source, file, meaning, bad_lines)
        for event in _objects(source, span, "events", needed=False):
            of_event = {**of_resource, **_attributes(source, event)}
            told = event_meaning(event, of_event)
            if told is not None:
                self._tell(source, file, told, bad_lines)

    def _ignore(self, kind: str) -> None:
        history = self.run.history
        history.read += 1
        kind = kind[:60]
        is_new = kind not in history.ignored and len(history.ignored) >= _KINDS_NAMED
        history.ignored["more spans" if is_new else kind] += 1

    def _tell(
        self, source: Source, file: int, event: dict[str, Any], bad_lines: BadLines | None
    ) -> None:
        """Hand an event on as the line of a trace that it would be."""
        line = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")
        self.run.take_line(source, file, line, bad_lines)


class _Places:
    """On which lines the spans of one value stand."""

    def __init__(self, values: JsonValues) -> None:
        self.first = values.source.line
        written = values.written
        self.last = self.first + written.count("\n")
        self.lines: dict[str, int] = {}
        if self.last > self.first:
            line = self.first
            at = 0
            for found in _SPAN_ID.finditer(written):
                line += written.count("\n", at, found.start())
                at = found.start()
                self.lines.setdefault(found[1], line)

    def line_of(self, span: dict[str, Any]) -> int:
        return self.lines.get(str(span.get("spanId")), self.first)


def _objects(
    source: Source, parent: Any, name: str, *, needed: bool = True
) -> Iterator[dict[str, Any]]:
    """Give the objects of a list in an object; raises `InputError` where it is something else."""
    found = parent.get(name) if isinstance(parent, dict) else None
    if found is None and not needed:
        return
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        told = f"expected an object with a list of objects as `{name}`, not {parent!r:.40}"
        raise InputError(told, place=Place(source.name, source.line))
    yield from found


def _attributes(source: Source, parent: dict[str, Any]) -> Attributes:
    try:
        return attributes_of(parent.get("attributes") or [])
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        told = 'attributes are a list of {"key": ..., "value": {"stringValue": ...}} and the like'
        raise InputError(told, place=Place(source.name, source.line)) from None
