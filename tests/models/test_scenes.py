"""The talk's own scenes come out with the talk's own numbers.

Goal: whoever has heard the talk finds its examples here and cannot tell them from what was said.
Method: each scene is explored whole, its witness is read as a run, and both engines find as many
states. The reduced demo is compared with the full one where both can be had.
"""

from __future__ import annotations

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import Verdict, load_model

SCENES = ["attendees", "concurrent-writes", "one-writer", "three-writers", "two-items"]


def explored(model: str, engine: EngineName | None = None, **settings: object) -> Exploration:
    result = explore(load_model(model).build(settings), engine=engine)
    assert result.complete
    return result


def final(result: Exploration, witness: str) -> dict[str, object]:
    """Give the values of the variables that a witness ends with."""
    trace = result.property(witness).trace
    assert trace is not None
    values = dict(trace.initial)
    for step in trace.steps:
        values.update({change.variable: change.after for change in step.changes})
    return values


@pytest.mark.parametrize("model", SCENES)
def test_every_scene_holds_and_is_explored_whole(model: str) -> None:
    assert explored(model).verdict is Verdict.HOLDS


@pytest.mark.parametrize("mode", ["async", "mrsc"])
@pytest.mark.parametrize("increments", [1, 2, 3, 4])
def test_the_demos_hold_with_fewer_increments(mode: str, increments: int) -> None:
    for model in ("one-writer", "three-writers"):
        assert explored(model, mode=mode, increments=increments).verdict is Verdict.HOLDS


def test_without_strong_reads_demo_1_promises_no_strong_read() -> None:
    result = explored("one-writer", mode="mrsc", strong_reads=0)
    assert result.verdict is Verdict.HOLDS
    assert "strong-4-eventual-3" not in [found.name for found in result.properties]


@pytest.mark.parametrize(
    ("model", "settings", "states"),
    [
        ("two-items", {}, 21),
        ("concurrent-writes", {}, 105),
        ("attendees", {}, 71),
        ("one-writer", {"increments": 2}, 46),
        ("one-writer", {"increments": 1, "mode": "mrsc", "strong_reads": 1}, 138),
        ("three-writers", {"increments": 1}, 197),
        ("three-writers", {"increments": 1, "mode": "async"}, 1150),
    ],
)
def test_both_engines_find_the_same_states(
    model: str, settings: dict[str, object], states: int
) -> None:
    for engine in ("native", "reference"):
        assert explored(model, engine, **settings).states == states


def test_the_write_of_20_is_dropped_where_30_came_first() -> None:
    result = explored("concurrent-writes")
    streams = final(result, "the-streams-of-the-talk")
    dropped = final(result, "the-drop-set-of-the-talk")
    regions = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1")
    assert [streams[f"streams-rise.records[{region}]"] for region in regions] == [
        (20, 30),
        (30,),
        (20, 30),
        (30,),
    ]
    assert [dropped[f"streams-rise.dropped[{region}]"] for region in regions] == [
        (),
        (20,),
        (),
        (20,),
    ]


def test_b_is_201_while_a_is_still_10() -> None:
    result = explored("two-items")
    trace = result.property("an-inversion-across-items").trace
    assert trace is not None
    assert len(trace.steps) == 3
    assert result.property("no-inversion-at-home").verdict is Verdict.HOLDS
    system = load_model("two-items").build()
    refuted = explore(system, properties=["monotonic-across-items"])
    assert refuted.verdict is Verdict.VIOLATED


def test_of_two_increments_of_6_the_second_in_the_journal_is_refused() -> None:
    result = explored("attendees")
    for witness in ("the-loser-is-told-of-a-conflict", "the-other-may-lose-as-well"):
        trace = result.property(witness).trace
        assert trace is not None
        told = [event for step in trace.steps for event in step.announced]
        assert sum(event.startswith("Acknowledged(") for event in told) == 1
        assert sum(event.startswith("Conflicted(") for event in told) == 1
        tables = [value for name, value in final(result, witness).items() if ".table[" in name]
        assert [getattr(version, "value", None) for version in tables] == [7, 7, 7]


def test_demo_1_jumps_from_0_to_5_and_a_strong_read_is_ahead_of_an_eventual_one() -> None:
    local = explored("one-writer", mode="async")
    assert local.property("jumps-from-0-to-5").trace is not None
    assert local.property("an-intermediate-value-is-read").trace is not None
    values = final(explored("one-writer", mode="mrsc"), "strong-4-eventual-3")
    assert values["reads-never-go-back.strong[us-west-2]"] == 4
    assert values["reads-never-go-back.eventual[us-west-2]"] == 3


def test_demo_2_ends_at_5_without_the_journal_and_at_15_with_it() -> None:
    lost = final(explored("three-writers", mode="async"), "ends-with-what-one-region-counted")
    tables = [value for name, value in lost.items() if name.endswith(".table[counter]")]
    assert [getattr(version, "value", None) for version in tables] == [5, 5, 5]
    assert explored("three-writers").property("ends-with-all-that-was-counted").verdict is (
        Verdict.HOLDS
    )


@pytest.mark.parametrize("increments", [1, 2])
def test_what_is_left_out_of_demo_2_changes_no_verdict(increments: int) -> None:
    full = explored("three-writers", increments=increments, detail="full")
    reduced = explored("three-writers", increments=increments)
    assert full.states > 10 * reduced.states
    shared = {found.name for found in full.properties} & {
        found.name for found in reduced.properties
    }
    assert {"ends-with-all-that-was-counted", "no-deadlock", "a-retry-succeeds"} <= shared
    for name in shared:
        assert full.property(name).verdict is reduced.property(name).verdict


def test_15_increments_may_take_more_than_15_attempts() -> None:
    result = explored("three-writers")
    trace = result.property("many-attempts").trace
    assert trace is not None
    told = [event for step in trace.steps for event in step.announced]
    assert sum(event.startswith("Acknowledged(") for event in told) == 15
    assert sum(event.startswith("Conflicted(") for event in told) >= 1
    values = final(result, "many-attempts")
    tables = [value for name, value in values.items() if name.endswith(".table[counter]")]
    assert [getattr(version, "value", None) for version in tables] == [15, 15, 15]


def test_a_retry_succeeds_and_retries_add_up() -> None:
    result = explored("three-writers", increments=1, detail="full")
    for witness in ("a-retry-succeeds", "a-client-tries-three-times"):
        assert result.property(witness).trace is not None
