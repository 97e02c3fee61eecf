"""Every claim held to what checks it: scenarios that claims share are explored once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...models.claims import Check, Claim, Explored, Holds, Impossible, Refuted, Told, Witnessed
from ...models.errors import ParameterError
from ...models.library.mutants import Mutant
from ...models.properties import PropertyKind
from ...models.verdicts import Verdict
from .exploring import Judgement, Outcome, Search
from .results import CheckResult, ClaimResult, Conformance
from .surviving import judged_mutants, search_of
from .telling import told
from .verdicts import ClaimVerdict
from .workers import explore_all

if TYPE_CHECKING:
    from ...checker import Limits


def check_claims(
    claims: Sequence[Claim],
    mutants: Sequence[Mutant],
    *,
    limits: Limits,
    announce: Callable[[str], None] | None = None,
) -> Conformance:
    """Explore all that these claims and mutants need, on every core, and give each its verdict.

    Each exploration is held to `limits`; what does not end within them is undecided. Raises
    `UsageError` where a claim names something that is not there, and KeyboardInterrupt.
    """
    began = time.monotonic()
    planned = _planned(claims)
    searches = [*planned.values(), *map(search_of, mutants)]
    outcomes = explore_all(searches, limits, announce)
    explored = dict(zip(planned, outcomes, strict=False))
    return Conformance(
        claims=tuple(_claim_result(claim, explored) for claim in claims),
        mutants=judged_mutants(mutants, outcomes[len(planned) :]),
        explorations=len(outcomes),
        states=sum(outcome.states for outcome in outcomes),
        seconds=time.monotonic() - began,
    )


def _planned(claims: Sequence[Claim]) -> dict[str, Search]:
    """Give a search for each scenario, with every property that a claim names there."""
    explored = [check for claim in claims for check in claim.checks if isinstance(check, Explored)]
    names: dict[str, dict[str, None]] = {}
    for check in explored:
        names.setdefault(str(check.scenario), {})[check.property] = None
    scenarios = {str(check.scenario): check.scenario for check in explored}
    return {
        key: Search(scenario=scenario, properties=tuple(names[key]))
        for key, scenario in scenarios.items()
    }


def _claim_result(claim: Claim, explored: Mapping[str, Outcome]) -> ClaimResult:
    checks = tuple(_checked(check, explored) for check in claim.checks)
    if checks:
        verdict = ClaimVerdict.of_all(check.verdict for check in checks)
    else:
        verdict = ClaimVerdict.WAITING if claim.waits else ClaimVerdict.BACKGROUND
    shared = {str(check.scenario) for check in claim.checks if not isinstance(check, Told)}
    states = sum(explored[key].states for key in shared if key in explored)
    return ClaimResult(claim=claim, verdict=verdict, checks=checks, states=states)


def _checked(check: Check, explored: Mapping[str, Outcome]) -> CheckResult:
    if isinstance(check, Told):
        return told(check)
    if isinstance(check, Impossible):
        return _refused(check)
    outcome = explored[str(check.scenario)]
    judgement = outcome.judgements[check.property]
    return CheckResult(
        check=check,
        verdict=_verdict(check, judgement),
        states=outcome.states,
        summary=judgement.summary,
        message=judgement.message,
        trace=judgement.trace,
    )


def _verdict(check: Explored, judgement: Judgement) -> ClaimVerdict:
    expected, verdict = _EXPECTED[type(check)]
    is_sometimes = judgement.kind is PropertyKind.SOMETIMES
    if not isinstance(check, Refuted) and is_sometimes is not isinstance(check, Witnessed):
        return ClaimVerdict.VIOLATED
    if judgement.verdict is expected:
        return verdict
    if judgement.verdict in (Verdict.UNDECIDED, Verdict.NOT_CHECKED):
        return ClaimVerdict.UNDECIDED
    return ClaimVerdict.VIOLATED


_EXPECTED: Mapping[type, tuple[Verdict, ClaimVerdict]] = {
    Holds: (Verdict.HOLDS, ClaimVerdict.HOLDS),
    Witnessed: (Verdict.HOLDS, ClaimVerdict.WITNESSED),
    Refuted: (Verdict.VIOLATED, ClaimVerdict.REFUTED),
}


def _refused(check: Impossible) -> CheckResult:
    try:
        Search(scenario=check.scenario, properties=()).build()
    except ParameterError as error:
        return CheckResult(check=check, verdict=ClaimVerdict.HOLDS, message=error.message)
    said = "it can be built, though the talk says that there is no such thing"
    return CheckResult(check=check, verdict=ClaimVerdict.VIOLATED, message=said)
