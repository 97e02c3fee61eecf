"""A few lines of traces in JSON lines, read again as the plain reader reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import msgspec

from ..history import Entry, History, Operation, Record, entry_order
from ..limits import ObservationLimits
from ..values import UNSET, Value
from .json_lines import JsonRun
from .sources import open_source
from .spools import Readable

Spot = tuple[int, int, int, int]
"""A file, the line of an outcome, the line where it began, and which part of a transaction it is,
from 1; 0 where it is none."""


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Files of which lines are read again, but for those that were passed over as `bad`.

    Each ends after `until` bytes, where there are such numbers.
    """

    paths: Sequence[Readable]
    bad: frozenset[tuple[int, int]]
    limits: ObservationLimits
    until: Sequence[int] | None = None

    def at(self, spots: Collection[Spot]) -> list[Entry]:
        """Give what stands at some places, in the order of time."""
        lines: dict[int, set[int]] = {}
        for file, *places, _ in spots:
            lines.setdefault(file, set()).update(places)
        return [entry for entry in self._entries(lines, []) if _spot_of(entry) in spots]

    def of_items(self, named_at: Sequence[Spot]) -> list[list[Entry]]:
        """Give all that is told of the items that are named at some places, each by itself."""
        keys = {_spot_of(e): e.key for e in self.at(named_at) if isinstance(e, Operation)}
        by_key: dict[Value, list[Entry]] = {key: [] for key in keys.values()}
        for entry in self._entries({n: set() for n in range(len(self.paths))}, list(by_key)):
            if isinstance(entry, Operation) and entry.key in by_key:
                by_key[entry.key].append(entry)
        return [by_key[keys[spot]] for spot in named_at]

    def _entries(self, lines: Mapping[int, set[int]], keys: list[Value]) -> list[Entry]:
        """Read lines of some files, or all lines of items, in the order of time."""
        found: list[Entry] = []
        run = JsonRun(History([str(path) for path in self.paths]), UNSET, found.append)
        for file in sorted(lines):
            self._read(run, file, sorted(lines[file]), keys)
        run.finish(is_cut=self.until is not None)
        return sorted(found, key=entry_order)

    def _read(self, run: JsonRun, file: int, lines: list[int], keys: list[Value]) -> None:
        from .._native import LineFinder

        finder = LineFinder(lines, [msgspec.json.encode(key) for key in keys])
        until = None if self.until is None else self.until[file]
        with closing(open_source(self.paths[file], self.limits, until=until)) as source:
            chunks = source.chunks()
            is_over = False
            while not is_over:
                chunk = next(chunks, None)
                is_over = chunk is None
                for number, text in finder.feed(chunk or b"", whole=is_over):
                    source.line = number
                    if (file, number) not in self.bad:
                        run.take_line(source, file, text, None)
                is_over |= bool(lines) and finder.line >= lines[-1]


def _spot_of(entry: Entry) -> Spot:
    if isinstance(entry, Record):
        return (entry.file, entry.line, entry.line, 0)
    part = entry.parts.index(entry) + 1 if entry.parts else 0
    return (entry.file, entry.line, entry.invoked, part)
