"""How each check of a claim is judged, by a model that is small enough to see through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gtcheck.checker import Limits
from gtcheck.cli.conformance import ClaimVerdict, check_claims
from gtcheck.models.claims import Check, Holds, Impossible, Refuted, Scenario, Told, Witnessed

from .toy_claims import COUNTER, claim

STALE_READ = (
    '{"gtcheck":1,"mode":"mrsc"}',
    '{"type":"op","id":"1","session":"a","region":"e","op":"write","key":"x","value":1,'
    '"consistency":"strong","start":1,"end":2,"outcome":"ok"}',
    '{"type":"op","id":"2","session":"b","region":"w","op":"read","key":"x","value":null,'
    '"consistency":"strong","start":3,"end":4,"outcome":"ok"}',
)
MakeCheck = Callable[..., Check]


def verdict_of(check: Check, limits: Limits | None = None) -> ClaimVerdict:
    result = check_claims([claim(check)], [], limits=limits or Limits())
    [found] = result.claims
    assert [one.verdict for one in found.checks] == [found.verdict]
    return found.verdict


@pytest.mark.parametrize(
    ("make", "name", "settings", "faults", "verdict"),
    [
        (Holds, "within-the-limit", {}, {}, "holds"),
        (Holds, "within-the-limit", {}, {"slip": 1}, "violated"),
        (Holds, "never-three", {"limit": 3}, {}, "violated"),
        (Holds, "reaches-two", {}, {}, "violated"),
        (Witnessed, "reaches-two", {}, {}, "witnessed"),
        (Witnessed, "reaches-two", {"limit": 1}, {}, "violated"),
        (Witnessed, "within-the-limit", {}, {}, "violated"),
        (Refuted, "within-the-limit", {}, {"slip": 1}, "refuted as it must"),
        (Refuted, "never-three", {"limit": 4}, {}, "refuted as it must"),
        (Refuted, "within-the-limit", {}, {}, "violated"),
        (Refuted, "reaches-two", {"limit": 1}, {}, "refuted as it must"),
        (Refuted, "reaches-two", {}, {}, "violated"),
    ],
)
def test_a_property_is_held_to_what_is_claimed_of_it(
    make: MakeCheck,
    name: str,
    settings: dict[str, object],
    faults: dict[str, int],
    verdict: str,
) -> None:
    scenario = Scenario(model=COUNTER, settings=settings, faults=faults)
    assert verdict_of(make(scenario, name)) == verdict


@pytest.mark.parametrize(("limit", "verdict"), [(9, "holds"), (8, "violated")])
def test_what_is_impossible_must_be_refused(limit: int, verdict: str) -> None:
    scenario = Scenario(model=COUNTER, settings={"limit": limit})
    assert verdict_of(Impossible(scenario)) == verdict


@pytest.mark.parametrize(("value", "verdict"), [("null", "refuted as it must"), ("1", "violated")])
def test_a_rule_must_tell_a_violation(value: str, verdict: str) -> None:
    lines = tuple(line.replace("null", value) for line in STALE_READ)
    assert verdict_of(Told("GT201", lines)) == verdict


@pytest.mark.parametrize(
    "check",
    [Holds, Refuted],
)
def test_what_a_limit_ends_is_undecided(check: MakeCheck) -> None:
    scenario = Scenario(model=COUNTER)
    limits = Limits(max_states=1)
    assert verdict_of(check(scenario, "within-the-limit"), limits) == "undecided"


def test_a_refutation_hides_nothing_from_other_checks() -> None:
    scenario = Scenario(model=COUNTER, settings={"limit": 8})
    checks = (Refuted(scenario, "never-three"), Holds(scenario, "within-the-limit"))
    [found] = check_claims([claim(*checks)], [], limits=Limits()).claims
    assert [check.verdict for check in found.checks] == ["refuted as it must", "holds"]
    assert found.verdict == "refuted as it must"
    # Three counted in the one exploration; all nine numbers in the other.
    assert [check.states for check in found.checks] == [3, 9]
    assert found.states == 12


def test_what_claims_share_is_explored_once() -> None:
    scenario = Scenario(model=COUNTER)
    claims = [
        claim(Holds(scenario, "within-the-limit"), name="C1"),
        claim(Witnessed(scenario, "reaches-two"), Holds(scenario, "never-three"), name="C2"),
    ]
    result = check_claims(claims, [], limits=Limits())
    assert result.explorations == 1
    assert [found.states for found in result.claims] == [3, 3]
