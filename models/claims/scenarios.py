"""The scenarios that claims are checked in, shared so that each is explored once."""

from __future__ import annotations

from collections.abc import Mapping

from .claim import Holds, Refuted, Scenario
from .truth_table import Situation


def _scenario(model: str, faults: Mapping[str, int] | None = None, **settings: object) -> Scenario:
    return Scenario(model=model, settings=settings, faults=faults or {})


def without(scenario: Scenario, bug: str) -> Scenario:
    """Give the scenario with one of its model's mechanisms left out."""
    settings = {**scenario.settings, "bug": bug}
    return Scenario(model=scenario.model, settings=settings, faults=scenario.faults)


_FAR = "us-east-2"
"""The region that the talk lets fail."""

ASYNC = _scenario("async")
ASYNC_FIVE_REGIONS = _scenario("async", {"cut": 0}, regions=5, writes=1)
ASYNC_TWO_ITEMS = _scenario("async", {"cut": 0}, items=2)
ASYNC_LATE_CLOCK = _scenario("async", {"cut": 0, "skew": 1})
ASYNC_LINK_GONE = _scenario("async", {"cut": 1}, faulty=_FAR, heals=False)
ASYNC_DIRECTION_GONE = _scenario("async", {"cut": 0, "cut_one_way": 1}, faulty=_FAR, heals=False)
ASYNC_REGION_GONE = _scenario("async", {"cut": 0, "offline": 1}, faulty=_FAR, heals=False)
ASYNC_REGION_BACK = _scenario("async", {"cut": 0, "offline": 1}, faulty=_FAR)
ASYNC_REGION_ALONE = _scenario("async", {"cut": 0, "isolate": 1}, faulty=_FAR, heals=False)
ASYNC_REGION_REJOINS = _scenario("async", {"cut": 0, "isolate": 1}, faulty=_FAR)
ASYNC_CRASH = _scenario("async", {"cut": 0, "crash": 1})
ASYNC_LOSS = _scenario("async", {"cut": 0, "lose": 1})
ASYNC_PAUSE = _scenario("async", {"cut": 0, "pause": 1})
ASYNC_EVERY_FAULT = _scenario(
    "async",
    {"cut": 1, "isolate": 1, "offline": 1, "pause": 1},
    strong_reads=0,
    eventual_reads=0,
)

MRSC = _scenario("mrsc")
MRSC_CRASH = _scenario("mrsc", {"cut": 0, "crash": 1})
MRSC_DELETES = _scenario("mrsc", {"cut": 0}, writes=1, deletes=1)
MRSC_TWO_ITEMS = _scenario("mrsc", {"cut": 0}, items=2)
MRSC_WITNESS = _scenario("mrsc", {"cut": 1}, witness=True)
MRSC_ONE_WRITER = _scenario("mrsc", {"cut": 0}, writers=1)
MRSC_EVERY_FAULT = _scenario(
    "mrsc",
    {"cut": 1, "isolate": 1, "offline": 1, "crash": 1},
    writes=1,
    eventual_reads=0,
)
MRSC_TRANSACTIONS = _scenario("mrsc", transactions=1)
MRSC_EXPIRIES = _scenario("mrsc", expiries=1)

STORAGE = _scenario("storage")
STORAGE_LOST_ZONE = _scenario("storage", {"lose_zone": 1})
STORAGE_LOSS = _scenario("storage", {"lose": 1})

JOURNAL = _scenario("journal")
JOURNAL_CUT = _scenario("journal", {"cut": 1}, appends=1)
JOURNAL_TWO_SITES_BROKEN = _scenario(
    "journal", {"isolate": 1}, sites=2, appends=1, faulty=_FAR, heals=False
)
JOURNAL_THREE_SITES_BROKEN = _scenario(
    "journal", {"isolate": 1}, appends=1, faulty=_FAR, heals=False
)
REPLICATED_JOURNAL = _scenario("replicated-journal")

TWO_ITEMS = _scenario("two-items")
CONCURRENT_WRITES = _scenario("concurrent-writes")
TRANSACTIONS = _scenario("transactions")
LEADER_REGION = _scenario("leader-region")
READ_ALL_REGIONS = _scenario("read-all-regions")
READ_ALL_REGIONS_ALONE = _scenario("read-all-regions", {"isolate": 1}, heals=False)
ATTENDEES = _scenario("attendees")
ONE_WRITER_ASYNC = _scenario("one-writer", mode="async")
ONE_WRITER_MRSC = _scenario("one-writer", mode="mrsc")
THREE_WRITERS_ASYNC = _scenario("three-writers", mode="async")
THREE_WRITERS_MRSC = _scenario("three-writers", mode="mrsc")
THREE_WRITERS_RETRY = _scenario("three-writers", mode="mrsc", increments=1, detail="full")


def served(mode: str, fault: str, request: str, at: str) -> Holds:
    """Check that in a fault every run ends with the request answered."""
    return Holds(_asked(mode, fault, request, at), "no-deadlock")


def denied(mode: str, fault: str, request: str, at: str) -> Refuted:
    """Check that in a fault no run has the request answered."""
    return Refuted(_asked(mode, fault, request, at), "answered")


def fresh(mode: str, fault: str, request: str, at: str) -> Holds:
    """Check that a read in a fault gives the latest acknowledged write, of whichever region."""
    return Holds(_asked(mode, fault, request, at), "fresh")


def stale(mode: str, fault: str, request: str, at: str) -> Refuted:
    """Check that a read in a fault may miss an acknowledged write."""
    return Refuted(_asked(mode, fault, request, at), "fresh")


def kept_apart(mode: str, fault: str, request: str, at: str) -> Holds:
    """Claim that nothing gets over what is broken while a client asks for this."""
    return Holds(_asked(mode, fault, request, at), "nothing-crosses-what-is-broken")


def _asked(mode: str, fault: str, request: str, at: str) -> Scenario:
    return Situation(mode=mode, fault=fault, request=request, at=at).scenario
