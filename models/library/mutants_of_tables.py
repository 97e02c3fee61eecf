"""The mutants of global tables, of what applications do with them, and of their transactions."""

from .mutant import Mutant

PERMANENT = {"heals": False}
"""What a fault breaks stays broken."""

ASYNC = (
    Mutant("async", "relay", "asynchronous.RelayEverything", "C58", "no-relay"),
    Mutant(
        "async",
        "replicate-out-of-order",
        "asynchronous.ReplicateOutOfOrder",
        "C24",
        "carries-in-order",
    ),
    Mutant(
        "async",
        "last-arrival-wins",
        "asynchronous.LastArrivalWins",
        "C45",
        "applied-at-most-once",
    ),
    Mutant(
        "async",
        "record-stale-writes",
        "asynchronous.RecordStaleWrites",
        "C60",
        "streams-hold-what-was-applied",
    ),
    Mutant(
        "async",
        "record-only-local-writes",
        "asynchronous.RecordOnlyLocalWrites",
        "C61",
        "streams-miss-nothing",
    ),
    Mutant(
        "async",
        "replicate-before-writing",
        "asynchronous.ReplicateBeforeWriting",
        "C28",
        "streams-hold-what-was-applied",
    ),
    Mutant(
        "async",
        "read-strongly-from-a-copy",
        "asynchronous.ReadStronglyFromACopy",
        "C38",
        "linearizable-in-each-region",
    ),
    Mutant(
        "async",
        "forget-who-wrote",
        "asynchronous.ForgetWhoWrote",
        "C2",
        "converged-when-quiet",
        faults={"cut": 0, "skew": 1},
    ),
    Mutant(
        "async",
        "forget-deleted-items",
        "asynchronous.ForgetDeletedItems",
        "C48",
        "converged-when-quiet",
        settings={"writes": 1, "deletes": 1},
    ),
    Mutant(
        "async",
        "one-replicator-for-all",
        "asynchronous.OneReplicatorForAll",
        "C32",
        "no-deadlock",
        settings=PERMANENT,
    ),
    Mutant(
        "async",
        "apply-again",
        "asynchronous.ApplyAgain",
        "C60",
        "applied-at-most-once",
        faults={"cut": 0, "crash": 1},
    ),
)

TRANSACTIONS = (
    Mutant(
        "transactions",
        "write-item-by-item",
        "transactions.WriteItemByItem",
        "C62",
        "atomic-in-the-region",
    ),
    Mutant(
        "transactions",
        "commit-over-later-writes",
        "transactions.CommitOverLaterWrites",
        "C45",
        "converged-when-quiet",
    ),
)

WORKAROUNDS = (
    Mutant(
        "leader-region",
        "failover-without-reconciliation",
        "leader_region.FailoverWithoutReconciliation",
        "C67",
        "linearizable-strong-reads",
    ),
    Mutant(
        "leader-region", "two-leaders", "leader_region.TwoLeaders", "C67", "one-leader-at-a-time"
    ),
    Mutant(
        "leader-region",
        "strong-read-in-any-region",
        "leader_region.StrongReadInAnyRegion",
        "C65",
        "linearizable-strong-reads",
    ),
    Mutant(
        "read-all-regions",
        "answer-without-the-unreachable",
        "read_all_regions.AnswerWithoutTheUnreachable",
        "C70",
        "linearizable-strong-reads",
    ),
    Mutant(
        "read-all-regions",
        "answer-with-the-first",
        "read_all_regions.AnswerWithTheFirst",
        "C69",
        "every-region-is-asked",
    ),
    Mutant(
        "read-all-regions",
        "take-the-last-answer",
        "read_all_regions.TakeTheLastAnswer",
        "C68",
        "linearizable-strong-reads",
    ),
)

MRSC = (
    Mutant("mrsc", "skip-the-fence", "mrsc.SkipTheFence", "C88", "linearizable-strong-reads"),
    Mutant(
        "mrsc",
        "fast-path-for-local-reads",
        "mrsc.FastPathForLocalReads",
        "C90",
        "linearizable-strong-reads",
    ),
    Mutant(
        "mrsc",
        "answer-when-appended",
        "mrsc.AnswerWhenAppended",
        "C89",
        "linearizable-strong-reads",
    ),
    Mutant(
        "mrsc",
        "read-without-appending",
        "mrsc.ReadWithoutAppending",
        "C91",
        "strong-reads-append-a-fence",
    ),
    Mutant(
        "mrsc",
        "acknowledge-before-applying",
        "mrsc.AcknowledgeBeforeApplying",
        "C84",
        "acknowledged-after-applying",
    ),
    Mutant("mrsc", "no-condition", "mrsc.NoCondition", "C100", "no-lost-updates"),
    Mutant(
        "mrsc",
        "apply-the-loser-at-home",
        "mrsc.ApplyTheLoserAtHome",
        "C103",
        "a-conflict-has-no-effect",
    ),
    Mutant(
        "mrsc",
        "acknowledge-a-conflict",
        "mrsc.AcknowledgeAConflict",
        "C104",
        "linearizable-strong-reads",
    ),
    Mutant("mrsc", "never-answer-a-conflict", "mrsc.NeverAnswerAConflict", "C104", "no-deadlock"),
    Mutant(
        "mrsc",
        "reapply-without-idempotence",
        "mrsc.ReapplyWithoutIdempotence",
        "C97",
        "applied-at-most-once",
        faults={"cut": 0, "crash": 1},
    ),
    Mutant(
        "mrsc",
        "forget-the-table",
        "mrsc.ForgetTheTable",
        "C98",
        "monotonic-eventual-reads",
        faults={"cut": 0, "crash": 1},
    ),
    Mutant(
        "mrsc",
        "serving-witness",
        "mrsc.ServingWitness",
        "C94",
        "a-witness-serves-nobody",
        settings={"witness": True},
    ),
    Mutant(
        "mrsc",
        "deliver-in-arrival-order",
        "mrsc.DeliverInArrivalOrder",
        "C75",
        "replicas-agree-when-all-is-heard",
    ),
    Mutant(
        "mrsc",
        "skip-an-entry",
        "mrsc.SkipAnEntry",
        "C79",
        "replicas-agree-when-all-is-heard",
    ),
    Mutant(
        "mrsc",
        "append-with-one-copy",
        "mrsc.AppendWithOneCopy",
        "C106",
        "durable-in-a-quorum",
        faults={"cut": 0, "isolate": 1},
    ),
)
