"""The protocols' mutants: each lacks one mechanism, and a property must notice (`--set bug=...`).

A mutant is a subclass of the protocol's part in `broken/`, which is imported only when it is asked
for. A model builds its system of the classes that `variant` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from importlib import import_module
from typing import TypeVar

from ..parameters import Parameter

Part = TypeVar("Part")

NO_BUG = "none"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A protocol with one mechanism left out.

    `part` is the class that stands in for the protocol's, as `file.Class` in `broken/`; `claim` and
    `killed_by` name what is broken and the property that must notice, within the bounds of
    `settings` and `faults`.
    """

    model: str
    bug: str
    part: str
    claim: str
    killed_by: str
    _: KW_ONLY
    settings: Mapping[str, object] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The mutant as it is typed: `mrsc bug=skip-the-fence`."""
        return f"{self.model} bug={self.bug}"


_STORAGE = (
    Mutant(
        "storage",
        "acknowledge-with-one-copy",
        "storage.AcknowledgeWithOneCopy",
        "C22",
        "acknowledged-writes-survive",
    ),
    Mutant(
        "storage",
        "strong-read-from-any-copy",
        "storage.StrongReadFromAnyCopy",
        "C21",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "strong-read-before-durable",
        "storage.StrongReadBeforeDurable",
        "C22",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "elect-any-copy",
        "storage.ElectAnyCopy",
        "C18",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "lead-alone",
        "storage.LeadAlone",
        "C22",
        "linearizable-strong-reads",
        settings={"writes": 1},
        faults={"lose_zone": 3},
    ),
    Mutant(
        "storage",
        "old-leader-goes-on",
        "storage.OldLeaderGoesOn",
        "C19",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "no-anti-entropy",
        "storage.NoAntiEntropy",
        "C125",
        "copies-agree-when-quiet",
        faults={"lose": 1},
    ),
)
_PERMANENT = {"heals": False}
_ASYNC = (
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
        settings=_PERMANENT,
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
_TRANSACTIONS = (
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
_WORKAROUNDS = (
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
_JOURNAL = (
    Mutant(
        "journal",
        "append-with-one-copy",
        "journal_clients.AppendWithOneCopy",
        "C74",
        "durable-before-delivered",
    ),
    Mutant(
        "journal",
        "deliver-before-durable",
        "journal_clients.DeliverBeforeDurable",
        "C74",
        "durable-before-delivered",
    ),
    Mutant(
        "journal",
        "forget-a-copy",
        "journal_clients.ForgetACopy",
        "C74",
        "durable-before-delivered",
    ),
    Mutant(
        "journal",
        "deliver-in-arrival-order",
        "journal_clients.DeliverInArrivalOrder",
        "C75",
        "delivered-in-one-order",
    ),
    Mutant(
        "journal",
        "skip-an-entry",
        "journal_clients.SkipAnEntry",
        "C73",
        "append-only",
    ),
    Mutant(
        "journal",
        "hear-again",
        "journal_clients.HearAgain",
        "C73",
        "append-only",
    ),
    Mutant(
        "journal",
        "append-without-a-quorum",
        "journal_clients.AppendWithoutAQuorum",
        "C92",
        "no-progress-without-a-quorum",
        faults={"isolate": 1},
    ),
    Mutant(
        "journal",
        "copy-over-direct-links",
        "journal_clients.CopyOverDirectLinks",
        "C110",
        "appended-through-a-third-site",
        faults={"cut": 1},
    ),
    Mutant(
        "replicated-journal",
        "vote-twice",
        "replicated_journal.VoteTwice",
        "C75",
        "one-leader-a-term",
    ),
    Mutant(
        "replicated-journal",
        "vote-without-looking-at-the-log",
        "replicated_journal.VoteWithoutLookingAtTheLog",
        "C73",
        "whoever-may-be-elected-holds-what-is-committed",
    ),
    Mutant(
        "replicated-journal",
        "lead-with-one-vote",
        "replicated_journal.LeadWithOneVote",
        "C75",
        "one-leader-a-term",
    ),
    Mutant(
        "replicated-journal",
        "go-on-leading",
        "replicated_journal.GoOnLeading",
        "C75",
        "one-leader-a-term",
    ),
    Mutant(
        "replicated-journal",
        "forget-the-vote",
        "replicated_journal.ForgetTheVote",
        "C75",
        "one-leader-a-term",
        faults={"crash": 1},
    ),
    Mutant(
        "replicated-journal",
        "forget-the-term",
        "replicated_journal.ForgetTheTerm",
        "C75",
        "one-leader-a-term",
        faults={"crash": 1},
    ),
    Mutant(
        "replicated-journal",
        "forget-the-log",
        "replicated_journal.ForgetTheLog",
        "C74",
        "committed-entries-are-in-a-quorum",
        faults={"crash": 1},
    ),
    Mutant(
        "replicated-journal",
        "follow-an-old-leader",
        "replicated_journal.FollowAnOldLeader",
        "C73",
        "whoever-may-be-elected-holds-what-is-committed",
    ),
    Mutant(
        "replicated-journal",
        "commit-with-one-copy",
        "replicated_journal.CommitWithOneCopy",
        "C74",
        "committed-entries-are-in-a-quorum",
    ),
    Mutant(
        "replicated-journal",
        "commit-an-older-term",
        "replicated_journal.CommitAnOlderTerm",
        "C73",
        "whoever-may-be-elected-holds-what-is-committed",
        settings={"terms": 3},
        faults={"crash": 0},
    ),
    Mutant(
        "replicated-journal",
        "deliver-before-committed",
        "replicated_journal.DeliverBeforeCommitted",
        "C74",
        "refines-the-journal",
    ),
)
_MRSC = (
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

MUTANTS: tuple[Mutant, ...] = (
    *_STORAGE,
    *_ASYNC,
    *_TRANSACTIONS,
    *_WORKAROUNDS,
    *_JOURNAL,
    *_MRSC,
)


def bugs_of(model: str) -> Parameter:
    """Declare what a model's parameter `bug` may be: one of its mechanisms left out, or none."""
    bugs = (mutant.bug for mutant in MUTANTS if mutant.model == model)
    return Parameter(choices=(NO_BUG, *bugs), summary="a mechanism that is left out")


def variant(model: str, bug: str, part: type[Part]) -> type[Part]:
    """Give the class of a model's part: itself, or its subclass that has the bug."""
    for mutant in MUTANTS:
        if (mutant.model, mutant.bug) == (model, bug):
            module, _, name = mutant.part.partition(".")
            broken: type = getattr(import_module(f".broken.{module}", __package__), name)
            return broken if issubclass(broken, part) else part
    return part
