"""What a missing mechanism breaks is found also where partial-order reduction leaves states out.

Goal: each mutant is found by the property that names it, natively and with fewer states or as many.
Method: every one is explored both ways; `bench/reduction.py --everything` compares all properties.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.models import load_model
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS


def is_found_at_once(mutant: Mutant) -> bool:
    """Tell whether what finds a mutant is about single states, and found among few of them."""
    settings = {**mutant.settings, "bug": mutant.bug}
    system = load_model(mutant.model).build(settings, mutant.faults)
    found = next(one for one in system.properties if one.name == mutant.killed_by)
    return not found.is_liveness and mutant.model != "replicated-journal"


@pytest.mark.parametrize(
    "mutant", [one for one in MUTANTS if is_found_at_once(one)], ids=lambda mutant: mutant.name
)
def test_a_missing_mechanism_is_missed_with_fewer_steps_too(mutant: Mutant) -> None:
    settings = {**mutant.settings, "bug": mutant.bug}

    def explored(*, por: bool) -> Exploration:
        system = load_model(mutant.model).build(settings, mutant.faults)
        return explore(system, properties=[mutant.killed_by], por=por)

    full, reduced = explored(por=False), explored(por=True)
    assert reduced.property(mutant.killed_by).verdict == full.property(mutant.killed_by).verdict
    assert reduced.verdict == full.verdict
