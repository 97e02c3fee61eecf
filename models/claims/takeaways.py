"""What to take home (C145 to C148)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import ASYNC, ASYNC_EVERY_FAULT, MRSC, MRSC_EVERY_FAULT

TAKEAWAYS = (
    Claim(
        id="C145",
        scope=Scope.ASYNC,
        text="Who may lose a little with a region replays it; who may not takes the strong mode.",
        checks=(
            Witnessed(ASYNC, "a-write-is-at-risk"),
            Holds(MRSC, "durable-in-a-quorum"),
            Holds(MRSC, "acknowledged-after-applying"),
        ),
    ),
    Claim(
        id="C146",
        scope=Scope.BOTH,
        text="Eventual consistency scales with less trouble; synchrony waits for the network.",
        reason="it weighs costs",
    ),
    Claim(
        id="C147",
        scope=Scope.BOTH,
        text="Test in every state of failure that is possible.",
        checks=(
            Holds(ASYNC_EVERY_FAULT, "no-deadlock"),
            Holds(MRSC_EVERY_FAULT, "no-deadlock"),
        ),
    ),
    Claim(
        id="C148",
        scope=Scope.BOTH,
        text="P is a newer alternative to TLA+ for verifying algorithms under failure.",
        reason="it compares languages",
    ),
)
