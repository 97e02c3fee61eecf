"""An invariant over all members is judged case by case: sooner, and with the same result."""

from __future__ import annotations

import importlib.util
import itertools
import textwrap
from pathlib import Path
from typing import Any, Literal

import pytest
from gtcheck.checker import Exploration, explore
from gtcheck.checker.cases import CASES_MAX, cases_of
from gtcheck.models import System, Table, guard
from hypothesis import given, settings
from hypothesis import strategies as st

ENGINES: tuple[Literal["native", "reference"], ...] = ("native", "reference")
MEMBERS = range(4)
NAMES = itertools.count()

HEAD = """
from gtcheck.models import System, Table, guard
from gtcheck.checker import explore

def build(members, top):
    system = System("dials")
    dial = system.table("dial", members, 0)

    @system.action(one=members)
    def turn(one):
        guard(dial[one] < top)
        dial[one] += 1

    @system.always
    def fine():
        '''It is fine.'''
{answer}

    return system
"""


def dials(top: int = 2) -> tuple[System, Table[int, int]]:
    """Build dials that are turned up."""
    system = System("dials")
    dial = system.table("dial", MEMBERS, 0)

    @system.action(one=MEMBERS)
    def turn(one: int) -> None:
        guard(dial[one] < top)
        dial[one] += 1

    return system, dial


def test_what_holds_of_all_members_is_judged_of_each() -> None:
    system, dial = dials(9)

    @system.always
    def fine() -> bool:
        """No dial is beyond nine."""
        return all(dial[one] <= 9 for one in MEMBERS)

    assert len(cases_of(fine)) == len(MEMBERS)
    result = explore(system, engine="native")
    assert (result.states, result.python_calls < 200) == (10_000, True)


def test_members_of_members_are_taken_apart_too() -> None:
    _, dial = dials()

    def nested() -> bool:
        return all(all(dial[one] == 0 or dial[two] < 9 for two in range(one)) for one in MEMBERS)

    def paired() -> bool:
        return not any(
            dial[one] + dial[two] > 9 for one, two in itertools.combinations(MEMBERS, 2) if one > 0
        )

    def looped() -> bool:
        """No two dials are beyond nine together."""
        for one in MEMBERS:
            for two in range(one):
                if dial[one] + dial[two] > 9:
                    return False
        return True

    assert [len(cases_of(each)) for each in (nested, paired, looped)] == [6, 6, 6]


def test_values_of_a_table_are_members_too() -> None:
    system, dial = dials(9)

    @system.always
    def fine() -> bool:
        """No dial is beyond nine."""
        return all(value <= 9 for value in dial.values())

    @system.always
    def fine_by_name() -> bool:
        """No dial but the first is beyond nine."""
        return not any(value > 9 for one, value in dial.items() if one > 0)

    assert (len(cases_of(fine)), len(cases_of(fine_by_name))) == (len(MEMBERS), len(MEMBERS))
    assert explore(system, engine="native").python_calls < 300


def test_what_is_not_certain_is_left_whole() -> None:
    _, dial = dials()

    def keeps_pairs() -> bool:
        return all(pair[1] < 3 for pair in dial.items())

    def goes_by_values() -> bool:
        return all(one < 3 for value in dial.values() for one in range(1 if value is None else 2))

    def chooses_values() -> bool:
        return all(value < 3 for value in [each for each in dial.values() if each is not None])

    def depends_on_the_state() -> bool:
        return all(dial[one] < 3 for one in range(dial[0]))

    def does_more() -> bool:
        print("once")
        return all(dial[one] < 3 for one in MEMBERS)

    def counts() -> bool:
        return bool(sum(dial[one] == 3 for one in MEMBERS) < 2)

    def goes_on_after_the_loop() -> bool:
        for one in MEMBERS:
            if dial[one] > 2:
                return False
        return bool(dial[0] < 2)

    def has_no_members() -> bool:
        return all(dial[one] < 3 for one in range(0))

    def has_too_many() -> bool:
        return all(one >= 0 for one in range(CASES_MAX + 1))

    def remembers() -> bool:
        return all((last := dial[one]) < 3 and bool(last >= 0) for one in MEMBERS)

    all = bool  # noqa: A001

    def means_another() -> bool:
        return all(one < 3 for one in MEMBERS)

    for whole in (
        keeps_pairs,
        goes_by_values,
        chooses_values,
        depends_on_the_state,
        does_more,
        counts,
        goes_on_after_the_loop,
        has_no_members,
        has_too_many,
        remembers,
        means_another,
        lambda: all(dial[one] < 3 for one in MEMBERS),
    ):
        assert cases_of(whole) == [whole]


def test_code_that_is_not_what_stands_in_the_file_is_left_whole(tmp_path: Path) -> None:
    path = tmp_path / "changed.py"
    path.write_text("def fine():\n    return all(one < 3 for one in range(4))\n")
    fine = loaded(path).fine
    assert len(cases_of(fine)) == 4
    path.write_text("def fine():\n    return all(one < 2 for one in range(4))\n")
    assert cases_of(fine) == [fine]


def loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLAIMS = st.sampled_from(
    [
        "dial[a] < {n}",
        "dial[a] + dial[b] <= {n}",
        "dial[a] - b",
        "6 // ({n} - dial[a]) >= 0",
        "all(dial[c] <= {n} or c > a for c in members)",
        "not any(dial[c] > {n} for c in range(b))",
    ]
)
CONDITIONS = st.sampled_from(["", " if dial[a] >= dial[b]", " if a < b", " if dial[b] // (2 - b)"])
QUANTIFIERS = st.sampled_from(
    [
        "for a in members:\n for b in range(a):\n  if not ({claim}):\n   return False\nreturn True",
        "return all({claim} for a in members for b in members{condition})",
        "return all([{claim} for a in members for b in range(a){condition}])",
        "return not any({claim} for a, b in zip(members, members[1:], strict=False){condition})",
        "return all({claim} for a, b in dial.items(){condition})",
        "return not any({claim} for a in dial for b in dial.values(){condition})",
        "return not not all(not ({claim}) for b in members for a in (b, 0){condition})",
    ]
)


@settings(max_examples=100)
@given(quantifier=QUANTIFIERS, claim=CLAIMS, condition=CONDITIONS, n=st.integers(0, 7))
def test_each_case_by_itself_comes_to_what_the_whole_does(
    tmp_path_factory: pytest.TempPathFactory, quantifier: str, claim: str, condition: str, n: int
) -> None:
    path = tmp_path_factory.mktemp("dials") / f"dials_{next(NAMES)}.py"
    answer = quantifier.format(claim=claim.format(n=n), condition=condition)
    path.write_text(HEAD.format(answer=textwrap.indent(answer, " " * 8)))
    build = loaded(path).build
    results = [
        told(explore(build(range(3), 2), engine=engine, keep_going=keep_going))
        for keep_going in (False, True)
        for engine in ENGINES
    ]
    assert results[0] == results[1]
    assert results[2] == results[3]
    reduced = [explore(build(range(3), 2), engine=engine, por=True).verdict for engine in ENGINES]
    deep = [explore(build(range(3), 2), engine=engine, search="dfs").verdict for engine in ENGINES]
    assert {*reduced, *deep} == {results[0][0]}


def told(result: Exploration) -> tuple[object, ...]:
    fine = next(one for one in result.properties if one.name == "fine")
    steps = None if fine.trace is None else [str(step) for step in fine.trace.steps]
    return result.verdict, result.states, result.transitions, fine.message, steps
