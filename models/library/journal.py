"""The journal across regions: append-only, durable in two of three, heard in order (C72 to C76).

Abstract, as the talk gives it: what it keeps is what each region has still to hear of it, because
what everyone has heard tells no states apart.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ..events import Event
from ..specs import Spec
from ..states import on
from ..systems import System, guard
from ..variables import Shared
from .feeds import Crashes, Feed

T = TypeVar("T")


class Appended(Event):
    """A site appended an entry, which is durable in so many sites."""

    site: str
    copies: int


class DurableInAQuorum(Spec):
    """Every entry of the journal is durable in more than half of the sites, two of three (C74)."""

    sites: int

    @on(Appended)
    def judge(self, event: Appended) -> None:
        """The sites that hold the entry are a quorum, so that the loss of one is survived."""
        assert 2 * event.copies > self.sites, (
            f"{event.site} appended an entry that {event.copies} of {self.sites} sites hold"
        )


class Journal(Shared, Generic[T]):
    """A total-order broadcast among sites: every subscriber hears the same entries in one order.

    An entry is durable when a quorum of `sites` holds it. A site takes part where it reaches a
    quorum, itself counted, over working links, through others if need be (C110): elsewhere it
    neither appends nor hears (C106). `works` tells whether the link between two sites works;
    with `crashes` a subscriber may fall back to an earlier place (C98).
    """

    def __init__(
        self,
        system: System,
        *,
        sites: Sequence[str],
        subscribers: Sequence[str],
        of: type[T],
        works: Callable[[str, str], bool],
        crashes: Crashes | None = None,
    ) -> None:
        self._system = system
        self._sites = tuple(sites)
        self._works = works
        self.feeds: dict[str, Feed[T]] = {
            name: Feed(system, f"journal → {name}", of, crashes, identity=(name,))
            for name in subscribers
        }

    @property
    def quorum(self) -> int:
        """How many sites must hold an entry: more than half, two of three (C74)."""
        return len(self._sites) // 2 + 1

    def append(self, site: str, entry: T, *, to: Sequence[str] | None = None) -> None:
        """Append as one step, enabled where `site` reaches a quorum; `to` names who must hear it.

        Everyone hears everything; whoever would skip an entry unread may be left out of `to`, which
        saves steps without meaning.
        """
        guard(self.reaches_quorum(site))
        self._system.announce(Appended(site, len(set(self.reached_from(site)))))
        for name in self.feeds if to is None else to:
            self.feeds[name].push(entry)

    def hear(self, site: str) -> T:
        """Take the next entry in journal order; the step is enabled where there is one."""
        feed = self.feeds[site]
        guard(not feed.is_read)
        guard(self.reaches_quorum(site))
        return feed.next()

    def is_heard(self) -> bool:
        """Tell whether every subscriber has heard everything."""
        return all(feed.is_read for feed in self.feeds.values())

    def reaches_quorum(self, site: str) -> bool:
        """Tell whether `site` and those it reaches are a quorum."""
        return len(self.reached_from(site)) >= self.quorum

    def reached_from(self, site: str) -> tuple[str, ...]:
        """Give `site` and those it reaches, directly or through others, up to a quorum (C110)."""
        reached = [site]
        for one in reached:
            for other in self._sites:
                if len(reached) >= self.quorum:
                    return tuple(reached)
                if other not in reached and self._works(one, other):
                    reached.append(other)
        return tuple(reached)
