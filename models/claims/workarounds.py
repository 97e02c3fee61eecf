"""What applications did before there were strong reads across regions (C64 to C70)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import (
    ASYNC,
    LEADER_REGION,
    MRSC,
    READ_ALL_REGIONS,
    READ_ALL_REGIONS_ALONE,
    without,
)

WORKAROUNDS = (
    Claim(
        id="C64",
        scope=Scope.STRONG,
        text="Customers wanted to read in any region what they wrote in another.",
        checks=(
            Refuted(ASYNC, "read-your-writes-anywhere"),
            Holds(MRSC, "linearizable-strong-reads"),
        ),
    ),
    Claim(
        id="C65",
        scope=Scope.ASYNC,
        text="One way: one region writes and reads strongly for all.",
        checks=(Holds(LEADER_REGION, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C66",
        scope=Scope.ASYNC,
        text="It costs the way to the leader, because only the leader answers.",
        checks=(Holds(LEADER_REGION, "only-the-leader-answers"),),
    ),
    Claim(
        id="C67",
        scope=Scope.ASYNC,
        text="Without the leader nobody knows whether its last write arrived; it takes a protocol.",
        checks=(
            Witnessed(LEADER_REGION, "the-last-write-may-be-lost"),
            Witnessed(LEADER_REGION, "the-last-write-may-have-arrived"),
            Refuted(
                without(LEADER_REGION, "failover-without-reconciliation"),
                "linearizable-strong-reads",
            ),
        ),
    ),
    Claim(
        id="C68",
        scope=Scope.ASYNC,
        text="Another way: write locally, read every region, and take the latest.",
        checks=(Holds(READ_ALL_REGIONS, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C69",
        scope=Scope.ASYNC,
        text="Such a read is as slow as the farthest region, because it asks them all.",
        checks=(Holds(READ_ALL_REGIONS, "every-region-is-asked"),),
    ),
    Claim(
        id="C70",
        scope=Scope.ASYNC,
        text="With one region out of reach there is no answer, or one that may be wrong.",
        checks=(
            Refuted(READ_ALL_REGIONS_ALONE, "no-deadlock"),
            Refuted(
                without(READ_ALL_REGIONS_ALONE, "answer-without-the-unreachable"),
                "linearizable-strong-reads",
            ),
        ),
    ),
)
