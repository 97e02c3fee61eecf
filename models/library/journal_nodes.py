"""Nodes that keep a log together: they elect a leader for each term, which replicates its own.

It is Raft (Ongaro and Ousterhout, 2014) made small: a message carries the whole log, and what is
committed is told with the next append.
"""

from enum import Enum, auto

from ..events import Event
from ..fields import durable, volatile
from ..machines import Machine, Ref
from ..states import action, on
from ..systems import guard
from ..values import Record
from ..variables import Table, Variable
from .geography import REGIONS

NODES = REGIONS[:3]


class Entry(Record):
    """What a client appends, and the term of the leader that took it."""

    term: int
    number: int


Log = tuple[Entry, ...]


class RequestVote(Event):
    """A candidate wants to lead in a term, with this log."""

    term: int
    log: Log


class Vote(Event):
    """A node wants the candidate to lead in this term."""

    term: int


class Append(Event):
    """The leader of a term sends its log, of which so many entries are committed."""

    term: int
    log: Log
    committed: int


class Accepted(Event):
    """A node holds so many entries of the log of this term's leader."""

    term: int
    length: int


class Committed(Event):
    """A leader found this entry at this position in a quorum."""

    position: int
    entry: Entry


class Delivered(Event):
    """A site hears the entry at this position."""

    site: str
    position: int
    entry: Entry


class Role(Enum):
    """What a node is in its term."""

    FOLLOWER = auto()
    CANDIDATE = auto()
    LEADER = auto()


def newness(log: Log) -> tuple[int, int]:
    """Give by what logs are compared: the term of the last entry, then the length."""
    return (log[-1].term if log else 0, len(log))


def is_quorum(count: int) -> bool:
    """Tell whether so many nodes are more than half, two of three (C74)."""
    return 2 * count > len(NODES)


class Node(Machine):
    """One node of the journal; it may lead."""

    terms: int
    requests_left: Variable[int]
    term: int = durable(0)
    vote: str = durable("")
    log: Log = durable(())
    committed: int = durable(0)
    role: Role = volatile(Role.FOLLOWER)
    votes: frozenset[str] = volatile(frozenset())
    accepted: Table[str, int] = volatile.table(0, over=NODES)

    @property
    def history(self) -> Log:
        """The entries that this node has heard."""
        return self.log[: self.committed]

    @action
    def stand(self) -> None:
        """Stand as a candidate in the next term, hearing nothing of a leader."""
        guard(self.role is not Role.LEADER and self.term < self.terms)
        self.enter_term(self.term + 1)
        self.role = Role.CANDIDATE
        self.vote = self.name
        self.votes = frozenset({self.name})
        self.send_to_others(RequestVote(self.term, self.log))

    @on(RequestVote)
    def judge_candidate(self, request: RequestVote) -> None:
        """Vote once a term, and for a log that is not older than this one."""
        self.enter_term(request.term)
        if request.term == self.term and self.may_vote_for(request):
            self.vote = self.sender.name
            self.reply(Vote(self.term))

    def may_vote_for(self, request: RequestVote) -> bool:
        """Tell whether the vote is free and the candidate's log is new enough."""
        return self.vote in ("", self.sender.name) and newness(request.log) >= newness(self.log)

    @on(Vote)
    def count_vote(self, vote: Vote) -> None:
        """Lead once a quorum has voted for this node in its term."""
        if self.role is Role.CANDIDATE and vote.term == self.term:
            self.votes |= {self.sender.name}
            if is_quorum(len(self.votes)):
                self.lead()

    def lead(self) -> None:
        """Lead, and pass on what the log has already."""
        self.role = Role.LEADER
        if self.log:
            self.send_log()

    @action
    def append(self) -> None:
        """Take a client's entry, as the leader, and send the log."""
        guard(self.role is Role.LEADER and self.requests_left.value > 0)
        self.log += (Entry(self.term, self.requests_left.value),)
        self.requests_left.value -= 1
        self.send_log()

    def send_log(self) -> None:
        """Send the whole log, and how much of it is committed."""
        self.send_to_others(Append(self.term, self.log, self.committed))

    @on(Append)
    def accept(self, append: Append) -> None:
        """Take over the log of the leader, unless its term is over."""
        self.enter_term(append.term)
        if append.term == self.term:
            self.role = Role.FOLLOWER
            self.votes = frozenset()
            self.log = append.log
            self.reply(Accepted(self.term, len(self.log)))
            self.deliver(append.committed)

    @on(Accepted)
    def count_copy(self, accepted: Accepted) -> None:
        """Commit what a quorum holds, once that has an entry of this very term."""
        if self.role is Role.LEADER and accepted.term == self.term:
            self.accepted[self.sender.name] = accepted.length
            position = self.find_durable()
            if position > self.committed and self.may_commit(position):
                self.commit(position)

    def find_durable(self) -> int:
        """Give the last position that a quorum holds, this node counted."""
        lengths = (len(self.log), *self.accepted.values())
        return sorted(lengths, reverse=True)[len(NODES) // 2]

    def may_commit(self, position: int) -> bool:
        """Tell whether this leader took the entry: of an older term, it could still be lost."""
        return self.log[position - 1].term == self.term

    def commit(self, until: int) -> None:
        """Let the journal have the entries up to this position, and deliver them here."""
        for position in range(self.committed + 1, until + 1):
            self.announce(Committed(position, self.log[position - 1]))
        self.deliver(until)

    def deliver(self, until: int) -> None:
        """Hear the entries up to this position that were not heard yet (C75)."""
        for position in range(self.committed + 1, until + 1):
            self.announce(Delivered(self.site, position, self.log[position - 1]))
        self.committed = max(self.committed, until)

    def enter_term(self, term: int) -> None:
        """Follow into a later term, with the vote free and leading no more."""
        if term > self.term:
            self.term = term
            self.vote = ""
            self.role = Role.FOLLOWER
            self.votes = frozenset()
            for node in NODES:
                self.accepted[node] = 0

    def send_to_others(self, event: Event) -> None:
        """Send an event to every other node."""
        for node in NODES:
            if node != self.name:
                self.send(Ref(node), event)
