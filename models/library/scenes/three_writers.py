"""Demo 2: three regions increment one counter five times each, at the same time (C140 to C144).

In full, late regions and slow replicators make more runs than can be explored with five increments.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from ...fields import volatile
from ...networks import MachineSystem
from ...parameters import Parameter, model
from ...specs import Spec
from ...states import on
from ...systems import System
from ...values import Time
from ...variables import Table
from ..asynchronous import GlobalTable, Replicator, add_global_table
from ..consistency import Acknowledged, Applied
from ..feeds import Feed
from ..geography import REGIONS
from ..mrsc import ConditionalPut, Conflicted, Entry
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


class AConflictIsAnothersSuccess(Spec):
    """A client is refused only where another's write was applied since it was last answered (C104).

    So each retry is paid by an increment, and retries come to an end. What it remembers is whether
    one was of use.
    """

    regions: tuple[str, ...]
    overtaken: Table[str, bool] = volatile.table(False, over="regions")
    refused: Table[str, bool] = volatile.table(False, over="regions")
    has_retried: bool = volatile(False)

    @on(Applied)
    def overtake(self, event: Applied) -> None:
        """What a client of this region has read is now out of date."""
        self.overtaken[event.region] = True

    @on(Conflicted)
    def judge(self, event: Conflicted) -> None:
        """Another write came between; the client reads again."""
        assert self.overtaken[event.region], f"{event.region} refused a write without another"
        self.overtaken[event.region] = False
        self.refused[event.region] = True

    @on(Acknowledged)
    def succeed(self, event: Acknowledged) -> None:
        """The client goes on to its next increment, after a retry or none."""
        self.has_retried = self.has_retried or self.refused[event.region]
        self.overtaken[event.region] = self.refused[event.region] = False


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
        table = _heard_at_once(system, increments)
        _promise_all(system, table, increments)
        _promise_many_attempts(system, table)
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

    @system.always
    def nothing_is_counted_twice() -> bool:
        """No region counts more than all clients have done, nor does a client too much."""
        done = [one.done for one in regions]
        return max(done) <= increments and all(count_of(one) <= sum(done) for one in regions)

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
        """No region counts more than is or may yet be acknowledged, nor does a client too much."""
        done = [one.done for one in replicas]
        most = sum(done) + len(replicas)
        return max(done) <= increments and all(count_of(one) <= most for one in replicas)

    @system.always
    def a_client_makes_one_attempt_at_a_time() -> bool:
        """A client waits for the answer before it tries again (C105)."""
        return all(len(one.pending) <= 1 for one in replicas)


def _promise_many_attempts(system: MachineSystem, table: JournaledTable) -> None:
    conflicts = AConflictIsAnothersSuccess(regions=NAMES)
    system.spec(conflicts)
    replicas = [one for one in table.replicas if isinstance(one, CountsThroughTheJournal)]

    @system.sometimes(using=[conflicts])
    def a_retry_succeeds() -> bool:
        """A client that was told of a conflict has tried again, with success (C105, C143)."""
        return conflicts.has_retried

    @system.sometimes(using=[conflicts])
    def many_attempts() -> bool:
        """All is counted, and it took more attempts than there were increments (C144)."""
        return conflicts.has_retried and all(one.done == one.increments for one in replicas)


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
