"""Tells monitors what happened, moment by moment, from entries in the order of their starts.

At one moment, first end the operations that began before, then others begin and records are seen,
then end the operations that just began; at last everything is settled that began before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush

from .history import FOREVER, Entry, Operation
from .monitors import Monitor, Run

_CLOSE, _BEGIN, _CLOSE_AT_ONCE, _SETTLE = range(4)


class Timeline:
    """Feeds monitors of one run; it holds what is under way and nothing else."""

    def __init__(self, monitors: Sequence[Monitor], run: Run) -> None:
        self.monitors = list(monitors)
        self.run = run
        self.due: list[tuple[int, int, int, Entry]] = []
        self.told = 0
        self._listen()

    def _listen(self) -> None:
        """Call only the hooks that a monitor has, and no monitor that knows its violation."""
        active = [monitor for monitor in self.monitors if monitor.violation is None]
        self.violated = self.run.violated

        def hooks(name: str) -> list[Callable[..., None]]:
            default = getattr(Monitor, name)
            return [getattr(m, name) for m in active if getattr(type(m), name) is not default]

        self.opened, self.closed = hooks("opened"), hooks("closed")
        self.seen, self.settled = hooks("seen"), hooks("settled")

    def take(self, entry: Entry) -> None:
        """Tell of an entry; each must start no earlier than the one before it."""
        start = entry.start
        self._advance(start, _BEGIN)
        self.told += 1
        if isinstance(entry, Operation):
            for hook in self.opened:
                hook(entry)
            end = entry.end
            if end < FOREVER:
                heappush(
                    self.due, (end, _CLOSE_AT_ONCE if end == start else _CLOSE, self.told, entry)
                )
        else:
            for hook in self.seen:
                hook(entry)
            end = start
        if end < FOREVER:
            settles = end + 2 * self.run.clock_error
            heappush(self.due, (settles, _SETTLE, self.told, entry))
        self._drop_violated()

    def advance(self, moment: int) -> None:
        """Tell what has ended and is settled by a moment, after all entries that start by it."""
        self._advance(moment, _SETTLE + 1)

    def end(self) -> None:
        """Tell of all that is still under way."""
        self._advance(FOREVER, _SETTLE)

    def finish(self) -> None:
        """Tell of all that is still under way, and that the run is over."""
        self.end()
        self.conclude()

    def conclude(self) -> None:
        """Tell that the run is over, as far as it was told."""
        for monitor in self.monitors:
            if monitor.violation is None:
                monitor.finish()

    def _advance(self, moment: int, phase: int) -> None:
        due = self.due
        while due and due[0][:2] < (moment, phase):
            _, what, _, entry = heappop(due)
            for hook in self.settled if what == _SETTLE else self.closed:
                hook(entry)
            self._drop_violated()

    def _drop_violated(self) -> None:
        if self.run.violated != self.violated:
            self._listen()


def run_monitors(monitors: Sequence[Monitor], run: Run, entries: Sequence[Entry]) -> None:
    """Let monitors judge the entries of a run, which are in the order of their starts."""
    timeline = Timeline(monitors, run)
    for entry in entries:
        timeline.take(entry)
    timeline.finish()
