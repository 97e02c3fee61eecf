"""Follows logs that are still written, and tells of violations as they are found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...models.errors import UsageError
from ..history import History
from ..limits import ObservationLimits
from ..observation import EventCounts, Observation
from ..observer import Mode, chosen_rules
from ..readers.own_parsers import LineParser, Parser
from ..readers.sources import BadLines, OnBadLine
from ..values import UNSET
from .growing import GrowingTrace, wait
from .run import LiveRun, Told

HOLD_BACK = 0.5
"""Seconds for which lines are held back, so that those that began before may come."""

_PAUSE = 0.05
_LAST_WORDS = 1.0
DEFAULT_LIMITS = ObservationLimits(max_remembered=500)
"""Less of each item than of a log that has an end: some megabyte of memory an item in all."""


def follow(
    paths: str | Path | Sequence[str | Path],
    *,
    tell: Callable[[Told], None] = lambda told: None,
    notice: Callable[[str], None] = lambda text: None,
    stopped: Callable[[], bool] = lambda: False,
    mode: Mode | None = None,
    rules: Sequence[str] = (),
    parser: str | Parser | None = None,
    on_bad_line: OnBadLine = "fail",
    input_format: str = "auto",
    initial: object = UNSET,
    across_items: bool = False,
    hold_back: float = HOLD_BACK,
    max_seconds: float = float("inf"),
    limits: ObservationLimits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
) -> Observation:
    """Check traces in JSON lines while they are written, with memory that does not grow.

    Ends when standard input does, when `stopped` says so, or after `max_seconds`. `tell` is given
    each violation when it is found, and again if a line that came too late may explain it after
    all; `notice` what happened to the files. Lines are held back for `hold_back` seconds; what
    comes later than that, and what depends on it, is undecided. All else is as for `observe`, also
    a `parser` of one's own.

    Where it is stopped, what came before is judged, for which it goes on for at most a second.
    """
    began = time.monotonic()
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    if not paths:
        raise UsageError("no trace was given; name a file, or - for standard input")
    if not hold_back >= 0:
        raise UsageError(f"hold_back is {hold_back}; it is a number of seconds, 0 or more")
    chosen = chosen_rules(rules)
    own = LineParser.of(parser) if parser is not None else None
    form = "jsonl" if own is None else "parser"
    history, bad_lines = History([str(path) for path in paths], form), BadLines()
    run = LiveRun(
        history,
        chosen,
        are_named=bool(rules),
        mode=mode,
        parser=own,
        initial=initial,
        across_items=across_items,
        limits=limits,
        hold_back=hold_back,
    )
    skipped = bad_lines if on_bad_line == "skip" else None
    traces: list[GrowingTrace] = []
    try:
        form = input_format if own is None else form
        traces += (GrowingTrace(path, limits, form, notice) for path in paths)
        is_over = _follow(run, traces, skipped, tell, stopped, began + max_seconds, progress)
        for told in run.finish(is_over=is_over):
            tell(told)
    finally:
        for trace in traces:
            trace.close()
    return Observation(
        files=tuple(history.files),
        format=history.format,
        mode=mode or history.mode,
        events=EventCounts.of(history),
        bad_lines=bad_lines,
        rules=run.results(),
        seconds=time.monotonic() - began,
    )


def _follow(
    run: LiveRun,
    traces: Sequence[GrowingTrace],
    bad_lines: BadLines | None,
    tell: Callable[[Told], None],
    stopped: Callable[[], bool],
    deadline: float,
    progress: Callable[[int], None] | None,
) -> bool:
    """Read until there is no more, or no more time; tell whether there is no more."""
    is_stopping = False
    while True:
        before = run.history.read
        for told in _read(run, traces, bad_lines):
            tell(told)
        if progress is not None:
            progress(run.history.read)
        if all(trace.has_ended for trace in traces):
            return True
        now = time.monotonic()
        if not is_stopping and (stopped() or now > deadline):
            is_stopping, deadline = True, now + min(run.held.seconds, _LAST_WORDS) + _PAUSE
        elif is_stopping and now > deadline:
            return False
        if run.history.read == before:
            wait(traces, _PAUSE)


def _read(
    run: LiveRun, traces: Sequence[GrowingTrace], bad_lines: BadLines | None
) -> Iterator[Told]:
    now = time.monotonic()
    for index, trace in enumerate(traces):
        for line in trace.lines():
            if trace.source.line == 1:
                run.reader.last_file = -1  # also where the file is a new one of the same name
            run.reader.take_line(trace.source, index, line, bad_lines)
        if trace.has_ended:
            for line in trace.last_line():
                run.reader.take_line(trace.source, index, line, bad_lines)
    run.check_header()
    yield from run.advance(now, has_all=not any(trace.has_more for trace in traces))
