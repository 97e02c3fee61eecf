"""Demo 2: three regions increment one counter five times each, at the same time (C140 to C144).

In full, late regions and slow replicators make more runs than can be explored with five increments.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from ...networks import MachineSystem
from ...parameters import Parameter, model
from ...systems import System
from ...values import Time
from ..asynchronous import GlobalTable, Replicator, add_global_table
from ..feeds import Feed
from ..geography import REGIONS
from ..mrsc import ConditionalPut, Entry
from ..mrsc_tables import JournaledTable, add_journaled_table
from .counting import (
    ITEM,
    AfterTheLoop,
    CountsLocally,
    CountsThroughTheJournal,
    HeardAtOnce,
    Mode,
    NewestOnly,
    ReadsEarly,
    count_of,
)

NAMES = REGIONS[:3]

Detail = Annotated[
    Literal["full", "reduced"],
    Parameter(summary="all that may happen, or in mrsc all outcomes and in async the demo's run"),
]


@model("three-writers")
def three_writers(
    *,
    mode: Mode = "mrsc",
    increments: Annotated[int, Parameter(1, 5, "increments in each of three regions")] = 5,
    detail: Detail = "reduced",
) -> System:
    """Demo 2: three regions count at once: lost updates in one mode, none in the other."""
    system = MachineSystem()
    if mode == "async":
        _promise_little(system, _asynchronous(system, increments, detail), increments, detail)
    elif detail == "full":
        table = add_journaled_table(
            system, NAMES, (ITEM,), kind=CountsThroughTheJournal, increments=increments
        )
        _promise_all(system, table, increments)
        _promise_retries(system, table)
    else:
        _promise_all(system, _heard_at_once(system, increments), increments)
    return system


def _asynchronous(system: MachineSystem, increments: int, detail: str) -> GlobalTable:
    return add_global_table(
        system,
        NAMES,
        (ITEM,),
        kind=CountsLocally,
        replicators_are=AfterTheLoop if detail == "reduced" else Replicator,
        feeds_are=NewestOnly if detail == "reduced" else Feed,
        increments=increments,
    )


def _heard_at_once(system: MachineSystem, increments: int) -> JournaledTable:
    table = add_journaled_table(
        system,
        NAMES,
        (ITEM,),
        kind=ReadsEarly,
        journal_is=HeardAtOnce,
        increments=increments,
    )
    assert isinstance(table.journal, HeardAtOnce)
    table.journal.listeners = table.replicas
    return table


def _promise_little(
    system: MachineSystem, table: GlobalTable, increments: int, detail: str
) -> None:
    regions = [region for region in table.regions if isinstance(region, CountsLocally)]

    def is_over() -> bool:
        return all(region.done == increments for region in regions) and table.is_quiet

    @system.rests_when
    def all_have_counted() -> bool:
        """Every client has counted to its end, and all is replicated."""
        return is_over()

    @system.always
    def converged_when_quiet() -> bool:
        """Where nothing is on its way, every region counts the same (C14)."""
        return not table.is_quiet or table.has_converged()

    @system.sometimes
    def ends_with_what_one_region_counted() -> bool:
        """Three regions have counted, and the outcome is as if one had: updates are lost (C140)."""
        return is_over() and all(count_of(region) == increments for region in regions)

    if detail == "reduced":
        return

    @system.sometimes
    def ends_with_all_that_was_counted() -> bool:
        """It may as well be that none is lost, if each waits for the others by chance."""
        return is_over() and all(count_of(region) == 3 * increments for region in regions)


def _promise_all(system: MachineSystem, table: JournaledTable, increments: int) -> None:
    replicas = [one for one in table.replicas if isinstance(one, CountsThroughTheJournal)]

    def is_over() -> bool:
        return all(one.done == increments for one in replicas) and table.journal.is_heard()

    @system.rests_when
    def every_increment_is_acknowledged() -> bool:
        """Every client has counted to its end, however often it had to retry."""
        return is_over()

    @system.always
    def ends_with_all_that_was_counted() -> bool:
        """Where all is done and heard, every region has counted every increment (C142)."""
        return not is_over() or all(count_of(one) == 3 * increments for one in replicas)

    @system.always
    def nothing_is_counted_twice() -> bool:
        """No region ever counts more than what was, or is being, acknowledged."""
        most = sum(one.done for one in replicas) + len(replicas)
        return all(count_of(one) <= most for one in replicas)


def _promise_retries(system: MachineSystem, table: JournaledTable) -> None:
    @system.sometimes
    def a_retry_succeeds() -> bool:
        """A client that was told of a conflict has tried again, with success (C105, C143)."""
        return _most_retries(table) > 0

    @system.sometimes
    def a_client_tries_three_times() -> bool:
        """Retries add up: one increment took a client three attempts (C144)."""
        return _most_retries(table) > 1


def _most_retries(table: JournaledTable) -> int:
    unread = ((one, table.journal.feeds[one.name].unread()) for one in table.replicas)
    return max(retries_in(entries, one.table[ITEM].time) for one, entries in unread)


def retries_in(entries: Sequence[Entry], time: Time) -> int:
    """Count the attempts of one client, before one that succeeds, among entries still to be heard.

    `time` is the timestamp that the item has where they will be heard.
    """
    refused: Counter[str] = Counter()
    most = 0
    for put in entries:
        assert isinstance(put, ConditionalPut)
        if put.expected == time:
            most, time = max(most, refused.pop(put.origin, 0)), put.version.time
        else:
            refused[put.origin] += 1
    return most
