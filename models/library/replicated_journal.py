"""A protocol under the journal, which refines the abstract one (C72 to C75).

Three nodes elect a leader for each term and replicate its log. Whatever they commit and deliver is
a step of the journal that the other models take for granted.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Annotated

from .. import faults
from ..fields import volatile
from ..networks import MachineSystem
from ..parameters import Fault, Parameter, model
from ..specs import Spec
from ..states import on
from ..systems import System
from ..variables import Table
from .disasters import Cut, Isolate, add_disasters
from .journal_nodes import NODES, Committed, Delivered, Log, Node, Role, is_quorum, newness
from .mutants import NO_BUG, bugs_of, variant

Crash = Annotated[int, Fault(3, "crashes of a node, which keeps its term, its vote and its log")]


class RefinesTheJournal(Spec):
    """Each step is one of the abstract journal: an entry at its end, heard in order, or none."""

    entries: Log = volatile(())
    heard: Table[str, int] = volatile.table(0, over=NODES)

    @on(Committed)
    def append(self, event: Committed) -> None:
        """The entry is the next one and new, or the one that is there already (C73)."""
        if event.position <= len(self.entries):
            self.compare(event)
            return
        assert event.position == len(self.entries) + 1, f"a gap is before {event.position}"
        assert event.entry not in self.entries, f"{event.entry} is appended twice"
        self.entries += (event.entry,)

    @on(Delivered)
    def hear(self, event: Delivered) -> None:
        """The entry is the next for this site, and the journal has it (C75)."""
        assert event.position == self.heard[event.site] + 1, f"{event.site} misses an entry"
        assert event.position <= len(self.entries), f"{event.site} hears what is not committed"
        self.compare(event)
        self.heard[event.site] = event.position

    def compare(self, event: Committed | Delivered) -> None:
        """The entry is the one that the journal has at this position."""
        there = self.entries[event.position - 1]
        assert event.entry == there, (
            f"{event.entry} is at position {event.position}, where the journal has {there}"
        )


@model("replicated-journal")
def replicated_journal(
    *,
    terms: Annotated[int, Parameter(1, 3, "terms, each with a leader at most")] = 2,
    appends: Annotated[int, Parameter(0, 3, "entries that clients append, in all")] = 2,
    cut: Cut = 0,
    isolate: Isolate = 0,
    crash: Crash = 1,
    bug: Annotated[str, bugs_of("replicated-journal")] = NO_BUG,
) -> System:
    """A journal of three nodes: a leader a term, votes by quorum, entries committed by quorum."""
    system = MachineSystem()
    system.symmetric("nodes", NODES)
    requests_left = system.variable("requests left", appends)
    node = variant("replicated-journal", bug, Node)
    nodes = [node(name=name, terms=terms, requests_left=requests_left) for name in NODES]
    system.add(*nodes)
    add_disasters(system, nodes, cut=cut, isolate=isolate, offline=0)
    faults.crash(system, crash, machines=nodes)
    system.spec(RefinesTheJournal())
    promise_agreement(system, nodes)
    witness_leaders(system, nodes, terms=terms, appends=appends)
    return system


def promise_agreement(system: System, nodes: Sequence[Node]) -> None:
    """Promise that leaders do not contradict each other, and that what is committed stays."""

    @system.always
    def one_leader_a_term() -> bool:
        """Two nodes never lead in the same term."""
        leading = [node.term for node in nodes if node.role is Role.LEADER]
        return len(leading) == len(set(leading))

    @system.always
    def committed_entries_are_in_a_quorum() -> bool:
        """What a node knows to be committed is in the logs of more than half (C74)."""
        return all(is_quorum(count_holders(node.history, nodes)) for node in nodes)

    @system.always
    def whoever_may_be_elected_holds_what_is_committed() -> bool:
        """A node that a quorum could vote for has every committed entry in its log."""
        history = max((node.history for node in nodes), key=len)
        return all(begins_with(node.log, history) for node in nodes if may_win(node, nodes))


def begins_with(log: Log, history: Log) -> bool:
    """Tell whether a log has these entries first."""
    return log[: len(history)] == history


def count_holders(history: Log, nodes: Sequence[Node]) -> int:
    """Count the nodes whose logs have these entries first."""
    return sum(begins_with(node.log, history) for node in nodes)


def spans_terms(history: Log, last: int) -> bool:
    """Tell whether these entries are from an earlier term on, up to this last one."""
    return bool(history) and history[0].term < last == history[-1].term


def may_win(candidate: Node, nodes: Sequence[Node]) -> bool:
    """Tell whether the logs of a quorum are not newer than the candidate's."""
    return is_quorum(sum(newness(node.log) <= newness(candidate.log) for node in nodes))


def witness_leaders(system: System, nodes: Sequence[Node], *, terms: int, appends: int) -> None:
    """Declare what leaders must be able to do, where there is enough to do it with."""
    if appends:

        @system.sometimes
        def an_entry_is_committed() -> bool:
            """A leader commits an entry that one follower holds, and the other does not yet."""
            histories = [node.history for node in nodes if node.committed]
            return any(count_holders(history, nodes) == 2 for history in histories)

    if terms > 1:

        @system.sometimes
        def two_leaders_at_once() -> bool:
            """A leader has not heard yet that its voter elected another one in a later term."""
            leaders = [node for node in nodes if node.role is Role.LEADER]
            return any(one.votes & other.votes for one, other in combinations(leaders, 2))

    if terms > 1 and appends:

        @system.sometimes
        def a_new_leader_passes_on_what_it_has() -> bool:
            """A follower accepts entries of an earlier leader from one that has none of its own."""
            leaders = [node for node in nodes if node.role is Role.LEADER and node.log]
            heirs = [node for node in leaders if node.log[-1].term < node.term]
            return any(len(node.log) in node.accepted.values() for node in heirs)

    if appends > 1:

        @system.sometimes
        def an_entry_is_heard_by_all() -> bool:
            """Every node delivers an entry: followers learn what is committed (C75)."""
            return all(node.committed for node in nodes)

    if terms > 1 and appends > 1:

        @system.sometimes
        def an_entry_survives_its_leader() -> bool:
            """A leader of a later term delivers an entry that an earlier one has taken."""
            leaders = [node for node in nodes if node.role is Role.LEADER]
            return any(spans_terms(node.history, node.term) for node in leaders)
