"""One line of progress on standard error, for a person who waits; nobody else sees it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from .palette import is_terminal

if TYPE_CHECKING:
    from ..checker import Progress
    from ..traces.watch import Progress as Observed

_BAR_MIN, _BAR_MAX = 8, 30


class ProgressLine:
    """A line that is written over again and again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def exploring(self, progress: Progress) -> None:
        """Show how far an exploration has come."""
        if progress.schedules is not None:
            self.show(
                f"{progress.schedules:,} schedules, {progress.transitions:,} steps, "
                f"{progress.seconds:.0f} s"
            )
            return
        rate = progress.states / progress.seconds if progress.seconds > 0 else 0.0
        self.show(
            f"{progress.states:,} states, {progress.transitions:,} transitions, depth "
            f"{progress.depth}, {progress.frontier:,} to go on from, {rate:,.0f} states/s, "
            f"{progress.seconds:.0f} s"
        )

    def observing(self, progress: Observed) -> None:
        """Show how far an observation has come: a bar where it is known how much there is."""
        told = _judging(progress) if progress.phase == "judging" else _reading(progress)
        if progress.is_ending:
            told += " (Ctrl-C again ends at once)"
        if progress.phase == "reading" and progress.total:
            room = _width() - len(told) - len("reading 100% , ")
            part = min(progress.done / progress.total, 1.0)
            told = f"{_bar(part, min(room, _BAR_MAX))}{part:4.0%}, {told}"
        self.show(f"{progress.phase} {told}")

    def following(self, events: int) -> None:
        """Show how many events of a trace were read that is still written."""
        self.show(f"{events:,} events read, Ctrl-C ends")

    def show(self, text: str) -> None:
        """Replace what stands on the line."""
        width = _width()
        self._stream.write(f"\r{text[:width]:<{width}}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave the line empty for what comes next."""
        self.show("")
        self._stream.write("\r")
        self._stream.flush()


def _reading(progress: Observed) -> str:
    rate = progress.done / progress.seconds if progress.seconds > 0 else 0.0
    told = f"{rate / 1e6:,.1f} MB/s, {progress.lines:,} lines"
    if progress.total is None or not rate:
        return told
    return f"{max(0, progress.total - progress.done) / rate:,.0f} s left, {told}"


def _judging(progress: Observed) -> str:
    if progress.rule is not None:
        return progress.rule
    return f"event {progress.done:,} of {progress.total:,}"


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns - 1


def _bar(part: float, width: int) -> str:
    """Draw how much is done, from 0 to 1; nothing where there is no room for it."""
    done = round(part * width)
    return f"{'━' * done}{'╌' * (width - done)} " if width >= _BAR_MIN else ""


@contextmanager
def progress_line() -> Iterator[ProgressLine | None]:
    """Give a line on standard error where a person sits behind it, else None; clear it after."""
    if not is_terminal(sys.stderr):
        yield None
        return
    line = ProgressLine(sys.stderr)
    try:
        yield line
    finally:
        line.clear()
