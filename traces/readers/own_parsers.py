"""Parsers of one's own: a function from a line of a log to the events that it tells of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, TypeAlias, get_args

import msgspec

from ...models.catalog import load_from_file
from ...models.errors import InputError, UsageError
from ...models.places import place_of_error
from ..events import Event, Header
from ..history import Entry, History
from ..values import Value
from .json_lines import KNOWN_TYPES, Attempt, JsonRun
from .sources import Source

Parser: TypeAlias = Callable[[str], object]
"""A function from a line, without its end, to None, an event, or several events."""

EVENTS_OF_A_LINE_MAX = 10_000
"""The most events that one line may tell of."""

_ONE = (Mapping, msgspec.Struct)
_STRUCTS = get_args(Event)


class LineParser:
    """A parser of one's own, with the name that errors call it by."""

    def __init__(self, function: Parser, name: str) -> None:
        self._function = function
        self.name = name

    @classmethod
    def of(cls, given: str | Parser, input_format: str = "auto") -> LineParser:
        """Take a function, or find the one that `FILE.py:FUNCTION` names.

        Raises `UsageError` where there is none, or where a format is asked for as well.
        """
        if input_format != "auto":
            raise UsageError(f"a parser reads the lines, and so does input format {input_format}")
        if isinstance(given, str):
            function, _ = load_from_file(given, "parser")
            if not callable(function):
                raise UsageError(f"the parser {given} is {function!r}, which is no function")
            return cls(function, given)
        return cls(given, getattr(given, "__qualname__", repr(given)))

    def events(self, source: Source, line: bytes) -> list[object]:
        """Give all that the line which a source has just given tells of.

        Raises `InputError` with the line and the place in the parser where the parser fails.
        """
        text = _text(source, line)
        try:
            found = self._function(text)
            if found is None or isinstance(found, _ONE):
                return [] if found is None else [found]
            if not isinstance(found, (str, bytes)) and hasattr(found, "__iter__"):
                several = list(islice(found, EVENTS_OF_A_LINE_MAX + 1))
            else:
                raise self.refused(source, text, found)
        except InputError:
            raise
        except (Exception, SystemExit) as error:
            place = place_of_error(error)
            where = f" (at {place})" if place is not None else ""
            said = f": {error}" if str(error) else ""
            raise source.error(
                f"the parser {self.name} fails on this line: {type(error).__name__}{said}{where}",
                None,
                text,
            ) from error
        if len(several) > EVENTS_OF_A_LINE_MAX:
            told = f"gives more than {EVENTS_OF_A_LINE_MAX:,} events, the most that are taken"
            raise source.error(f"the parser {self.name} {told}", None, text)
        for event in several:
            if not isinstance(event, _ONE):
                raise self.refused(source, text, event)
        return several

    def refused(self, source: Source, line: bytes | str, given: object) -> InputError:
        """Build the error about something that is no event."""
        shown = repr(given)
        shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
        return source.error(
            f"the parser {self.name} gives {shown} for this line, which is no event; give a dict "
            'as {"type": "op", ...}, several in a list, or None',
            None,
            line,
        )


class ParsedRun(JsonRun):
    """Takes files of one run as a parser of one's own reads them."""

    def __init__(
        self,
        parser: LineParser,
        history: History,
        initial: Value,
        sink: Callable[[Entry], None],
        begins: Callable[[Attempt, int], None] | None = None,
    ) -> None:
        super().__init__(history, initial, sink, begins)
        self._parser = parser

    def _take(self, source: Source, file: int, line: bytes, first: bool) -> None:
        for found in self._parser.events(source, line):
            self._take_found(source, file, line, found)

    def _take_found(self, source: Source, file: int, line: bytes, found: object) -> None:
        if isinstance(found, Header):
            self.take_header(source, line, found)
        elif isinstance(found, _STRUCTS):
            self.take_event(source, file, line, found)
        elif not isinstance(found, Mapping):
            raise self._parser.refused(source, line, found)
        elif "gtcheck" in found and "type" not in found:
            self.take_header(source, line, self._converted(source, line, found, Header))
        elif isinstance(found.get("type"), str) and found["type"] not in KNOWN_TYPES:
            self.ignore(found["type"])
        else:
            self.take_event(source, file, line, self._converted(source, line, found, Event))

    def _converted(self, source: Source, line: bytes, found: Mapping[str, Any], kind: Any) -> Any:
        try:
            return msgspec.convert(dict(found), kind)
        except msgspec.ValidationError as error:
            told = f"the parser {self._parser.name} gives no event of a trace: {error}"
            raise source.error(told, None, line) from None


def _text(source: Source, line: bytes) -> str:
    try:
        return line.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise source.error("is not UTF-8", error.start + 1, line) from None
