"""A deadline that holds even inside a handler that never returns."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from ..models.errors import Place
from ..models.places import place_of_frame

_GRACE_SECONDS = 0.25
_AGAIN_SECONDS = 0.1


class OutOfTime(BaseException):
    """The limit of seconds ran out; raised in the middle of whatever runs.

    It does not derive from `Exception`, so that a handler's own `except Exception` lets it pass.
    """


@dataclass(slots=True)
class Alarm:
    """Where the model was when the deadline rang; `None` where it did not ring in a step."""

    place: Place | None = None


@contextmanager
def deadline(seconds: float | None, alarm: Alarm) -> Iterator[None]:
    """Raise `OutOfTime` in the block soon after so many seconds of wall-clock time.

    The engines look at the clock themselves and stop in time; this is for a step that does not end,
    and rings a quarter of a second later. `None` never rings. It needs the main thread's alarm
    signal: in another thread a step that never returns is not ended. `alarm` keeps where it rang.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not is_main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, frame: FrameType | None) -> None:
        alarm.place = alarm.place or place_of_frame(frame)
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, ring)
    # It rings again, because a handler might catch even this.
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
