"""Systems at the extremes: everything of them is found, whichever way they are explored."""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.models import System, guard


def burst() -> System:
    """Give a system that after 40,000 small steps has 1,000 outcomes of one, and 343 of each."""
    system = System("burst")
    row, column = system.variable("row", 0), system.variable("column", 0)
    first = [system.variable(f"first {number}", 0) for number in range(3)]
    then = [system.variable(f"then {number}", 0) for number in range(3)]

    @system.action
    def go_down() -> None:
        guard(row.value < 199)
        for digit in (*first, *then):
            digit.value = -row.value % 7
        row.value += 1

    @system.action
    def go_right() -> None:
        guard(column.value < 199)
        column.value += 1

    @system.action
    def choose() -> None:
        guard(row.value == column.value == 199 and first[0].value < 7)
        for digit in first:
            digit.value = system.choose(range(10, 20))

    @system.action
    def choose_then() -> None:
        guard(first[0].value > 7 > then[0].value)
        for digit in then:
            digit.value = system.choose(range(10, 17))

    return system


@pytest.mark.parametrize("workers", [1, 2])
def test_a_block_of_states_that_leads_to_more_than_was_ever_held_loses_none(workers: int) -> None:
    result = explore(burst(), workers=workers, check_purity="off", engine="native")
    assert result.complete
    assert result.states == 200 * 200 + 1_000 + 1_000 * 343
