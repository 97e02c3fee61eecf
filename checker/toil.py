"""How often Python ran each step, and what the step looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..models.steps import Slot
from .domains import Domains
from .hotspots import Hotspot
from .recording import VALUE, Look

MANY_CALLS = 20_000
"""Fewer calls than these take no time that one notices."""
FEW_TRANSITIONS = 50
"""A call takes about as long as so many transitions without one."""


@dataclass(slots=True)
class Toil:
    """How often each step ran, by its number, and what it looked at when it looked at most."""

    runs: Counter[int] = field(default_factory=Counter)
    looks: dict[int, Sequence[Look]] = field(default_factory=dict)

    def note(self, step: int, runs: int, looks: Sequence[Look]) -> None:
        """Note that a step ran."""
        self.runs[step] += runs
        if len(looks) >= len(self.looks.get(step, ())):
            self.looks[step] = looks

    def hotspot(
        self, name: Callable[[int], str], slots: Sequence[Slot], domains: Domains, transitions: int
    ) -> Hotspot | None:
        """Give the step that ran most, where Python ran so often that it took most of the time.

        Steps that differ by their parameters alone count together.
        """
        if self.runs.total() < max(MANY_CALLS, transitions / FEW_TRANSITIONS):
            return None
        together: Counter[str] = Counter()
        looked: dict[str, Sequence[Look]] = {}
        for step, runs in self.runs.items():
            said = name(step).partition("(")[0]
            together[said] += runs
            looked[said] = max(looked.get(said, ()), self.looks[step], key=len)
        [(said, runs)] = together.most_common(1)
        looks = looked[said]
        read = {look[1] for look in looks if look[0] == VALUE}
        widest = max(read, key=lambda slot: len(domains[slot].values), default=None)
        return Hotspot(
            step=said,
            runs=runs,
            looks=len(looks),
            variable=None if widest is None else slots[widest].name,
            values=0 if widest is None else len(domains[widest].values),
        )
