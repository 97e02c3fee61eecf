"""Conflicts, and entries that are heard twice (C95 to C105)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import ATTENDEES, MRSC, MRSC_CRASH, MRSC_DELETES, THREE_WRITERS_RETRY, without

CONFLICTS = (
    Claim(
        id="C95",
        scope=Scope.STRONG,
        text="The journal puts concurrent writes into one order.",
        checks=(
            Witnessed(MRSC, "regions-write-at-once"),
            Holds(MRSC, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C96",
        scope=Scope.STRONG,
        text="To hear an entry again changes nothing.",
        checks=(
            Holds(MRSC_CRASH, "applied-at-most-once"),
            Holds(MRSC_CRASH, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C97",
        scope=Scope.STRONG,
        text="An entry is applied at most once.",
        checks=(Holds(MRSC_CRASH, "applied-at-most-once"),),
    ),
    Claim(
        id="C98",
        scope=Scope.STRONG,
        text="An engine may apply, crash, and begin again from where it last made a note.",
        checks=(Witnessed(MRSC_CRASH, "an-entry-is-heard-again"),),
    ),
    Claim(
        id="C99",
        scope=Scope.STRONG,
        text="Every request becomes a put or a delete on a condition, from what it read.",
        checks=(Holds(MRSC, "no-lost-updates"), Holds(MRSC_DELETES, "no-lost-updates")),
    ),
    Claim(
        id="C100",
        scope=Scope.STRONG,
        text="The condition is on the timestamp that every item carries.",
        checks=(
            Holds(MRSC, "no-lost-updates"),
            Refuted(without(MRSC, "no-condition"), "no-lost-updates"),
        ),
    ),
    Claim(
        id="C101",
        scope=Scope.STRONG,
        text="Attendees go from 6 to 7, if the item still has the timestamp that was read.",
        checks=(Holds(ATTENDEES, "counts-to-seven-once"),),
    ),
    Claim(
        id="C102",
        scope=Scope.STRONG,
        text="Two regions count up at once: their entries differ in the new timestamp only.",
        checks=(Witnessed(ATTENDEES, "two-entries-of-one-condition"),),
    ),
    Claim(
        id="C103",
        scope=Scope.STRONG,
        text="The entry that is second in the journal is skipped in every region.",
        checks=(
            Holds(ATTENDEES, "counts-to-seven-once"),
            Holds(MRSC, "a-conflict-has-no-effect"),
        ),
    ),
    Claim(
        id="C104",
        scope=Scope.STRONG,
        text="The region that lost tells its client of a conflict, and that it may try again.",
        checks=(
            Witnessed(ATTENDEES, "the-loser-is-told-of-a-conflict"),
            Witnessed(MRSC, "writes-conflict"),
            Holds(MRSC, "a-conflict-has-no-effect"),
        ),
    ),
    Claim(
        id="C105",
        scope=Scope.STRONG,
        text="A write that was refused may be tried again and then succeed.",
        checks=(Witnessed(THREE_WRITERS_RETRY, "a-retry-succeeds"),),
    ),
)
