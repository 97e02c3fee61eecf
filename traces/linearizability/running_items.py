"""Whether an item behaves as one copy while it is used: told at once, with bounded memory.

Zones judge a register as long as no two writes may explain one read; where they may, or where a
write depends on what was there, a search goes on from the last rest, the last moment at which
nothing was under way. At a rest what is possible then stands for all that was before.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from ...models.verdicts import Verdict
from ..history import FOREVER, Item, Operation
from ..limits import ObservationLimits
from ..values import UNSET, Value, identity
from ..wording import line_of, named_item, told
from .contradiction import find_contradiction
from .linearizable_items import (
    FEW,
    SILENT,
    Finding,
    counted,
    counter_effect,
    from_nowhere,
    register_effect,
    zones_in_words,
)
from .running_search import Failure, Possible, RunningSearch, Timed
from .running_zones import RunningZones, StaleRead
from .sequential_models import COUNTER, REGISTER
from .zones import Cluster, find_zone_conflict

_RESTED_FROM = 16
_NULL = ("null",)


class RunningItem:
    """Judges the operations on one register, which come in the order of their starts.

    `error` widens each interval at both ends. `gave_up` says which limit ran out, after which
    nothing is judged. Remembers what came since the last rest, at most `limits.max_remembered`.
    """

    __slots__ = (
        "_busy_until",
        "_counts",
        "_error",
        "_initial",
        "_kept",
        "_limits",
        "_possible",
        "_search",
        "_zones",
        "count",
        "failed",
        "gave_up",
        "is_informed",
        "key",
    )

    def __init__(self, key: Any, initial: Value, limits: ObservationLimits, error: int) -> None:
        self.key, self._initial = key, initial
        self._limits, self._error = limits, error
        self._zones = RunningZones(named(initial), limits.max_remembered)
        self._search: RunningSearch | None = None
        self._possible: Sequence[Possible] | None = [Possible(named(initial))]
        self._kept: list[Timed] = []
        self._busy_until = -FOREVER
        self._counts = False
        self.count = self.failed = 0
        self.is_informed = False
        self.gave_up: str | None = None

    @property
    def checked(self) -> int:
        """Give how many operations were held against others, as `judge_item` counts them."""
        return self.count if self.is_informed else self.failed

    def take(self, operation: Operation) -> Finding | None:
        """Take an operation from its start on; give a contradiction where it is found."""
        if operation.failed is not None:
            self.failed += 1
            return None
        is_silent = operation.is_read and (
            operation.value is UNSET or operation.consistency == "eventual"
        )
        if is_silent or self.gave_up is not None:
            return None
        self.count += 1
        self.is_informed |= operation.certain and operation.action not in SILENT
        end = operation.end + self._error if operation.certain else FOREVER
        timed = Timed(operation, operation.start - self._error, end)
        if timed.start > self._busy_until:
            self._rest(timed.start)
        if operation.certain:
            self._busy_until = max(self._busy_until, end)
        if self._search is not None:
            return self._take_in_search(timed)
        return self._take_in_zones(timed)

    def forget_arrivals(self) -> None:
        """Take that there may be writes of unknown outcome that were never told."""
        self._zones.has_forgotten = True

    def settle(self, operation: Operation) -> Finding | None:
        """Take that all is told that may have begun before the end of an operation."""
        if self.gave_up is not None:
            return None
        if self._search is not None:
            return self._told(self._search.complete_before(operation.end + self._error + 1))
        value, end = named(operation.value), operation.end + self._error
        if not operation.is_read:
            self._zones.end_write(value, operation, end)
            return None
        if operation.value is UNSET or operation.consistency == "eventual":
            return None
        stale = self._zones.end_read(value, operation, end)
        return self._tell_stale(stale) if stale is not None else None

    def _take_in_zones(self, timed: Timed) -> Finding | None:
        self._kept.append(timed)
        operation, zones = timed.operation, self._zones
        value = named(operation.value)
        if operation.action == "read":
            zones.begin_read(value, operation, timed.start)
        elif operation.action != "write" or not zones.begin_write(value, operation, timed.start):
            return self._begin_search()
        if zones.unread > self._limits.max_remembered:
            zones.forget_unread()
        if zones.recent > self._limits.max_remembered:
            self._give_up(_RESTLESS.format(self._limits.max_remembered))
        elif len(self._kept) > self._limits.max_remembered:
            self._kept, self._possible = [], None
        return None

    def _begin_search(self) -> Finding | None:
        kept, possible, self._kept = self._kept, self._possible, []
        if possible is None:
            self._give_up(_RESTLESS.format(self._limits.max_remembered))
            return None
        self._search = self._new_search(possible)
        for timed in kept:
            found = self._take_in_search(timed)
            if found is not None or self._search is None:
                return found
        return None

    def _new_search(self, possible: Sequence[Possible]) -> RunningSearch:
        if self._counts:
            return RunningSearch(COUNTER, counter_effect, possible, self._limits)
        return RunningSearch(REGISTER, _register_effect, possible, self._limits)

    def _take_in_search(self, timed: Timed) -> Finding | None:
        assert self._search is not None
        if timed.operation.action == "increment" and not self._counts:
            self._counts, earlier = True, self._search
            as_counted = [Possible(_counted(each.state), each.open) for each in earlier.possible]
            self._search = self._new_search(as_counted)
            for before in earlier.since_rest:
                self._search.take(before)
        if len(self._search.kept) >= self._limits.max_remembered:
            self._give_up(_RESTLESS.format(self._limits.max_remembered))
            return None
        return self._told(self._search.take(timed))

    def _rest(self, moment: int) -> None:
        """Let what is possible now stand for all that came before."""
        if self._search is not None:
            self._rest_in_search(moment)
        elif len(self._kept) > _RESTED_FROM + len(self._zones.living) // 4:
            zones = self._zones
            opened = tuple(
                Timed(each, each.start - self._error, FOREVER) for each in zones.unread_writes()
            )
            self._possible = [Possible(state, opened) for state in zones.states()]
            self._kept = []

    def _rest_in_search(self, moment: int) -> None:
        search = self._search
        if search is None or len(search.since_rest) < _RESTED_FROM:
            return
        if search.complete_before(moment) is not None:
            return
        possible = search.rest()
        if possible is None:
            return
        self._possible = possible
        zones = self._zones_from(possible, search.since_rest)
        if zones is None:
            self._search = self._new_search(possible)
        else:
            self._zones, self._search = zones, None

    def _zones_from(
        self, possible: Sequence[Possible], since: Sequence[Timed]
    ) -> RunningZones | None:
        """Go on with zones where only one value is possible and none would be written twice."""
        if len(possible) > 1 or self._counts:
            return None
        state, opened = possible[0].state, possible[0].open
        makers = (t.operation for t in reversed(since) if named(t.operation.value) == state)
        maker = next((each for each in makers if not each.is_read), None)
        zones = RunningZones(state, self._limits.max_remembered, maker)
        zones.has_forgotten = self._zones.has_forgotten
        for each in opened:
            write, value = each.operation, named(each.operation.value)
            if write.action != "write" or not zones.begin_write(value, write, each.start):
                return None
        return zones

    def _give_up(self, reason: str) -> None:
        self.gave_up, self._search, self._kept = reason, None, []

    def _told(self, failure: Failure | None) -> Finding | None:
        if failure is None or self._search is None:
            return None
        if failure.limit is not None or self._zones.has_forgotten:
            self._give_up(failure.limit or _FORGOTTEN.format(self._limits.max_remembered))
            return None
        return self._tell_failure(self._search, failure.index)

    def _tell_stale(self, stale: StaleRead) -> Finding | None:
        if self._zones.has_forgotten:
            self._give_up(_FORGOTTEN.format(self._limits.max_remembered))
            return None
        item = Item(self.key, self._initial)
        if stale.gone is not None and stale.rival is not None:
            gone = Cluster(stale.gone.write, [*stale.gone.reads, stale.read])
            conflict = find_zone_conflict([gone, stale.rival])
            if conflict is not None:
                words = zones_in_words(item, conflict)
                return _violated(self.count, words, conflict.operations)
        return from_nowhere(item, stale.read, self.count)

    def _tell_failure(self, search: RunningSearch, index: int) -> Finding:
        chosen = [search.kept[index].operation]
        if len(search.possible) == 1:
            indexes = find_contradiction(
                search.model,
                search.possible[0].state,
                search.effects,
                failed_at=index,
                seconds=self._limits.max_witness_seconds,
            )
            chosen = [search.kept[each].operation for each in indexes] or chosen
        first = next(iter(search.since_rest)).operation
        last = max(chosen, key=lambda each: (each.end, each.start))
        others = [each for each in chosen if each is not last]
        listed = "".join(f"{line_of(each)} {told(each)}; " for each in others[:FEW])
        listed += f"{len(others) - FEW:,} more; " if len(others) > FEW else ""
        since = f"after all that had ended before {line_of(first)} began"
        words = f"{since}, no order explains {named_item(self.key)}: {listed}"
        return _violated(self.count, f"{words}{line_of(last)} {told(last)}", chosen)


_RESTLESS = "more than {:,} operations without a moment at which none was under way"
_FORGOTTEN = (
    "more than {:,} writes of unknown outcome that nobody read, one of which may explain it"
)


def named(value: Value) -> Hashable:
    """Give what a value is known by as a state; a search has None for what cannot happen."""
    return _NULL if value is None else identity(value)


def _violated(checked: int, words: str, operations: Sequence[Operation]) -> Finding:
    return Finding(Verdict.VIOLATED, checked, explanation=words, operations=tuple(operations))


def _register_effect(operation: Operation) -> tuple[Any, ...]:
    return register_effect(operation, named)


def _counted(state: Any) -> Any:
    """Give a register's state as a counter's."""
    if state == _NULL:
        return counted(None)
    is_bool = isinstance(state, tuple) and len(state) == 2 and state[0] is bool
    return counted(state[1] if is_bool else state)
