"""The faults that every protocol is put through: each region is a site with links to the others."""

from collections.abc import Sequence
from typing import Annotated

from .. import faults
from ..machines import Machine
from ..networks import MachineSystem, sites_of
from ..parameters import Fault

Cut = Annotated[int, Fault(3, "times that the link between two regions breaks")]
Isolate = Annotated[int, Fault(3, "times that a region loses all its links")]
Offline = Annotated[int, Fault(3, "times that a region stops altogether")]
Crash = Annotated[int, Fault(3, "times that a region's engine crashes and restarts")]


def add_disasters(
    system: MachineSystem,
    regions: Sequence[Machine],
    *,
    cut: int,
    isolate: int,
    offline: int,
    crash: int,
) -> None:
    """Let these faults happen to regions and the links between them, at most so often in all."""
    sites = sites_of(regions)
    faults.cut(system, cut, between=sites)
    faults.isolate(system, isolate, sites=sites)
    faults.offline(system, offline, sites=sites)
    faults.crash(system, crash, machines=regions)
