"""A counter that may run too far."""

from typing import Annotated

from gtcheck.models import (
    Event,
    Fault,
    Parameter,
    ParameterError,
    Spec,
    System,
    guard,
    model,
    on,
)


class Counted(Event):
    number: int


class NeverThree(Spec):
    """The number three is never announced."""

    @on(Counted)
    def judge(self, event: Counted) -> None:
        assert event.number != 3, "three was counted"


@model("counter")
def counter(
    *,
    limit: Annotated[int, Parameter(1, 9, "where it stops")] = 2,
    bug: Annotated[str, Parameter(choices=("none", "runs-on"), summary="left out")] = "none",
    slip: Annotated[int, Fault(1, "one step too many")] = 0,
) -> System:
    """Counts up."""
    system = System("counter")
    number = system.variable("number", 0)
    if limit == 9:
        raise ParameterError("limit=9 is impossible: it counts to 8; set limit=8 or less")

    @system.action
    def up() -> None:
        guard(number.value < limit + slip + (bug == "runs-on"))
        number.value += 1
        system.announce(Counted(number.value))

    @system.always
    def within_the_limit() -> bool:
        """The number is at most the limit."""
        return number.value <= limit

    @system.sometimes
    def reaches_two() -> bool:
        """The number comes to two."""
        return number.value == 2

    system.spec(NeverThree())
    return system
