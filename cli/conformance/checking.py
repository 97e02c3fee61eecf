"""Every claim held to what checks it: scenarios that claims share are explored once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...models.claims import Check, Claim, Explored, Holds, Impossible, Refuted, Told, Witnessed
from ...models.errors import ParameterError
from ...models.library.mutant import Mutant
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

_Key = tuple[str, str | None]


def check_claims(
    claims: Sequence[Claim],
    mutants: Sequence[Mutant],
    *,
    limits: Limits,
    announce: Callable[[str], None] | None = None,
) -> Conformance:
    """Explore all that these claims and mutants need, on every core, and give each its verdict.

    Each exploration is held to `limits`; what does not end within them is undecided. Raises
    `UsageError` where a claim names something that is not there. Ctrl-C leaves undecided what was
    not explored by then.
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
        interrupted=any(outcome.stopped_by == "interrupted" for outcome in outcomes),
    )


def _planned(claims: Sequence[Claim]) -> dict[_Key, Search]:
    """Give each exploration that is needed, with every property that a claim names there."""
    planned: dict[_Key, Search] = {}
    for claim in claims:
        for check in claim.checks:
            if isinstance(check, Explored):
                key = _key(check)
                named = planned[key].properties if key in planned else ()
                planned[key] = Search(
                    scenario=check.scenario,
                    properties=tuple(dict.fromkeys((*named, check.property))),
                    stops=isinstance(check, Refuted),
                )
    return planned


def _key(check: Explored) -> _Key:
    """Tell which checks share an exploration; what must be refuted goes by itself.

    After the step that fails a spec nothing is looked at, which the others would miss.
    """
    return str(check.scenario), check.property if isinstance(check, Refuted) else None


def _claim_result(claim: Claim, explored: Mapping[_Key, Outcome]) -> ClaimResult:
    checks = tuple(_checked(check, explored) for check in claim.checks)
    if checks:
        verdict = ClaimVerdict.of_all(check.verdict for check in checks)
    else:
        verdict = ClaimVerdict.WAITING if claim.waits else ClaimVerdict.BACKGROUND
    needed = {_key(check) for check in claim.checks if isinstance(check, Explored)}
    states = sum(explored[key].states for key in needed)
    return ClaimResult(claim=claim, verdict=verdict, checks=checks, states=states)


def _checked(check: Check, explored: Mapping[_Key, Outcome]) -> CheckResult:
    if isinstance(check, Told):
        return told(check)
    if isinstance(check, Impossible):
        return _refused(check)
    outcome = explored[_key(check)]
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
