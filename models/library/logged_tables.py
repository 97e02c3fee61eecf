"""The tables of the library, led by a log: what of it could have happened in the model?

`follow_mrsc` and `follow_async` leave every step of the model free, but for steps of a region in
which nothing is open: these change nothing but the region, and may as well wait.
"""

from __future__ import annotations

from typing import Any

from ..errors import ParameterError
from ..states import action
from ..systems import guard
from . import asynchronous, mrsc
from .asynchronous import GlobalTable, add_global_table
from .logged_clients import LoggedClients, LoggedSystem, TableLog
from .mrsc_tables import JournaledTable, add_journaled_table
from .mutants import NO_BUG, variant

_SITES = 3


def follow_mrsc(log: TableLog, *, witness: bool = False, bug: str = NO_BUG) -> LoggedClients:
    """Build the strongly consistent table that is to follow a log.

    Raises `ParameterError` for a log of more regions than the journal spans.
    """
    clients = LoggedClients(LoggedSystem(), log)
    base: Any = variant("mrsc", bug, mrsc.Region)

    class LedRegion(base):  # type: ignore[misc]
        """A region that hears the journal only where something is open in it."""

        @action
        def hear_the_journal(self) -> None:
            """Take the next entry in journal order, and let reads see what is here then."""
            guard(clients.awaits(self.name))
            with clients.settling():
                super().hear_the_journal()

    table = journaled_table(clients, log, kind=LedRegion, witness=witness, bug=bug)
    clients.attach([*table.replicas, *table.witnesses])
    return clients


def follow_async(log: TableLog, *, bug: str = NO_BUG) -> LoggedClients:
    """Build the asynchronous table that is to follow a log."""
    clients = LoggedClients(LoggedSystem(), log)
    base: Any = variant("async", bug, asynchronous.Replicator)

    class LedReplicator(base):  # type: ignore[misc]
        """A replicator that carries only where something is open at its target."""

        @action
        def replicate(self) -> None:
            """Write the next record in the other region, and let reads see what is here then."""
            guard(clients.awaits(self.target.name))
            with clients.settling():
                super().replicate()

    table = global_table(clients, log, replicators_are=LedReplicator, bug=bug)
    clients.attach(table.regions)
    return clients


def journaled_table(clients: LoggedClients, log: TableLog, **how: Any) -> JournaledTable:
    """Add the table of a log with its journal; raise `ParameterError` for too many regions."""
    if len(log.regions) > _SITES:
        raise ParameterError(
            f"the log has {len(log.regions)} regions, {', '.join(log.regions)}; the journal of "
            f"mrsc spans {_SITES}"
        )
    items: Any = log.items
    return add_journaled_table(clients.system, _filled_up(log.regions, _SITES), items, **how)


def global_table(clients: LoggedClients, log: TableLog, **how: Any) -> GlobalTable:
    """Add the table of a log with its replicators."""
    items: Any = log.items
    return add_global_table(clients.system, _filled_up(log.regions, 2), items, **how)


def _filled_up(names: tuple[str, ...], least: int) -> tuple[str, ...]:
    missing = range(1, least + 1 - len(names))
    return (*names, *(f"another region {number}" for number in missing))
