"""A log that a system is to follow: it may announce what the log tells, when the log tells it.

Real time is a partial order: of what happened between a first and a last moment only that is known.
So a line is open from its first moment on, and the system goes no further than its last moment
before the line is complete. Each step announces what it does, and is enabled only where some open
line expects just that; what no line tells of is hidden, and free.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from .events import Event
from .systems import System, guard
from .variables import Shared, Variable


def _any(event: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that a line expects to be announced: an event of a `group` that it accepts."""

    group: Hashable
    accepts: Callable[[Any], bool] = _any


@dataclass(frozen=True, slots=True)
class Happening:
    """What one line tells of: all that it expects, in order, from `start` on.

    By its `end` it is complete; one without an end may also never be.
    """

    expected: tuple[Expected, ...]
    start: float
    end: float | None


Open = tuple[tuple[int, int], ...]
"""What is open in a group: the numbers of happenings, each with how much of it was announced."""


class FollowedLog(Shared):
    """The happenings of a log, as part of the system that is to follow it.

    `group_of` tells which group an announced event is of, None where it is hidden. What of the log
    is open or complete, and up to where it was followed, are variables of the system. `refused` is
    told every event that no open line expects.
    """

    def __init__(
        self,
        system: System,
        happenings: Sequence[Happening],
        group_of: Callable[[Event], Hashable | None],
    ) -> None:
        self.system = system
        self.happenings = happenings
        self._group_of = group_of
        self.marks = marks_of(happenings)
        self.position: Variable[int] = system.variable("log: position", 0)
        self._complete: Variable[frozenset[int]] = system.variable("log: complete", frozenset())
        groups = dict.fromkeys(one.group for each in happenings for one in each.expected)
        self._open: dict[Hashable, Variable[Open]] = {
            group: system.variable(f"log: open {group}", ()) for group in groups
        }
        self.refused: Callable[[Event], None] | None = None
        system.listen(self._hear)
        system.on_start(self._go_on)

    @property
    def end(self) -> int:
        """The position at which all that had to happen has happened."""
        return len(self.marks)

    @property
    def required(self) -> int:
        """How many happenings must be complete at the end."""
        return self.required_before(self.end)

    def required_before(self, position: int) -> int:
        """Give how many happenings must be complete at a position."""
        return sum(is_end for _, is_end in self.marks[:position])

    def open_in(self, group: Hashable) -> Open:
        """Give what is open in a group."""
        return self._open[group].value if group in self._open else ()

    def is_open(self, group: Hashable) -> bool:
        """Tell whether anything is open in a group; nothing else of it is looked at."""
        return group in self._open and self._open[group].view(bool)

    def take(self, group: Hashable, number: int) -> None:
        """Let what is next of an open happening have happened."""
        variable = self._open[group]
        step = dict(variable.value)[number] + 1
        variable.value = tuple(one for one in variable.value if one[0] != number)
        happening = self.happenings[number]
        if step < len(happening.expected):
            self._put(happening.expected[step].group, number, step)
        elif happening.end is not None:
            self._complete.value |= {number}
            self._go_on()

    def _hear(self, event: Event) -> None:
        group = self._group_of(event)
        if group is None:
            return
        fit = [one for one in self.open_in(group) if self._expects(one, event)]
        if not fit and self.refused is not None:
            self.refused(event)
        guard(fit)
        number, _ = fit[0] if len(fit) == 1 else self.system.choose(_without_twins(self, fit))
        self.take(group, number)

    def _expects(self, one: tuple[int, int], event: Event) -> bool:
        number, step = one
        return self.happenings[number].expected[step].accepts(event)

    def _put(self, group: Hashable, number: int, step: int) -> None:
        variable = self._open[group]
        variable.value = tuple(sorted((*variable.value, (number, step))))

    def _go_on(self) -> None:
        """Open what has begun, up to the first end of something that is not complete."""
        at, complete = self.position.value, set(self._complete.value)
        while at < len(self.marks):
            number, is_end = self.marks[at]
            if not is_end:
                self._put(self.happenings[number].expected[0].group, number, 0)
            elif number in complete:
                complete.remove(number)
            else:
                break
            at += 1
        self.position.value = at
        self._complete.value = frozenset(complete)


def marks_of(happenings: Sequence[Happening]) -> tuple[tuple[int, bool], ...]:
    """Give all starts and ends in the order of time; of one moment, what starts before what ends.

    Each is the number of a happening, and whether it is its end.
    """
    starts = [(one.start, False, number) for number, one in enumerate(happenings)]
    ends = [(one.end, True, number) for number, one in enumerate(happenings) if one.end is not None]
    return tuple((number, is_end) for _, is_end, number in sorted([*starts, *ends]))


def _without_twins(log: FollowedLog, fit: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep of those that expect nothing more only the first to end: it may as well be the one."""
    last = [one for one in fit if one[1] + 1 == len(log.happenings[one[0]].expected)]
    kept = [one for one in fit if one not in last]
    return [*kept, *sorted(last, key=lambda one: _end(log, one))[:1]]


def _end(log: FollowedLog, one: tuple[int, int]) -> float:
    end = log.happenings[one[0]].end
    return float("inf") if end is None else end
