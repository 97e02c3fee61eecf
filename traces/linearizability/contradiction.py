"""A small set of operations that have no linearization, out of a history that has none.

Leaving an operation out would prove nothing, since what is left out may be what explains the rest.
So operations are weakened instead: an observation is taken away, anything else becomes one that
may or may not have happened within its interval. What cannot be linearized after that contradicts
itself, whatever the weakened operations did.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from ...models.verdicts import Verdict
from .linearization import TimedEffect, linearize
from .sequential_models import SequentialModel, State

_MAX_CONFIGURATIONS = 2_000


def find_contradiction(
    model: SequentialModel,
    initial: State,
    effects: Sequence[TimedEffect],
    *,
    failed_at: int,
    seconds: float,
    given: Collection[int] = (),
) -> list[int]:
    """Give the indexes of effects that contradict each other and what is `given`, in time order.

    `failed_at` is where the search for a linearization failed; the effects `given` are not
    weakened. No index can be weakened further without losing the contradiction, unless the
    seconds ran out before that was known.
    """
    return _Minimizer(model, initial, effects, failed_at, seconds, frozenset(given)).run()


class _Minimizer:
    def __init__(
        self,
        model: SequentialModel,
        initial: State,
        effects: Sequence[TimedEffect],
        failed_at: int,
        seconds: float,
        given: frozenset[int],
    ) -> None:
        self.model = model
        self.given = given
        self.initial = initial
        self.end = effects[failed_at].end
        if model.may_become is not None:  # then what failed may have been ruled out by later reads
            self.end = max(e.end for e in effects if e.required)
        self.effects = effects
        self.scope = [i for i, e in enumerate(effects) if e.start <= self.end]
        self.failed_at = failed_at
        self.deadline = time.monotonic() + seconds

    def run(self) -> list[int]:
        # What ended later than where the search failed was not yet held to anything.
        required = [
            i
            for i in self.scope
            if self.effects[i].required and self.effects[i].end <= self.end and i not in self.given
        ]
        required.sort(key=lambda i: (self.effects[i].end, self.effects[i].start))
        if self.failed_at in required:  # what failed stays to the last
            required.remove(self.failed_at)
            required.append(self.failed_at)
        kept = self._without_prefix(required)
        chunk = max(1, len(kept) // 2)
        while True:
            kept, shrunk = self._without_chunks(kept, chunk)
            if (chunk == 1 and not shrunk) or self._is_late():
                break
            chunk = max(1, chunk // 2)
        return sorted(kept, key=lambda i: (self.effects[i].start, self.effects[i].end))

    def _without_prefix(self, required: list[int]) -> list[int]:
        """Weaken as many of those that ended first as possible, by bisection."""
        low, high = 0, len(required) - 1
        while low < high and not self._is_late():
            middle = (low + high + 1) // 2
            if self._contradicts(required[middle:]):
                low = middle
            else:
                high = middle - 1
        return required[low:]

    def _without_chunks(self, kept: list[int], chunk: int) -> tuple[list[int], bool]:
        shrunk = False
        start = 0
        while start < len(kept) and not self._is_late():
            candidate = kept[:start] + kept[start + chunk :]
            if candidate and self._contradicts(candidate):
                kept, shrunk = candidate, True
            else:
                start += chunk
        return kept, shrunk

    def _is_late(self) -> bool:
        return time.monotonic() > self.deadline

    def _contradicts(self, kept: Sequence[int]) -> bool:
        strong = self.given.union(kept)
        # After the end of the last that is kept nothing matters.
        end = max(self.effects[i].end for i in kept)
        weakened = [
            self.effects[i] if i in strong else replace(self.effects[i], required=False)
            for i in self.scope
            if i in strong or self._matters(i, end)
        ]
        found = linearize(
            self.model,
            self.initial,
            weakened,
            max_configurations=_MAX_CONFIGURATIONS,
            deadline=self.deadline,
        )
        return found.verdict is Verdict.VIOLATED

    def _matters(self, index: int, end: int) -> bool:
        effect = self.effects[index]
        return effect.start <= end and not self.model.observes(effect.effect)
