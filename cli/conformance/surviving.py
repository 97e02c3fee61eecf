"""Mutants: each is explored until the property that must notice it does, by a shortest run."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.claims import Scenario
from ...models.library.mutant import Mutant
from ...models.verdicts import Verdict
from .exploring import Outcome, Search
from .results import MutantResult
from .verdicts import MutantVerdict

_VERDICTS = {
    Verdict.VIOLATED: MutantVerdict.KILLED,
    Verdict.HOLDS: MutantVerdict.SURVIVED,
}


def search_of(mutant: Mutant) -> Search:
    """Give the exploration in which a mutant must be noticed."""
    settings = {**mutant.settings, "bug": mutant.bug}
    scenario = Scenario(model=mutant.model, settings=settings, faults=mutant.faults)
    return Search(scenario=scenario, properties=(mutant.killed_by,), stops=True)


def judged_mutants(
    mutants: Sequence[Mutant], outcomes: Sequence[Outcome]
) -> tuple[MutantResult, ...]:
    """Give each mutant its verdict; one that another property stopped has survived its own."""
    return tuple(map(_judged, mutants, outcomes))


def _judged(mutant: Mutant, outcome: Outcome) -> MutantResult:
    judgement = outcome.judgements[mutant.killed_by]
    verdict = _VERDICTS.get(judgement.verdict, MutantVerdict.UNDECIDED)
    if outcome.stopped_by == "violation" and verdict is MutantVerdict.UNDECIDED:
        verdict = MutantVerdict.SURVIVED
    return MutantResult(
        mutant=mutant,
        verdict=verdict,
        states=outcome.states,
        message=judgement.message,
        trace=judgement.trace,
    )
