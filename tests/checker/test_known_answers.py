"""The counts that other checkers give for two-phase commit and the last-writer-wins register."""

from __future__ import annotations

from typing import Literal

import pytest
from gtcheck.checker import explore
from gtcheck.models import Verdict, load_model

# TLC, SPIN, stateright and plain Python agree on these (TLA+ module TwoPhase; three-region
# last-writer-wins with one crash and one cut).
TWO_PHASE_COMMIT = [(3, 288), (5, 8_832), (7, 296_448)]
LWW_REGISTER = [(3, 23_025, 88_416), (4, 134_225, 554_640), (5, 683_325, 2_976_780)]


@pytest.mark.parametrize(("managers", "states"), TWO_PHASE_COMMIT)
def test_two_phase_commit_has_the_published_states(managers: int, states: int) -> None:
    result = explore(load_model("two-phase-commit").build({"rms": managers}), engine="native")
    assert (result.states, result.complete, result.verdict) == (states, True, Verdict.HOLDS)


@pytest.mark.parametrize(("writes", "states", "transitions"), LWW_REGISTER)
def test_the_lww_register_has_the_published_states_and_transitions(
    writes: int, states: int, transitions: int
) -> None:
    result = explore(load_model("lww-register").build({"writes": writes}), engine="native")
    assert (result.states, result.transitions, result.complete) == (states, transitions, True)
    assert result.verdict is Verdict.HOLDS
    assert result.python_calls < 5_000


@pytest.mark.parametrize(
    ("model", "settings", "states"),
    [("two-phase-commit", {"rms": 4}, 1_568), ("lww-register", {"writes": 2}, 3_225)],
)
@pytest.mark.parametrize("engine", ["reference", "native"])
def test_both_engines_give_the_same_small_counts(
    model: str, settings: dict[str, object], states: int, engine: Literal["reference", "native"]
) -> None:
    assert explore(load_model(model).build(settings), engine=engine).states == states


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_a_strong_read_of_an_asynchronous_table_may_be_stale(
    engine: Literal["reference", "native"],
) -> None:
    result = explore(
        load_model("async").build(), engine=engine, properties=["linearizable-strong-reads"]
    )
    found = result.property("linearizable-strong-reads")
    assert result.exit_code == 1
    assert found.trace is not None
    assert [step.action for step in found.trace.steps] == [
        "a client writes x in us-east-1",
        "a client reads x strongly in us-east-2",
    ]


def test_mrsc_holds_with_everything_explored() -> None:
    result = explore(load_model("mrsc").build(), engine="native")
    assert result.complete
    assert {found.verdict for found in result.properties} == {Verdict.HOLDS}
    assert "linearizable-strong-reads" in {found.name for found in result.properties}


def test_the_default_models_are_explored_alike_by_both_engines() -> None:
    for model, settings in (("async", {"writes": 1}), ("mrsc", {"writes": 1})):
        one, other = (
            explore(load_model(model).build(settings), engine=engine)
            for engine in ("reference", "native")
        )
        assert (one.states, one.transitions, one.depth) == (
            other.states,
            other.transitions,
            other.depth,
        )
