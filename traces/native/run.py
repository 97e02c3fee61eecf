"""One run of JSON lines, read and judged by the native engine; odd lines go to the plain reader."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from ...models.errors import ParameterError
from ..history import FOREVER, Entry, History, Operation, Record
from ..limits import ObservationLimits
from ..readers.excerpts import Spot
from ..readers.json_lines import JsonRun
from ..readers.sources import STANDARD_INPUT, BadLines, Source, open_source
from ..values import UNSET, Value
from ..watch import Watch

if TYPE_CHECKING:
    from .._native import TraceReader

_WINDOWS = (1 << 14, 1 << 18, 1 << 22, 1 << 62)
"""How many lines later another may come that began earlier, one after the other."""

_FIT_TIME = 1 << 60


EngineName = Literal["native", "reference"]


class Unsuitable(Exception):
    """The native engine does not take this run; the plain reference does."""


@dataclass(slots=True, kw_only=True)
class Question:
    """How a run is to be read and judged."""

    mode: str | None
    across_items: bool
    initial: Value
    limits: ObservationLimits
    skips_bad_lines: bool
    watch: Watch


@dataclass(slots=True)
class Answer:
    """What one rule came to: what it counted, and what the reference has to look at.

    `how` and what follows are as `TraceReader.finish` gives them.
    """

    checked: int
    how: str
    spots: list[Spot]
    items: list[tuple[Spot, int, int, list[Spot]]]


@dataclass(slots=True)
class NativeRun:
    """What was read and found.

    `bad` are the numbers of lines that were passed over, `records` the types of events that are no
    operations. Where reading ended early, `until` is the number of bytes that were read.
    """

    history: History
    bad_lines: BadLines = field(default_factory=BadLines)
    answers: dict[str, Answer] = field(default_factory=dict)
    bad: set[int] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    has_transactions: bool = False
    initial: Value = None
    until: int | None = None


def is_built() -> bool:
    """Tell whether the native engine can be imported."""
    try:
        from .. import _native  # noqa: F401
    except ImportError:
        return False
    return True


def check_engine(name: str | None) -> None:
    """Raise `ParameterError` for an engine that does not exist or was not built."""
    if name not in (None, *get_args(EngineName)):
        raise ParameterError(f"engine is {name!r}; it can be {', '.join(get_args(EngineName))}")
    if name == "native" and not is_built():
        raise ParameterError("the native engine is not built; use --engine reference, or reinstall")


def is_readable_again(paths: Sequence[str | Path]) -> bool:
    """Tell whether a run is one file that can be read more than once."""
    return len(paths) == 1 and str(paths[0]) != STANDARD_INPUT and Path(paths[0]).is_file()


def judge_natively(path: str | Path, codes: Sequence[str], question: Question) -> NativeRun:
    """Read a file of JSON lines once, or again where its lines are further out of order.

    Raises `InputError` as the plain reader does, `Unsuitable` where that has to do it all.
    """
    until: int | None = None
    for window in _WINDOWS:
        reading = _Reading(path, codes, question, window, until)
        found = reading.run()
        if found is not None:
            return found
        until = reading.found.until
    raise Unsuitable("lines that are out of order")


class _LateRow(Exception):
    """A row came that is earlier than what was already judged."""


class _OddLines(JsonRun):
    """Reads the lines that the native engine leaves to Python; ids are remembered there."""

    def __init__(self, run: _Reading) -> None:
        super().__init__(run.found.history, run.question.initial, run.take)
        self.run = run

    def _check_id(self, source: Source, line: bytes, given: str | int, attempt: int | None) -> None:
        if not self.run.native.claim(msgspec.json.encode(given), attempt):
            self.ids[given, attempt] = self.run.first_use(given, attempt, source.line)
            super()._check_id(source, line, given, attempt)


class _Reading:
    def __init__(
        self,
        path: str | Path,
        codes: Sequence[str],
        question: Question,
        window: int,
        until: int | None,
    ) -> None:
        from .._native import TraceReader

        self.path = path
        self.codes = codes
        self.question = question
        self.window = window
        self.found = NativeRun(History([str(path)], "jsonl"), until=until)
        self.native: TraceReader = TraceReader(longest=question.limits.max_line_bytes)
        self.odd = _OddLines(self)
        self.has_started = False

    def run(self) -> NativeRun | None:
        """Read all, and give what was found; None where the window was too small."""
        question, until = self.question, self.found.until
        watch = question.watch if until is None else None
        try:
            with (
                question.watch.patient(),
                closing(
                    open_source(self.path, question.limits, watch=watch, until=until)
                ) as source,
            ):
                self._read(source)
            answers = self.native.finish()
        except _LateRow:
            return None
        finally:
            self.native.stop()
        if answers is None:
            return None
        for code, checked, how, spots, items in answers:
            self.found.answers[code] = Answer(checked, how, spots, items)
        return self.found

    def _read(self, source: Source) -> None:
        skipped = self.found.bad_lines if self.question.skips_bad_lines else None
        for chunk in source.chunks():
            line = self.native.feed(chunk)
            while line is not None:
                self._take_odd(source, line, skipped)
                line = self.native.go_on()
            if self.native.waiting > self.question.limits.max_line_bytes:
                source.line = self.native.line + 1
                raise source.too_long()
            if self.native.is_late:
                raise _LateRow
            source.line = self.native.line
        if not source.is_cut:
            source.ended_inside_line = self.native.waiting > 0
            line = self.native.go_on(whole=True)
            if line is not None:
                self._take_odd(source, line, skipped)
        if not self.has_started:
            self._start()
        self.found.history.read += self.native.read
        if source.is_cut:
            self.found.until = source.read_bytes - self.native.waiting
            self.found.history.cut = self.question.watch.why_cut(self.found.history.read)
        self.odd.finish(is_cut=source.is_cut)

    def _take_odd(self, source: Source, line: bytes, skipped: BadLines | None) -> None:
        source.line = self.native.line
        if len(line) > self.question.limits.max_line_bytes:
            raise source.too_long()
        before = self.found.history.read
        passed_over = skipped.count if skipped is not None else 0
        self.odd.take_line(source, 0, line, skipped)
        if skipped is not None and skipped.count > passed_over:
            self.found.bad.add(source.line)
        if not self.has_started and (self.found.history.read > before or line.strip()):
            self._start()

    def _start(self) -> None:
        self.has_started = True
        history, question = self.found.history, self.question
        history.mode = question.mode or history.mode
        self.found.initial = self.odd.initial_of(None)
        given = self.odd.header_initial if question.initial is UNSET else question.initial
        if isinstance(given, dict) or history.clock_error >= _FIT_TIME:
            raise Unsuitable("initial values by item, or a clock error beyond all bounds")
        try:
            self.native.start(
                list(self.codes),
                mode=history.mode,
                clock_error=history.clock_error,
                across_items=question.across_items,
                initial=msgspec.json.encode(self.found.initial),
                remembered=question.limits.max_remembered,
                window=self.window,
            )
        except (ValueError, TypeError, msgspec.MsgspecError) as error:
            raise Unsuitable(str(error)) from error

    def take(self, entry: Entry) -> None:
        """Take what Python understood of a line."""
        if not self.has_started:
            self._start()
        if isinstance(entry, Record):
            self.found.records.add(type(entry.event).__name__)
            return
        self.found.has_transactions |= bool(entry.parts)
        part = next((n for n, each in enumerate(entry.parts, 1) if each is entry), 0)
        event = _encoded(entry)
        if not self.native.push(event, entry.file, entry.line, entry.invoked, part):
            raise Unsuitable(f"line {entry.line} holds what only the reference compares")

    def first_use(self, given: str | int, attempt: int | None, before: int) -> tuple[str, int]:
        """Find the line in which an attempt of an operation was told first."""
        decoder = msgspec.json.Decoder()
        with closing(open_source(self.path, self.question.limits)) as source:
            for text in source.lines():
                try:
                    event = decoder.decode(text)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    continue
                if isinstance(event, dict) and event.get("type") in ("op", "invoke"):
                    named = (event.get("id"), event.get("attempt"))
                    if source.line < before and named == (given, attempt):
                        return source.name, source.line
        return str(self.path), before


def _encoded(operation: Operation) -> bytes:
    """Give an operation as the line that would say the same."""
    event = {
        "type": "op",
        "op": "write" if operation.action == "cas" else operation.action,
        "session": operation.session,
        "key": operation.key,
        "region": operation.region,
        "consistency": operation.consistency,
        "version": operation.version,
        "start": operation.start,
        "end": None if operation.end >= FOREVER else operation.end,
        "outcome": operation.outcome,
    }
    if operation.value is not UNSET:
        event["value"] = operation.value
    if operation.expected is not UNSET:
        event["expected"] = operation.expected
    return msgspec.json.encode(event)
