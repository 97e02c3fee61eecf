"""GT304, last writer wins: of two versions of an item the later one stays, everywhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeAlias

from ..ages import Dated
from ..events import Apply, Snapshot
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Run
from ..values import Value, shown, version_key
from ..wording import line_of, named_item
from .ordered_results import OrderedResults, Place

_Version: TypeAlias = tuple[Any, ...]
_Held: TypeAlias = tuple[_Version, Entry]


class _LaterWrites(OrderedResults):
    """Of two writes of an item in any regions, the one that began after the other is the later."""

    is_strict = True
    on_one_clock = False
    by_values = False

    def places(self, operation: Operation) -> Iterator[Place]:
        """Hold all writes of an item against each other."""
        if not operation.is_read:
            yield Place(operation.key, True, True)

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell which write lost to one that was over before it."""
        return (
            f"{line_of(later.operation)} wrote {later.result} of {named_item(later.operation.key)} "
            f"after {line_of(earlier.operation)} had ended with {earlier.result}: the earlier "
            "writer wins, so some clock was wrong"
        )


class _Replica:
    """What one region holds of one item, as far as its versions tell."""

    __slots__ = ("applied", "begun", "ended", "unversioned", "written")

    def __init__(self) -> None:
        self.applied: _Held | None = None
        self.begun: _Held | None = None
        """The newest version that a local write, begun by now, may have stored."""
        self.written: _Held | None = None
        """The newest version that a local write had certainly stored some time ago."""
        self.ended: deque[tuple[int, _Version, Entry]] = deque()
        self.unversioned = False

    def at_least(self, moment: int) -> _Held | None:
        """Give the newest version that was certainly stored before a moment."""
        while self.ended and self.ended[0][0] < moment:
            _, version, entry = self.ended.popleft()
            self.written = _newer(self.written, (version, entry))
        return _newer(self.applied, self.written)


def _newer(one: _Held | None, other: _Held | None) -> _Held | None:
    if one is None or other is None:
        return one or other
    return other if other[0] > one[0] else one


class LastWriterWins(Monitor):
    """Of two versions of an item the later one stays, in every region, and the later write is
    later.

    Promised in mode async (claims C45, C46, C48, C49): a region applies what is newer than what it
    holds and skips the rest, so no snapshot there is older than what it had; and of two writes in
    any regions, one over before the other began, the second has the higher version. The last is
    judged with `clock_error_us`: writes that it makes concurrent may have any order.

    From `apply` and `snapshot` events, and from acknowledged writes, with versions that can be
    ordered. Counts decisions, snapshots and writes that were held against something. One pass;
    remembers the newest version of each item and region. Thomas, "A majority consensus approach to
    concurrency control" (TODS 1979), has the rule.
    """

    code, name = "GT304", "last writer wins"
    summary = "of two versions of an item the later one stays, and the later write is the later"
    modes = ("async",)
    nothing = "no region applied or skipped a version of which it is known what it held before"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.later = _LaterWrites(run)
        self.replicas: dict[tuple[str, Any], _Replica] = {}
        self.skipped: dict[int, _Held | None] = {}

    def _replica(self, region: str, key: Any) -> _Replica:
        found = self.replicas.get((region, key))
        if found is None:
            found = self.replicas[region, key] = _Replica()
        return found

    def opened(self, operation: Operation) -> None:
        """Take that a write may be stored in its region from now on."""
        self.later.opened(operation)
        if not operation.is_write or operation.region is None:
            return
        replica = self._replica(operation.region, operation.key)
        version = version_key(operation.version)
        if version is None:
            replica.unversioned = True
        else:
            replica.begun = _newer(replica.begun, (version, operation))

    def closed(self, operation: Operation) -> None:
        """Take that an acknowledged write is stored in its region."""
        version = version_key(operation.version)
        if operation.is_write and operation.region is not None and version is not None:
            replica = self._replica(operation.region, operation.key)
            replica.ended.append((operation.end, version, operation))
            replica.at_least(operation.end - 2 * self.run.clock_error)

    def seen(self, record: Record) -> None:
        """Hold what is applied, and a snapshot, against what the region certainly holds."""
        event = record.event
        version = version_key(event.version) if isinstance(event, (Apply, Snapshot)) else None
        if not isinstance(event, (Apply, Snapshot)) or version is None:
            return
        replica = self._replica(event.region, event.key)
        held = replica.at_least(event.time - 2 * self.run.clock_error)
        if isinstance(event, Apply) and not event.applied:
            self.skipped[id(record)] = replica.applied
            return
        self.checked += held is not None
        is_own = isinstance(event, Snapshot) or event.origin == event.region
        if held is not None and (version < held[0] or (version == held[0] and not is_own)):
            did = "applied" if isinstance(event, Apply) else "holds"
            self._tell(record, event, f"{did} version {shown(event.version)}", held)
        if isinstance(event, Apply):
            replica.applied = _newer(replica.applied, (version, record))

    def settled(self, entry: Entry) -> None:
        """Hold what was skipped against all that the region may have held."""
        self.later.settled(entry)
        found = self.later.violation
        if found is not None:
            self.violate(
                found.explanation,
                *found.entries,
                item=found.item,
                is_conclusive=found.is_conclusive,
            )
        if isinstance(entry, Operation):
            self.checked += self.later.checked
            self.later.checked = 0
            return
        event = entry.event
        if not isinstance(event, Apply) or event.applied or id(entry) not in self.skipped:
            return
        applied = self.skipped.pop(id(entry))
        replica = self._replica(event.region, event.key)
        held = _newer(applied, replica.begun)
        if held is None or replica.unversioned:
            return
        self.checked += 1
        version = version_key(event.version)
        if version is not None and version > held[0]:
            self._tell(entry, event, f"skipped version {shown(event.version)}", held)

    def _tell(self, record: Record, event: Apply | Snapshot, did: str, held: _Held) -> None:
        self.violate(
            f"{event.region} {did} of {named_item(event.key)}, where {line_of(held[1])} had put "
            f"version {shown(_version_of(held[1]))}",
            held[1],
            record,
            item=event.key,
        )


def _version_of(entry: Entry) -> Value:
    if isinstance(entry, Operation):
        return entry.version
    return entry.event.version if isinstance(entry.event, (Apply, Snapshot)) else None
