"""One run that is judged while its log is written: what is late, and what it leaves undecided."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import Any

from ...models.errors import UsageError
from ...models.verdicts import Verdict
from ..events import Apply, Snapshot, Stream
from ..history import FOREVER, Entry, History, Operation, Record
from ..judging import concluded, not_promised
from ..limits import ObservationLimits
from ..monitors import Monitor, Run, Violation, keys_of
from ..readers.json_lines import Attempt, JsonRun
from ..readers.json_operations import joined, operations_of
from ..readers.own_parsers import LineParser, ParsedRun
from ..results import RuleResult
from ..rules import Rule
from ..timeline import Timeline
from ..values import Value
from ..wording import line_of
from .held_back import HeldBack


@dataclass(frozen=True, slots=True)
class Told:
    """What became known of a rule: that it is violated, or (`is_withdrawn`) that it may not be."""

    result: RuleResult
    is_withdrawn: bool = False


class LiveRun:
    """Takes lines as they come and says what they violate; it keeps no history.

    A line is late if it begins before what was already judged. Then its entry is not judged, and
    the rules that heed such entries are undecided unless they are violated. Where it wrote, its
    item is judged no more, and a violation of that item is withdrawn if the line may explain it.
    Only an unread write of unknown outcome is as good when it begins now.
    """

    def __init__(
        self,
        history: History,
        rules: Sequence[Rule],
        *,
        are_named: bool,
        mode: str | None,
        parser: LineParser | None,
        initial: Value,
        across_items: bool,
        limits: ObservationLimits,
        hold_back: float,
    ) -> None:
        self.history, self.rules, self.are_named = history, rules, are_named
        self.given_mode, self.across_items, self.limits = mode, across_items, limits
        self.held = HeldBack(hold_back)
        if parser is None:
            self.reader = JsonRun(history, initial, self._put, self._begin)
        else:
            self.reader = ParsedRun(parser, history, initial, self._put, self._begin)
        self.reader.ids_remembered = limits.max_remembered
        self.run: Run | None = None
        self.timeline: Timeline | None = None
        self.monitors: dict[str, Monitor] = {}
        self.violated = 0
        self.told: dict[str, Violation] = {}
        self.withdrawn: dict[str, str] = {}
        self.unjudged: set[Any] = set()
        self.conditional: set[Any] = set()
        """Items of which what is written depends on what was there."""
        self.late: dict[str, _Late] = {}
        self.begun: list[tuple[int, int, Attempt]] = []
        self.open: dict[tuple[int, int], Attempt] = {}
        """What was told to be of unknown outcome, since it did not return for long."""

    # What the reader tells.

    def _begin(self, attempt: Attempt, start: int) -> None:
        self.held.expect(start)
        heappush(self.begun, (start, len(self.open), attempt))

    def _put(self, entry: Entry) -> None:
        was_open = False
        if isinstance(entry, Operation):
            if entry.action not in ("read", "write"):
                self.conditional.add(entry.key)
            was_open = (entry.file, entry.invoked) in self.open
            if was_open and entry.end >= FOREVER and entry.failed is None:
                return  # as it was told when it had been open for long
        if was_open or self.held.is_late(entry):
            self._take_late(entry, was_open=was_open)
        else:
            self.held.put(entry)

    # Judging.

    def advance(self, now: float, *, has_all: bool) -> Iterator[Told]:
        """Judge what was held back long enough at a moment in seconds.

        `has_all` tells whether all lines were given that were written by then.
        """
        held = self.held
        held.clock_error = self.history.clock_error
        horizon = held.next_horizon(now, has_all=has_all)
        if horizon > held.horizon or held.is_full:
            self._judge_until(horizon)
        yield from self._news()

    def _judge_until(self, horizon: int) -> None:
        timeline, held = self._timeline(), self.held
        while self.begun and self.begun[0][0] <= horizon:
            self._tell_open(heappop(self.begun)[2])
        for entry in held.due(horizon):
            self._feed(timeline, entry)
        timeline.advance(horizon)

    def finish(self, *, is_over: bool) -> Iterator[Told]:
        """Judge the rest where the log is over, else only what is known of the time until now."""
        timeline = self._timeline()
        if is_over:
            self.reader.finish()
            for entry in self.held.rest():
                self._feed(timeline, entry)
            timeline.finish()
        else:
            timeline.conclude()
        yield from self._news()

    def results(self) -> tuple[RuleResult, ...]:
        """Give what each rule says now."""
        return tuple(self._result(rule) for rule in self.rules)

    def check_header(self) -> None:
        """Raise `UsageError` where a first line came too late to say what holds of the run."""
        run, history = self.run, self.history
        if run is not None and (
            history.clock_error != run.clock_error
            or history.quiet != run.quiet
            or tuple(history.regions) != run.regions
            or (self.given_mode or history.mode) != run.mode
        ):
            raise UsageError(
                "a first line came after judging had begun, and says of mode, regions or clocks "
                "what was not known: let all logs have the same first line"
            )

    def _timeline(self) -> Timeline:
        if self.timeline is None:
            history, reader = self.history, self.reader
            self.run = run = Run(
                mode=self.given_mode or history.mode,
                regions=tuple(history.regions),
                clock_error=history.clock_error,
                quiet=history.quiet,
                across_items=self.across_items,
                is_endless=True,
                initial_of=reader.initial_of,
                limits=self.limits,
                unjudged=self.unjudged,
            )
            self.monitors = {
                rule.code: rule.monitor(run)
                for rule in self.rules
                if self.are_named or not_promised(rule, run) is None
            }
            self.timeline = Timeline(list(self.monitors.values()), run)
        return self.timeline

    def _feed(self, timeline: Timeline, entry: Entry) -> None:
        if self.unjudged and not self.unjudged.isdisjoint(keys_of(entry)):
            self._feed_late(entry)
        else:
            timeline.take(entry)

    def _feed_late(self, entry: Entry) -> None:
        """Let those judge an entry that need no order."""
        for monitor in self.monitors.values():
            if monitor.violation is not None:
                continue
            if isinstance(entry, Record):
                if monitor.takes_late == "everything":
                    monitor.seen(entry)
            elif monitor.takes_late != "nothing":
                monitor.opened(entry)
                if entry.end < FOREVER:
                    monitor.closed(entry)
                    monitor.settled(entry)

    def _tell_open(self, attempt: Attempt) -> None:
        """Take what has not returned for long as of unknown outcome."""
        found = self.reader.invoked.get(attempt)
        if found is None:
            return
        invoke, file, line = found
        self.open[file, line] = attempt
        if len(self.open) > 10 * self.limits.max_remembered:
            self.reader.invoked.pop(self.open.pop(next(iter(self.open))), None)
        for operation in operations_of(joined(invoke, None), file, line, line):
            if self.held.is_late(operation):
                self._take_late(operation, was_open=False)
            else:
                self.held.put(operation)

    # What is late.

    def _take_late(self, entry: Entry, *, was_open: bool) -> None:
        self._feed_late(entry)
        if isinstance(entry, Record):
            self._note_late("records", entry)
            event = entry.event
            if isinstance(event, (Apply, Stream, Snapshot)):
                self._leave_out(event.key, entry)
            else:
                self._give_up_records(entry)
            return
        if was_open:
            self._note_late("operations", entry)
            for monitor in self.monitors.values():
                monitor.answered(entry)
            return
        if entry.is_write and not entry.certain and not entry.parts:
            self._withdraw_item(entry.key, entry)
            if entry.action == "write" and entry.key not in self.conditional | self.unjudged:
                self.held.put(replace(entry, start=self.held.earliest))
                return
        self._note_late("operations", entry)
        if entry.is_write:
            self._leave_out(entry.key, entry)

    def _note_late(self, kind: str, entry: Entry) -> None:
        behind = max(0, self.held.horizon - entry.start)
        before = self.late.get(kind)
        if before is None:
            self.late[kind] = _Late(entry, behind)
        else:
            before.more += 1
            before.behind = max(before.behind, behind)

    def _leave_out(self, key: Any, entry: Entry) -> None:
        """Judge an item no more, since what is late may explain what comes."""
        self._withdraw_item(key, entry)
        self.unjudged.add(key)

    def _withdraw_item(self, key: Any, entry: Entry) -> None:
        for code, monitor in self.monitors.items():
            found = monitor.violation
            if found is not None and not found.is_conclusive and key in found.keys:
                self._withdraw(code, monitor, entry)

    def _give_up_records(self, entry: Entry) -> None:
        for code, monitor in self.monitors.items():
            found = monitor.violation
            heeds = monitor.heeds_records and monitor.takes_late != "everything"
            if heeds and (found is None or not found.is_conclusive):
                self._withdraw(code, monitor, entry)

    def _withdraw(self, code: str, monitor: Monitor, entry: Entry) -> None:
        """Leave a rule undecided for good; it is told nothing more."""
        self.withdrawn.setdefault(code, self._late_in_words(_Late(entry, 0)))
        monitor.violation = monitor.violation or Violation("", ())
        if self.run is not None:
            self.run.violated += 1  # so that the timeline leaves it alone

    def _late_in_words(self, late: _Late) -> str:
        behind = max(late.behind, self.held.horizon - late.entry.start, 0)
        needed = math.ceil(10 * (self.held.seconds + behind / 1e6) + 1) / 10
        more = f", and {late.more:,} more like it" if late.more else ""
        return (
            f"{line_of(late.entry)} came {behind / 1e6:,.1f} s too late to be judged in order{more}"
            f"; hold back longer (--hold-back {needed:g}), or observe the log when it is complete"
        )

    # What is told.

    def _news(self) -> Iterator[Told]:
        run = self.run
        if run is None or run.violated == self.violated:
            return
        self.violated = run.violated
        for rule in self.rules:
            monitor = self.monitors.get(rule.code)
            if monitor is None or monitor.violation is None:
                continue
            was_told = rule.code in self.told
            if rule.code in self.withdrawn:
                if was_told:
                    del self.told[rule.code]
                    yield Told(self._result(rule), is_withdrawn=True)
            elif not was_told:
                result = self._result(rule)
                if result.verdict is Verdict.VIOLATED:
                    self.told[rule.code] = monitor.violation
                    yield Told(result)

    def _result(self, rule: Rule) -> RuleResult:
        run, monitor = self.run, self.monitors.get(rule.code)
        if run is None:
            run = Run(mode=self.given_mode or self.history.mode)
        if rule.code in self.withdrawn and monitor is not None:
            reason = self.withdrawn[rule.code]
            return RuleResult(
                rule.code, rule.name, Verdict.UNDECIDED, checked=monitor.checked, reason=reason
            )
        result = concluded(rule, monitor, run, self.history.files, self.are_named)
        if monitor is None or monitor.violation is not None:
            return result
        late = [
            self.late[kind]
            for kind, heeds in (
                ("operations", monitor.heeds_operations and monitor.takes_late == "nothing"),
                ("records", monitor.heeds_records and monitor.takes_late != "everything"),
            )
            if heeds and kind in self.late
        ]
        if late and result.verdict is Verdict.HOLDS:
            return replace(result, verdict=Verdict.UNDECIDED, reason=self._late_in_words(late[0]))
        return result


@dataclass(slots=True)
class _Late:
    entry: Entry
    behind: int
    more: int = 0
