"""Reading that ends early, after so many bytes, as if the user had stopped it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from gtcheck.traces.native import reading
from gtcheck.traces.readers import sources
from gtcheck.traces.readers.sources import Source


@contextmanager
def cut_after(read_bytes: int) -> Iterator[None]:
    """Let all that is watched end at a place, which is the end of a line."""

    def is_ending(source: Source, lines: int) -> bool:
        if source.watch is None or source.read_bytes < read_bytes:
            return False
        source.is_cut = True
        source.watch.asked = 1
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source, "_is_ending", is_ending)
        patch.setattr(sources, "BETWEEN", 1)
        patch.setattr(reading, "_PIECE", 1)
        patch.setattr(reading, "_LEAST_PIECE", 1)
        yield
