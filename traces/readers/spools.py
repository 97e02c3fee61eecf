"""What can be read only once, kept in a temporary file while it is read, to be read again."""

from __future__ import annotations

import fcntl
import io
import os
import select
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from ...models.errors import UsageError
from ..watch import Halted, Watch

STANDARD_INPUT = "-"
_TICK = 0.1
_PIPE_SIZE = 1 << 20


class Spool:
    """Standard input or a named pipe, which several may read, each from its beginning.

    All that was read is kept in a temporary file, which goes away with the process.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = 0
        self._kept: IO[bytes] | None = None
        self._raw: Any = None

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    def open(self, watch: Watch | None) -> IO[bytes]:
        """Open it at its beginning; where it has to wait for more, the watch may end that."""
        if self._raw is None:
            self._raw = sys.stdin.buffer
            if self.name != STANDARD_INPUT:
                self._raw = Path(self.name).open("rb", 0)  # noqa: SIM115
            self._kept = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
            with suppress(OSError, ValueError, AttributeError):
                fcntl.fcntl(self._raw.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        return cast(IO[bytes], _SpoolReader(self, watch))

    def read_into(self, buffer: memoryview, at: int, watch: Watch | None) -> int:
        """Fill a buffer with what stands at a place, and give how many bytes that are.

        Raises `Halted` where the watch ends the waiting for more.
        """
        assert self._kept is not None
        if at < self.size:
            return os.preadv(self._kept.fileno(), [buffer[: self.size - at]], at)
        count = self._read_next(buffer, watch)
        rest = buffer[:count]
        while rest:
            rest = rest[self._kept.write(rest) :]
        self.size += count
        return count

    def _read_next(self, buffer: memoryview, watch: Watch | None) -> int:
        try:
            number = self._raw.fileno()
        except (OSError, ValueError):
            return int(self._raw.readinto(buffer))  # it is no file at all, but in memory
        while watch is not None and not select.select([number], [], [], _TICK)[0]:
            if watch.is_over:
                raise Halted
        count = os.readv(number, [buffer])
        if not count and watch is not None and watch.asked:
            raise Halted  # Ctrl-C ended the writer as well.
        return count

    def close(self) -> None:
        """Let go of what was kept; standard input stays open."""
        if self._kept is not None:
            self._kept.close()
        if self._raw is not None and self.name != STANDARD_INPUT:
            self._raw.close()


Readable: TypeAlias = str | Path | Spool
"""A file of a run, which can be read again."""


class _SpoolReader(io.RawIOBase):
    """One who reads what a spool has."""

    def __init__(self, spool: Spool, watch: Watch | None) -> None:
        self.spool = spool
        self.watch = watch
        self.at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self.spool.read_into(memoryview(buffer), self.at, self.watch)
        self.at += count
        return count

    def tell(self) -> int:
        return self.at


@contextmanager
def readable_again(paths: Sequence[str | Path]) -> Iterator[list[Readable]]:
    """Give the files of a run, with a spool for each that could be read only once.

    Raises `UsageError` where standard input is named twice.
    """

    def is_once(path: str | Path) -> bool:
        return str(path) == STANDARD_INPUT or Path(path).is_fifo()

    if list(map(str, paths)).count(STANDARD_INPUT) > 1:
        raise UsageError("standard input is named twice; it is one log, so name it once")
    spools = {str(path): Spool(str(path)) for path in paths if is_once(path)}
    try:
        yield [spools.get(str(path), path) for path in paths]
    finally:
        for spool in spools.values():
            spool.close()
