"""Symmetry as its users meet it: what is reduced, what is told, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

import pytest
from gtcheck.checker import explore
from gtcheck.models import (
    ModelError,
    ParameterError,
    System,
    guard,
    load_model,
)

from .toy_machines import EngineName


def committing(managers: int) -> System:
    return load_model("two-phase-commit").build({"rms": managers})


@pytest.mark.parametrize(("managers", "states"), [(5, 314), (7, 920), (8, 1_461), (9, 2_232)])
def test_two_phase_commit_has_as_many_states_as_are_known(managers: int, states: int) -> None:
    result = explore(committing(managers), symmetry=True)
    assert (result.verdict, result.complete, result.states) == ("holds", True, states)
    assert result.depth == 3 * managers + 1
    assert result.python_calls < 6_000


def test_both_engines_reduce_alike(engine: EngineName) -> None:
    result = explore(committing(4), symmetry=True, engine=engine)
    assert (result.states, result.transitions, result.depth) == (166, 868, 13)
    assert result.reductions == ("symmetry of resource managers",)


def test_workers_share_the_search_and_change_nothing() -> None:
    system = load_model("mrsc")
    alone, shared = (
        explore(system.build({}, {"crash": 1}), symmetry=True, workers=workers)
        for workers in (1, 3)
    )
    assert (shared.states, shared.transitions) == (alone.states, alone.transitions)
    assert shared.properties == alone.properties


def test_what_was_held_to_a_sample_only_is_told() -> None:
    assert explore(committing(6), symmetry=True).reductions == (
        "symmetry of resource managers (held to a sample)",
    )


def test_the_result_says_nothing_of_symmetry_unless_it_is_asked_for() -> None:
    assert explore(committing(3)).reductions == ()


def test_a_system_without_sets_is_refused(engine: EngineName) -> None:
    with pytest.raises(ParameterError, match=r"elevator declares no symmetric sets.*regions"):
        explore(System("elevator"), symmetry=True, engine=engine)


def test_the_reference_engine_refuses_what_it_would_never_finish() -> None:
    with pytest.raises(ParameterError, match="tries each of 40,320 rearrangements"):
        explore(committing(8), symmetry=True, engine="reference")


def test_what_is_about_runs_without_end_is_refused(engine: EngineName) -> None:
    system = committing(2)

    @system.eventually
    def all_is_decided() -> bool:
        return True

    with pytest.raises(
        ParameterError, match=r"all-is-decided is about runs without end.*whose turn"
    ):
        explore(system, symmetry=True, engine=engine, properties=["all-is-decided"])
    result = explore(system, symmetry=True, engine=engine, properties=["no-split-decision"])
    assert result.reductions == ("symmetry of resource managers",)
    result = explore(system, symmetry=True, engine=engine)
    assert "all-is-decided" not in [found.name for found in result.properties]
    assert result.reductions == ("symmetry of resource managers", "leaving out all-is-decided")


def test_a_search_that_remembers_no_states_is_refused() -> None:
    with pytest.raises(ParameterError, match="symmetry cannot be combined with search=random"):
        explore(committing(2), symmetry=True, search="random")
    with pytest.raises(ParameterError, match="symmetry cannot be combined with partial-order"):
        explore(committing(2), symmetry=True, por=True)


# ---- what is not symmetric ---------------------------------------------------------------------


def racing(change: Callable[[System], None], members: Iterable[object] = ("a", "b", "c")) -> System:
    """Build runners who run three laps, and what else is to be said of them."""
    system = System("race")
    names = tuple(members)
    system.symmetric("runners", names)
    laps = system.table("laps", over=names, initial=0)
    ahead = system.variable("ahead", names[0] if len(names) > 9 else None)

    @system.action(runner=names)
    def run(runner: object) -> None:
        guard(laps[runner] < 2)
        laps[runner] += 1

    system.__dict__["parts"] = (laps, ahead, names)
    change(system)
    return system


def told(system: System, engine: EngineName) -> str:
    with pytest.raises(ModelError) as error:
        explore(system, symmetry=True, engine=engine)
    assert error.value.exit_code == 2
    return str(error.value)


def test_a_property_of_one_member_is_told(engine: EngineName) -> None:
    def favour(system: System) -> None:
        laps, _, _ = system.__dict__["parts"]

        @system.always
        def the_first_one_rests() -> bool:
            return bool(laps["a"] < 3)

        @system.always
        def the_last_one_is_slow() -> bool:
            return bool(laps["c"] < 2)

    said = told(racing(favour), engine)
    assert "the-last-one-is-slow breaks the symmetry" in said
    assert "test_symmetry.py:" in said


def test_a_step_that_compares_members_by_order_is_told_with_its_line(engine: EngineName) -> None:
    def lead(system: System) -> None:
        laps, ahead, names = system.__dict__["parts"]

        @system.action(runner=names)
        def lead(runner: str) -> None:
            guard(laps[runner] == 2)
            ahead.value = max(ahead.value or runner, runner)

    said = told(racing(lead), engine)
    assert "action lead(runner=" in said
    assert "breaks the symmetry" in said
    if engine == "native":
        assert "sets ahead to" in said
        line = int(said.split("test_symmetry.py:")[1].split(":")[0])
        with open(__file__, encoding="utf-8") as source:
            assert "max(ahead.value" in source.read().splitlines()[line - 1]


def test_a_step_that_only_some_may_take_is_told(engine: EngineName) -> None:
    def cheat(system: System) -> None:
        laps, _, names = system.__dict__["parts"]

        @system.action(runner=names)
        def cheat(runner: str) -> None:
            guard(runner == "c" and laps[runner] == 1)
            laps[runner] = 0

    assert "action cheat(runner=" in told(racing(cheat), engine)


def test_a_choice_that_leaves_a_member_out_is_told(engine: EngineName) -> None:
    def choose(system: System) -> None:
        _, ahead, names = system.__dict__["parts"]

        @system.action
        def choose_one() -> None:
            ahead.value = system.choose(names[:2])

    assert "action choose-one breaks the symmetry" in told(racing(choose), engine)


def test_a_choice_of_every_member_is_symmetric(engine: EngineName) -> None:
    def choose(system: System) -> None:
        _, ahead, names = system.__dict__["parts"]

        @system.action
        def choose_one() -> None:
            ahead.value = system.choose(names)

    full = explore(racing(choose))
    result = explore(racing(choose), symmetry=True, engine=engine)
    assert (full.states, result.states) == (27 * 4, 10 + 18)
    assert result.verdict == full.verdict


def test_a_beginning_that_favours_a_member_is_told(engine: EngineName) -> None:
    system = System("race")
    system.symmetric("runners", ["a", "b"])
    ahead = system.variable("ahead", "a")

    @system.action
    def fall_behind() -> None:
        ahead.value = "b" if ahead.value == "a" else "a"

    assert "the beginning breaks the symmetry" in told(system, engine)


def test_a_variable_that_only_one_member_has_is_told(engine: EngineName) -> None:
    system = System("race")
    system.symmetric("runners", ["a", "b"])
    system.table("laps", over=["a"], initial=0)
    said = told(system, engine)
    assert "the variable 'laps[a]' has no counterpart where a and b change places" in said


def test_numbers_are_members_in_keys_only(engine: EngineName) -> None:
    """The order of regions decides between writes of one time, and their numbers are values."""
    system = load_model("lww-register").build({"writes": 2}, {"crash": 0, "cut": 0})
    system.symmetric("regions", (1, 2, 3))
    said = told(system, engine)
    assert "action write(region=" in said or "action deliver(link_=" in said
    assert "models/library/lww_register.py:" in said


def test_members_may_be_enums_and_several_sets_multiply(engine: EngineName) -> None:
    class Seat(Enum):
        LEFT = 1
        RIGHT = 2

    def party() -> System:
        system = System("table")
        system.symmetric("seats", Seat)
        system.symmetric("dishes", ["soup", "salad"])
        served = system.table(
            "served", over=[(s, d) for s in Seat for d in ("soup", "salad")], initial=False
        )

        @system.action(seat=Seat, dish=("soup", "salad"))
        def serve(seat: Seat, dish: str) -> None:
            served[seat, dish] = True

        return system

    assert explore(party()).states == 16
    assert explore(party(), symmetry=True, engine=engine).states == 7


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ((), "has 0 members"),
        (("a", "a"), "has the member 'a' twice"),
        ((True, False), "members are texts, whole numbers"),
        ((None,), "members are texts, whole numbers"),
        ((("a", "b"),), "members are texts, whole numbers"),
        (range(100), "has 100 members; give 1 to 64"),
    ],
)
def test_what_is_no_set_of_members_is_told(members: Iterable[object], why: str) -> None:
    with pytest.raises(ModelError, match=why):
        System().symmetric("odd", members)


def test_a_member_belongs_to_one_set() -> None:
    system = System()
    system.symmetric("runners", ["a", "b"])
    with pytest.raises(ModelError, match="shares 'a' with 'runners'"):
        system.symmetric("walkers", ["a", "c"])
    with pytest.raises(ModelError, match="'runners' is declared twice"):
        system.symmetric("runners", ["c", "d"])


# ---- counterexamples ---------------------------------------------------------------------------


def test_a_counterexample_is_a_run_of_the_system(engine: EngineName) -> None:
    """Each step begins where the one before it ended, with the members that it names."""

    def lose(system: System) -> None:
        laps, ahead, names = system.__dict__["parts"]

        @system.action(runner=names)
        def lead(runner: str) -> None:
            guard(laps[runner] == 2 and ahead.value != runner)
            ahead.value = runner

        @system.always
        def the_leader_is_alone() -> bool:
            return ahead.value is None or sum(n == 2 for n in laps.values()) < 3

    result = explore(racing(lose), symmetry=True, engine=engine)
    full = explore(racing(lose))
    trace = result.property("the-leader-is-alone").trace
    other = full.property("the-leader-is-alone").trace
    assert trace is not None
    assert other is not None
    assert len(trace.steps) == len(other.steps) == 7
    state = dict(trace.initial)
    for step in trace.steps:
        for change in step.changes:
            assert state[change.variable] == change.before
            state[change.variable] = change.after
    assert [state[f"laps[{name}]"] for name in "abc"] == [2, 2, 2]


def test_a_failing_step_and_a_failing_start_are_found(engine: EngineName) -> None:
    def fail(system: System) -> None:
        laps, _, names = system.__dict__["parts"]

        @system.action(runner=names)
        def stumble(runner: str) -> None:
            guard(laps[runner] == 2)
            assert sum(laps.values()) < 4, "too fast"

    result = explore(racing(fail), symmetry=True, engine=engine)
    found = result.property("no-failure")
    assert (found.verdict, found.message) == ("violated", "too fast")
    assert found.trace is not None
    assert len(found.trace.steps) == 5

    begun = racing(lambda system: None)
    begun.on_start(lambda: guard(1 / 0))
    found = explore(begun, symmetry=True, engine=engine).property("no-failure")
    assert found.message == "ZeroDivisionError: division by zero"
