"""The search for a run of a system that follows a log, with the checker's engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...checker.limits import Limits
from ...checker.reaching import run_everywhere, search_states
from ...models.events import Event
from ...models.followed_logs import FollowedLog
from ...models.properties import NO_FAILURE
from ...models.systems import System
from ...models.verdicts import Verdict
from ...traces.results import WitnessLine
from ...traces.watch import Watch

_STATES_LOOKED_INTO = 200
_STATES_MAX = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far a system follows a log: to the mark at `position`, and no run goes further.

    `stopped_by` is interrupted where the user ended the search.
    """

    verdict: Verdict
    position: int = 0
    reason: str | None = None
    stopped_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What is said of a log and a model: `checked` of the `required` lines fit a run of it.

    `line` is the first that none goes on with, `instead` what the model could have done there.
    """

    verdict: Verdict
    checked: int
    required: int
    reason: str | None = None
    line: WitnessLine | None = None
    instead: tuple[str, ...] = ()
    format: str
    mode: str | None
    read: int
    ignored: Mapping[str, int]
    stopped_by: str | None = None


def cut_short(watch: Watch, log_format: str, mode: str | None, read: int) -> Validation:
    """Give what is said of a log that was not read to its end: nothing."""
    return Validation(
        verdict=Verdict.UNDECIDED,
        checked=0,
        required=0,
        reason=watch.why_cut(read),
        format=log_format,
        mode=mode,
        read=read,
        ignored={},
        stopped_by=watch.stopped_by,
    )


@dataclass(slots=True)
class LogFollower:
    """Searches the runs of a system that are to follow a log, all of them side by side.

    Breadth first, so that the states of a level are those that fit about the same prefix.
    """

    system: System
    log: FollowedLog
    max_seconds: float
    _furthest: int = 0
    _stop: int | None = None
    _states: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        log = self.log

        @self.system.always
        def the_log_is_not_at_its_end() -> bool:
            """The log is not followed to its end; each position is looked at once, in Python."""
            at = log.position.value
            self._furthest = max(self._furthest, at)
            return at < log.end

        @self.system.always
        def nothing_stands_where_it_stops() -> bool:
            """Every state at the stop is looked at whole, once, in Python."""
            if log.position.value == self._stop:
                step = self.system.cursor.step
                state = tuple(step.read(slot.index) for slot in self.system.slots)
                if len(self._states) < _STATES_LOOKED_INTO:
                    self._states.append(state)
            return True

    def follow(self) -> Followed:
        """Give the verdict; `undecided` where time or memory run out first."""
        required = self.log.required
        if not required:
            told = "no line of the log tells of anything that the model announces"
            return Followed(verdict=Verdict.NOT_CHECKED, reason=told)
        found = search_states(self.system, _END, limits=self._limits)
        if _END in found.findings:
            return Followed(verdict=Verdict.HOLDS, position=self.log.end)
        failed = found.findings.get(NO_FAILURE.name)
        if failed is None and found.complete:
            return Followed(verdict=Verdict.VIOLATED, position=self._furthest)
        why = f"stopped by {found.stopped_by}"
        if failed is not None and failed.failure is not None:
            why = f"a step of the model itself fails: {failed.failure.message}"
        fit = f"{self.log.required_before(self._furthest):,} of {required:,} lines fit so far"
        return Followed(
            verdict=Verdict.UNDECIDED,
            position=self._furthest,
            reason=f"{why} after {found.states:,} states; {fit}",
            stopped_by="interrupted" if found.stopped_by == "interrupted" else None,
        )

    def allowed(self) -> tuple[Event, ...]:
        """Give what the system would have announced in the states where it stopped."""
        self._stop = self._furthest
        search_states(self.system, _STOP, limits=self._limits)
        refused: dict[Event, None] = {}
        self.log.refused = lambda event: refused.setdefault(event)
        run_everywhere(self.system, self._states)
        self.log.refused = None
        return tuple(refused)

    @property
    def _limits(self) -> Limits:
        return Limits(max_seconds=max(self.max_seconds, 0.01), max_states=_STATES_MAX)


_END = "the-log-is-not-at-its-end"
_STOP = "nothing-stands-where-it-stops"
