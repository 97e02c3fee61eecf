"""A log that is still written: its lines as they come, from a file or from standard input."""

from __future__ import annotations

import io
import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from ...models.errors import InputError, Place, UsageError
from ..limits import ObservationLimits
from ..readers.formats import format_of
from ..readers.sources import Source
from ..readers.spools import STANDARD_INPUT

_PIECE = 1 << 20
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


class GrowingTrace:
    """One log that is followed. Its `source` has the name and the number of the present line.

    `has_more` tells whether there was more than was read last.

    A file that is replaced is read to its end and then from the start of the new one; one that was
    cut is read again from its start. Both are told to `notice`.
    """

    def __init__(
        self,
        path: str | Path,
        limits: ObservationLimits,
        input_format: str,
        notice: Callable[[str], None],
    ) -> None:
        self.name = str(path)
        self.limits = limits
        self.input_format = input_format
        self.notice = notice
        self.has_ended = False
        self.has_more = False
        self.is_known = False
        self.rest = b""
        self.file = _opened(self.name)
        self.source = Source(self.name, cast(Any, io.BufferedReader(io.BytesIO())), limits)

    def lines(self) -> Iterator[bytes]:
        """Give the lines that are there now, without their ends, some MiB at most.

        Raises `InputError` for a line beyond the limit, `UsageError` for what cannot be followed.
        """
        piece = self._piece()
        if not piece:
            return
        *whole, self.rest = (self.rest + piece).split(b"\n")
        if len(self.rest) > self.limits.max_line_bytes:
            raise self._too_long()
        for line in whole:
            yield self._next(line)

    def last_line(self) -> Iterator[bytes]:
        """Give what stands after the last end of a line, once the log has ended."""
        if self.has_ended and self.rest.strip():
            self.source.ended_inside_line = True
            yield self._next(self.rest)
        self.rest = b""

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.name != STANDARD_INPUT:
            self.file.close()

    def _next(self, line: bytes) -> bytes:
        self.source.line += 1
        if not self.is_known and line.strip():
            self._check_format(line)
            self.is_known = True
        if len(line) > self.limits.max_line_bytes:
            raise self._too_long()
        return line

    def _piece(self) -> bytes:
        try:
            if self.name == STANDARD_INPUT:
                if self.has_ended or not select.select([self.file], [], [], 0)[0]:
                    return b""
                piece = os.read(self.file.fileno(), _PIECE)
                self.has_ended = not piece
                self.has_more = bool(piece and select.select([self.file], [], [], 0)[0])
                return piece
            piece = self.file.read(_PIECE) or self._piece_of_the_next()
            self.has_more = len(piece) == _PIECE
            return piece
        except OSError as error:
            told = f"cannot be read: {error.strerror or error}"
            raise InputError(told, place=Place(self.name, self.source.line or None)) from error

    def _piece_of_the_next(self) -> bytes:
        """Look for a file of the same name that took the place of this one, or for a cut."""
        try:
            there = os.stat(self.name)
        except FileNotFoundError:
            return b""  # it was moved away, and its successor is not there yet
        here = os.fstat(self.file.fileno())
        if (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
            piece = self.file.read(_PIECE)  # what was written until it was replaced
            if piece:
                return piece
            self.file.close()
            self.file = _opened(self.name)
            self._begin_again("was replaced; going on with the new file")
        elif here.st_size < self.file.tell():
            self.file.seek(0)
            self._begin_again("was cut; reading it again from its start")
        else:
            return b""
        return self.file.read(_PIECE)

    def _begin_again(self, what: str) -> None:
        self.notice(f"{self.name} {what}")
        self.rest, self.source.line = b"", 0

    def _check_format(self, line: bytes) -> None:
        if line.startswith(_COMPRESSED):
            raise UsageError(
                f"{self.name} is compressed, which --follow cannot read while it is written; "
                "unpack it into a pipe: zcat FILE | gtcheck observe - --follow"
            )
        if self.input_format == "parser":
            return
        beginning = Source(self.name, cast(Any, io.BufferedReader(io.BytesIO(line))), self.limits)
        found = format_of(beginning, self.input_format)
        if found != "jsonl":
            raise UsageError(
                f"{self.name} is {found}, but --follow reads JSON lines, or lines of your own with "
                "--parser; leave it out to observe a log of another format when it is complete"
            )

    def _too_long(self) -> InputError:
        return InputError(
            f"the line is longer than {self.limits.max_line_bytes:,} bytes, the most that is read",
            place=Place(self.name, self.source.line + 1),
        )


def wait(traces: Sequence[GrowingTrace], seconds: float) -> None:
    """Wait until more may have come, for at most so many seconds."""
    for trace in traces:
        if trace.name == STANDARD_INPUT and not trace.has_ended:
            select.select([trace.file], [], [], seconds)
            return
    time.sleep(seconds)


def _opened(name: str) -> IO[bytes]:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        if Path(name).is_dir():
            raise InputError("is a directory; name the files in it", place=Place(name))
        return Path(name).open("rb", buffering=0)
    except FileNotFoundError:
        raise InputError("there is no such file", place=Place(name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened: {reason}", place=Place(name)) from error
