"""How confidence in all this is gained (C118 to C126)."""

from .claim import Claim, Holds, Scope, Told, Witnessed
from .scenarios import (
    ASYNC_EVERY_FAULT,
    ASYNC_LOSS,
    ASYNC_PAUSE,
    MRSC,
    MRSC_EVERY_FAULT,
    STORAGE_LOSS,
)

_STALE_READ = (
    '{"gtcheck":1,"mode":"mrsc","regions":["us-east-1","us-east-2","us-west-2"]}',
    '{"type":"op","id":"1","session":"a","region":"us-east-1","op":"write","key":"x",'
    '"consistency":"strong","value":1,"start":10,"end":20,"outcome":"ok"}',
    '{"type":"op","id":"2","session":"b","region":"us-west-2","op":"read","key":"x",'
    '"consistency":"strong","value":null,"start":30,"end":40,"outcome":"ok"}',
)

CONFIDENCE = (
    Claim(
        id="C118",
        scope=Scope.BOTH,
        text="Tools check invariants all the time, because people cannot reason it all out.",
        reason="it tells why there are such tools",
    ),
    Claim(
        id="C119",
        scope=Scope.BOTH,
        text="A model checker goes through the states of an item and of the protocol.",
        reason="it tells how others check; here every other claim is checked so",
    ),
    Claim(
        id="C120",
        scope=Scope.BOTH,
        text="The logs of what runs are checked against the same rules.",
        checks=(Told("GT201", _STALE_READ),),
    ),
    Claim(
        id="C121",
        scope=Scope.BOTH,
        text="A model is close to code, so the two are kept in step.",
        reason="it is about a language",
    ),
    Claim(
        id="C122",
        scope=Scope.BOTH,
        text="The model is changed and verified before the code is.",
        reason="it is about a way of working; `gtcheck gate` serves it",
    ),
    Claim(
        id="C123",
        scope=Scope.BOTH,
        text="Invariants hold in every mode of failure, several at once too.",
        checks=(
            Holds(ASYNC_EVERY_FAULT, "converged-when-quiet"),
            Holds(ASYNC_EVERY_FAULT, "no-relay"),
            Holds(MRSC_EVERY_FAULT, "linearizable-strong-reads"),
            Holds(MRSC_EVERY_FAULT, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C124",
        scope=Scope.BOTH,
        text="Anti-entropy compares all replicas always, and what was lost on the way is mended.",
        checks=(
            Holds(ASYNC_LOSS, "no-deadlock"),
            Holds(MRSC, "replicas-agree-when-all-is-heard"),
        ),
    ),
    Claim(
        id="C125",
        scope=Scope.BOTH,
        text="Within a region it compares the three copies, too.",
        checks=(
            Holds(STORAGE_LOSS, "no-deadlock"),
            Holds(STORAGE_LOSS, "copies-agree-when-quiet"),
        ),
    ),
    Claim(
        id="C126",
        scope=Scope.ASYNC,
        text="Customers may pause replication to see how they fail over; it goes on after that.",
        checks=(
            Witnessed(ASYNC_PAUSE, "a-backlog-waits"),
            Holds(ASYNC_PAUSE, "no-deadlock"),
            Holds(ASYNC_PAUSE, "converged-when-quiet"),
        ),
    ),
)
