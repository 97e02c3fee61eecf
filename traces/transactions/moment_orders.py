"""A list of moments, some of which can be moved before another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GAP = 1 << 40
"""How far apart the labels of neighbours are, where there is room."""


class MomentOrder:
    """All moments in an order that can be changed; which of two comes first is told by labels.

    `label` grows along the order and `following` gives the next moment, from `start` on, which is
    before all. To move a moment takes constant time, but for the rare cases in which all labels
    are given anew (Dietz and Sleator, STOC 1987, have the proof that they can be rare).
    """

    def __init__(self, order: Sequence[int]) -> None:
        self.start = len(order)
        self.following = [0] * (len(order) + 1)
        self.preceding = [0] * (len(order) + 1)
        self.label = [0] * (len(order) + 1)
        last = self.start
        for moment in order:
            self._join(last, moment)
            last = moment
        self._join(last, self.start)
        self._label_all()

    def move_before(self, moment: int, moved: Iterable[int]) -> None:
        """Put others, in the order in which they are, right before a moment."""
        moved = sorted(moved, key=self.label.__getitem__)
        for other in moved:
            self._join(self.preceding[other], self.following[other])
        last = self.preceding[moment]
        low = self.label[last]
        step = (self.label[moment] - low) // (len(moved) + 1)
        for other in moved:
            self._join(last, other)
            low += step
            self.label[other] = low
            last = other
        self._join(last, moment)
        if not step:
            self._label_all()

    def _join(self, one: int, other: int) -> None:
        self.following[one] = other
        self.preceding[other] = one

    def _label_all(self) -> None:
        label, following = self.label, self.following
        moment, at = self.start, 0
        for _ in label:
            label[moment] = at
            at += GAP
            moment = following[moment]
