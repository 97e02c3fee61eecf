"""Symmetry gives no other answer than exploring everything.

Goal: with it, as many states are found as there are orbits, verdicts and depths are those of the
full exploration, and a system that is not symmetric is told rather than judged wrongly. Method:
Hypothesis draws systems that are symmetric by construction; orbits are counted by rearranging every
state of the full exploration, in code that shares nothing with the engines.
"""

from __future__ import annotations

from gtcheck.checker import Exploration, Limits, explore
from gtcheck.checker.findings import Task
from gtcheck.checker.reference import ReferenceEngine
from gtcheck.models import ModelError, guard
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from .symmetric_systems import NAMES, VALUES, Party, Program, State, programs, rearranged

MOST = 2_500

thorough = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
members = st.integers(2, 3)


def built(count: int, program: Program, limit: int) -> Party:
    party = Party(count, program)
    party.promise(limit)
    return party


def every_state(party: Party) -> list[State]:
    """Give all states that can be reached, by the names of their variables."""
    system = party.system
    limits = Limits(max_states=MOST)
    task = Task(system=system, checked=system.select(), limits=limits, keep_going=True)
    engine = ReferenceEngine(task)
    assume(engine.run().complete)
    names = [slot.name for slot in system.slots]
    return [dict(zip(names, state, strict=True)) for state in engine._parents]


def orbits_of(states: list[State], names: tuple[str, ...]) -> int:
    orbits = {
        frozenset(frozenset(moved.items()) for moved in rearranged(state, names))
        for state in states
    }
    return len(orbits)


def reduced_or_told(party: Party) -> Exploration | str:
    """Explore with symmetry; give what is said where the system is found not to be symmetric."""
    try:
        return explore(party.system, symmetry=True, keep_going=True)
    except ModelError as error:
        return str(error)


def answers(result: Exploration) -> list[tuple[str, str, int | None]]:
    return [
        (found.name, found.verdict, None if found.trace is None else len(found.trace.steps))
        for found in result.properties
    ]


@thorough
@given(count=members, program=programs, limit=st.integers(0, 2))
def test_each_orbit_is_one_state_and_no_answer_changes(
    count: int, program: Program, limit: int
) -> None:
    party = built(count, program, limit)
    orbits = orbits_of(every_state(party), party.names)
    full = explore(party.system, keep_going=True)
    for engine in ("native", "reference"):
        reduced = explore(
            built(count, program, limit).system, symmetry=True, keep_going=True, engine=engine
        )
        assert (reduced.states, reduced.depth) == (orbits, full.depth)
        assert answers(reduced) == answers(full)
        assert reduced.complete


@thorough
@given(count=members, program=programs, value=st.integers(0, VALUES - 1))
def test_a_property_that_names_a_member_is_told_or_judged_rightly(
    count: int, program: Program, value: int
) -> None:
    def asymmetric() -> Party:
        party = built(count, program, 1)

        @party.system.always
        def the_last_has_another_value() -> bool:
            return party.own[party.names[-1]] != value

        return party

    full = explore(asymmetric().system, limits=Limits(max_states=MOST), keep_going=True)
    assume(full.stopped_by != "max_states")
    reduced = reduced_or_told(asymmetric())
    told = isinstance(reduced, str)
    if isinstance(reduced, str):
        assert "the-last-has-another-value breaks the symmetry of members" in reduced
    else:
        assert answers(reduced) == answers(full)
    if full.complete and full.property("the-last-has-another-value").verdict == "holds":
        states = every_state(asymmetric())
        others = (state[f"own[{name}]"] for state in states for name in NAMES[:count])
        assert told is any(other == value for other in others)


@thorough
@given(count=members, program=programs, value=st.integers(0, VALUES - 1), at=st.integers(0, 2))
def test_an_action_for_some_members_only_is_told_or_changes_no_answer(
    count: int, program: Program, value: int, at: int
) -> None:
    def asymmetric() -> Party:
        party = built(count, program, 1)
        chosen = party.names[at % count]

        @party.system.action(member=party.names)
        def favour(member: str) -> None:
            guard(party.own[member] == value and member <= chosen)
            party.own[member] = VALUES - 1
            party.leader.value = chosen

        return party

    full = explore(asymmetric().system, limits=Limits(max_states=MOST), keep_going=True)
    assume(full.stopped_by != "max_states")
    reduced = reduced_or_told(asymmetric())
    if isinstance(reduced, str):
        assert "breaks the symmetry of members" in reduced
    else:
        assert answers(reduced) == answers(full)
