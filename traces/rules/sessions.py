"""GT101 to GT104, sessions: what a client has seen or done binds what it sees and does next.

Terry et al., "Session Guarantees for Weakly Consistent Replicated Data" (PDIS 1994).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ages import Dated
from ..history import Operation
from ..values import shown
from ..wording import line_of, named_item
from .ordered_results import OrderedResults, Place

_ASIDE = "with versions, or values written only once"


class _SessionRule(OrderedResults):
    """Groups the operations of a session on an item by where one must not go back."""

    binding_reads = False
    held_reads = False

    def places(self, operation: Operation) -> Iterator[Place]:
        """Give the session's region and, but for mode `async`, the session everywhere."""
        is_read = operation.is_read
        binds, held = is_read == self.binding_reads, is_read == self.held_reads
        session, region, consistency = operation.session, operation.region, operation.consistency
        across = self.run.across_items and not self.held_reads
        item = None if across else operation.key
        is_eventual = is_read and consistency == "eventual"
        yield Place((session, region, item, "all"), binds, held and not is_eventual)
        if self.held_reads and (is_eventual or not is_read):
            yield Place((session, region, item, "eventual"), binds, held and is_eventual)
        if self.run.promises_mrsc and region is not None:
            is_strong = not is_read or consistency == "strong"
            yield Place((session, item), binds, held and is_strong)


class MonotonicReads(_SessionRule):
    """A session never sees an item go back to something older than it has read.

    Promised in both modes: in a region time moves forward for every reader (claim C16). An eventual
    read is held against the session's eventual reads there, a strong one (or one that does not
    say) against all its reads there, and except in mode async one that is said to be strong against
    its reads in any region. An eventual read may be behind a strong one (C139).

    From reads with versions that can be ordered; without them from values that one write had
    written: one is older than another if its write had ended before the other's write began.
    Operations of a session that overlap or begin together are not compared.
    Counts the reads that could be held against an earlier one. One pass; remembers the newest
    result of each session and item. Terry et al. 1994.
    """

    code, name = "GT101", "monotonic reads"
    summary = "a session never sees an item go back to something older"
    nothing = f"no session read an item twice {_ASIDE}"
    binding_reads = held_reads = True

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell both reads."""
        is_version = later.kind == "version" and earlier.operation.version is not None
        told = (
            f"{later.result} after {earlier.result}"
            if is_version
            else f"{later.result} after the newer {earlier.result}"
        )
        return (
            f"{line_of(later.operation)}: session {shown(later.operation.session)} read {told} of "
            f"{named_item(later.operation.key)}, which {line_of(earlier.operation)} had "
            "already read"
        )


class ReadYourWrites(_SessionRule):
    """A session never reads something older than what it wrote itself.

    Promised in both modes. All reads of a session in the region where it wrote count, strong and
    eventual (claim C15: per region and client), and except in mode async those that are said to be
    strong in any region (C64). A newer value of another session is as good.

    From acknowledged writes and reads; what is older is told as for GT101.
    Counts the reads that came after a write of their session. One pass; remembers the newest write
    of each session and item. Terry et al. 1994.
    """

    code, name = "GT102", "read your writes"
    summary = "a session never reads something older than what it wrote"
    nothing = f"no session read an item that it had written, {_ASIDE}"
    held_reads = True

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell the read, and the write that it missed."""
        is_version = later.kind == "version" and later.operation.version is not None
        found = later.result if is_version else f"{later.result}, which is older,"
        return (
            f"{line_of(later.operation)}: session {shown(later.operation.session)} read {found} of "
            f"{named_item(later.operation.key)} after its own write of {earlier.result} "
            f"in {line_of(earlier.operation)} had succeeded"
        )


class MonotonicWrites(_SessionRule):
    """A session's writes of an item take effect in the order in which it made them.

    Promised in both modes: of two writes the later always wins (claim C46). In mode async the
    writes of one region are held against each other, else those of all regions. Where it is asked
    for (`--across-items`), the versions of all items are compared, as positions of one journal.

    From acknowledged writes with versions that can be ordered: a later one must have a higher
    version. Counts the writes that came after another of their session. One pass; remembers the
    newest write of each session and item. Terry et al. 1994.
    """

    code, name = "GT103", "monotonic writes"
    summary = "a session's writes of an item take effect in the order in which it made them"
    nothing = "no session wrote an item twice and got versions"
    is_strict = True
    by_values = False

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell both writes."""
        return (
            f"{line_of(later.operation)}: session {shown(later.operation.session)} wrote "
            f"{later.result} of {named_item(later.operation.key)} after {earlier.result} "
            f"in {line_of(earlier.operation)}, so its later write came before its earlier one"
        )


class WritesFollowReads(_SessionRule):
    """A session's write of an item comes after everything that the session had read of it.

    Promised in both modes: what was read was written before. In mode async the reads of the same
    region count, else those of all regions. Where it is asked for (`--across-items`), the versions
    of all items are compared, as positions of one journal.

    From reads and acknowledged writes with versions that can be ordered: the write must have a
    higher version than the session had read. Counts the writes that came after a read of their
    session. One pass; remembers the newest read of each session and item. Terry et al. 1994.
    """

    code, name = "GT104", "writes follow reads"
    summary = "a session's write of an item comes after everything that it had read of it"
    nothing = "no session wrote an item that it had read, with versions"
    is_strict = True
    by_values = False
    binding_reads = True

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell the write, and the read that it should have followed."""
        return (
            f"{line_of(later.operation)}: session {shown(later.operation.session)} wrote "
            f"{later.result} of {named_item(later.operation.key)}, but "
            f"{line_of(earlier.operation)} had read {earlier.result}: the write came before what "
            "it follows"
        )
