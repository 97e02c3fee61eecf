"""The truth table, computed: each cell is one exploration, of a request in a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ...models.claims import Situation, situations
from ...models.verdicts import Verdict
from .exploring import Outcome, Search
from .workers import explore_all

if TYPE_CHECKING:
    from ...checker import Limits

ANSWERED = "answered"
ALWAYS_ANSWERED = "no-deadlock"
FRESH = "fresh"


class Service(StrEnum):
    """What a request comes to; the value is what is printed."""

    SERVED = "served"
    SERVED_FRESH = "served, fresh"
    SERVED_STALE = "served, may be stale"
    AT_TIMES = "served at times"
    DENIED = "not served"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Cell:
    """A situation with what came of it, over how many states."""

    situation: Situation
    service: Service
    states: int

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this cell."""
        asked = self.situation
        return {
            "fault": asked.fault,
            "mode": asked.mode,
            "request": asked.request,
            "at": asked.at,
            "service": self.service.value,
            "states": self.states,
        }


@dataclass(frozen=True, slots=True)
class TruthTable:
    """Every situation of the table with what came of it."""

    cells: tuple[Cell, ...]

    @property
    def exit_code(self) -> int:
        """What the command ends with: 3 where a cell is undecided."""
        return 3 if any(cell.service is Service.UNDECIDED for cell in self.cells) else 0

    def as_json(self) -> dict[str, object]:
        """Give the documented object that `--format json` prints."""
        from ... import __version__

        return {
            "gtcheck": __version__,
            "exit_code": self.exit_code,
            "table": [cell.as_json() for cell in self.cells],
        }


def compute_table(
    asked: Sequence[Situation] | None = None,
    *,
    limits: Limits,
    announce: Callable[[str], None] | None = None,
) -> TruthTable:
    """Explore every situation, or those that are `asked`, each held to `limits`."""
    rows = list(situations()) if asked is None else list(asked)
    outcomes = explore_all([_search(situation) for situation in rows], limits, announce)
    return TruthTable(tuple(map(_cell, rows, outcomes)))


def _search(situation: Situation) -> Search:
    names = (ALWAYS_ANSWERED, ANSWERED) + ((FRESH,) if situation.is_read else ())
    return Search(scenario=situation.scenario, properties=names)


def _cell(situation: Situation, outcome: Outcome) -> Cell:
    return Cell(situation, _service(outcome), outcome.states)


def _service(outcome: Outcome) -> Service:
    verdicts = {name: found.verdict for name, found in outcome.judgements.items()}
    if Verdict.UNDECIDED in verdicts.values():
        return Service.UNDECIDED
    if verdicts[ANSWERED] is Verdict.VIOLATED:
        return Service.DENIED
    if verdicts[ALWAYS_ANSWERED] is Verdict.VIOLATED:
        return Service.AT_TIMES
    if FRESH not in verdicts:
        return Service.SERVED
    return Service.SERVED_FRESH if verdicts[FRESH] is Verdict.HOLDS else Service.SERVED_STALE
