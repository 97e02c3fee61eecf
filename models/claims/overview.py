"""Overview: the two modes, what they cost and what they may lose (C1 to C11)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import ASYNC, ASYNC_LATE_CLOCK, JOURNAL, MRSC, denied, served, stale

OVERVIEW = (
    Claim(
        id="C1",
        scope=Scope.BOTH,
        text="There are two modes: asynchronous and multi-region strongly consistent.",
        checks=(
            Holds(ASYNC, "converged-when-quiet"),
            Refuted(ASYNC, "linearizable-strong-reads"),
            Holds(MRSC, "linearizable-strong-reads"),
        ),
    ),
    Claim(
        id="C2",
        scope=Scope.ASYNC,
        text="Of conflicting writes the last one wins, by clocks that agree.",
        checks=(
            Holds(ASYNC, "the-last-writer-wins"),
            Refuted(ASYNC_LATE_CLOCK, "timestamps-follow-writes"),
        ),
    ),
    Claim(
        id="C3",
        scope=Scope.STRONG,
        text="Strong reads go by a journal across regions, written with a quorum.",
        checks=(
            Holds(MRSC, "linearizable-strong-reads"),
            Holds(JOURNAL, "durable-before-delivered"),
        ),
    ),
    Claim(
        id="C4",
        scope=Scope.BOTH,
        text="What is written in any region comes to all others.",
        checks=(Holds(ASYNC, "no-deadlock"), Holds(MRSC, "no-deadlock")),
    ),
    Claim(
        id="C5",
        scope=Scope.BOTH,
        text="Latency between regions is large and differs: 20 ms to a near one, 200 ms to a far.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C6",
        scope=Scope.BOTH,
        text="Replication within a region takes far less than between regions.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C7",
        scope=Scope.BOTH,
        text="Copies that all take writes need rules of order, of propagation and of visibility.",
        checks=(
            Holds(ASYNC, "the-last-writer-wins"),
            Holds(ASYNC, "converged-when-quiet"),
            Holds(ASYNC, "monotonic-eventual-reads"),
        ),
    ),
    Claim(
        id="C8",
        scope=Scope.BOTH,
        text="No mode fits all: one answers at once and may be stale, the other rather waits.",
        checks=(
            served("async", "isolate", "strong-read", "faulty"),
            stale("async", "isolate", "strong-read", "faulty"),
            denied("mrsc", "isolate", "strong-read", "faulty"),
        ),
    ),
    Claim(
        id="C9",
        scope=Scope.BOTH,
        text="With every region active, an application need not wait to fail over.",
        checks=(
            served("async", "offline", "write", "other"),
            served("mrsc", "offline", "write", "other"),
        ),
    ),
    Claim(
        id="C10",
        scope=Scope.BOTH,
        text="With a region, recent writes may be lost in one mode, and none in the other.",
        checks=(
            Witnessed(ASYNC, "a-write-is-at-risk"),
            Holds(MRSC, "durable-in-a-quorum"),
            Holds(MRSC, "acknowledged-after-applying"),
        ),
    ),
    Claim(
        id="C11",
        scope=Scope.BOTH,
        text="Any replica takes writes.",
        checks=(
            Witnessed(ASYNC, "regions-write-at-once"),
            Witnessed(MRSC, "regions-write-at-once"),
        ),
    ),
)
