"""Tables that follow a log without detours: a step that may as well be taken now is taken now.

What follows holds where every write that anyone saw has a version, and writes of an item are asked
in the order of their versions:

- A read of a local copy that would see what it saw is answered at once, and so is a fence heard.
- A strong read begins at once where the last write of its item in the journal is the one it saw.
- A write that is to be refused is asked for at once where its region has not heard the last write.
- A region hears a write at once unless a read there is still to see something older, in which case
  it must not; only a write that begins there later and is refused may need it to lag.
- A write is asked for where something open can go on only after it. Linearizability being local to
  each item, no later moment is missed by that, unless regions are seen to lag over several items.
- In the asynchronous mode items have nothing to do with each other, and nothing is left to choose.

`is_whole` says whether a run is found wherever there is one; what is found is a run in any case.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, cast

from ..states import action
from ..systems import guard
from . import mrsc
from .asynchronous import GlobalTable, Replicator
from .logged_clients import LoggedApply, LoggedClients, LoggedRequest, LoggedSystem, TableLog
from .logged_needs import NOTHING, Needs
from .logged_tables import global_table, journaled_table
from .mrsc import ConditionalPut
from .mrsc_tables import JournaledTable

_SITES = 3


def has_versions(log: TableLog) -> bool:
    """Tell whether all writes that matter have versions, so that shortcuts can be taken."""
    return all(
        isinstance(one, LoggedApply)
        or one.kind != "write"
        or one.conflicts
        or one.chain is not None
        for one in log.logged
    )


def has_conflicts(log: TableLog) -> bool:
    """Tell whether a write was refused, for which a region may have had to lag."""
    return any(isinstance(one, LoggedRequest) and one.conflicts for one in log.logged)


def is_whole(log: TableLog) -> bool:
    """Tell whether the shortcuts of `shortcut_mrsc` miss no run: see above."""
    looks = any(isinstance(one, LoggedRequest) and one.kind == "eventual" for one in log.logged)
    tells_all = len(log.tells_others) == _SITES and log.tells_own >= set(log.origins.values())
    tells_none = not (log.tells_own or log.tells_others)
    return len(log.items) < 2 or tells_all or (tells_none and not looks)


class JournalClients(LoggedClients):
    """Clients of a journaled table that take shortcuts."""

    table: JournaledTable

    def __init__(
        self,
        system: LoggedSystem,
        log: TableLog,
        *,
        lags: bool,
        in_one_order: bool,
        lazily: bool,
    ) -> None:
        super().__init__(system, log)
        self._needs = Needs(self.log, self.logged)
        self._regions = log.regions
        self._lags = lags
        self._is_lazy = lazily
        writes = [one for one in self.requests.values() if one.chain is not None]
        self._order = sorted(one.number for one in writes) if in_one_order else []
        self._last = system.variable("log: asked of all", NOTHING)

    def settle(self) -> None:
        """Take every step that may as well be taken now."""
        while sum(self._goes_on(replica) for replica in self.table.replicas):
            pass

    def may_ask(self, request: LoggedRequest) -> bool:
        """Tell whether asking for a write now leads anywhere."""
        if request.kind != "write" or request.conflicts or not super().may_ask(request):
            return False
        item, number = request.item, request.number
        if self._order and not self._is_next(number):
            return False
        return (
            self._is_current(request)
            and self._needs.is_waited_for(self._regions, None if self._order else item, number)
            and not self._needs.is_read_before(self._regions, item, number)
        )

    def take_up(self, region: Any, number: int) -> None:
        """Let an open request be asked for."""
        request = self.request_of(number)
        if self._order and request.chain is not None:
            self._last.value = request.number
        super().take_up(region, number)

    def _is_next(self, number: int) -> bool:
        """Tell whether a write is the next of all items; one without an end may be left out."""
        last = self._last.value
        between = self._order[bisect_right(self._order, last) : bisect_left(self._order, number)]
        return last < number and all(self.requests[one].end is None for one in between)

    def may_lag(self, region: mrsc.Region) -> bool:
        """Tell whether a region may hear the next entry now or later: both can matter."""
        put = self.table.journal.feeds[region.name].peek()
        if not isinstance(put, ConditionalPut):
            return False
        return (
            self._is_applied(region, put) and self._fits(region, put) and self._is_free(region, put)
        )

    def _goes_on(self, region: mrsc.Region) -> bool:
        has_read = self.read_what_fits(region.name)
        has_begun = self._begin(region)
        has_heard = self._hear(region)
        return has_read or has_begun or has_heard

    def _begin(self, region: mrsc.Region) -> bool:
        begun = False
        for number, _ in self.log.open_in(("ask", region.name)):
            request = self.request_of(number)
            if request.kind == "strong":
                is_ready = self._would_see(request)
            else:
                is_ready = request.conflicts and not self._is_current(request)
            if request.possible and is_ready:
                self.take_up(region, number)
                begun = True
        return begun

    def _is_current(self, request: LoggedRequest) -> bool:
        """Tell whether a region has heard the last write that was asked for."""
        here = self.copies[request.region].table[cast(str, request.item)].value
        return _number(here) == self._last_asked(request.item)

    def _would_see(self, request: LoggedRequest) -> bool:
        last = self._last_asked(request.item)
        return request.gives is None or (None if last == NOTHING else last) in request.gives

    def _last_asked(self, item: Any) -> int:
        return self.asked[item].value if item in self.asked else NOTHING

    def _hear(self, region: mrsc.Region) -> bool:
        entry = self.table.journal.feeds[region.name].peek()
        if entry is None or (self._is_lazy and not self._is_needed(region)):
            return False
        if isinstance(entry, ConditionalPut):
            if not self._fits(region, entry):
                return False
            if self._is_applied(region, entry) and self._is_free(region, entry):
                return False
        elif isinstance(entry, mrsc.Fence) and not self._sees_it(region, entry):
            return False
        region.hear(self.table.journal.hear(region.name))
        return True

    def _is_needed(self, region: mrsc.Region) -> bool:
        """Tell whether the log goes on only when a region has heard more."""
        if self._needs.ends_next(region.name):
            return True
        writes = [self.request_of(number) for number, _ in self.log.open_in(("ask", region.name))]
        return any(
            one.kind == "write"
            and not one.conflicts
            and not self._is_current(one)
            and self._needs.is_waited_for(
                self._regions, None if self._order else one.item, one.number
            )
            for one in writes
        )

    def _sees_it(self, region: mrsc.Region, fence: mrsc.Fence) -> bool:
        gives = self.requests[fence.reader].gives
        return gives is None or region.table[fence.item].value in gives

    def _is_applied(self, region: mrsc.Region, put: ConditionalPut) -> bool:
        return region.table[put.item].time == put.expected

    def _fits(self, region: mrsc.Region, put: ConditionalPut) -> bool:
        """Tell whether the log lets a region hear a write now."""
        number, applied = put.version.time.rank, self._is_applied(region, put)
        request = self.requests[number]
        if put.origin == region.name and request.end is not None and request.conflicts is applied:
            return False
        if not applied:
            return True
        if self.is_applying_told(region.name, number) and not self._needs.is_applied_now(
            region.name, number
        ):
            return False
        return not self._needs.stays_older(region.name, put.item, number)

    def _is_free(self, region: mrsc.Region, put: ConditionalPut) -> bool:
        return self._lags and self._needs.will_conflict(region.name, put.item)


class ReplicationClients(LoggedClients):
    """Clients of an asynchronous table that take shortcuts: nothing is left to choose."""

    table: GlobalTable

    def __init__(self, system: LoggedSystem, log: TableLog) -> None:
        super().__init__(system, log)
        self._needs = Needs(self.log, self.logged)

    def settle(self) -> None:
        """Take every step that may as well be taken now."""
        while sum(self._goes_on(region) for region in self.table.regions):
            pass

    def may_ask(self, request: LoggedRequest) -> bool:
        """Tell whether a write may be made now: where no read still sees what was before."""
        if not super().may_ask(request) or request.conflicts:
            return False
        return self._lets(request.region, request.item, request.number)

    def _goes_on(self, region: Any) -> bool:
        moved = self.read_what_fits(region.name)
        for number, _ in self.log.open_in(("ask", region.name)):
            if self.may_ask(self.request_of(number)):
                self.take_up(region, number)
                moved = True
        wanted = {
            self.logged[number].item
            for what in ("read", "apply")
            for number, _ in self.log.open_in((what, region.name))
        }
        coming = [one for one in self.table.replicators if one.target is region]
        carried = sum(self._carry(one, item) for one in coming for item in wanted)
        return carried > 0 or moved

    def _carry(self, replicator: Replicator, item: Any) -> bool:
        feed, target = replicator.feeds[item], replicator.target
        change = feed.peek()
        if change is None:
            return False
        is_new = change.version.is_after(target.table[item])
        if is_new and not self._lets(target.name, item, change.version.time.rank):
            return False
        target.accept(feed.next())
        return True

    def _lets(self, region: str, item: Any, number: int) -> bool:
        """Tell whether the log lets a region apply a write now."""
        if self.is_applying_told(region, number) and not self._needs.is_applied_now(region, number):
            return False
        return not self._needs.stays_older(region, item, number)


def shortcut_mrsc(
    log: TableLog, *, lags: bool = False, in_one_order: bool = False, lazily: bool = False
) -> JournalClients:
    """Build the strongly consistent table that is to follow a log.

    Without `lags` no region is behind only because a later write there is to be refused, unless it
    hears `lazily`, nothing before the log goes on only after that. With `in_one_order` writes of
    all items come to the journal in the order of their numbers.
    """
    clients = JournalClients(
        LoggedSystem(), log, lags=lags, in_one_order=in_one_order, lazily=lazily
    )

    class LedRegion(mrsc.Region):
        """A region that hears at once what it may, and later what may have to wait."""

        @action
        def hear_the_journal(self) -> None:
            """Take the next entry in journal order, where both now and later can matter."""
            guard(clients.may_lag(self))
            with clients.settling():
                super().hear_the_journal()

    clients.table = journaled_table(clients, log, kind=LedRegion)
    clients.attach(clients.table.replicas)
    return clients


def shortcut_async(log: TableLog) -> ReplicationClients:
    """Build the asynchronous table that is to follow a log."""
    clients = ReplicationClients(LoggedSystem(), log)

    class LedReplicator(Replicator):
        """A replicator that carries nothing of its own accord."""

        @action
        def replicate(self) -> None:
            """Leave it to what is waited for."""
            guard(False)

    clients.table = global_table(clients, log, replicators_are=LedReplicator)
    clients.attach(clients.table.regions)
    return clients


def _number(value: int | None) -> int:
    return NOTHING if value is None else value
