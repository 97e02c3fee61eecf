"""The truth table, computed: each cell is one exploration, of a request in a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def compute_table(*, limits: Limits, announce: Callable[[str], None] | None = None) -> TruthTable:
    """Explore every situation of the table on every core, each exploration held to `limits`."""
    rows = [(situation, _searches(situation)) for situation in situations()]
    needed = [search for _, searches in rows for search in searches]
    outcomes = iter(explore_all(needed, limits, announce))
    return TruthTable(
        tuple(_cell(situation, [next(outcomes) for _ in searches]) for situation, searches in rows)
    )


def _searches(situation: Situation) -> list[Search]:
    """Give what is explored for a cell; `fresh` by itself, since it may fail a step."""
    scenario = situation.scenario
    searches = [Search(scenario=scenario, properties=(ALWAYS_ANSWERED, ANSWERED))]
    if situation.is_read:
        searches.append(Search(scenario=scenario, properties=(FRESH,), stops=True))
    return searches


def _cell(situation: Situation, outcomes: Sequence[Outcome]) -> Cell:
    verdicts = {
        name: judged.verdict for found in outcomes for name, judged in found.judgements.items()
    }
    states = sum(found.states for found in outcomes)
    return Cell(situation, _service(verdicts), states)


def _service(verdicts: Mapping[str, Verdict]) -> Service:
    if Verdict.UNDECIDED in verdicts.values():
        return Service.UNDECIDED
    if verdicts[ANSWERED] is Verdict.VIOLATED:
        return Service.DENIED
    if verdicts[ALWAYS_ANSWERED] is Verdict.VIOLATED:
        return Service.AT_TIMES
    if FRESH not in verdicts:
        return Service.SERVED
    return Service.SERVED_FRESH if verdicts[FRESH] is Verdict.HOLDS else Service.SERVED_STALE
