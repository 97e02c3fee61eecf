"""Just-in-time linearization: does some order of the operations explain what each reported?

After Wing and Gong (1993) and Lowe (2017), searched breadth first in the order of the events, so
that nothing is remembered but the configurations that are possible now. A configuration is a state
with what is still to happen: each pending operation *must* happen before it returns, *may* happen,
or has happened. One that may is never worse than the same one that must or did, so of two
configurations with one state the worse is dropped. Three things make that strong:

- An operation of unknown outcome may happen, for ever; of two with one effect either will do.
- An operation that tells nothing of the state may hide right before one that overwrites it, so
  after an overwriting effect every such pending operation only may happen.
- An observation changes nothing, so it happens as soon as the state is right.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from ...models.verdicts import Verdict
from ..history import FOREVER
from .sequential_models import Effect, SequentialModel, State


@dataclass(frozen=True, slots=True)
class TimedEffect:
    """An effect with the interval in which it happens; both ends are inclusive.

    One that is not `required` may as well not happen. Where `end` is `FOREVER` it is not required.
    """

    effect: Effect
    start: int
    end: int
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Linearization:
    """What a search found: `failed_at` is the index of the first effect that cannot return.

    `states` are those that were possible right before it returned; `reason` tells which limit ran
    out where the verdict is undecided.
    """

    verdict: Verdict
    failed_at: int | None = None
    states: tuple[State, ...] = ()
    reason: str | None = None
    largest: int = 0


Configurations = dict[State, list[tuple[int, int]]]


def linearize(
    model: SequentialModel,
    initial: State,
    effects: Sequence[TimedEffect],
    *,
    max_configurations: int,
    deadline: float = float("inf"),
) -> Linearization:
    """Search for an order of `effects` that `model` allows from `initial`.

    Takes time linear in the number of effects and at worst exponential in how many overlap;
    `max_configurations` bounds the memory and `deadline` (of `time.monotonic`) the time.
    """
    # An order is mostly found among few configurations; that there is none, only among all.
    for width in _WIDTHS:
        narrow = Search(model, initial, effects, max_configurations, deadline, width)
        found = narrow.run()
        if found.verdict is Verdict.HOLDS or not narrow.has_left_out:
            return found
    return Search(model, initial, effects, max_configurations, deadline).run()


_WIDTHS = (16, 256)
_STEPS_OF_WIDTH = 8


class Search:
    """The search itself, one event after the other: effects are called and complete in order.

    It leaves out all but `width` configurations, where that is given, and says so. `effects` may
    grow while it goes on, except where the model has `may_become`, which looks ahead.
    """

    def __init__(
        self,
        model: SequentialModel,
        initial: State,
        effects: Sequence[TimedEffect],
        max_configurations: int,
        deadline: float,
        width: int | None = None,
    ) -> None:
        self.model = model
        self.width = width
        self.has_left_out = False
        self.effects = effects
        self.max_configurations = max_configurations
        self.deadline = deadline
        self.configurations: Configurations = {initial: [(0, 0)]}
        self.bits: dict[int, int] = {}  # of each pending effect
        self.free_bits: list[int] = []
        self.used_bits = 0
        self.pending: dict[Effect, list[tuple[int, int]]] = {}  # (end, bit), the earliest end first
        self.pending_reads: dict[Effect, int] = {}
        self.hideable = 0
        self.pending_overwrites = 0
        self.steps: dict[tuple[State, Effect], State | None] = {}
        self.largest = 1
        self.read_ends: dict[Effect, int] = {}
        self.horizons = self._horizons() if model.may_become is not None else {}

    def run(self) -> Linearization:
        """Walk through the events; calls come before returns of the same moment."""
        last = self._last_informative_end()
        events = [(e.start, 0, i) for i, e in enumerate(self.effects) if e.start <= last]
        events += [(e.end, 1, i) for i, e in enumerate(self.effects) if e.end <= last]
        events.sort()
        for _, returns, index in events:
            if not returns:
                self.call(index)
                continue
            before = tuple(self.configurations)
            stopped = self.complete(index)
            if stopped is not None:
                return Linearization(
                    verdict=Verdict.UNDECIDED, reason=stopped, largest=self.largest
                )
            if not self.configurations:
                return Linearization(
                    verdict=Verdict.VIOLATED, failed_at=index, states=before, largest=self.largest
                )
        return Linearization(verdict=Verdict.HOLDS, largest=self.largest)

    def _last_informative_end(self) -> int:
        # After the last required effect that could be impossible, nothing can go wrong.
        ends = (e.end for e in self.effects if e.required and not self.model.is_free(e.effect))
        return max(ends, default=-FOREVER)

    def _horizons(self) -> dict[int, tuple[int, Effect | None]]:
        """Map each index to what is called next after that effect returns.

        That is when the next overwriting effect is called, and the next observation, which is None
        where an overwriting effect may come before it.
        """
        reads = [e for e in self.effects if e.required and self.model.observes(e.effect)]
        reads.sort(key=attrgetter("start"))
        for read in reads:
            self.read_ends[read.effect] = max(read.end, self.read_ends.get(read.effect, 0))
        read_starts = [read.start for read in reads]
        overwrites = sorted(e.start for e in self.effects if self.model.overwrites(e.effect))
        found: dict[int, tuple[int, Effect | None]] = {}
        for index, each in enumerate(self.effects):
            at = bisect_right(overwrites, each.end)
            overwrite = overwrites[at] if at < len(overwrites) else FOREVER
            at = bisect_right(read_starts, each.end)
            following = reads[at] if at < len(reads) else None
            is_next = following is not None and overwrite > following.end
            upcoming = following.effect if following is not None and is_next else None
            found[index] = (overwrite, upcoming)
        return found

    def call(self, index: int) -> None:
        """Take that the effect of this index may happen from now on."""
        timed = self.effects[index]
        effect, model = timed.effect, self.model
        observes = model.observes(effect)
        if observes and not timed.required:
            return
        bit = self.free_bits.pop() if self.free_bits else 1 << self.used_bits
        self.used_bits += bit == 1 << self.used_bits
        self.bits[index] = bit
        if observes:
            self.pending_reads[effect] = self.pending_reads.get(effect, 0) | bit
        else:
            waiting = self.pending.setdefault(effect, [])
            waiting.append((timed.end, bit))
            waiting.sort()
            self.hideable |= bit if model.is_free(effect) else 0
            self.pending_overwrites |= bit if model.overwrites(effect) else 0
        for state, rests in self.configurations.items():
            if not timed.required:
                self.configurations[state] = [(must, may | bit) for must, may in rests]
            elif not observes or self._step(state, effect) is None:
                self.configurations[state] = [(must | bit, may) for must, may in rests]

    def complete(self, index: int) -> str | None:
        """Take that an effect must have happened by now; give which limit ran out, if one did.

        Where it cannot have happened, no configurations are left.
        """
        bit = self.bits.pop(index, 0)
        if not bit:
            return None
        after: Configurations = {}
        open_work: list[tuple[State, int, int, bool]] = []
        for state, rests in self.configurations.items():
            for must, may in rests:
                if not must & bit:
                    _keep(after, state, must, may & ~bit)
                if (must | may) & bit:
                    open_work.append((state, must, may, False))
        stopped = self._expand(index, bit, open_work, after) if open_work else None
        self._forget(index, bit)
        self.configurations = after if self.width is None else self._narrowed(after, self.width)
        self.largest = max(self.largest, sum(map(len, after.values())))
        return stopped

    def _narrowed(self, after: Configurations, width: int) -> Configurations:
        """Leave out the configurations of each state that have the least left to happen."""
        share = max(1, width // max(1, len(after)))
        kept: Configurations = {}
        for state, rests in after.items():
            if len(rests) > share:
                self.has_left_out = True
                rests = sorted(rests, key=lambda rest: -(rest[0] | rest[1]).bit_count())[:share]
            kept[state] = rests
        return kept

    def _forget(self, index: int, bit: int) -> None:
        timed = self.effects[index]
        if timed.effect in self.pending_reads:
            self.pending_reads[timed.effect] &= ~bit
            if not self.pending_reads[timed.effect]:
                del self.pending_reads[timed.effect]
        else:
            waiting = self.pending[timed.effect]
            waiting.remove((timed.end, bit))
            if not waiting:
                del self.pending[timed.effect]
        self.hideable &= ~bit
        self.pending_overwrites &= ~bit
        self.free_bits.append(bit)

    def _expand(
        self, index: int, bit: int, work: list[tuple[State, int, int, bool]], after: Configurations
    ) -> str | None:
        """Let pending effects happen until the effect of `bit` did, in every way that matters.

        This is the last chance also for one that only may happen.
        """
        seen: Configurations = {}
        seen_idle: Configurations = {}
        count = 0
        while work:
            if self.width is not None and count > _STEPS_OF_WIDTH * self.width:
                self.has_left_out = True
                return None
            state, must, may, idle = work.pop()
            for new_state, new_must, new_may, used in self._successors(state, must, may, idle):
                if not self._is_viable(index, new_state, new_must, new_may):
                    continue
                if not new_must & bit and (must | used) & bit:
                    _keep(after, new_state, new_must, new_may & ~bit)
                if not (new_must | new_may) & bit:
                    continue
                # Right after an effect that nobody saw, an overwriting one makes it pointless.
                seen_by_reads = must & ~new_must & ~used & ~self.hideable
                new_idle = bool(used & self.hideable) and not seen_by_reads
                if new_idle and _is_dominated(seen, new_state, new_must, new_may):
                    continue
                if not _keep(seen_idle if new_idle else seen, new_state, new_must, new_may):
                    continue
                work.append((new_state, new_must, new_may, new_idle))
                count += 1
            if count + len(work) > self.max_configurations or len(after) > self.max_configurations:
                return f"more than {self.max_configurations:,} configurations of one item"
            if time.monotonic() > self.deadline:
                return "out of time"
        return None

    def _successors(
        self, state: State, must: int, may: int, idle: bool
    ) -> list[tuple[State, int, int, int]]:
        found = []
        for effect, waiting in self.pending.items():
            overwrites = self.model.overwrites(effect)
            if idle and overwrites:
                continue
            new_state = self._step(state, effect)
            if new_state is None:
                continue
            for used in _candidates(waiting, must, may):
                new_must, new_may = must & ~used, may & ~used
                if overwrites:
                    hidden = new_must & self.hideable
                    new_must &= ~hidden
                    new_may |= hidden
                for read, bits in self.pending_reads.items():
                    if new_must & bits and self._step(new_state, read) is not None:
                        new_must &= ~bits
                found.append((new_state, new_must, new_may, used))
        return found

    def _is_viable(self, index: int, state: State, must: int, may: int) -> bool:
        may_become = self.model.may_become
        if may_become is None or (must | may) & self.pending_overwrites:
            return True
        overwrite, upcoming = self.horizons[index]
        for read, bits in self.pending_reads.items():
            if must & bits and overwrite > self.read_ends[read] and not may_become(state, read):
                return False
        return upcoming is None or may_become(state, upcoming)

    def _step(self, state: State, effect: Effect) -> State | None:
        key = (state, effect)
        if key not in self.steps:
            self.steps[key] = self.model.step(state, effect)
        return self.steps[key]


def _candidates(waiting: list[tuple[int, int]], must: int, may: int) -> tuple[int, ...]:
    """Give which of the pending effects that do the same may be the next to happen.

    The one that ends first is best: what the others could do later, it could not. One that must
    happen is better still, unless one that only may happen ends before it.
    """
    optional = 0
    for _, bit in waiting:
        if must & bit:
            return (optional, bit) if optional else (bit,)
        if may & bit and not optional:
            optional = bit
    return (optional,) if optional else ()


def _is_dominated(kept: Configurations, state: State, must: int, may: int) -> bool:
    for other_must, other_may in kept.get(state, ()):
        if not may & ~other_may and not (other_must ^ must) & ~other_may:
            return True
    return False


def _keep(kept: Configurations, state: State, must: int, may: int) -> bool:
    """Add a configuration unless one at least as good is there; drop those that are worse."""
    if _is_dominated(kept, state, must, may):
        return False
    rests = [
        (other_must, other_may)
        for other_must, other_may in kept.get(state, ())
        if other_may & ~may or (other_must ^ must) & ~may
    ]
    rests.append((must, may))
    kept[state] = rests
    return True
