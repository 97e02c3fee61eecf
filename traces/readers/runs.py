"""Reads the files of one run into one history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...models.errors import UsageError
from ..garbage import garbage_left_alone
from ..history import Entry, History, Record
from ..limits import ObservationLimits
from ..transactions.histories import TransactionHistory
from ..transactions.text_readers import TEXT_READERS
from ..workloads.ledger_lines import read_ledger_lines
from .console_log import read_console_log
from .edn_history import read_edn_history
from .formats import format_of
from .jepsen import JepsenHistory
from .json_history import read_json_history
from .sources import BadLines, OnBadLine, Source, open_source

if TYPE_CHECKING:
    from .json_lines import JsonRun
    from .otel_spans import SpanRun
    from .own_parsers import LineParser

_JEPSEN_READERS: Mapping[str, Callable[..., None]] = {
    "jepsen": read_console_log,
    "edn": read_edn_history,
    "json": read_json_history,
}


def read_history(
    paths: Sequence[str | Path],
    history: History,
    bad_lines: BadLines,
    *,
    input_format: str,
    parser: LineParser | None = None,
    on_bad_line: OnBadLine,
    initial: object,
    limits: ObservationLimits,
    progress: Callable[[int], None] | None,
) -> None:
    """Read all files into `history`, and what was passed over into `bad_lines`.

    JSON lines make one run together, and so does what a `parser` of one's own gives; every other
    file is a run of its own.
    Raises `InputError` for anything that cannot be understood.
    """
    skipped = bad_lines if on_bad_line == "skip" else None
    json_run = None
    for index, path in enumerate(paths):
        source = open_source(path, limits)
        try:
            found = "parser" if parser is not None else format_of(source, input_format)
            _check_same_format(history, found, source)
            history.format = found
            if found in ("jsonl", "parser", "otel"):
                json_run = json_run or _json_run(found, parser, history, initial)
                json_run.read(source, index, skipped, progress)
                continue
            if found in TEXT_READERS:
                run = TransactionHistory(history.files)
                history.runs.append(run)
                read_text = TEXT_READERS[found]
                with garbage_left_alone():
                    history.read += read_text(source, index, run, skipped, initial, progress)
                continue
            if found == "ledger":
                read_ledger_lines(source, history, skipped, progress)
                continue
            jepsen = JepsenHistory(source, index, "jepsen" if found == "jepsen" else "edn")
            _JEPSEN_READERS[found](source, jepsen, skipped, progress)
            jepsen.finish(history, source.name if len(paths) > 1 else None, initial)
        finally:
            source.close()
    if json_run is not None:
        json_run.finish()
        for item in history.items.values():
            item.initial = json_run.initial_of(item.key)


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
