"""A few lines of a trace in JSON lines, read again as the plain reader reads them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ..history import Entry, History, Operation, Record, entry_order
from ..limits import ObservationLimits
from ..values import UNSET, Value
from .json_lines import JsonRun
from .sources import open_source

Spot = tuple[int, int, int, int]
"""A file, the line of an outcome, the line where it began, and which part of a transaction it is,
from 1; 0 where it is none."""


@dataclass(frozen=True, slots=True)
class Excerpts:
    """A file of which lines are read again, but for those that were passed over as `bad`.

    It ends after `until` bytes, where there is such a number.
    """

    path: str | Path
    bad: frozenset[int]
    limits: ObservationLimits
    until: int | None = None

    def at(self, spots: Collection[Spot]) -> list[Entry]:
        """Give what stands at some places, in the order of time."""
        lines = sorted({line for spot in spots for line in spot[1:3]})
        return [entry for entry in self._entries(lines, []) if _spot_of(entry) in spots]

    def of_items(self, named_at: Sequence[Spot]) -> list[list[Entry]]:
        """Give all that is told of the items that are named at some places, each by itself."""
        keys = {_spot_of(e): e.key for e in self.at(named_at) if isinstance(e, Operation)}
        by_key: dict[Value, list[Entry]] = {key: [] for key in keys.values()}
        for entry in self._entries([], list(by_key)):
            if isinstance(entry, Operation) and entry.key in by_key:
                by_key[entry.key].append(entry)
        return [by_key[keys[spot]] for spot in named_at]

    def _entries(self, lines: list[int], keys: list[Value]) -> list[Entry]:
        from .._native import LineFinder

        found: list[Entry] = []
        run = JsonRun(History([str(self.path)]), UNSET, found.append)
        finder = LineFinder(lines, [msgspec.json.encode(key) for key in keys])
        with closing(open_source(self.path, self.limits, until=self.until)) as source:
            chunks = source.chunks()
            is_over = False
            while not is_over:
                chunk = next(chunks, None)
                is_over = chunk is None
                for number, text in finder.feed(chunk or b"", whole=is_over):
                    source.line = number
                    if number not in self.bad:
                        run.take_line(source, 0, text, None)
                is_over |= bool(lines) and finder.line >= lines[-1]
        run.finish(is_cut=self.until is not None)
        return sorted(found, key=entry_order)


def _spot_of(entry: Entry) -> Spot:
    if isinstance(entry, Record):
        return (entry.file, entry.line, entry.line, 0)
    part = entry.parts.index(entry) + 1 if entry.parts else 0
    return (entry.file, entry.line, entry.invoked, part)
