"""One line of progress on standard error, for a person who waits; nobody else sees it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from .palette import is_terminal

if TYPE_CHECKING:
    from ..checker import Progress

_EVENTS_BETWEEN = 20_000


class ProgressLine:
    """A line that is written over again and again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = 0.0

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

    def reading(self, events: int) -> None:
        """Show how many events of a trace were read."""
        self._began = self._began or time.monotonic()
        seconds = time.monotonic() - self._began
        if events % _EVENTS_BETWEEN == 0 and seconds > 0:
            self.show(f"{events:,} events read, {events / seconds:,.0f} events/s")

    def following(self, events: int) -> None:
        """Show how many events of a trace were read that is still written."""
        self.show(f"{events:,} events read, Ctrl-C ends")

    def show(self, text: str) -> None:
        """Replace what stands on the line."""
        import shutil

        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r{text[:width]:<{width}}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave the line empty for what comes next."""
        self.show("")
        self._stream.write("\r")
        self._stream.flush()


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
