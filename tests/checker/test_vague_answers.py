"""What is neither true nor false, or equals nothing, is told: it would check nothing unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from gtcheck.checker import explore
from gtcheck.models import ModelError, System
from gtcheck.models.systems import guard

EngineName = Literal["native", "reference"]
ENGINES: list[EngineName] = ["reference", "native"]


def switch(
    judge: Callable[[bool], object], wait_for: Callable[[], object] = lambda: True
) -> System:
    """Build a switch, judged as given, that waits for what is given."""
    system = System("switch")
    is_on = system.variable("is on", False)

    @system.action
    def turn() -> None:
        guard(wait_for())
        is_on.value = not is_on.value

    @system.always
    def fine() -> bool:
        return judge(is_on.value)  # type: ignore[return-value]

    return system


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("judge", "told"),
    [
        (lambda on: (on for _ in "ab"), r"a generator.*put all\(\.\.\.\) or any"),
        (lambda _: None, "None; is its return missing"),
        (lambda _: guard, "the function guard; call it"),
        (lambda on: 2 if on else 1, r"the int 1; compare it, or put bool\(\.\.\.\) around it"),
    ],
)
def test_a_property_answers_yes_or_no(
    engine: EngineName, judge: Callable[[bool], object], told: str
) -> None:
    with pytest.raises(
        ModelError, match=f"must return True or False: this one gave {told}"
    ) as info:
        explore(switch(judge), engine=engine)
    assert info.value.place is not None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "forgotten", [lambda: switch, lambda: (each for each in "ab"), lambda: System("").always]
)
def test_a_guard_that_no_state_closes_is_told(
    engine: EngineName, forgotten: Callable[[], object]
) -> None:
    with pytest.raises(ModelError, match="guard was given"):
        explore(switch(lambda _: True, wait_for=forgotten), engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("wrong", [float("nan"), (1, complex("nan"))])
def test_a_value_that_does_not_equal_itself_is_told(engine: EngineName, wrong: object) -> None:
    system = System("counter")
    count = system.variable("count", 0)

    @system.action
    def step() -> None:
        count.value = wrong  # type: ignore[assignment]

    with pytest.raises(ModelError, match=r"nan.*which equals nothing, not even itself"):
        explore(system, engine=engine)
