"""Which mode to choose, and how to live with it (C127 to C132)."""

from .claim import Claim, Holds, Impossible, Scope, Witnessed
from .scenarios import (
    ASYNC,
    MRSC,
    MRSC_EXPIRIES,
    MRSC_TRANSACTIONS,
    served,
)

CHOOSING = (
    Claim(
        id="C127",
        scope=Scope.STRONG,
        text="Strongly consistent tables have neither transactions nor time to live yet.",
        checks=(Impossible(MRSC_TRANSACTIONS), Impossible(MRSC_EXPIRIES)),
    ),
    Claim(
        id="C128",
        scope=Scope.ASYNC,
        text="Asynchronous writes and reads are local and cross no region.",
        checks=(
            served("async", "isolate", "write", "faulty"),
            served("async", "isolate", "strong-read", "faulty"),
            served("async", "isolate", "eventual-read", "faulty"),
        ),
    ),
    Claim(
        id="C129",
        scope=Scope.STRONG,
        text="A strong read crosses regions and costs what a write costs.",
        checks=(Holds(MRSC, "strong-reads-append-a-fence"),),
    ),
    Claim(
        id="C130",
        scope=Scope.BOTH,
        text="Both are highly available; data is everywhere at once in one, later in the other.",
        checks=(
            Holds(MRSC, "linearizable-strong-reads"),
            Witnessed(ASYNC, "regions-differ-for-a-while"),
            Holds(ASYNC, "converged-when-quiet"),
            served("async", "offline", "write", "other"),
            served("mrsc", "offline", "write", "other"),
        ),
    ),
    Claim(
        id="C131",
        scope=Scope.BOTH,
        text="Test with injected faults regularly, before an event does it.",
        reason="it is advice to operators",
    ),
    Claim(
        id="C132",
        scope=Scope.BOTH,
        text="Let the standby region serve some traffic too, or fail over regularly.",
        reason="it is advice to operators",
    ),
)
