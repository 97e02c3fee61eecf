"""One run of JSON lines, read and judged by the native engine; odd lines go to the plain reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import msgspec

from ...models.errors import InputError
from ..events import Event, Invoke, Return
from ..history import FOREVER, Entry, History, Operation, Record
from ..readers.json_lines import JsonRun
from ..readers.sources import BadLines, Source, open_source
from ..readers.spools import Readable
from ..values import UNSET
from .run import Answer, NativeRun, Question, Unsuitable

if TYPE_CHECKING:
    from .._native import TraceReader

_WINDOWS = (1 << 14, 1 << 18, 1 << 22, 1 << 62)
"""How many lines later another may come that began earlier, one after the other."""

_FIT_TIME = 1 << 60
_PIECE, _LEAST_PIECE = 1 << 20, 1 << 16
"""Bytes of one file that are read before the next one is looked at, shared among them."""


def judge_natively(
    paths: Sequence[Readable], codes: Sequence[str], question: Question
) -> NativeRun:
    """Read files of JSON lines once, or again where their lines are further out of order.

    Raises `InputError` as the plain reader does, `Unsuitable` where that has to do it all.
    """
    until: list[int] | None = None
    for window in _WINDOWS:
        reading = _Reading(paths, codes, question, window, until)
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
        self.begun: set[int] = set()
        self.known_headers: set[int] = set()

    def take_line(self, source: Source, file: int, line: bytes, bad_lines: BadLines | None) -> None:
        """Take a line; files take turns here."""
        self.last_file = file if file in self.begun else -1
        if line.strip():
            self.begun.add(file)
        super().take_line(source, file, line, bad_lines)

    def take_first_line(self, source: Source, line: bytes) -> bool:
        """Take what holds of the whole run, unless that was taken before all else."""
        if self.last_file in self.known_headers:
            return True
        is_header = super().take_first_line(source, line)
        if is_header and self.run.has_started:
            raise Unsuitable("a first line that was not seen at first")
        return is_header

    def _check_id(self, source: Source, line: bytes, given: str | int, attempt: int | None) -> None:
        is_new = self.run.native.claim(msgspec.json.encode(given), attempt)
        if is_new is None or (not is_new and self.run.is_several):
            raise Unsuitable("an id that only the reference compares")
        if not is_new:
            self.ids[given, attempt] = self.run.first_use(given, attempt, source.line)
            super()._check_id(source, line, given, attempt)

    def _take_return(self, source: Source, file: int, line: bytes, event: Return) -> None:
        self._recall(event.id)
        if self.run.is_several:
            invoked = self.invoked.get((event.id, event.attempt))
            if invoked is None or invoked[1] != file:
                raise Unsuitable("halves of an operation in two files")
        super()._take_return(source, file, line, event)

    def _recall(self, given: str | int) -> None:
        """Take back the first halves of an id from the native engine."""
        decoder = msgspec.json.Decoder(Event)
        halves = self.run.native.surrender(msgspec.json.encode(given))
        for file, line, text in halves:
            event = decoder.decode(text)
            assert isinstance(event, Invoke)
            self.invoked[event.id, event.attempt] = (event, file, line)
        if halves:
            self.invoked = dict(sorted(self.invoked.items(), key=lambda item: item[1][1:]))


class _Reading:
    def __init__(
        self,
        paths: Sequence[Readable],
        codes: Sequence[str],
        question: Question,
        window: int,
        until: list[int] | None,
    ) -> None:
        from .._native import TraceReader

        self.paths = paths
        self.is_several = len(paths) > 1
        self.codes = codes
        self.question = question
        self.window = window
        self.found = NativeRun(History([str(path) for path in paths], "jsonl"), until=until)
        self.native: TraceReader = TraceReader(longest=question.limits.max_line_bytes)
        self.odd = _OddLines(self)
        self.has_started = False
        self.skipped = [BadLines() for _ in paths]

    def run(self) -> NativeRun | None:
        """Read all, and give what was found; None where the window was too small."""
        question, until = self.question, self.found.until
        watch = question.watch if until is None else None
        ends: Sequence[int | None] = until or [None] * len(self.paths)
        try:
            with question.watch.patient(), ExitStack() as stack:
                sources = [
                    stack.enter_context(
                        closing(open_source(path, question.limits, watch=watch, until=end))
                    )
                    for path, end in zip(self.paths, ends, strict=True)
                ]
                self._take_headers(sources)
                self._start()
                self._read(sources)
            answers = self.native.finish(is_cut=self.found.until is not None)
        except _LateRow:
            return None
        finally:
            self.native.stop()
        if answers is None:
            return None
        for code, checked, how, spots, items in answers:
            self.found.answers[code] = Answer(checked, how, spots, items)
        return self.found

    def _take_headers(self, sources: Sequence[Source]) -> None:
        """Take what the first lines say of the whole run; what is wrong there is told in turn."""
        for index, source in enumerate(sources):
            with suppress(InputError):
                if self.odd.take_first_line(source, source.first_line()):
                    self.odd.known_headers.add(index)

    def _read(self, sources: Sequence[Source]) -> None:
        """Read files in turns, always that which is the least far in time."""
        size = max(_LEAST_PIECE, _PIECE // len(sources))
        pieces = [source.chunks(size) for source in sources]
        left = dict.fromkeys(range(len(sources)), -FOREVER)
        wrong: InputError | None = None
        while left:
            index = min(left, key=lambda each: (left[each], each))
            self.native.turn_to(index)
            try:
                has_more = self._read_piece(index, sources[index], pieces[index])
            except InputError as error:
                # What is wrong in an earlier file is told first.
                wrong, left = error, {each: left[each] for each in left if each < index}
                continue
            if sources[index].is_cut and self.found.until is None:
                break
            left[index] = self.native.latest
            if not has_more:
                del left[index]
        if wrong is not None:
            raise wrong
        self._end(sources)

    def _end(self, sources: Sequence[Source]) -> None:
        found, history = self.found, self.found.history
        history.read += self.native.read
        for each in self.skipped:
            found.bad_lines.count += each.count
            found.bad_lines.named = (*found.bad_lines.named, *each.named)[: BadLines.KEPT]
        is_cut = any(source.is_cut for source in sources)
        if is_cut:
            history.cut = self.question.watch.why_cut(history.read)
            found.until = []
            for index, source in enumerate(sources):
                self.native.turn_to(index)
                found.until.append(source.read_bytes - self.native.waiting)
        self.odd.finish(is_cut=is_cut)

    def _read_piece(self, file: int, source: Source, pieces: Iterator[bytes]) -> bool:
        """Read the next piece of a file; tell whether there may be more."""
        piece = next(pieces, None)
        if piece is None and source.is_cut:
            return False
        source.ended_inside_line = piece is None and self.native.waiting > 0
        line = self.native.go_on(whole=True) if piece is None else self.native.feed(piece)
        while line is not None:
            self._take_odd(source, file, line)
            line = self.native.go_on(whole=piece is None)
        if self.native.waiting > self.question.limits.max_line_bytes:
            source.line = self.native.line + 1
            raise source.too_long()
        if self.native.is_late:
            raise _LateRow
        source.line = self.native.line
        return piece is not None

    def _take_odd(self, source: Source, file: int, line: bytes) -> None:
        source.line = self.native.line
        if len(line) > self.question.limits.max_line_bytes:
            raise source.too_long()
        skipped = self.skipped[file] if self.question.skips_bad_lines else None
        passed_over = self.skipped[file].count
        self.odd.take_line(source, file, line, skipped)
        if self.skipped[file].count > passed_over:
            self.found.bad.add((file, source.line))

    def _start(self) -> None:
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
        self.has_started = True

    def take(self, entry: Entry) -> None:
        """Take what Python understood of a line."""
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
        with closing(open_source(self.paths[0], self.question.limits)) as source:
            for text in source.lines():
                try:
                    event = decoder.decode(text)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    continue
                if isinstance(event, dict) and event.get("type") in ("op", "invoke"):
                    named = (event.get("id"), event.get("attempt"))
                    if source.line < before and named == (given, attempt):
                        return source.name, source.line
        return str(self.paths[0]), before


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
