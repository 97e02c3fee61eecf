"""Nodes of the replicated journal that lack a mechanism each."""

from ...fields import volatile
from ...states import on
from ..journal_nodes import Accepted, Append, Log, Node, RequestVote, Role, Vote, newness


class VoteTwice(Node):
    """Votes for every candidate of a term."""

    def may_vote_for(self, request: RequestVote) -> bool:
        """Look at the log alone."""
        return newness(request.log) >= newness(self.log)


class VoteWithoutLookingAtTheLog(Node):
    """Votes for a candidate that lacks entries."""

    def may_vote_for(self, request: RequestVote) -> bool:
        """Look at the vote alone."""
        return self.vote in ("", self.sender.name)


class LeadWithOneVote(Node):
    """Leads with the vote of any one other node, of whatever term."""

    @on(Vote)
    def count_vote(self, vote: Vote) -> None:
        """Lead, without comparing terms."""
        if self.role is Role.CANDIDATE:
            self.lead()


class ForgetTheVote(Node):
    """Keeps its vote in memory only."""

    vote: str = volatile("")


class ForgetTheTerm(Node):
    """Keeps its term in memory only."""

    term: int = volatile(0)


class ForgetTheLog(Node):
    """Keeps its log in memory only, with what it has heard of it."""

    log: Log = volatile(())
    committed: int = volatile(0)


class FollowAnOldLeader(Node):
    """Takes over the log of a leader whose term is over."""

    @on(Append)
    def accept(self, append: Append) -> None:
        """Accept, whatever the term."""
        self.enter_term(append.term)
        self.role = Role.FOLLOWER
        self.votes = frozenset()
        self.log = append.log
        self.reply(Accepted(append.term, len(self.log)))
        self.deliver(min(append.committed, len(self.log)))


class GoOnLeading(Node):
    """Leads on when it hears of a later term."""

    def enter_term(self, term: int) -> None:
        """Follow into a later term, as what it was."""
        if term > self.term:
            self.term = term
            self.vote = ""


class CommitWithOneCopy(Node):
    """Commits what it has taken as soon as anyone answers."""

    def find_durable(self) -> int:
        """Give the last position that this node holds."""
        return len(self.log)


class CommitAnOlderTerm(Node):
    """Commits an entry of an older term by counting its copies."""

    def may_commit(self, position: int) -> bool:
        """Look at no term."""
        return True


class DeliverBeforeCommitted(Node):
    """Hears whatever the leader sends."""

    def deliver(self, until: int) -> None:
        """Hear the whole log."""
        super().deliver(len(self.log))
