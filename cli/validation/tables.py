"""The library's tables as they follow the log of a real one."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from ...models.catalog import load_model
from ...models.errors import ParameterError, UnknownNameError
from ...models.followed_logs import marks_of
from ...models.library.logged_clients import (
    LoggedApply,
    LoggedClients,
    LoggedRequest,
    TableLog,
    happening_of,
)
from ...models.library.logged_orders import (
    can_be_ordered,
    contradiction,
    is_contradictory,
    orders_of,
)
from ...models.library.logged_shortcuts import (
    has_conflicts,
    has_versions,
    is_whole,
    shortcut_async,
    shortcut_mrsc,
)
from ...models.library.logged_tables import follow_async, follow_mrsc
from ...models.parameters import Model
from ...models.verdicts import Verdict
from ...traces.history import History, Operation
from ...traces.values import shown
from ...traces.wording import line_of, witness_line
from .following import Followed, LogFollower, Validation
from .table_logs import TableLogBuilder

_FOLLOWED: Mapping[str, Callable[..., LoggedClients]] = {"mrsc": follow_mrsc, "async": follow_async}
_SETTINGS: Mapping[str, tuple[str, ...]] = {"mrsc": ("witness", "bug"), "async": ("bug",)}


def is_followed(model: Model) -> bool:
    """Tell whether this is a model of the library that follows logs."""
    return model.name in _FOLLOWED and model is load_model(model.name)


def validate_table(
    model: Model, history: History, settings: Mapping[str, object], max_seconds: float
) -> Validation:
    """Search for a run of a table of the library that a history can be the log of.

    Raises `ParameterError` for a wrong setting.
    """
    given = _settings_of(model, settings)
    builder = TableLogBuilder(history, reads_locally=model.name == "async" and not given)
    log = builder.build()
    follower = TableFollower(model.name, given, log, time.monotonic() + max_seconds)
    found, stop = follower.decide(log), None
    if found.verdict is Verdict.VIOLATED:
        stop = follower.stop(found.position)
    happenings = marks_of([happening_of(one) for one in log.logged])
    position = found.position if stop is None else stop
    number = None if stop is None else happenings[stop][0]
    return Validation(
        verdict=found.verdict,
        checked=sum(is_end for _, is_end in happenings[:position]),
        required=sum(is_end for _, is_end in happenings),
        reason=found.reason,
        line=None if number is None else witness_line(history.files, builder.lines[number]),
        instead=() if stop is None else _instead(follower, builder, stop, happenings[stop][0]),
        format=history.format,
        mode=history.mode,
        read=history.read,
        ignored=history.ignored + builder.ignored,
        stopped_by=found.stopped_by,
    )


@dataclass(slots=True)
class TableFollower:
    """Decides of logs whether a table can follow them; a longest prefix is found by trying some."""

    name: str
    settings: Mapping[str, object]
    log: TableLog
    deadline: float
    seen: set[int | None] = field(default_factory=set)

    def decide(self, log: TableLog, watched: int | None = None) -> Followed:
        """Give how far the model follows a log: by shortcuts, and where they may miss a run, fully.

        `seen` is then what a read of the number `watched` saw.
        """
        found = self._decide_by(self._shortcuts(log), watched)
        if found is None and self.name == "mrsc" and not self.settings and can_be_ordered(log):
            found = self._decide_by_order(log, watched)
        if found is None:
            found = self._decide_by(self._searches(log), watched)
        assert found is not None, "the last search is whole"
        return found

    def _decide_by(
        self, searches: Iterator[tuple[LoggedClients, bool]], watched: int | None
    ) -> Followed | None:
        """Let one search after the other decide; None if they find nothing and might miss a run."""
        for clients, finds_all in searches:
            found = self._search(clients, watched)
            if finds_all or found.verdict is not Verdict.VIOLATED:
                return found
        return None

    def _search(self, clients: LoggedClients, watched: int | None = None) -> Followed:
        clients.watched = watched
        seconds = self.deadline - time.monotonic()
        found = LogFollower(clients.system, clients.log, seconds).follow()
        self.seen = clients.seen
        return found

    def _decide_by_order(self, log: TableLog, watched: int | None) -> Followed | None:
        """Decide of a log by orders of its writes that results tell; None if they say nothing.

        What holds in one order holds. Where there is none, the model itself refuses the few
        requests that contradict each other, and the log goes on up to where they are complete.
        """
        has_order = False
        for ordered in orders_of(log):
            has_order = True
            for in_one_order, lazily in product((False, True), {False, has_conflicts(log)}):
                clients = shortcut_mrsc(ordered.log, in_one_order=in_one_order, lazily=lazily)
                found = self._search(clients, watched)
                if found.verdict is Verdict.HOLDS:
                    seen = self.seen
                    self.seen = {one if one is None else ordered.numbers[one] for one in seen}
                    return found
        if has_order:
            return None
        few = contradiction(log)
        if few is None or self._search(follow_mrsc(few)).verdict is not Verdict.VIOLATED:
            return None
        marks = range(2 * len(log.logged) + 1)
        stop = bisect_left(marks, True, key=lambda at: is_contradictory(log.up_to(at)[0]))
        fits = self.decide(log.up_to(stop - 1)[0]).verdict is not Verdict.VIOLATED
        return Followed(verdict=Verdict.VIOLATED, position=stop - 1 if fits else 0)

    def stop(self, position: int) -> int:
        """Give the first mark that no run goes beyond, which is not before a position.

        What a search already knows of the rest of the log may stop it early, so that this is the
        end of the longest prefix that fits by itself.
        """
        fits, fails, step = position, len(self.log.logged) * 2, 1
        while fits + 1 < fails:
            tried = min(fits + step, fails - 1)
            if self.decide(self.log.up_to(tried)[0]).verdict is Verdict.VIOLATED:
                fails, step = tried, 1
            else:
                fits, step = tried, step * 2
        return fails - 1

    def _shortcuts(self, log: TableLog) -> Iterator[tuple[LoggedClients, bool]]:
        """Give clients that follow a log with versions, and whether they find all runs."""
        if self.settings or not has_versions(log):
            return
        if self.name == "async":
            yield shortcut_async(log), True
            return
        yield shortcut_mrsc(log), is_whole(log) and not has_conflicts(log)
        if not is_whole(log):
            yield shortcut_mrsc(log, in_one_order=True), False

    def _searches(self, log: TableLog) -> Iterator[tuple[LoggedClients, bool]]:
        """Give clients that leave more open, the last of them everything."""
        if self.name == "mrsc" and not self.settings and has_versions(log) and has_conflicts(log):
            yield shortcut_mrsc(log, lags=True), is_whole(log)
        yield _FOLLOWED[self.name](log, **self.settings), True


def _instead(
    follower: TableFollower, builder: TableLogBuilder, stop: int, number: int
) -> tuple[str, ...]:
    """Give in words what a read could have seen in the model instead."""
    wanted = builder.logged[number]
    if isinstance(wanted, LoggedApply) or wanted.kind == "write":
        return ()
    log, numbers = follower.log.up_to(stop + 1)
    free = replace(wanted, gives=None)
    logged = [free if old == number else one for one, old in zip(log.logged, numbers, strict=True)]
    follower.decide(replace(log, logged=logged), watched=wanted.number)
    return tuple(f"it reads {_write(builder, one)}" for one in sorted(follower.seen, key=_newest))


def _newest(number: int | None) -> int:
    return 0 if number is None else -number


def _write(builder: TableLogBuilder, number: int | None) -> str:
    for one, line in zip(builder.logged, builder.lines, strict=True):
        if isinstance(one, LoggedRequest) and one.number == number and isinstance(line, Operation):
            version = line.version
            what = shown(line.value) if version is None else f"version {shown(version)}"
            return f"{what} ({line_of(line)})"
    return "what was there at first"


def _settings_of(model: Model, given: Mapping[str, object]) -> dict[str, object]:
    """Give the parameters that are set and that the log does not say itself."""
    declared = {one.name: one for one in model.parameters}
    for name in given:
        if name not in declared:
            raise UnknownNameError.among(f"parameter of model {model.name}", name, declared)
        if name not in _SETTINGS[model.name]:
            raise ParameterError(
                f"{name}={given[name]} is not for a log, which says itself what was asked; what "
                f"can be set is {' or '.join(_SETTINGS[model.name])}"
            )
    return {name: declared[name].parse(value) for name, value in given.items()}
