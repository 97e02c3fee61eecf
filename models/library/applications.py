"""Applications on asynchronous tables: in each region they stand between clients and the table."""

from typing import Any, TypeVar

from ..events import Event
from ..fields import volatile
from ..networks import MachineSystem
from ..specs import Spec
from ..states import on
from ..variables import Shared
from .asynchronous import Region
from .clients import Replica
from .consistency import Acknowledged, EventualReadReturned

NOBODY = "nobody"


class AskedAtHome(Event):
    """An application asks the region that it runs in, and means to stay there."""

    region: str


class LocalRequestsStayLocal(Spec):
    """What an application asks of its own region is answered there, whatever others do (C68)."""

    asked: str = volatile(NOBODY)

    @on(AskedAtHome)
    def ask(self, event: AskedAtHome) -> None:
        """The answer comes within the same step."""
        self.asked = event.region

    @on(Acknowledged)
    def judge_write(self, event: Acknowledged) -> None:
        """A write that is meant to be local is acknowledged at home."""
        self.judge(event.region)

    @on(EventualReadReturned)
    def judge_eventual_read(self, event: EventualReadReturned) -> None:
        """An eventual read is answered at home."""
        self.judge(event.region)

    def judge(self, region: str) -> None:
        """The region that answers is the one that was asked, if one was asked as its own."""
        assert self.asked in (region, NOBODY), f"{region} answered what {self.asked} was asked"
        self.asked = NOBODY


class Regions(Shared, tuple[Region, ...]):
    """The regions of a table, each of which an application may ask over a link that works."""

    __slots__ = ()


class Application(Replica):
    """The application in one region: its clients ask it, and it asks the table's regions."""

    home: Region
    regions: Regions

    def read_eventually(self, item: str) -> None:
        """Read what the region of the application has."""
        self.announce(AskedAtHome(self.home.name))
        self.home.read_eventually(item)


A = TypeVar("A", bound=Application)


def add_applications(
    system: MachineSystem, kind: type[A], regions: tuple[Region, ...], **constants: Any
) -> tuple[A, ...]:
    """Add an application to each region, at its site: a fault strikes both."""
    applications = tuple(
        kind(
            name=f"{home.name}'s application",
            site=home.name,
            identity=(home.name,),
            home=home,
            regions=Regions(regions),
            **constants,
        )
        for home in regions
    )
    system.add(*applications)
    return applications
