"""Several regions: what every global table does (C23 to C26)."""

from .claim import Claim, Holds, Scope
from .scenarios import ASYNC, ASYNC_FIVE_REGIONS

MULTI_REGION = (
    Claim(
        id="C23",
        scope=Scope.BOTH,
        text="Between zones data takes less time than between regions, always.",
        reason="it is about latencies",
        waits=True,
    ),
    Claim(
        id="C24",
        scope=Scope.ASYNC,
        text="What is written to an item is carried in its order, so no region goes back in time.",
        checks=(Holds(ASYNC, "carries-in-order"), Holds(ASYNC, "monotonic-eventual-reads")),
    ),
    Claim(
        id="C25",
        scope=Scope.BOTH,
        text="A table may be in many more regions than three.",
        checks=(Holds(ASYNC_FIVE_REGIONS, "converged-when-quiet"),),
    ),
    Claim(
        id="C26",
        scope=Scope.ASYNC,
        text="Conflicts are resolved by timestamps.",
        checks=(Holds(ASYNC, "the-last-writer-wins"),),
    ),
)
