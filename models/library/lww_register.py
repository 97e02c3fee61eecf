"""One register in three regions, replicated asynchronously; the last writer wins.

Each region writes locally, stamps the write with its Lamport clock and its own number, and sends
it to the others over first-in-first-out links (C24, C45 to C48). Regions crash and keep what they
hold; one region at a time may be cut off.
"""

from typing import Annotated

from ..parameters import Fault, Parameter, model
from ..systems import System, guard

REGIONS = (1, 2, 3)
LINKS = tuple((source, target) for source in REGIONS for target in REGIONS if source != target)

Stamp = tuple[int, int]
"""A write, told apart by its Lamport time and the number of the region that wrote it."""

NOBODY = 0


@model("lww-register")
def lww_register(
    *,
    writes: Annotated[int, Parameter(0, 12, "writes in all")] = 3,
    crash: Annotated[int, Fault(9, "crashes in all; a region restarts with what it held")] = 1,
    cut: Annotated[int, Fault(9, "times that one region is cut off from the others")] = 1,
) -> System:
    """One register in three regions: local writes, links in order, the last writer wins."""
    system = System()
    store = system.table("store", over=REGIONS, initial=(0, NOBODY))
    clock = system.table("clock", over=REGIONS, initial=0)
    link = system.queues("link", over=LINKS, of=tuple[int, int])
    is_up = system.table("up", over=REGIONS, initial=True)
    cut_off = system.variable("cut off", NOBODY)
    written = system.variable("written", 0)
    crashed = system.variable("crashed", 0)
    parted = system.variable("parted", 0)

    @system.action(region=REGIONS)
    def write(region: int) -> None:
        guard(is_up[region] and written.value < writes)
        clock[region] += 1
        store[region] = (clock[region], region)
        for source, target in LINKS:
            if source == region:
                link[source, target].push(store[region])
        written.value += 1

    @system.action(link_=LINKS)
    def deliver(link_: tuple[int, int]) -> None:
        source, target = link_
        guard(not link[link_].is_empty)
        guard(is_up[target] and cut_off.value not in (source, target))
        stamp = link[link_].pop()
        store[target] = max(store[target], stamp)
        clock[target] = max(clock[target], stamp[0])

    if crash:

        @system.action(region=REGIONS)
        def crash_region(region: int) -> None:
            guard(is_up[region] and crashed.value < crash)
            is_up[region] = False
            crashed.value += 1

        @system.action(region=REGIONS)
        def restart(region: int) -> None:
            guard(not is_up[region])
            is_up[region] = True

    if cut:

        @system.action(region=REGIONS)
        def cut_region_off(region: int) -> None:
            guard(cut_off.value == NOBODY and parted.value < cut)
            cut_off.value = region
            parted.value += 1

        @system.action
        def heal() -> None:
            guard(cut_off.value != NOBODY)
            cut_off.value = NOBODY

    @system.always
    def converged_when_quiet() -> bool:
        """Where nothing is on its way, every region holds the same value (C14)."""
        if any(not queue.is_empty for queue in link.values()):
            return True
        return len(set(store.values())) == 1

    @system.sometimes
    def regions_differ() -> bool:
        """Regions hold different values for a while: replication is asynchronous (C37)."""
        return len(set(store.values())) > 1

    return system
