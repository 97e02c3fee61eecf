"""Depth-first search over plain values: the same states as breadth first, in another order."""

from __future__ import annotations

from .findings import PathStep, Task
from .plain import State
from .reference import ReferenceEngine


class DepthFirstReference(ReferenceEngine):
    """Goes on from the state found last; `depth` is how far the longest of its ways went.

    A state is remembered exactly, with the way on which it was found, which need not be a shortest
    one. One at the limit of depth is not gone on from; one that is found again by fewer steps is,
    once more, for what lies behind it may be within the limit now. The search ends with the step
    of the first violation.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._stack: list[tuple[State, int]] = []
        self._expanded: set[State] = set()

    def _explore(self) -> None:
        limits, search = self._task.limits, self.search
        found: list[State] = []
        self._discover_starts(found)
        self._stack = [(state, 0) for state in reversed(found)]
        while self._stack and search.stopped_by is None:
            if self._is_decided():
                search.stopped_by = "violation"
                break
            state, depth = self._stack.pop()
            if depth == self._depths[state] and depth != limits.max_depth:
                self._go_on(state)
        if search.stopped_by is None and len(self._expanded) < search.states:
            search.stopped_by = "max_depth"

    def _go_on(self, state: State) -> None:
        counts = self.search.transitions, self.search.terminal_states
        following: list[State] = []
        self._expand(state, following)
        if state in self._expanded:
            self.search.transitions, self.search.terminal_states = counts
        self._expanded.add(state)
        self.search.depth = max(
            self.search.depth, *map(self._depths.__getitem__, [state, *following])
        )
        self._stack += [(reached, self._depths[reached]) for reached in reversed(following)]
        self._tell(len(self._stack))

    def _meet(self, state: State, parent: State, step: PathStep, following: list[State]) -> None:
        nearer = self._depths[parent] + 1
        if nearer < self._depths.get(state, 0):
            self._parents[state] = (parent, step)
            self._depths[state] = nearer
            following.append(state)
        else:
            super()._meet(state, parent, step, following)
