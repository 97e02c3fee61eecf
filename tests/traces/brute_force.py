"""The plainest check there is: try every order of the operations."""

from __future__ import annotations

from collections.abc import Sequence

from gtcheck.traces.linearizability.linearization import TimedEffect
from gtcheck.traces.linearizability.sequential_models import SequentialModel, State


def is_linearizable(model: SequentialModel, initial: State, effects: Sequence[TimedEffect]) -> bool:
    """Tell whether some order that respects time explains every required effect."""

    def search(state: State, left: tuple[int, ...]) -> bool:
        if not any(effects[i].required for i in left):
            return True
        first_end = min(effects[i].end for i in left if effects[i].required)
        for i in left:
            if effects[i].start > first_end:
                continue
            rest = tuple(j for j in left if j != i)
            # What may happen and is passed over by its own end can happen no more.
            rest = tuple(
                j for j in rest if effects[j].required or effects[j].end >= effects[i].start
            )
            if any(effects[j].required and effects[j].end < effects[i].start for j in rest):
                continue
            after = model.step(state, effects[i].effect)
            if after is not None and search(after, rest):
                return True
        return False

    return search(initial, tuple(range(len(effects))))
