"""Clients that ask what the clients of a log asked: the tables of the library, led by a log.

Every write is known by a number, which is its value, and its timestamp; numbers follow the log's
versions. A client asks while the log says that its request was under way, and is answered as the
log says; writes of one `chain` are asked in the order of their numbers, as versions tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import total_ordering
from typing import Any, Literal, cast

from ..events import Event
from ..followed_logs import Expected, FollowedLog, Happening, marks_of
from ..networks import MachineSystem
from ..systems import guard
from ..values import Record, Time
from ..variables import Variable
from .clients import Replica
from .consistency import Acknowledged, Applied, StrongReadReturned
from .copies import Copy
from .mrsc import Conflicted


@total_ordering
class WriteStamp(Record):
    """The timestamp of a write of a log, of which the order is known; `NEVER` is before all."""

    rank: int

    def __lt__(self, other: Time | WriteStamp) -> bool:
        return self.rank < other.rank

    def __str__(self) -> str:
        return f"write {self.rank}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One operation of a log, as the models know it.

    `gives` are the numbers of the writes that a read may have seen, with None for an item that is
    not there; it is None where the result is not known. A write without a `chain` is in no order.
    An operation that is not `possible` never happens in the model, whatever it does.
    """

    number: int
    kind: Literal["write", "strong", "eventual"]
    region: str
    item: Hashable
    start: float
    end: float | None
    conflicts: bool = False
    gives: frozenset[int | None] | None = None
    chain: Hashable = None
    possible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedApply:
    """A line that tells of a write applied in a region; `number` is None where none is known."""

    number: int | None
    region: str
    item: Hashable
    start: float
    end: float | None


Logged = LoggedRequest | LoggedApply


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLog:
    """All that a model is to follow: the regions and items of the table, and what was logged.

    `origins` gives the region where each write was asked for. `tells_own` are the regions that say
    when they applied writes of their own, `tells_others` those that say it of others' writes.
    """

    regions: tuple[str, ...]
    items: tuple[Hashable, ...]
    logged: Sequence[Logged]
    origins: Mapping[int, str]
    tells_own: frozenset[str]
    tells_others: frozenset[str]

    def up_to(self, position: int) -> tuple[TableLog, tuple[int, ...]]:
        """Give what is left where only the first marks must be met, and the numbers it had here.

        What begins before that and ends after it is without an end: a read may as well not be, a
        write or that one is applied may be.
        """
        kept: dict[int, Logged] = {}
        for number, is_end in marks_of([happening_of(one) for one in self.logged])[:position]:
            one = self.logged[number]
            if is_end:
                kept[number] = one
            elif isinstance(one, LoggedApply) or (one.kind == "write" and not one.conflicts):
                kept[number] = replace(one, end=None)
        return replace(self, logged=tuple(kept.values())), tuple(kept)


class LoggedSystem(MachineSystem):
    """A system whose clock shows the timestamp of the write that is being asked for."""

    asked: int | None = None

    def now(self) -> Time:
        """Give the timestamp that the log knows the write by."""
        assert self.asked is not None, "only writes of the log take a timestamp"
        return cast(Time, WriteStamp(self.asked))


class LoggedClients:
    """The clients of a log: they ask, and the log hears how they are answered.

    `seen` is what the read of the number `watched` sees in the runs that follow the log up to it.
    """

    def __init__(self, system: LoggedSystem, table: TableLog) -> None:
        self.system = system
        self.logged = table.logged
        self.requests = {one.number: one for one in table.logged if isinstance(one, LoggedRequest)}
        self._table = table
        happenings = [happening_of(one) for one in table.logged]
        self.log = FollowedLog(system, happenings, self._group_of)
        self._chains = _chains(self.requests.values())
        self.asked: Mapping[Hashable, Variable[int]] = {
            chain: system.variable(f"log: asked of {chain}", -1) for chain in self._chains
        }
        self.copies: Mapping[str, Copy] = {}
        self.watched: int | None = None
        self.seen: set[int | None] = set()

    def attach(self, replicas: Sequence[Any]) -> None:
        """Let these replicas be asked; each is a `Replica` and a `Copy`."""
        self.copies = {one.name: one for one in replicas}

        @self.system.action(region=tuple(replicas))
        def ask(region: Replica) -> None:
            group = ("ask", region.name)
            may = [one for one in self.log.open_in(group) if self.may_ask(self.request_of(one[0]))]
            guard(may)
            number = may[0][0] if len(may) == 1 else self.system.choose(may)[0]
            with self.settling():
                self.take_up(region, number)

        self.system.on_start(self.settle)

    def awaits(self, region: str) -> bool:
        """Tell whether anything is still to happen in a region that its next step may matter to."""
        return any(self.log.is_open((what, region)) for what in ("ask", "answer", "apply", "read"))

    @contextmanager
    def settling(self) -> Iterator[None]:
        """Let a step run, and then whatever it lets happen that may as well happen now."""
        yield
        self.settle()

    def settle(self) -> None:
        """Answer every open read of a local copy that would see what it saw.

        That it is answered now, and not later, only lets more happen after it.
        """
        while sum(self.read_what_fits(region) for region in self.copies):
            pass

    def read_what_fits(self, region: str) -> bool:
        """Answer the open reads of a region that would see what they saw; tell whether one did."""
        fit = False
        for number, _ in self.log.open_in(("read", region)):
            request = self.request_of(number)
            item = cast(str, request.item)
            here = self.copies[region].table[item]
            if request.possible and (request.gives is None or here.value in request.gives):
                self._see(request.number, here.value)
                self.log.take(("read", region), number)
                fit = True
        return fit

    def take_up(self, region: Replica, number: int) -> None:
        """Let an open request be asked for."""
        self.log.take(("ask", region.name), number)
        self._ask(region, self.request_of(number))

    def _ask(self, region: Replica, request: LoggedRequest) -> None:
        item = cast(str, request.item)
        if request.kind == "strong":
            self.system.describe(f"a client reads {item} strongly in {region.name}")
            region.read_strongly(request.number, item)
            return
        if request.chain is not None:
            self.asked[request.chain].value = request.number
        self.system.describe(f"a client writes {item} in {region.name}")
        self.system.asked = request.number
        region.write(item, request.number)

    def may_ask(self, request: LoggedRequest) -> bool:
        """Tell whether a request may be asked for: writes in the order of their versions."""
        if not request.possible:
            return False
        if request.chain is None:
            return True
        last, required = self.asked[request.chain].value, self._chains[request.chain]
        return last < request.number and (
            bisect_right(required, last) >= bisect_left(required, request.number)
        )

    def is_applying_told(self, region: str, number: int) -> bool:
        """Tell whether the log would say that a region applied a write."""
        is_own = self._table.origins.get(number) == region
        return region in (self._table.tells_own if is_own else self._table.tells_others)

    def _see(self, number: int, value: int | None) -> None:
        """Note, outside of the state, what the watched read sees in some run."""
        if number == self.watched:
            self.seen.add(value)

    def request_of(self, number: int) -> LoggedRequest:
        """Give the request that is the happening of this number."""
        found = self.logged[number]
        assert isinstance(found, LoggedRequest)
        return found

    def _group_of(self, event: Event) -> Hashable | None:
        if isinstance(event, Applied):
            is_told = self.is_applying_told(event.region, event.version.rank)
            return ("apply", event.region) if is_told else None
        if isinstance(event, (Acknowledged, Conflicted)):
            number = event.version.rank
        elif isinstance(event, StrongReadReturned):
            number = event.reader
            self._see(number, event.value)
        else:
            return None
        return ("answer", event.region) if self.requests[number].end is not None else None


def happening_of(one: Logged) -> Happening:
    """Give what a line expects to be announced, and when."""
    if isinstance(one, LoggedApply):
        return Happening((Expected(("apply", one.region), _applies(one)),), one.start, one.end)
    if one.kind == "eventual":
        return Happening((Expected(("read", one.region)),), one.start, one.end)
    asked = Expected(("ask", one.region))
    if one.end is None:
        return Happening((asked,), one.start, None)
    return Happening((asked, Expected(("answer", one.region), _answers(one))), one.start, one.end)


def _chains(requests: Iterable[LoggedRequest]) -> dict[Hashable, list[int]]:
    """Give the writes of each chain that must be asked for, in order."""
    found: dict[Hashable, list[int]] = {}
    for one in sorted(requests, key=lambda one: one.number):
        if one.chain is not None:
            found.setdefault(one.chain, []).extend([one.number] if one.end is not None else [])
    return found


def _applies(one: LoggedApply) -> Callable[[Any], bool]:
    def accepts(event: Applied) -> bool:
        return event.item == one.item and event.version.rank == one.number

    return accepts


def _answers(request: LoggedRequest) -> Callable[[Any], bool]:
    told = Conflicted if request.conflicts else Acknowledged

    def accepts(event: Any) -> bool:
        if isinstance(event, StrongReadReturned):
            is_meant = event.reader == request.number
            return is_meant and (request.gives is None or event.value in request.gives)
        return isinstance(event, told) and event.version.rank == request.number

    return accepts
