"""How a strongly consistent table writes (C77 to C85)."""

from .claim import Claim, Holds, Scope, Witnessed
from .scenarios import JOURNAL, MRSC, MRSC_TWO_ITEMS

WRITE_PATH = (
    Claim(
        id="C77",
        scope=Scope.STRONG,
        text="A write goes through the replication engine and is not taken from a stream later.",
        checks=(Holds(MRSC, "acknowledged-after-applying"),),
    ),
    Claim(
        id="C78",
        scope=Scope.STRONG,
        text="The engine makes an entry of a write and appends it.",
        checks=(Holds(MRSC, "no-lost-updates"), Holds(MRSC, "acknowledged-after-applying")),
    ),
    Claim(
        id="C79",
        scope=Scope.STRONG,
        text="The engine applies what it hears, all of it, in the order of the journal.",
        checks=(
            Holds(MRSC, "applied-at-most-once"),
            Holds(MRSC, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C80",
        scope=Scope.STRONG,
        text="It reads the local copy first, and what it read may be out of date when it appends.",
        checks=(Witnessed(MRSC, "writes-conflict"),),
    ),
    Claim(
        id="C81",
        scope=Scope.STRONG,
        text="What is appended comes back to the engines of all regions.",
        checks=(Holds(MRSC, "no-deadlock"),),
    ),
    Claim(
        id="C82",
        scope=Scope.STRONG,
        text="The region of the write applies it before it answers; others when they get to it.",
        checks=(
            Holds(MRSC, "acknowledged-after-applying"),
            Witnessed(MRSC, "an-eventual-read-is-behind"),
        ),
    ),
    Claim(
        id="C83",
        scope=Scope.STRONG,
        text="Regions apply a write at different moments.",
        checks=(Witnessed(MRSC, "an-eventual-read-is-behind"),),
    ),
    Claim(
        id="C84",
        scope=Scope.STRONG,
        text="Success is told once the region of the write has applied that very entry.",
        checks=(Holds(MRSC, "acknowledged-after-applying"),),
    ),
    Claim(
        id="C85",
        scope=Scope.STRONG,
        text="Of writes to two items, the one appended first is first everywhere.",
        checks=(
            Witnessed(JOURNAL, "appended-in-another-order-than-asked"),
            Holds(JOURNAL, "delivered-in-one-order"),
            Holds(MRSC_TWO_ITEMS, "replicas-agree-when-all-is-heard"),
        ),
    ),
)
