"""`gtcheck observe --follow`: violations are printed as they are found, the verdict at the end."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from .output import deliver, write_now
from .palette import palette_for
from .progress import progress_line

if TYPE_CHECKING:
    from ..traces import Observation
    from ..traces.live import Told
    from .progress import ProgressLine


class _Stop:
    """Whether the user asked to stop: the first signal asks, the second ends the command."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def follow_traces(
    traces: tuple[str, ...],
    *,
    result_format: str,
    output: Path | None,
    **given: Any,
) -> int:
    """Follow traces until they end, Ctrl-C or `max_seconds`; give the exit code.

    What is `given` is for `follow`.
    """
    from ..traces.live import follow

    is_text = result_format == "text"
    with _stopping() as stop, progress_line() as line:
        printer = _Printer(is_text, line)
        result = follow(
            traces,
            tell=printer.tell,
            notice=printer.notice,
            stopped=lambda: stop.asked,
            progress=line.following if line is not None else None,
            **given,
        )
    printer.finish(result, output)
    return result.exit_code


class _Printer:
    """Prints what is found while it is found: blocks of text, or JSON lines."""

    def __init__(self, is_text: bool, line: ProgressLine | None) -> None:
        self.is_text = is_text
        self.line = line
        self.told: set[str] = set()

    def tell(self, told: Told) -> None:
        """Print a violation, or that it is withdrawn."""
        result = told.result
        if self.line is not None:
            self.line.clear()
        if not self.is_text:
            kind = "withdrawn" if told.is_withdrawn else "violation"
            write_now(_line({"type": kind, "rule": result.as_json()}))
        elif told.is_withdrawn:
            self.told.discard(result.code)
            write_now(f"withdrawn: {result.code} {result.name}\n  {result.reason}\n\n")
        else:
            from ..traces.telling import violation_text

            self.told.add(result.code)
            write_now(violation_text(result, palette_for()))

    def notice(self, text: str) -> None:
        """Print what happened to a file on standard error."""
        if self.line is not None:
            self.line.clear()
        sys.stderr.write(f"gtcheck: {text}\n")
        sys.stderr.flush()

    def finish(self, result: Observation, output: Path | None) -> None:
        """Print the whole result, without what was printed already."""
        from ..traces.telling import observation_text

        if not self.is_text and output is None:
            write_now(_line({"type": "result", **result.as_json()}))
        elif not self.is_text:
            deliver(result.as_json(), output)
        else:
            told = self.told if output is None else ()
            deliver(lambda palette: observation_text(result, palette, told=told), output)


def _line(document: dict[str, object]) -> str:
    return json.dumps(document, default=str) + "\n"


@contextmanager
def _stopping() -> Iterator[_Stop]:
    """Let Ctrl-C and the signal of `kill` ask to stop, so that the verdict is still given."""
    stop = _Stop()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, stop.ask) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
