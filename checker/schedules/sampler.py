"""Schedules in plain Python: the document of what a schedule is, and the native engine's oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...models.errors import GtcheckError
from ...models.properties import Property, PropertyKind
from ..coverage import Coverer
from ..findings import Failure, Finding, PathStep, Task
from ..plain import Outcome, Pick, PlainStep, State, failure_of, initial_states, judge, outcomes
from .footprints import TouchingStep, changed_slots
from .keys import draw, element_label, outcome_key
from .sampling import PILOTS, STEPS, Sampling, Scheduler, scheduler


@dataclass(slots=True)
class Schedule:
    """One schedule that was taken: its steps, whether it came to rest, and what it found."""

    start: int
    path: list[PathStep] = field(default_factory=list)
    rests: bool = False
    findings: dict[str, Finding] = field(default_factory=dict)

    def find(self, name: str, failure: Failure | None) -> None:
        """Keep what decides a property, if it is the first in this schedule."""
        self.findings.setdefault(name, Finding(self.start, tuple(self.path), failure))


class Sampler:
    """Takes schedules of a system; each depends on the seed and its number alone.

    A step that changes nothing is no step: an action is enabled where an outcome of it fails or
    leads to another state, and a schedule rests where no action is. It ends there, at a step that
    fails, or at the limit of depth. `tick` is called before each step, and may raise.
    """

    def __init__(self, task: Task, sampling: Sampling, tick: Callable[[], None]) -> None:
        self._system = task.system
        self._watched = task.watched
        self._runs = [action.run for action in task.system.actions]
        self._sampling = sampling
        self._steps = STEPS if task.limits.max_depth is None else task.limits.max_depth
        self._tick = tick
        self._scheduler: Scheduler | None = None
        self.coverer = Coverer(task.system, task.watched)
        self.starts = initial_states(task.system, task.watched)
        self.calls = len(self.starts)
        for outcome in self.starts:
            self.coverer.take(None, outcome.passed, outcome.offered)

    def schedule(self, number: int, judged: Sequence[Property]) -> Schedule:
        """Take the schedule of a number, and judge the states that it passes.

        One start at least must not have failed.
        """
        if self._scheduler is None:
            self._scheduler = scheduler(
                self._sampling.strategy, self._system.actions, self._length()
            )
        return self._take(number, self._scheduler, judged)

    def _length(self) -> int:
        if self._sampling.strategy != "pct":
            return 0
        uniform = scheduler("random", self._system.actions, 0)
        return max(len(self._take(number, uniform, ()).path) for number in range(PILOTS))

    def _take(self, number: int, chosen: Scheduler, judged: Sequence[Property]) -> Schedule:
        stream = draw(self._sampling.seed, number)
        chosen.begin(stream, number)
        schedule = Schedule(self._start(draw(stream, 0)))
        state = self.starts[schedule.start].state
        self._judge(state, schedule, judged, _PASSING)
        changed: set[int] = set()
        for step in range(1, self._steps + 1):
            self._tick()
            taken = self._step(state, chosen, step, changed, draw(stream, step))
            if taken is None:
                schedule.rests = True
                self._judge(state, schedule, judged, _RESTING)
                break
            action, outcome = taken
            chosen.took(step, action)
            schedule.path.append(PathStep(action, outcome.choices))
            if outcome.failure is not None:
                schedule.find(outcome.failure.property_name, outcome.failure)
                break
            changed = changed_slots(state, outcome.state) if chosen.compares else changed
            state = outcome.state
            self._judge(state, schedule, judged, _PASSING)
        return schedule

    def _start(self, stream: int) -> int:
        fit = [number for number, start in enumerate(self.starts) if start.failure is None]
        return min(fit, key=lambda number: _key(stream, self.starts[number]))

    def _step(
        self, state: State, chosen: Scheduler, step: int, changed: set[int], moment: int
    ) -> tuple[int, Outcome] | None:
        """Give the action and the outcome to take, or None where none leads out."""
        expanded: dict[int, list[Outcome]] = {}
        if chosen.compares:
            expanded = {
                number: self._leading_out(state, number) for number in range(len(self._runs))
            }
            chosen.redraw(step, [n for n, some in expanded.items() if _depend(some, changed)])
        priorities = chosen.priorities(step)
        for number in sorted(range(len(self._runs)), key=priorities.__getitem__):
            leading = expanded[number] if expanded else self._leading_out(state, number)
            if leading:
                return number, min(leading, key=lambda outcome: _key(moment, outcome))
        return None

    def _leading_out(self, state: State, number: int) -> list[Outcome]:
        kind = TouchingStep if self._sampling.strategy == "pos" else PlainStep
        leading = []
        for outcome in outcomes(self._system, state, self._runs[number], self._watched, kind):
            self.calls += 1
            self.coverer.take(number, outcome.passed, outcome.offered)
            if outcome.failure is not None or outcome.state != state:
                leading.append(outcome)
        return leading

    def _judge(
        self,
        state: State,
        schedule: Schedule,
        judged: Sequence[Property],
        kinds: tuple[PropertyKind, ...],
    ) -> None:
        for found in judged:
            if found.kind in kinds and found.predicate and found.name not in schedule.findings:
                try:
                    is_true = judge(self._system, state, found.predicate)
                except GtcheckError:
                    raise
                except Exception as error:
                    schedule.find(found.name, failure_of(error, found.name))
                else:
                    if is_true is (found.kind is PropertyKind.SOMETIMES):
                        schedule.find(found.name, None)


_PASSING = (PropertyKind.ALWAYS, PropertyKind.SOMETIMES)
_RESTING = (PropertyKind.NO_DEADLOCK,)


def _depend(leading: Sequence[Outcome], changed: set[int]) -> bool:
    return any(outcome.failure is not None or outcome.touched & changed for outcome in leading)


def _key(stream: int, outcome: Outcome) -> int:
    return outcome_key(stream, labels(outcome))


def labels(outcome: Outcome) -> list[int]:
    """Give the labels of what an outcome took at its branches."""
    return [_label(pick) for pick in outcome.picks]


def _label(pick: Pick) -> int:
    return pick.taken if pick.slot is None else element_label(pick.value)
