"""Strong consistency across regions: its goals and its journal (C71 to C76)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import JOURNAL, MRSC, REPLICATED_JOURNAL, served

JOURNALING = (
    Claim(
        id="C71",
        scope=Scope.STRONG,
        text="Strong reads of an item are in one order with its writes, also when a region fails.",
        checks=(
            Holds(MRSC, "linearizable-strong-reads"),
            served("mrsc", "offline", "write", "other"),
        ),
    ),
    Claim(
        id="C72",
        scope=Scope.STRONG,
        text="It is built on a journal across the regions.",
        checks=(
            Holds(JOURNAL, "delivered-in-one-order"),
            Holds(REPLICATED_JOURNAL, "refines-the-journal"),
        ),
    ),
    Claim(
        id="C73",
        scope=Scope.STRONG,
        text="The journal is a log that is only appended to.",
        checks=(Holds(JOURNAL, "append-only"),),
    ),
    Claim(
        id="C74",
        scope=Scope.STRONG,
        text="An append succeeds when two of three regions hold it, and not otherwise.",
        checks=(
            Holds(JOURNAL, "durable-before-delivered"),
            Holds(JOURNAL, "no-progress-without-a-quorum"),
        ),
    ),
    Claim(
        id="C75",
        scope=Scope.STRONG,
        text="All hear the entries in the order of the journal, whoever asked first.",
        checks=(
            Holds(JOURNAL, "delivered-in-one-order"),
            Witnessed(JOURNAL, "appended-in-another-order-than-asked"),
        ),
    ),
    Claim(
        id="C76",
        scope=Scope.STRONG,
        text="Every region appends and listens.",
        checks=(Witnessed(JOURNAL, "every-site-appends"),),
    ),
)
