"""What schedules and depth first find is shrunk until no step can be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from gtcheck.checker import Limits, explore
from gtcheck.checker.findings import Finding, PathStep
from gtcheck.checker.shrinking import shrunk
from gtcheck.models import Channel, System, Verdict, guard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_differential import budgets, build, build_nodes, checks, programs, scripts


def decoys(steps: int) -> System:
    """Two steps in order violate the property; all others are beside the point."""
    system = System("decoys")
    armed = system.variable("armed", False)
    broken = system.variable("broken", False)
    noise = system.table("noise", over=range(steps), initial=0)

    @system.action(at=range(steps))
    def beside(at: int) -> None:
        noise[at] = 1 - noise[at]

    @system.action
    def arm() -> None:
        guard(not armed.value)
        armed.value = True

    @system.action
    def fire() -> None:
        guard(armed.value)
        broken.value = True

    @system.always
    def whole() -> bool:
        return not broken.value

    return system


def names(system: System, path: Sequence[PathStep]) -> list[str]:
    return [system.actions[step.action].name for step in path]


def test_what_is_beside_the_point_is_left_out() -> None:
    system = decoys(20)
    path = tuple(PathStep(number, ()) for number in (*range(20), 20, *range(20), 21))
    [whole] = [found for found in system.properties if found.name == "whole"]
    found = shrunk(system, whole, Finding(0, path), frozenset({"whole", "no-failure"}))
    assert names(system, found.finding.path) == ["arm", "fire"]
    assert found.is_minimal


def test_a_path_that_does_not_violate_stays_as_it_is() -> None:
    system = decoys(2)
    [whole] = [found for found in system.properties if found.name == "whole"]
    finding = Finding(0, (PathStep(2, ()),))
    found = shrunk(system, whole, finding, frozenset({"whole"}))
    assert (found.finding, found.is_minimal) == (finding, False)


@pytest.mark.parametrize("search", ["dfs", "random", "pct", "pos"])
def test_every_search_shows_the_two_steps_that_matter(search: Any) -> None:
    result = explore(decoys(4), search=search, limits=Limits(max_depth=40))
    found = result.property("whole")
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert [step.action for step in found.trace.steps] == ["arm", "fire"]
    assert found.shrunk_from is not None
    assert found.shrunk_from >= 2


def assert_no_step_can_be_left_out(system: System, seed: int, search: Any) -> None:
    limits = Limits(max_depth=30)
    result = explore(system, search=search, schedules=60, seed=seed, limits=limits)
    watched = frozenset(found.name for found in result.properties)
    for found in result.properties:
        if found.trace is None or not found.is_minimal:
            continue
        path = tuple(
            PathStep(number, ())
            for step in found.trace.steps
            for number, action in enumerate(system.actions)
            if action.name == step.name
        )
        assert len(path) <= (found.shrunk_from or 0)
        if any(step.choices for step in found.trace.steps) or found.verdict is Verdict.HOLDS:
            continue
        [one] = [other for other in system.properties if other.name == found.name]
        failure = result.property(one.name)
        for left_out in range(len(path)):
            rest = path[:left_out] + path[left_out + 1 :]
            again = shrunk(system, one, Finding(0, rest, _failure(failure)), watched)
            # It stays as it is where it does not lead to the same violation.
            assert again.finding.path == rest
            assert not again.is_minimal


def _failure(found: Any) -> Any:
    from gtcheck.checker.findings import Failure

    return Failure(found.name, found.message or "", found.place)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    programs,
    checks,
    st.integers(2, 4),
    st.sampled_from(["random", "pct", "pos"]),
    st.integers(0, 9),
)
def test_no_step_of_a_shrunk_run_can_be_left_out(
    program: Any, properties: Any, fatal: int, search: str, seed: int
) -> None:
    assert_no_step_can_be_left_out(build(program, properties, fatal), seed, search)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts, st.sampled_from(list(Channel)), budgets, st.integers(0, 9))
def test_no_step_of_a_shrunk_run_of_machines_can_be_left_out(
    script: Any, channel: Channel, budget: str, seed: int
) -> None:
    assert_no_step_can_be_left_out(build_nodes(script, channel, budget), seed, "random")
