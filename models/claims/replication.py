"""Asynchronous replication: streams, replicators, and who wins (C27 to C50)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import (
    ASYNC,
    ASYNC_DIRECTION_GONE,
    ASYNC_LATE_CLOCK,
    ASYNC_LINK_GONE,
    CONCURRENT_WRITES,
    TWO_ITEMS,
    served,
)

REPLICATION = (
    Claim(
        id="C27",
        scope=Scope.ASYNC,
        text="A write is made locally first and waits for no other region.",
        checks=(served("async", "isolate", "write", "faulty"),),
    ),
    Claim(
        id="C28",
        scope=Scope.ASYNC,
        text="Only what is durable in its region is ever replicated.",
        checks=(Holds(ASYNC, "no-value-from-nowhere"),),
    ),
    Claim(
        id="C29",
        scope=Scope.ASYNC,
        text="A replicator carries what it reads from the stream.",
        checks=(Holds(ASYNC, "streams-hold-what-was-applied"),),
    ),
    Claim(
        id="C30",
        scope=Scope.ASYNC,
        text="A write is durable, then in the stream, then read from it, then in the other region.",
        checks=(
            Holds(ASYNC, "streams-hold-what-was-applied"),
            Holds(ASYNC, "no-value-from-nowhere"),
        ),
    ),
    Claim(
        id="C31",
        scope=Scope.ASYNC,
        text="Each target region has a replicator of its own.",
        checks=(Holds(ASYNC, "no-relay"), Holds(ASYNC, "no-deadlock")),
    ),
    Claim(
        id="C32",
        scope=Scope.ASYNC,
        text="Each path fails alone: trouble on one stops no other.",
        checks=(
            Holds(ASYNC_LINK_GONE, "no-deadlock"),
            Witnessed(ASYNC_LINK_GONE, "a-backlog-waits"),
        ),
    ),
    Claim(
        id="C33",
        scope=Scope.ASYNC,
        text="A replicator works in one direction; the other one has another replicator.",
        checks=(Witnessed(ASYNC_DIRECTION_GONE, "arrives-one-way-only"),),
    ),
    Claim(
        id="C34",
        scope=Scope.ASYNC,
        text="A write takes a while, but it arrives.",
        checks=(Holds(ASYNC, "no-deadlock"),),
    ),
    Claim(
        id="C35",
        scope=Scope.ASYNC,
        text="A strong read in the region of the write sees it at once.",
        checks=(Holds(ASYNC, "linearizable-in-each-region"),),
    ),
    Claim(
        id="C36",
        scope=Scope.ASYNC,
        text="Regions replicate pair by pair, each to every other.",
        checks=(Holds(ASYNC, "no-relay"), Holds(ASYNC, "no-deadlock")),
    ),
    Claim(
        id="C37",
        scope=Scope.ASYNC,
        text="One write comes to the regions at different times.",
        checks=(Witnessed(ASYNC, "regions-differ-for-a-while"),),
    ),
    Claim(
        id="C38",
        scope=Scope.ASYNC,
        text="Once a write is acknowledged, a strong read in its region shows it.",
        checks=(Holds(ASYNC, "linearizable-in-each-region"),),
    ),
    Claim(
        id="C39",
        scope=Scope.ASYNC,
        text="A strong read in another region does not show it before it is replicated.",
        checks=(Witnessed(ASYNC, "a-strong-read-elsewhere-is-stale"),),
    ),
    Claim(
        id="C40",
        scope=Scope.ASYNC,
        text="A strong read shows what its own region has, no more.",
        checks=(Holds(ASYNC, "linearizable-in-each-region"),),
    ),
    Claim(
        id="C41",
        scope=Scope.ASYNC,
        text="A strong read does not promise the latest of all regions.",
        checks=(Refuted(ASYNC, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C42",
        scope=Scope.ASYNC,
        text="Each key has its own order: A from 10 to 11, then B from 200 to 201.",
        checks=(Holds(TWO_ITEMS, "each-item-ends-with-its-last-write"),),
    ),
    Claim(
        id="C43",
        scope=Scope.ASYNC,
        text="Across items there is no order: another region may see B=201 before A=11.",
        checks=(Witnessed(TWO_ITEMS, "an-inversion-across-items"),),
    ),
    Claim(
        id="C44",
        scope=Scope.ASYNC,
        text="Reads are monotonic for each item, and not across items.",
        checks=(
            Holds(ASYNC, "monotonic-eventual-reads"),
            Refuted(TWO_ITEMS, "monotonic-across-items"),
        ),
    ),
    Claim(
        id="C45",
        scope=Scope.ASYNC,
        text="Of two writers the last one survives.",
        checks=(
            Witnessed(ASYNC, "regions-write-at-once"),
            Holds(ASYNC, "the-last-writer-wins"),
        ),
    ),
    Claim(
        id="C46",
        scope=Scope.ASYNC,
        text="Clocks agree, so of two writes one is before the other, and the later one wins.",
        checks=(
            Holds(ASYNC, "timestamps-follow-writes"),
            Holds(ASYNC, "the-last-writer-wins"),
            Refuted(ASYNC_LATE_CLOCK, "timestamps-follow-writes"),
            Refuted(ASYNC_LATE_CLOCK, "the-last-writer-wins"),
        ),
    ),
    Claim(
        id="C47",
        scope=Scope.ASYNC,
        text="A write carries its region and its timestamp wherever it goes.",
        checks=(
            Holds(CONCURRENT_WRITES, "every-region-ends-with-30"),
            Holds(ASYNC, "no-value-from-nowhere"),
        ),
    ),
    Claim(
        id="C48",
        scope=Scope.ASYNC,
        text="A write that comes after a later one is ignored, and all end with the later one.",
        checks=(
            Holds(CONCURRENT_WRITES, "every-region-ends-with-30"),
            Witnessed(CONCURRENT_WRITES, "the-drop-set-of-the-talk"),
        ),
    ),
    Claim(
        id="C49",
        scope=Scope.ASYNC,
        text="Of writes at 20 and 30 in two regions, four regions end with 30; two drop the 20.",
        checks=(
            Holds(CONCURRENT_WRITES, "every-region-ends-with-30"),
            Witnessed(CONCURRENT_WRITES, "the-drop-set-of-the-talk"),
        ),
    ),
    Claim(
        id="C50",
        scope=Scope.ASYNC,
        text="Their streams are 20 and 30, only 30, 20 and 30, and only 30.",
        checks=(
            Witnessed(CONCURRENT_WRITES, "the-streams-of-the-talk"),
            Holds(CONCURRENT_WRITES, "a-stale-write-is-in-no-stream"),
        ),
    ),
)
