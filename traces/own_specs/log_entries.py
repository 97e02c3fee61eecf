"""The entries of a log one after the other, for what is bound to them: a spec or a model."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ...models.errors import InputError, Place, UsageError
from ...models.events import Event
from ...models.log_bindings import At, Binding, Heard
from ...models.places import place_of_error
from ..limits import ObservationLimits
from ..readers.formats import format_of
from ..readers.own_parsers import EVENTS_OF_A_LINE_MAX, LineParser
from ..readers.sources import BadLines, Source, count_or_raise, open_source
from ..readers.spools import Readable
from ..results import WitnessLine
from ..watch import Watch


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What one line of a log says: a dict of JSON, or what a parser of one's own gave."""

    value: Any
    file: str
    line: int
    text: bytes = field(repr=False)

    def error(self, message: str) -> InputError:
        """Build an error about the line."""
        place = Place(self.file, self.line, None, self.text.decode("utf-8", "replace"))
        return InputError(message, place=place)


@dataclass(frozen=True, slots=True)
class HeardEvent:
    """An event that an entry was bound to, and when it was, if the binding says so."""

    event: Event
    start: float | None
    last: float | None
    entry: LogEntry


@dataclass(slots=True)
class LogReading:
    """The files of a log as a parser and a binding take them; counts what was read and used.

    `cut` says why the watch ended it, and it `is_timed` where the binding puts events at moments.
    """

    paths: Sequence[Readable]
    parser: LineParser | None
    skipped: BadLines | None
    limits: ObservationLimits
    watch: Watch | None = None
    read: int = 0
    used: int = 0
    cut: str | None = None
    is_timed: bool = False

    @property
    def format(self) -> str:
        """The name of the format."""
        return "jsonl" if self.parser is None else "parser"

    def entries(self) -> Iterator[LogEntry]:
        """Give all entries in the order of their lines, file after file."""
        for path in self.paths:
            source = open_source(path, self.limits, watch=self.watch)
            try:
                self._check_format(source)
                for line in source.lines():
                    yield from self._of_line(source, line)
            finally:
                if source.is_cut and self.watch is not None:
                    self.cut = self.watch.why_cut(self.read)
                source.close()

    def heard(self, binding: Binding) -> Iterator[HeardEvent]:
        """Give the events that the entries are bound to, in the order of time.

        Without moments that is the order of the lines. Raises `InputError` where only some events
        have moments, and where several files have none.
        """
        events = self._bound(binding)
        first = next(events, None)
        if first is None:
            return iter(())
        self.is_timed = first.start is not None
        together = self._checked(itertools.chain((first,), events), first)
        if first.start is None:
            if len(self.paths) > 1:
                raise UsageError(
                    "several files have no order without moments; let the binding give At(event, "
                    "moment), or observe one file"
                )
            return together
        return iter(sorted(together, key=lambda heard: heard.start or 0))

    def _checked(self, events: Iterable[HeardEvent], first: HeardEvent) -> Iterator[HeardEvent]:
        for heard in events:
            if (heard.start is None) is not (first.start is None):
                told = "a moment" if first.start is None else "no moment"
                raise heard.entry.error(
                    f"the binding gives {heard.event} {told}, unlike the events before; put all "
                    "events At a moment, or none"
                )
            yield heard

    def _bound(self, binding: Binding) -> Iterator[HeardEvent]:
        for entry in self.entries():
            found = _events_of(binding, entry)
            self.used += bool(found)
            for one in found:
                if isinstance(one, At):
                    yield HeardEvent(one.event, one.start, one.last, entry)
                else:
                    yield HeardEvent(one, None, None, entry)

    def _check_format(self, source: Source) -> None:
        if self.parser is None and (found := format_of(source, "auto")) != "jsonl":
            raise UsageError(
                f"{source.name} is {found}; a spec or a model is bound to JSON lines, or to what "
                "a parser of one's own gives (--parser FILE.py:FUNCTION)"
            )

    def _of_line(self, source: Source, line: bytes) -> Iterator[LogEntry]:
        if not line.strip():
            return
        try:
            values = self._values(source, line)
        except InputError as error:
            count_or_raise(error, self.skipped)
            return
        for value in values:
            self.read += 1
            yield LogEntry(value, source.name, source.line, line)

    def _values(self, source: Source, line: bytes) -> list[object]:
        if self.parser is not None:
            return self.parser.events(source, line)
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise source.error(f"is not JSON: {error}", 1, line) from None
        if not isinstance(value, dict):
            raise source.error("is no JSON object", 1, line)
        return [] if "gtcheck" in value and "type" not in value else [value]


def _listed(found: Heard) -> list[Event | At]:
    if found is None:
        return []
    if isinstance(found, (Event, At)) or not isinstance(found, Iterable):
        return [found]
    return list(itertools.islice(found, EVENTS_OF_A_LINE_MAX + 1))


def _events_of(binding: Binding, entry: LogEntry) -> list[Event | At]:
    try:
        several = _listed(binding.function(entry.value))
    except (Exception, SystemExit) as error:
        place = place_of_error(error)
        where = f" (at {place})" if place is not None else ""
        raise entry.error(
            f"the binding {binding.name} fails on this line: {type(error).__name__}: {error}{where}"
        ) from error
    if len(several) > EVENTS_OF_A_LINE_MAX:
        raise entry.error(f"the binding {binding.name} gives more than {EVENTS_OF_A_LINE_MAX:,}")
    for one in several:
        event = one.event if isinstance(one, At) else one
        if not isinstance(event, Event):
            raise entry.error(
                f"the binding {binding.name} gives {event!r} for this line, which is no event of "
                "a spec; give a subclass of Event, several, or None"
            )
        if isinstance(one, At) and not one.start <= one.last:
            raise entry.error(
                f"the binding {binding.name} puts {event} from {one.start} to {one.last}, which "
                "ends before it starts"
            )
    return several


def witness_of(heard: HeardEvent) -> WitnessLine:
    """Give the line of an event for a witness, with the entry in plain fields."""
    entry = msgspec.to_builtins(heard.entry.value, enc_hook=repr, str_keys=True)
    return WitnessLine(heard.entry.file, heard.entry.line, event=entry, text=str(heard.event))
