"""One region: three copies in three zones, one of them the leader (C17 to C22)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import STORAGE, STORAGE_LOST_ZONE

SINGLE_REGION = (
    Claim(
        id="C17",
        scope=Scope.BOTH,
        text="A request passes balancer, router, metadata, authorization, limits, then storage.",
        reason="what comes before storage changes nothing that is stored",
    ),
    Claim(
        id="C18",
        scope=Scope.BOTH,
        text="Three storage nodes in three zones hold a copy each.",
        checks=(Holds(STORAGE, "copies-agree-when-quiet"),),
    ),
    Claim(
        id="C19",
        scope=Scope.BOTH,
        text="A write goes to the leader of the three.",
        checks=(Holds(STORAGE, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C20",
        scope=Scope.BOTH,
        text="An eventual read goes to any copy and may be stale.",
        checks=(Witnessed(STORAGE, "an-eventual-read-is-stale"),),
    ),
    Claim(
        id="C21",
        scope=Scope.BOTH,
        text="A strong read goes to the leader, which is part of every write, and is never stale.",
        checks=(Holds(STORAGE, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C22",
        scope=Scope.BOTH,
        text="A write succeeds once two zones hold it, so that the loss of one loses nothing.",
        checks=(
            Holds(STORAGE_LOST_ZONE, "acknowledged-writes-survive"),
            Witnessed(STORAGE_LOST_ZONE, "a-lost-zone-is-survived"),
        ),
    ),
)
