"""The models that declare what is interchangeable: the same answers, from fewer states."""

from __future__ import annotations

from typing import Any

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.models import ModelError, PropertyKind, load_model, model_names
from gtcheck.models.library.mutant import Mutant
from gtcheck.models.library.mutants import MUTANTS

MODELS: list[tuple[str, dict[str, Any], dict[str, int], float]] = [
    ("async", {"items": 2}, {}, 11.0),
    ("async", {"regions": 2, "writes": 3, "deletes": 1}, {}, 1.9),
    ("async", {"faulty": "us-east-2"}, {"pause": 1}, 1.9),
    ("async", {"writers": 2}, {}, 1.9),
    ("async", {}, {"skew": 1}, 1.0),
    ("async", {"items": 2}, {"skew": 1}, 1.9),
    ("async", {}, {"lose": 1, "cut": 0}, 5.0),
    ("async", {"regions": 2}, {"crash": 1, "cut_one_way": 1, "cut": 0}, 1.9),
    ("mrsc", {}, {}, 5.0),
    ("mrsc", {"witness": True}, {"isolate": 1, "cut": 0}, 1.9),
    ("mrsc", {"writers": 1}, {"offline": 1, "cut": 0}, 1.8),
    ("storage", {}, {}, 1.9),
    ("journal", {"appends": 2}, {"cut": 1}, 5.0),
    ("transactions", {"transactions": 1}, {}, 1.9),
    ("leader-region", {"regions": 4}, {}, 3.5),
    ("read-all-regions", {"writes": 1}, {}, 5.0),
    ("two-phase-commit", {"rms": 4}, {}, 9.0),
]


def answers(result: Exploration) -> list[tuple[str, str, int | None]]:
    """Give the answers, but for those about runs without end, which symmetry leaves out."""
    endless = (PropertyKind.EVENTUALLY, PropertyKind.LEADS_TO)
    return [
        (found.name, found.verdict, None if found.trace is None else len(found.trace.steps))
        for found in result.properties
        if found.kind not in endless
    ]


@pytest.mark.parametrize(("name", "settings", "faults", "factor"), MODELS)
def test_symmetry_changes_no_answer_and_leaves_fewer_states(
    name: str, settings: dict[str, Any], faults: dict[str, int], factor: float
) -> None:
    full = explore(load_model(name).build(settings, faults), keep_going=True)
    reduced = explore(load_model(name).build(settings, faults), symmetry=True, keep_going=True)
    assert answers(reduced) == answers(full)
    assert (reduced.complete, reduced.depth) == (full.complete, full.depth)
    assert full.states >= factor * reduced.states


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("async", {"regions": 2, "items": 2, "strong_reads": 0}),
        ("async", {"writes": 1, "strong_reads": 0}),
        ("mrsc", {"writes": 1, "strong_reads": 0}),
        ("storage", {"writes": 1, "strong_reads": 1, "eventual_reads": 0}),
    ],
)
def test_both_engines_find_as_many_orbits(name: str, settings: dict[str, Any]) -> None:
    found = [
        explore(load_model(name).build(settings), symmetry=True, engine=engine)
        for engine in ("native", "reference")
    ]
    assert found[0].states == found[1].states
    assert found[0].transitions == found[1].transitions
    assert answers(found[0]) == answers(found[1])


@pytest.mark.parametrize(
    "mutant",
    [mutant for mutant in MUTANTS if load_model(mutant.model).build().symmetric_sets],
    ids=lambda mutant: mutant.name,
)
def test_a_missing_mechanism_is_missed_with_symmetry_too(mutant: Mutant) -> None:
    given = {**mutant.settings, "bug": mutant.bug}

    def found(*, symmetry: bool) -> Exploration:
        system = load_model(mutant.model).build(given, mutant.faults)
        return explore(system, properties=[mutant.killed_by], symmetry=symmetry)

    if mutant.name == "async bug=one-replicator-for-all":
        # It serves the regions in the order of their names.
        with pytest.raises(ModelError, match="replicate breaks the symmetry of items and regions"):
            found(symmetry=True)
        return
    assert answers(found(symmetry=True)) == answers(found(symmetry=False))


def test_models_without_sets_are_those_that_tell_regions_apart() -> None:
    without = {name for name in model_names() if not load_model(name).build().symmetric_sets}
    scenes = {"attendees", "concurrent-writes", "one-writer", "three-writers", "two-items"}
    assert without == scenes | {"availability", "lww-register"}
