"""The claims: all of them, each with checks that name what there is."""

from __future__ import annotations

import pytest
from gtcheck.models.catalog import load_model
from gtcheck.models.claims import (
    CLAIMS,
    Claim,
    Explored,
    Impossible,
    Refuted,
    Told,
    Witnessed,
    situations,
)
from gtcheck.models.errors import ParameterError
from gtcheck.models.library.mutants import MUTANTS
from gtcheck.models.properties import PropertyKind
from gtcheck.traces import RULES

CHECKED = [claim for claim in CLAIMS if claim.checks]


def test_every_claim_is_there_in_order() -> None:
    assert [claim.id for claim in CLAIMS] == [f"C{number}" for number in range(1, 149)]


def test_at_most_25_claims_have_no_check_and_each_says_why() -> None:
    unchecked = [claim for claim in CLAIMS if not claim.checks]
    assert len(unchecked) <= 25
    assert [claim.id for claim in unchecked if not claim.reason] == []
    assert [claim.id for claim in CHECKED if claim.reason or claim.waits] == []


def test_no_two_claims_say_the_same() -> None:
    assert len({claim.text for claim in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize("claim", CHECKED, ids=lambda claim: claim.id)
def test_every_check_of_a_claim_names_what_there_is(claim: Claim) -> None:
    for check in claim.checks:
        if isinstance(check, Told):
            assert check.rule in RULES
        elif isinstance(check, Impossible):
            declared = load_model(check.scenario.model).parameters
            assert set(check.scenario.settings) <= {parameter.name for parameter in declared}
            with pytest.raises(ParameterError, match="impossible"):
                load_model(check.scenario.model).build(check.scenario.settings)
        else:
            assert_fits(check)


def assert_fits(check: Explored) -> None:
    scenario = check.scenario
    system = load_model(scenario.model).build(scenario.settings, scenario.faults)
    kinds = {found.name: found.kind for found in system.properties}
    assert check.property in kinds
    if not isinstance(check, Refuted):
        is_witnessed = kinds[check.property] is PropertyKind.SOMETIMES
        assert is_witnessed is isinstance(check, Witnessed)


def test_the_truth_table_has_a_model_for_each_cell() -> None:
    built = [
        load_model(asked.scenario.model).build(asked.scenario.settings) for asked in situations()
    ]
    assert len(built) == 3 * 2 * 3 * 2


def test_every_mutant_breaks_a_claim_that_is_there() -> None:
    assert {mutant.claim for mutant in MUTANTS} <= {claim.id for claim in CLAIMS}
