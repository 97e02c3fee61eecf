"""Reads the files of one run into one history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...models.errors import InputError, UsageError
from ..garbage import garbage_left_alone
from ..history import Entry, History, Record
from ..limits import ObservationLimits
from ..transactions.histories import TransactionHistory
from ..transactions.text_readers import TEXT_READERS
from ..watch import Watch
from ..workloads.ledger_lines import read_ledger_lines
from .console_log import read_console_log
from .edn_history import read_edn_history
from .formats import format_of
from .jepsen import JepsenHistory
from .json_history import read_json_history
from .sources import BadLines, OnBadLine, Source, open_source
from .spools import Readable

if TYPE_CHECKING:
    from .json_lines import JsonRun
    from .otel_spans import SpanRun
    from .own_parsers import LineParser

_JEPSEN_READERS: Mapping[str, Callable[..., None]] = {
    "jepsen": read_console_log,
    "edn": read_edn_history,
    "json": read_json_history,
}
_IN_ORDER = frozenset({*_JEPSEN_READERS, "ledger"})
"""The formats whose lines stand in the order of time."""


def read_history(
    paths: Sequence[Readable],
    history: History,
    bad_lines: BadLines,
    *,
    input_format: str,
    parser: LineParser | None = None,
    on_bad_line: OnBadLine,
    initial: object,
    limits: ObservationLimits,
    watch: Watch,
) -> None:
    """Read all files into `history`, and what was passed over into `bad_lines`.

    JSON lines make one run together, and so does what a `parser` of one's own gives; every other
    file is a run of its own. Where the watch ends it, `cut` of the history says so.

    Raises `InputError` for anything that cannot be understood.
    """
    skipped = bad_lines if on_bad_line == "skip" else None
    reading = _Reading(history, skipped, parser, initial, len(paths))
    is_cut = False
    for path in paths:
        # A file that cannot be read is told before another is read for long.
        with closing(open_source(path, limits, watch=watch)) as source:
            found = "parser" if parser is not None else format_of(source, input_format)
            _check_same_format(history, found, source)
            history.format, history.in_order = found, found in _IN_ORDER
    for index, path in enumerate(paths):
        with closing(open_source(path, limits, watch=watch)) as source:
            if is_cut:
                reading.take_header(source)
            else:
                reading.read(source, index)
            is_cut |= source.is_cut
    reading.finish(watch.why_cut(history.read) if is_cut else None)


@dataclass(slots=True)
class _Reading:
    """The files of one run on the way into its history."""

    history: History
    skipped: BadLines | None
    parser: LineParser | None
    initial: object
    files: int
    json_run: JsonRun | SpanRun | None = None

    def read(self, source: Source, index: int) -> None:
        """Read one file."""
        history, skipped, initial = self.history, self.skipped, self.initial
        found = history.format
        if found in ("jsonl", "parser", "otel"):
            self.json_run = self.json_run or _json_run(found, self.parser, history, initial)
            self.json_run.read(source, index, skipped)
        elif found in TEXT_READERS:
            run = TransactionHistory(history.files)
            history.runs.append(run)
            with garbage_left_alone():
                history.read += TEXT_READERS[found](source, index, run, skipped, initial)
        elif found == "ledger":
            read_ledger_lines(source, history, skipped)
        else:
            jepsen = JepsenHistory(source, index, "jepsen" if found == "jepsen" else "edn")
            _JEPSEN_READERS[found](source, jepsen, skipped)
            jepsen.finish(history, source.name if self.files > 1 else None, initial)

    def take_header(self, source: Source) -> None:
        """Take what the first line of a file says of the whole run, and nothing else."""
        from .json_lines import JsonRun

        if type(self.json_run) is JsonRun:
            with suppress(InputError):
                self.json_run.take_first_line(source, source.first_line())

    def finish(self, cut: str | None) -> None:
        """Take that everything was read, or why not."""
        self.history.cut = cut or self.history.cut
        if self.json_run is not None:
            self.json_run.finish(is_cut=cut is not None)
            for item in self.history.items.values():
                item.initial = self.json_run.initial_of(item.key)


def _json_run(
    found: str, parser: LineParser | None, history: History, initial: object
) -> JsonRun | SpanRun:
    from .json_lines import JsonRun
    from .otel_spans import SpanRun
    from .own_parsers import ParsedRun

    put = partial(_put, history)
    if parser is not None:
        return ParsedRun(parser, history, initial, put)
    run = JsonRun(history, initial, put)
    return SpanRun(run) if found == "otel" else run


def _put(history: History, entry: Entry) -> None:
    if isinstance(entry, Record):
        history.records.append(entry)
    else:
        history.add(entry)


def _check_same_format(history: History, found: str, source: Source) -> None:
    if history.format and history.format != found:
        raise UsageError(
            f"{source.name} is {found}, but {history.files[0]} is {history.format}; "
            "observe files of one format at a time"
        )
