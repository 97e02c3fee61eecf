"""Asynchronous tables when something fails, their streams and transactions (C51 to C63)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import (
    ASYNC,
    ASYNC_LINK_GONE,
    ASYNC_REGION_ALONE,
    ASYNC_REGION_BACK,
    ASYNC_REGION_GONE,
    ASYNC_REGION_REJOINS,
    TRANSACTIONS,
    kept_apart,
    served,
)

ASYNC_FAILURES = (
    Claim(
        id="C51",
        scope=Scope.ASYNC,
        text="With one region offline, the others replicate to each other as before.",
        checks=(Holds(ASYNC_REGION_GONE, "no-deadlock"),),
    ),
    Claim(
        id="C52",
        scope=Scope.ASYNC,
        text="Meanwhile they take writes, which wait for the region that is offline.",
        checks=(
            served("async", "offline", "write", "other"),
            Witnessed(ASYNC_REGION_GONE, "a-backlog-waits"),
        ),
    ),
    Claim(
        id="C53",
        scope=Scope.ASYNC,
        text="When it is back it catches up, and all converge on the last writer.",
        checks=(
            Holds(ASYNC_REGION_BACK, "no-deadlock"),
            Holds(ASYNC_REGION_BACK, "converged-when-quiet"),
            Holds(ASYNC_REGION_BACK, "the-last-writer-wins"),
        ),
    ),
    Claim(
        id="C54",
        scope=Scope.ASYNC,
        text="With one region isolated, the others go on, and its own writes cannot leave it.",
        checks=(
            Holds(ASYNC_REGION_ALONE, "no-deadlock"),
            Witnessed(ASYNC_REGION_ALONE, "a-backlog-waits"),
            kept_apart("async", "isolate", "strong-read", "faulty"),
        ),
    ),
    Claim(
        id="C55",
        scope=Scope.ASYNC,
        text="The isolated region stays active, with the data that it has.",
        checks=(
            served("async", "isolate", "write", "faulty"),
            served("async", "isolate", "strong-read", "faulty"),
            served("async", "isolate", "eventual-read", "faulty"),
        ),
    ),
    Claim(
        id="C56",
        scope=Scope.ASYNC,
        text="When it is reached again, data flows and all converge on the last writer.",
        checks=(
            Holds(ASYNC_REGION_REJOINS, "no-deadlock"),
            Holds(ASYNC_REGION_REJOINS, "converged-when-quiet"),
            Holds(ASYNC_REGION_REJOINS, "the-last-writer-wins"),
        ),
    ),
    Claim(
        id="C57",
        scope=Scope.ASYNC,
        text="With one link broken, every other pair of regions replicates.",
        checks=(
            Holds(ASYNC_LINK_GONE, "no-deadlock"),
            Witnessed(ASYNC_LINK_GONE, "a-backlog-waits"),
            kept_apart("async", "cut", "strong-read", "faulty"),
        ),
    ),
    Claim(
        id="C58",
        scope=Scope.ASYNC,
        text="Nothing is relayed: what cannot go from one end to the other takes no third region.",
        checks=(
            Holds(ASYNC_LINK_GONE, "no-relay"),
            Witnessed(ASYNC_LINK_GONE, "a-backlog-waits"),
            kept_apart("async", "cut", "strong-read", "faulty"),
        ),
    ),
    Claim(
        id="C59",
        scope=Scope.ASYNC,
        text="When the link is back, its replication goes on.",
        checks=(Holds(ASYNC, "no-deadlock"), Holds(ASYNC, "converged-when-quiet")),
    ),
    Claim(
        id="C60",
        scope=Scope.ASYNC,
        text="A stream tells what its region applied: a write that came too late is not in it.",
        checks=(Holds(ASYNC, "streams-hold-what-was-applied"),),
    ),
    Claim(
        id="C61",
        scope=Scope.ASYNC,
        text="A stream has all local writes, and those replicated ones that were applied.",
        checks=(
            Holds(ASYNC, "streams-hold-what-was-applied"),
            Holds(ASYNC, "streams-miss-nothing"),
        ),
    ),
    Claim(
        id="C62",
        scope=Scope.ASYNC,
        text="A transaction is seen whole or not at all in its own region.",
        checks=(Holds(TRANSACTIONS, "atomic-in-the-region"),),
    ),
    Claim(
        id="C63",
        scope=Scope.ASYNC,
        text="Items are replicated one by one: another region may see half a transaction.",
        checks=(Witnessed(TRANSACTIONS, "a-torn-transaction-is-seen"),),
    ),
)
