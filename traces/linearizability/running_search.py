"""A search for a linearization that goes on while operations come, from any moment of rest.

It begins narrow, as `linearize` does, and begins again wider where it left out too much. So what
came since the last rest is kept; at a rest what is possible then stands for all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from ..history import Operation
from ..limits import ObservationLimits
from .linearization import Configurations, Search, TimedEffect
from .sequential_models import Effect, SequentialModel, State

_WIDTHS = (16, 256, None)
_SECONDS = 1.0
"""What one operation may take, so that others are not kept waiting."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An operation with the interval in which it happens, widened by the clock error."""

    operation: Operation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Possible:
    """A state at a moment of rest, with the unknown operations that may happen later."""

    state: State
    open: tuple[Timed, ...] = ()


@dataclass(slots=True)
class Failure:
    """Why a search ended: the index of the operation that cannot return, or which limit ran out."""

    index: int
    limit: str | None = None


@dataclass(slots=True)
class RunningSearch:
    """What is possible now, from what was `possible` at the last rest; `kept` came since then."""

    model: SequentialModel
    effect_of: Callable[[Operation], Effect]
    possible: Sequence[Possible]
    limits: ObservationLimits
    kept: list[Timed] = field(default_factory=list)
    effects: list[TimedEffect] = field(default_factory=list)
    _search: Search = field(init=False)
    _width: int = field(default=0, init=False)
    _returning: list[tuple[int, int]] = field(default_factory=list, init=False)
    _tried: int = field(default=64, init=False)
    _opened: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        opened = {id(timed): timed for each in self.possible for timed in each.open}
        for timed in opened.values():
            self._keep(timed)
        self._opened = len(self.kept)
        self._search = self._begun(_WIDTHS[0])

    @property
    def since_rest(self) -> list[Timed]:
        """Give what came since the last rest."""
        return self.kept[self._opened :]

    def _keep(self, timed: Timed) -> None:
        self.kept.append(timed)
        operation = timed.operation
        self.effects.append(
            TimedEffect(self.effect_of(operation), timed.start, timed.end, operation.certain)
        )

    def _begun(self, width: int | None) -> Search:
        deadline = time.monotonic() + _SECONDS
        most = self.limits.max_configurations
        search = Search(self.model, None, self.effects, most, deadline, width)
        opened = {id(timed) for each in self.possible for timed in each.open}
        for index, timed in enumerate(self.kept):
            if id(timed) in opened:
                search.call(index)
        found: Configurations = {}
        for each in self.possible:
            mine = {id(timed) for timed in each.open}
            may = sum(bit for i, bit in search.bits.items() if id(self.kept[i]) in mine)
            found.setdefault(each.state, []).append((0, may))
        search.configurations = found
        return search

    def take(self, timed: Timed) -> Failure | None:
        """Take an operation from its start on; they come in the order of their starts."""
        failed = self.complete_before(timed.start)
        index = len(self.kept)
        self._keep(timed)
        self._search.call(index)
        if timed.operation.certain:
            heappush(self._returning, (timed.end, index))
        return failed

    def complete_before(self, moment: int) -> Failure | None:
        """Take that all operations which end before a moment have ended."""
        while self._returning and self._returning[0][0] < moment:
            failed = self._complete(heappop(self._returning)[1])
            if failed is not None:
                return failed
        return None

    def _complete(self, index: int) -> Failure | None:
        self._search.deadline = time.monotonic() + _SECONDS
        limit = self._search.complete(index)
        while limit is None and not self._search.configurations:
            if not self._search.has_left_out:
                return Failure(index)
            self._width += 1
            limit = self._again(_WIDTHS[self._width])
        return Failure(index, limit) if limit is not None else None

    def _again(self, width: int | None) -> str | None:
        """Search once more from the last rest until now, with another width."""
        search = self._search = self._begun(width)
        events = [(t.start, 0, i) for i, t in enumerate(self.kept) if i not in search.bits]
        ended = {index for _, index in self._returning}
        for index, timed in enumerate(self.kept):
            if timed.operation.certain and index not in ended:
                events.append((timed.end, 1, index))
        events.sort()
        for _, returns, index in events:
            if not returns:
                search.call(index)
                continue
            limit = search.complete(index)
            if limit is not None or not search.configurations:
                return limit
        return None

    def rest(self) -> list[Possible] | None:
        """Give what is possible when nothing is under way; None where too much was left out."""
        if self._search.has_left_out:
            if len(self.kept) < self._tried:
                return None
            self._tried = 2 * len(self.kept)
            narrow = self._search
            limit = self._again(None)
            if limit is not None:
                self._search = narrow
                return None
            self._width = len(_WIDTHS) - 1
        search = self._search
        timed_of = {bit: self.kept[index] for index, bit in search.bits.items()}
        return [
            Possible(state, tuple(t for bit, t in timed_of.items() if may & bit))
            for state, rests in search.configurations.items()
            for _, may in rests
        ]
