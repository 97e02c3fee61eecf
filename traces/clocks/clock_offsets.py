"""How far each region's clock must be ahead of the others', for a violated rule to hold.

The rule itself is the judge, and z3 finds what to try next: a contradiction of a few entries lasts
as long as all that was before something else stays so. So of each that is found, one order between
two regions must go; of all offsets that see to it, those are tried that shift the fewest regions,
and these the least. What is found is optimal, since every condition is needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import msgspec

from ..history import FOREVER, Entry, History, Operation, Record, entry_order
from ..judging import run_of
from ..limits import ObservationLimits
from ..rules import RULES
from ..timeline import run_monitors

OF_MOMENTS = frozenset({"GT201", "GT203", "GT304"})
"""The rules that say nothing but what comes before what, and are told with all that it takes."""

Offsets = Mapping[str, int]


def find_offsets(
    history: History, code: str, limits: ObservationLimits, deadline: float
) -> dict[str, int] | None:
    """Give by how many microseconds a region's clock is ahead of what would make a rule hold.

    Regions that need no offset are left out. None where no offsets will do, where the rule is none
    of `OF_MOMENTS` or needs more than a few lines, and where the seconds run out first.
    """
    if code not in OF_MOMENTS:
        return None
    search = _Offsets(sorted({region for e in history.entries() if (region := _region(e))}))
    ahead: dict[str, int] = {}
    while time.monotonic() < deadline:
        shifted, originals = _shifted(history, ahead)
        found = _contradiction(history, code, limits, shifted)
        if found is None:
            return {region: offset for region, offset in ahead.items() if offset}
        if not _contradiction(history, code, limits, sorted(found, key=entry_order)):
            return None
        orders = list(_orders(found, originals, history.clock_error))
        solved = search.without_one_of(orders)
        if solved is None:
            return None
        ahead = solved
    return None


def _contradiction(
    history: History, code: str, limits: ObservationLimits, entries: Sequence[Entry]
) -> tuple[Entry, ...] | None:
    run = run_of(history, limits)
    monitor = RULES[code].monitor(run)
    run_monitors([monitor], run, entries)
    return None if monitor.violation is None else monitor.violation.entries


def _shifted(history: History, ahead: Offsets) -> tuple[list[Entry], dict[int, Entry]]:
    """Give all entries with their clocks set right, and of which entry each is one."""
    shifted: list[Entry] = []
    originals: dict[int, Entry] = {}
    for entry in history.entries():
        offset = ahead.get(_region(entry) or "", 0)
        moved = _moved(entry, offset) if offset else entry
        originals[id(moved)] = entry
        shifted.append(moved)
    shifted.sort(key=entry_order)
    return shifted, originals


def _moved(entry: Entry, ahead: int) -> Entry:
    if isinstance(entry, Operation):
        end = entry.end if entry.end >= FOREVER else entry.end - ahead
        return replace(entry, start=entry.start - ahead, end=end)
    return replace(entry, event=msgspec.structs.replace(entry.event, time=entry.start - ahead))


def _region(entry: Entry) -> str | None:
    """Give the region whose clock timed an entry; None where it is not known."""
    if isinstance(entry, Record):
        return getattr(entry.event, "region", None)
    return entry.region


def _orders(
    found: Sequence[Entry], originals: Mapping[int, Entry], error: int
) -> Iterator[tuple[str | None, str | None, int]]:
    """Give what comes before what in two regions, with the time between on the clocks as logged."""
    for one, other in permutations(found, 2):
        regions = _region(one), _region(other)
        if regions[0] != regions[1] and _end(one) + 2 * error < other.start:
            gap = originals[id(other)].start - _end(originals[id(one)]) - 2 * error
            yield (*regions, gap)


def _end(entry: Entry) -> int:
    return entry.end if isinstance(entry, Operation) else entry.start


class _Offsets:
    """The offsets of regions, which must undo one order of each contradiction."""

    def __init__(self, regions: Sequence[str]) -> None:
        import z3  # type: ignore[import-untyped]

        self.z3: Any = z3
        self.offsets = {region: z3.Int(f"ahead:{region}") for region in regions}
        self.optimize = z3.Optimize()
        shifts = [z3.If(each == 0, 0, 1) for each in self.offsets.values()]
        sizes = [z3.If(each < 0, -each, each) for each in self.offsets.values()]
        self.optimize.minimize(z3.Sum(shifts))
        self.optimize.minimize(z3.Sum(sizes))

    def without_one_of(
        self, orders: Sequence[tuple[str | None, str | None, int]]
    ) -> dict[str, int] | None:
        """Give the best offsets that also undo one of these orders; None where none do."""
        z3 = self.z3
        undone = [
            # The later one was timed by a clock so far ahead that it was no later.
            self._ahead(later) - self._ahead(earlier) >= gap
            for earlier, later, gap in orders
        ]
        self.optimize.add(z3.Or(*undone))
        if self.optimize.check() != z3.sat:
            return None
        model = self.optimize.model()
        return {
            region: model.eval(each, model_completion=True).as_long()
            for region, each in self.offsets.items()
        }

    def _ahead(self, region: str | None) -> Any:
        return 0 if region is None else self.offsets[region]
