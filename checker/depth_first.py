"""Depth-first search over plain values: the same states as breadth first, in another order."""

from __future__ import annotations

from .findings import PathStep, Task
from .plain import Outcome, State
from .reference import ReferenceEngine


class DepthFirstReference(ReferenceEngine):
    """Goes on from the state found last; `depth` is how far the longest of its ways went.

    A state is remembered exactly, with the way on which it was come to first, which need not be a
    shortest one; one at the limit of depth is not gone on from. The search ends with the step of
    the first violation.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._stack: list[tuple[State, State | None, PathStep | None, int]] = []
        self._led_to: list[tuple[State, State, PathStep]] = []

    def _explore(self) -> None:
        limits, search = self._task.limits, self.search
        self._stack = [(state, None, None, 0) for state in reversed(self._begin())]
        is_cut = False
        while self._stack and search.stopped_by is None:
            state, parent, step, depth = self._stack.pop()
            if state in self._parents:
                continue
            if limits.max_states and len(self._parents) >= limits.max_states:
                search.stopped_by = "max_states"
                break
            self._discover(state, parent, step, [])
            search.depth = max(search.depth, depth)
            if depth == limits.max_depth:
                is_cut = True
            elif not self._is_decided():
                self._go_on(state, depth)
            if self._is_decided():
                search.stopped_by = "violation"
        if is_cut and search.stopped_by is None:
            search.stopped_by = "max_depth"

    def _go_on(self, state: State, depth: int) -> None:
        self._led_to = []
        self._expand(state, [])
        for reached, parent, step in reversed(self._led_to):
            self._stack.append((reached, parent, step, depth + 1))
        self._tell(len(self._stack))

    def _take(self, state: State, step: PathStep, outcome: Outcome, following: list[State]) -> None:
        if outcome.failure is not None:
            super()._take(state, step, outcome, following)
        elif outcome.state not in self._parents:
            self._led_to.append((outcome.state, state, step))
