"""The two demonstrations: one writer that counts, and three at once (C133 to C144)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import (
    ONE_WRITER_ASYNC,
    ONE_WRITER_MRSC,
    THREE_WRITERS_ASYNC,
    THREE_WRITERS_MRSC,
    THREE_WRITERS_RETRY,
)

DEMOS = (
    Claim(
        id="C133",
        scope=Scope.ASYNC,
        text="One region counts from 0 to 5.",
        checks=(Holds(ONE_WRITER_ASYNC, "the-writer-counts-to-five"),),
    ),
    Claim(
        id="C134",
        scope=Scope.ASYNC,
        text="A far region reads 0 for long, then 5; strong and eventual reads are equal there.",
        checks=(
            Witnessed(ONE_WRITER_ASYNC, "jumps-from-0-to-5"),
            Holds(ONE_WRITER_ASYNC, "strong-equals-eventual"),
        ),
    ),
    Claim(
        id="C135",
        scope=Scope.ASYNC,
        text="A near region reads some of the values between.",
        checks=(Witnessed(ONE_WRITER_ASYNC, "an-intermediate-value-is-read"),),
    ),
    Claim(
        id="C136",
        scope=Scope.ASYNC,
        text="Strong and eventual reads of all regions take about 80 ms from afar, equally.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C137",
        scope=Scope.STRONG,
        text="Writes to one region take about as long in both modes.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C138",
        scope=Scope.STRONG,
        text="Strong reads elsewhere see every increment, and wait for the journal.",
        checks=(Holds(ONE_WRITER_MRSC, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C139",
        scope=Scope.STRONG,
        text="In one region a strong read gives 4 and an eventual one 3.",
        checks=(Witnessed(ONE_WRITER_MRSC, "strong-4-eventual-3"),),
    ),
    Claim(
        id="C140",
        scope=Scope.ASYNC,
        text="Three regions count 5 times each, and all end alike: updates were lost.",
        checks=(Witnessed(THREE_WRITERS_ASYNC, "ends-with-what-one-region-counted"),),
    ),
    Claim(
        id="C141",
        scope=Scope.ASYNC,
        text="They write as fast as the way to the region is long.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C142",
        scope=Scope.STRONG,
        text="Three regions count 5 times each, and all end with 15.",
        checks=(
            Holds(THREE_WRITERS_MRSC, "ends-with-all-that-was-counted"),
            Holds(THREE_WRITERS_MRSC, "no-deadlock"),
        ),
    ),
    Claim(
        id="C143",
        scope=Scope.STRONG,
        text="Some writes are slow: refused with a conflict, and tried again.",
        checks=(Witnessed(THREE_WRITERS_RETRY, "a-retry-succeeds"),),
    ),
    Claim(
        id="C144",
        scope=Scope.STRONG,
        text="A write may need several attempts, whose times add up.",
        checks=(Witnessed(THREE_WRITERS_RETRY, "a-client-tries-three-times"),),
    ),
)
