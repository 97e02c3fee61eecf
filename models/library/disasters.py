"""The faults that every protocol is put through: each region is a site with links to the others."""

from collections.abc import Sequence
from typing import Annotated

from .. import faults
from ..errors import ParameterError
from ..machines import Machine
from ..networks import MachineSystem, sites_of
from ..parameters import Fault, Parameter
from ..systems import System
from .geography import REGIONS

ANY = "any"

Cut = Annotated[int, Fault(3, "times that the link between two regions breaks")]
CutOneWay = Annotated[int, Fault(3, "times that a link breaks in one direction only")]
Isolate = Annotated[int, Fault(3, "times that a region loses all its links")]
Offline = Annotated[int, Fault(3, "times that a region stops altogether")]
Faulty = Annotated[
    str, Parameter(choices=(ANY, *REGIONS), summary="the region that faults strike, or any")
]
Heals = Annotated[bool, Parameter(summary="whether what a fault breaks is mended again")]


def add_disasters(
    system: MachineSystem,
    regions: Sequence[Machine],
    *,
    cut: int,
    isolate: int,
    offline: int,
    cut_one_way: int = 0,
    faulty: str = ANY,
    heals: bool = True,
) -> None:
    """Let these faults happen to regions and the links between them, at most so often in all.

    Raises `ParameterError` where `faulty` names a region that the system does not have.
    """
    sites = sites_of(regions)
    if faulty not in (ANY, *sites):
        raise ParameterError(
            f"faulty={faulty} is no region of this system; it has {', '.join(sites)}"
        )
    at = None if faulty == ANY else faulty
    struck = sites if at is None else (at,)
    faults.cut(system, cut, between=sites, at=at, heals=heals)
    faults.cut(system, cut_one_way, between=sites, both_ways=False, at=at, heals=heals)
    faults.isolate(system, isolate, sites=struck, heals=heals)
    faults.offline(system, offline, sites=struck, heals=heals)


def declare_alike(
    system: System, regions: Sequence[str], *, writers: int, faulty: str = ANY
) -> None:
    """Declare regions interchangeable that clients and faults treat alike.

    Clients write in the first `writers` of them, and faults strike `faulty`.
    """
    writers = max(writers, 0)
    writing, reading = (
        [name for name in names if name != faulty]
        for names in (regions[:writers], regions[writers:])
    )
    if len(writing) == len(regions):
        system.symmetric("regions", writing)
        return
    for name, alike in (("writing regions", writing), ("reading regions", reading)):
        if alike:
            system.symmetric(name, alike)
