"""Who waits for an observation: they see how far it has come, and may end it early."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from ..models.words import count

BETWEEN = 1024
"""Lines, or events, between two looks at whether somebody waits."""

_SECONDS_BETWEEN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an observation has come.

    While it is `reading`, `done` and `total` are bytes of the files as they are stored; `judging`
    they are events, or rules where `rule` is the one that is judged. `total` is None where nobody
    knows it. `lines` are those that were read, `is_ending` tells that the user asked to stop.
    """

    phase: Literal["reading", "judging"]
    done: int
    total: int | None
    lines: int
    seconds: float
    rule: str | None = None
    is_ending: bool = False


class Halted(KeyboardInterrupt):
    """Reading is to end while it waits for more."""


class Watch:
    """Shows progress, and knows whether to end: on Ctrl-C, or when `max_seconds` are over.

    Ctrl-C raises `KeyboardInterrupt`, but for the first one while the watch is `patient`: then it
    is only noted, so that nothing is left half done. The second always raises.
    """

    def __init__(
        self,
        progress: Callable[[Progress], None] | None = None,
        *,
        max_seconds: float | None = None,
    ) -> None:
        self.progress = progress
        self.max_seconds = max_seconds
        self.asked = 0
        """How often the user asked to stop."""
        self.began = time.monotonic()
        self.total: int | None = None
        self._is_patient = False
        self._told_at = self.began
        self._read: dict[str, tuple[int, int]] = {}

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more is to be read."""
        return self.asked > 0 or self.is_late

    @property
    def is_late(self) -> bool:
        """Tell whether the time is over."""
        return self.max_seconds is not None and time.monotonic() - self.began > self.max_seconds

    def begin(self, paths: Sequence[str | Path]) -> None:
        """Take the files that will be read, to know how much there is in all."""
        files = [Path(path) for path in paths]
        known = all(file.is_file() for file in files)
        self.total = sum(file.stat().st_size for file in files) if known else None
        self._read.clear()

    @property
    def stopped_by(self) -> str:
        """Give what ended it: interrupted or max_seconds."""
        return "interrupted" if self.asked else "max_seconds"

    def why_cut(self, events: int) -> str:
        """Say why reading ended after so many events."""
        told = count(events, "event")
        if self.asked:
            return f"interrupted after {told}"
        return f"stopped after {self.max_seconds:g} s, {told}"

    def take_interrupt(self) -> None:
        """Note a Ctrl-C that was raised; raise it again if it was not the first."""
        if self.asked > 1:
            raise KeyboardInterrupt
        self.asked = 1

    # What is shown.

    def reading(self, name: str, done: int, lines: int) -> bool:
        """Take how far a file was read; tell whether to go on."""
        self._read[name] = (done, lines)
        if self.progress is not None and time.monotonic() - self._told_at > _SECONDS_BETWEEN:
            done, lines = map(sum, zip(*self._read.values(), strict=True))
            self._tell("reading", done, self.total, lines)
        return not self.is_over

    def judging(self, done: int, total: int | None, rule: str | None = None) -> None:
        """Take how far the judging has come; a rule is told at once."""
        if self.progress is not None and (
            rule is not None or time.monotonic() - self._told_at > _SECONDS_BETWEEN
        ):
            self._tell("judging", done, total, 0, rule)

    def _tell(
        self,
        phase: Literal["reading", "judging"],
        done: int,
        total: int | None,
        lines: int,
        rule: str | None = None,
    ) -> None:
        assert self.progress is not None
        self._told_at = time.monotonic()
        told = Progress(
            phase=phase,
            done=done,
            total=total,
            lines=lines,
            seconds=self._told_at - self.began,
            rule=rule,
            is_ending=self.asked > 0,
        )
        try:
            self.progress(told)
        except KeyboardInterrupt:
            self.take_interrupt()

    # Ctrl-C.

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Let Ctrl-C ask to stop, where Python would have raised it."""
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        signal.signal(signal.SIGINT, self._take_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Only note the first Ctrl-C; who works looks for it at moments that suit."""
        self._is_patient, before = True, self._is_patient
        try:
            yield
        finally:
            self._is_patient = before

    def _take_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1
        if self.asked > 1 or not self._is_patient:
            raise KeyboardInterrupt
