"""What the words of consistency mean (C12 to C16)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import ASYNC, MRSC, STORAGE

DEFINITIONS = (
    Claim(
        id="C12",
        scope=Scope.BOTH,
        text="Consistency is whether places that are read hold the same.",
        checks=(
            Witnessed(ASYNC, "regions-differ-for-a-while"),
            Holds(ASYNC, "converged-when-quiet"),
        ),
    ),
    Claim(
        id="C13",
        scope=Scope.BOTH,
        text="Strongly consistent: once written, everybody sees it.",
        checks=(Holds(MRSC, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C14",
        scope=Scope.BOTH,
        text="Eventually consistent: when writing stops, all copies come to hold one value.",
        checks=(
            Holds(ASYNC, "converged-when-quiet"),
            Holds(MRSC, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C15",
        scope=Scope.BOTH,
        text="Read after write: a client reads back what it wrote.",
        checks=(Holds(ASYNC, "read-your-writes"), Holds(MRSC, "read-your-writes")),
    ),
    Claim(
        id="C16",
        scope=Scope.BOTH,
        text="Reads never go back in time: true of a region's copy, not of any of three copies.",
        checks=(
            Holds(ASYNC, "monotonic-eventual-reads"),
            Holds(MRSC, "monotonic-eventual-reads"),
            Refuted(STORAGE, "monotonic-eventual-reads"),
        ),
    ),
)
