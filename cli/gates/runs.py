"""Running the rows of a gate, and holding each to what was expected of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ...models.errors import GtcheckError
from ...models.verdicts import Verdict
from .configuration import ExploreRow, ObserveRow, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What came of one row: its verdict, its size in words, and why it is not as expected."""

    row: Row
    verdict: Verdict | None
    size: str
    seconds: float
    problem: str | None = None
    interrupted: bool = False

    @property
    def is_as_expected(self) -> bool:
        """Whether nothing speaks against the row."""
        return self.problem is None

    @property
    def exit_code(self) -> int:
        """0 as expected, 1 where it is not, 2 where it could not be run, 3 where it is open."""
        if self.problem is None:
            return 0
        if self.verdict is None:
            return 2
        return 3 if self.verdict in (Verdict.UNDECIDED, Verdict.NOT_CHECKED) else 1


def run_row(row: Row) -> RowResult:
    """Run one row; what cannot be run is a result too, with the reason as its problem."""
    began = time.monotonic()
    try:
        return _explored(row) if isinstance(row, ExploreRow) else _observed(row)
    except GtcheckError as error:
        seconds = time.monotonic() - began
        return RowResult(row=row, verdict=None, size="", seconds=seconds, problem=str(error))


def _explored(row: ExploreRow) -> RowResult:
    from ...checker import Limits, explore
    from ...models.catalog import load_model

    settings = row.settings
    system = load_model(settings["model"]).build(settings.get("set"), settings.get("fault"))
    found = explore(
        system,
        properties=settings.get("property", ()),
        engine=settings.get("engine"),
        keep_going=settings.get("keep_going", False),
        limits=Limits(
            max_states=settings.get("max_states"),
            max_depth=settings.get("max_depth"),
            max_seconds=settings.get("max_seconds"),
            max_memory_mb=settings.get("max_memory"),
        ),
    )
    names = [one.name for one in found.properties if one.verdict is found.verdict]
    problem = _mismatch(row, found.verdict, ", ".join(names))
    wanted = settings.get("states")
    if problem is None and wanted is not None and wanted != found.states:
        problem = f"{found.states:,} states, expected {wanted:,}"
    return RowResult(
        row=row,
        verdict=found.verdict,
        size=f"{found.states:,} states",
        seconds=found.seconds,
        problem=problem,
        interrupted=found.stopped_by == "interrupted",
    )


def _observed(row: ObserveRow) -> RowResult:
    from ...traces import UNSET, observe

    settings: dict[str, Any] = dict(row.settings)
    found = observe(
        row.traces,
        mode=settings.get("mode"),
        rules=settings.get("rule", ()),
        on_bad_line=settings.get("on_bad_line", "fail"),
        input_format=settings.get("input_format", "auto"),
        initial=settings.get("initial", UNSET),
    )
    codes = [rule.code for rule in found.rules if rule.verdict is found.verdict]
    return RowResult(
        row=row,
        verdict=found.verdict,
        size=f"{found.events.read:,} events",
        seconds=found.seconds,
        problem=_mismatch(row, found.verdict, ", ".join(codes)),
        interrupted=found.interrupted,
    )


def _mismatch(row: Row, verdict: Verdict, names: str) -> str | None:
    if verdict is row.expect:
        return None
    return f"{verdict.value} ({names}), expected {row.expect.value}"
