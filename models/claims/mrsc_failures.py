"""Strongly consistent tables when something fails, and both modes side by side (C106 to C117)."""

from itertools import product

from .claim import Check, Claim, Holds, Impossible, Scope, Witnessed
from .scenarios import (
    ASYNC_LINK_GONE,
    JOURNAL_CUT,
    MRSC,
    MRSC_EXPIRIES,
    MRSC_TRANSACTIONS,
    denied,
    fresh,
    kept_apart,
    served,
    stale,
)
from .truth_table import MODES, PLACES, REQUESTS

_OFFLINE: tuple[Check, ...] = (
    *(denied(mode, "offline", request, "faulty") for mode, request in product(MODES, REQUESTS)),
    *(served(mode, "offline", request, "other") for mode, request in product(MODES, REQUESTS)),
)
_ASYNC_ISOLATED: tuple[Check, ...] = (
    *(served("async", "isolate", request, at) for request, at in product(REQUESTS, PLACES)),
    stale("async", "isolate", "strong-read", "faulty"),
)
_MRSC_ISOLATED: tuple[Check, ...] = (
    denied("mrsc", "isolate", "write", "faulty"),
    denied("mrsc", "isolate", "strong-read", "faulty"),
    *(served("mrsc", "isolate", request, "other") for request in REQUESTS),
    fresh("mrsc", "isolate", "strong-read", "other"),
)
_ASYNC_CUT: tuple[Check, ...] = (
    *(served("async", "cut", request, at) for request, at in product(REQUESTS, PLACES)),
    stale("async", "cut", "strong-read", "faulty"),
)
_MRSC_CUT: tuple[Check, ...] = (
    *(served("mrsc", "cut", request, at) for request, at in product(REQUESTS, PLACES)),
    *(fresh("mrsc", "cut", "strong-read", at) for at in PLACES),
)

MRSC_FAILURES = (
    Claim(
        id="C106",
        scope=Scope.STRONG,
        text="A region that is isolated serves neither writes nor strong reads.",
        checks=(
            denied("mrsc", "isolate", "write", "faulty"),
            denied("mrsc", "isolate", "strong-read", "faulty"),
            kept_apart("mrsc", "isolate", "eventual-read", "faulty"),
        ),
    ),
    Claim(
        id="C107",
        scope=Scope.STRONG,
        text="A region with a near neighbour writes fast: it needs itself and the nearest only.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C108",
        scope=Scope.STRONG,
        text="With the neighbour isolated it pairs with the farther region and goes on.",
        checks=(
            served("mrsc", "isolate", "write", "other"),
            served("mrsc", "isolate", "strong-read", "other"),
        ),
    ),
    Claim(
        id="C109",
        scope=Scope.STRONG,
        text="Where a link breaks, asynchronous replication stops between its ends; this does not.",
        checks=(
            Witnessed(ASYNC_LINK_GONE, "a-backlog-waits"),
            served("mrsc", "cut", "write", "faulty"),
            fresh("mrsc", "cut", "strong-read", "faulty"),
        ),
    ),
    Claim(
        id="C110",
        scope=Scope.STRONG,
        text="The journal's entries take the longer way, through the third region.",
        checks=(Witnessed(JOURNAL_CUT, "appended-through-a-third-site"),),
    ),
    Claim(
        id="C111",
        scope=Scope.STRONG,
        text="All regions then still take writes and strong reads.",
        checks=_MRSC_CUT,
    ),
    Claim(
        id="C112",
        scope=Scope.STRONG,
        text="All regions see the writes of a key in one order.",
        checks=(
            Holds(MRSC, "applied-at-most-once"),
            Holds(MRSC, "no-lost-updates"),
            Holds(MRSC, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C113",
        scope=Scope.STRONG,
        text="There are no transactions and no time to live in this mode.",
        checks=(Impossible(MRSC_TRANSACTIONS), Impossible(MRSC_EXPIRIES)),
    ),
    Claim(
        id="C114",
        scope=Scope.BOTH,
        text="A region fails: in both modes the others serve everything.",
        checks=_OFFLINE,
    ),
    Claim(
        id="C115",
        scope=Scope.ASYNC,
        text="A region is isolated: all regions take writes and reads, which may be stale.",
        checks=_ASYNC_ISOLATED,
    ),
    Claim(
        id="C116",
        scope=Scope.STRONG,
        text="A region is isolated: it takes no writes and no strong reads, the others do.",
        checks=_MRSC_ISOLATED,
    ),
    Claim(
        id="C117",
        scope=Scope.BOTH,
        text="Three faults and two modes: what is served where (`gtcheck claims --table`).",
        checks=(*_OFFLINE, *_ASYNC_ISOLATED, *_MRSC_ISOLATED, *_ASYNC_CUT, *_MRSC_CUT),
    ),
)
