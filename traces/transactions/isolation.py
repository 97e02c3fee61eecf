"""Checks histories of transactions against an isolation level."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice, product

from ...models.verdicts import Verdict
from ..garbage import garbage_left_alone
from ..limits import ObservationLimits
from ..results import RuleResult
from ..values import shown
from .attribution import Ambiguity, Attribution
from .contradictions import Contradiction
from .dependencies import Dependencies
from .histories import TransactionHistory
from .levels import IsolationLevel
from .transaction_words import witness_of

CHOICES = 1_000
"""How many ways to attribute reads of values that several transactions wrote are tried."""


@garbage_left_alone()
def check_isolation(
    histories: Sequence[TransactionHistory],
    level: IsolationLevel,
    limits: ObservationLimits,
    deadline: float,
) -> RuleResult:
    """Check each history, a run of its own, against a level; the first that breaks it is told."""
    checked = 0
    reasons: list[str] = []
    for history in histories:
        attribution = Attribution(history)
        checked += len(attribution.dependencies)
        try:
            found = find_contradiction(attribution, level, limits, deadline)
        except TimeoutError:
            reasons.append(_limit_told(deadline, limits))
            continue
        if found is not None:
            return RuleResult(
                level.name,
                level.summary,
                Verdict.VIOLATED,
                checked=checked,
                explanation=f"{found.name}: {found.told}",
                witness=witness_of(history, found),
            )
        reasons += [f"item {shown(key)}: {told}" for key, told in history.unusable.items()]
    verdict = Verdict.HOLDS
    reason = None
    if not checked:
        verdict, reason = Verdict.NOT_CHECKED, "there is no transaction that happened"
    elif reasons:
        verdict, reason = Verdict.UNDECIDED, reasons[0]
    return RuleResult(level.name, level.summary, verdict, checked=checked, reason=reason)


def _limit_told(deadline: float, limits: ObservationLimits) -> str:
    if time.monotonic() > deadline:
        return f"not known after {limits.max_seconds:g} seconds"
    return "there are more orders, or writers of one value, to try than the limits allow"


def find_contradiction(
    attribution: Attribution, level: IsolationLevel, limits: ObservationLimits, deadline: float
) -> Contradiction | None:
    """Give what contradicts the level; raises `TimeoutError` where that is not known.

    Without the reads that several transactions can have written a contradiction stays one. With
    them it must be one whichever wrote them.
    """
    if attribution.anomaly is not None:
        return attribution.anomaly
    dependencies, ambiguous = attribution.dependencies, attribution.ambiguous
    if not ambiguous:
        return level.find_violation(dependencies, limits, deadline)
    found = level.find_violation(_without(dependencies, ambiguous), limits, deadline)
    if found is not None:
        return found
    ways = product(*(ambiguity.writers for ambiguity in ambiguous))
    for tried, writers in enumerate(islice(ways, CHOICES)):
        _attribute(dependencies, ambiguous, writers)
        found = level.find_violation(dependencies, limits, deadline)
        if found is None:
            return None
        if time.monotonic() > deadline or tried == CHOICES - 1:
            raise TimeoutError
    return found


def _attribute(
    dependencies: Dependencies, ambiguous: Sequence[Ambiguity], writers: Sequence[int]
) -> None:
    for ambiguity, writer in zip(ambiguous, writers, strict=True):
        reads = dependencies.reads[ambiguity.reader]
        reads[ambiguity.place] = reads[ambiguity.place]._replace(writer=writer)


def _without(dependencies: Dependencies, ambiguous: Sequence[Ambiguity]) -> Dependencies:
    """Give the dependencies without the reads that several transactions can have written."""
    left_out = {(ambiguity.reader, ambiguity.place) for ambiguity in ambiguous}
    rest = dependencies.restricted(range(len(dependencies)))
    rest.reads = [
        [read for place, read in enumerate(reads) if (number, place) not in left_out]
        for number, reads in enumerate(dependencies.reads)
    ]
    return rest
