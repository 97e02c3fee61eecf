"""Lines of a file, of a compressed file or of standard input, one after the other and bounded."""

from __future__ import annotations

import io
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Literal, TypeAlias, cast

from ...models.errors import InputError, Place
from ..limits import ObservationLimits
from ..watch import BETWEEN, Halted, Watch
from .spools import STANDARD_INPUT, Readable, Spool

Buffered: TypeAlias = "io.BufferedReader[Any]"
OnBadLine = Literal["fail", "skip"]
_MIB = 1024 * 1024
_EXPANSION_CHECKED_FROM = 16 * _MIB
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


@dataclass(slots=True)
class BadLines:
    """Lines that were passed over: how many, and which the first of them were, with the reason."""

    count: int = 0
    named: tuple[str, ...] = ()

    KEPT: ClassVar[int] = 20

    def add(self, error: InputError) -> None:
        """Count one; keep its place and reason if it is among the first."""
        self.count += 1
        if len(self.named) < self.KEPT:
            self.named += (str(error),)


def count_or_raise(error: InputError, bad_lines: BadLines | None) -> None:
    """Count a line that cannot be understood, or raise where none may be passed over."""
    if bad_lines is None:
        raise error
    bad_lines.add(error)


@dataclass(slots=True)
class Source:
    """An open trace: its name for people, and its lines as bytes without their ends.

    Where a `watch` says so, or after `until` bytes, it ends early, with a whole line, and `is_cut`.
    """

    name: str
    stream: Buffered
    limits: ObservationLimits
    watch: Watch | None = None
    until: int | None = None
    raw: IO[bytes] | None = None
    line: int = 0
    read_bytes: int = 0
    ended_inside_line: bool = False
    is_cut: bool = False
    _checked_at: int = field(default=_EXPANSION_CHECKED_FROM)

    def peek(self) -> bytes:
        """Give the beginning without taking it: at most 64 KiB, empty where there is nothing."""
        return self._guarded(lambda: self.stream.peek(65536))[:65536]

    def lines(self) -> Iterator[bytes]:
        """Give each line; `line` is its number (from 1) until the next is taken.

        Raises `InputError` for a line beyond the limit and for damaged compressed data.
        """
        limit = self.limits.max_line_bytes
        readline = self.stream.readline
        while True:
            if not self.line % BETWEEN and self._is_ending(self.line):
                return
            try:
                text = readline(limit + 1)
            except Halted:
                self.is_cut = True
                return
            except Exception as error:
                raise self._unreadable(error) from error
            if not text:
                return
            self.line += 1
            self.read_bytes += len(text)
            if self.read_bytes > self._checked_at:
                self._check_expansion()
            if text[-1:] == b"\n":
                yield text[:-1]
                continue
            if len(text) > limit:
                raise self.too_long()
            self.ended_inside_line = True
            yield text

    def first_line(self) -> bytes:
        """Give the first line that is not blank, without taking it, as far as `peek` shows it."""
        return self.peek().removeprefix(_BYTE_ORDER_MARK).lstrip().split(b"\n", 1)[0]

    def chunks(self, size: int = _MIB) -> Iterator[bytes]:
        """Give the whole of it in pieces of at most some size; `line` stays as it is.

        Raises `InputError` for damaged compressed data, and where it grows too much.
        """
        while True:
            if self._is_ending(self.line):
                return
            try:
                piece = self._guarded(lambda: self.stream.read1(size))
            except Halted:
                self.is_cut = True
                return
            if not piece:
                return
            if self.until is not None and self.read_bytes + len(piece) >= self.until:
                self.is_cut = True
                yield piece[: self.until - self.read_bytes]
                return
            self.read_bytes += len(piece)
            if self.read_bytes > self._checked_at:
                self._check_expansion()
            yield piece

    def error(
        self, message: str, column: int | None = None, text: bytes | str | None = None
    ) -> InputError:
        """Build an error about the present line."""
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        return InputError(message, place=Place(self.name, self.line, column or None, text))

    def too_long(self) -> InputError:
        """Build the error of a line beyond the limit."""
        return InputError(
            f"the line is longer than {self.limits.max_line_bytes:,} bytes, the most that is read",
            place=Place(self.name, self.line),
        )

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.name != STANDARD_INPUT:
            self.stream.close()
            if self.raw is not None:
                self.raw.close()

    def _is_ending(self, lines: int) -> bool:
        """Show how far it was read, and tell whether that is enough."""
        if self.watch is None or self.watch.reading(self.name, self._position(), lines):
            return False
        self.is_cut = True
        return True

    def _position(self) -> int:
        return self.raw.tell() if self.raw is not None else self.read_bytes

    def _guarded(self, action: Any) -> bytes:
        try:
            return action()  # type: ignore[no-any-return]
        except Exception as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InputError:
        if isinstance(error, EOFError):
            told = "the compressed file ends in the middle; was its writer stopped?"
        elif isinstance(error, OSError) and error.strerror:
            told = f"cannot be read: {error.strerror}"
        else:
            told = f"is damaged: {' '.join(str(error).split())}"
        return InputError(told, place=Place(self.name, self.line or None))

    def _check_expansion(self) -> None:
        self._checked_at = self.read_bytes + _MIB
        if self.raw is None:
            return
        growth = self.read_bytes // max(1, self.raw.tell())
        if growth > self.limits.max_expansion:
            raise InputError(
                f"the compressed file grows more than {self.limits.max_expansion} times "
                f"({self.read_bytes // _MIB:,} MiB so far); it is not read any further",
                place=Place(self.name),
            )


def open_source(
    path: Readable,
    limits: ObservationLimits,
    *,
    watch: Watch | None = None,
    until: int | None = None,
) -> Source:
    """Open a plain, .gz or .zst file (told by its first bytes), or standard input for "-".

    A spool can be opened again. Raises `InputError` where there is no such file, or it is a
    directory, empty or binary.
    """
    name = str(path)
    raw = path.open(watch) if isinstance(path, Spool) else _open_raw(name)
    stream: Buffered = io.BufferedReader(cast(Any, raw), 65536)
    source = Source(name, stream, limits, watch, until)
    try:
        _decompress(source)
        start = source.peek()
        if not start:
            raise InputError("is empty: there is no event in it", place=Place(name))
        if b"\0" in start:
            told = "is binary: a trace is text, plain or as .gz or .zst"
            raise InputError(told, place=Place(name))
    except BaseException:
        source.close()
        raise
    return source


def lines_at(
    path: Readable, numbers: Collection[int], limits: ObservationLimits
) -> Iterator[tuple[int, bytes]]:
    """Give some lines of a file with their numbers, from 1; read no further than the last."""
    last = max(numbers)
    with closing(open_source(path, limits)) as source:
        passed = 0
        rest = b""
        for chunk in source.chunks():
            ends = chunk.count(b"\n")
            wanted = sorted(n for n in numbers if passed < n <= passed + ends)
            if wanted:
                lines = (rest + chunk).split(b"\n")
                yield from ((n, lines[n - passed - 1]) for n in wanted)
            rest = chunk[chunk.rfind(b"\n") + 1 :] if ends else rest + chunk
            passed += ends
            if passed >= last:
                return
        if passed + 1 in numbers and rest:
            yield passed + 1, rest


def _decompress(source: Source) -> None:
    start = source.peek()
    if start.startswith(_GZIP):
        import gzip

        source.raw = source.stream
        source.stream = io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=source.raw)), 65536)
    elif start.startswith(_ZSTANDARD):
        import zstandard

        source.raw = source.stream
        reader = zstandard.ZstdDecompressor().stream_reader(source.raw, read_across_frames=True)
        source.stream = io.BufferedReader(cast(Any, reader), 65536)


def _open_raw(name: str) -> IO[bytes]:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    path = Path(name)
    try:
        if path.is_dir():
            raise InputError("is a directory; name the files in it", place=Place(name))
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        raise InputError("there is no such file", place=Place(name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened: {reason}", place=Place(name)) from error
