"""GT401 to GT403, streams: a region's stream tells of what was applied there, and of nothing
else."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from ..events import Apply, Stream
from ..history import Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import identity, shown, version_key
from ..wording import line_of, named_item

_Version = tuple[Any, ...]


class _Feed:
    """One item in one region: what was applied, and what of that the stream told."""

    __slots__ = ("applied", "expected", "last", "told", "unversioned")

    def __init__(self, most: int) -> None:
        self.applied: Remembered = Remembered(most)
        self.expected: list[tuple[_Version, int, Entry]] = []
        """What was certainly applied and not told yet, by version."""
        self.told: Remembered = Remembered(most)
        self.last: tuple[_Version, Record] | None = None
        self.unversioned = False

    def expect(self, version: _Version, moment: int, entry: Entry) -> None:
        """Take that a version was applied by a moment."""
        self.applied.keep(version, self.applied.get(version, entry))
        at = bisect_left(self.expected, version, key=lambda each: each[0])
        is_expected = at < len(self.expected) and self.expected[at][0] == version
        if version not in self.told and not is_expected:
            self.expected.insert(at, (version, moment, entry))
            if len(self.expected) > self.applied.most:
                del self.expected[0]

    def tell(self, version: _Version, record: Record) -> tuple[_Version, int, Entry] | None:
        """Take a record; give what had been applied before in vain, an older version, if any."""
        self.told.keep(version, record)
        self.last = max(self.last or (version, record), (version, record), key=lambda each: each[0])
        at = bisect_left(self.expected, version, key=lambda each: each[0])
        missing = self.expected[0] if at else None
        has = at < len(self.expected) and self.expected[at][0] == version
        del self.expected[: at + has]
        return missing


class StreamIsWhatApplied(Monitor):
    """A region's stream holds each version that was applied there once, in order, and no other.

    Promised in both modes (claims C50, C60, C61): local writes and what was replicated and applied.

    From `stream` events of a region, its acknowledged writes and `apply` events there, with
    versions that can be ordered: the records of an item go up; none is told twice (with another
    `sequence`); a record of a later version, or `quiet_us` of silence, shows that an earlier one is
    missing; and where the region's `apply` events are in the trace, a record of what was not
    applied is one too many. Counts records. One pass; remembers the newest versions of each item,
    and of those that were not told yet (`limits.max_remembered`).
    """

    code, name = "GT401", "a stream is what was applied"
    summary = "a region's stream holds each version that was applied there once, and no other"
    nothing = "no stream told of anything"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.feeds: dict[tuple[str, Any], _Feed] = {}
        self.first_apply: dict[str, Record] = {}
        self.last_record: dict[str, Record] = {}

    def _feed(self, region: str, key: Any) -> _Feed:
        found = self.feeds.get((region, key))
        if found is None:
            found = self.feeds[region, key] = _Feed(self.run.limits.max_remembered)
        return found

    def opened(self, operation: Operation) -> None:
        """Take that a local write may be told from now on."""
        if operation.is_write and operation.region is not None:
            feed, version = self._feed(operation.region, operation.key), self._version(operation)
            if version is None:
                feed.unversioned = True
            else:
                feed.applied.keep(version, operation)

    def closed(self, operation: Operation) -> None:
        """Take that a local write was applied, and is to be told."""
        version = self._version(operation)
        if operation.is_write and operation.region is not None and version is not None:
            feed = self._feed(operation.region, operation.key)
            feed.expect(version, operation.end, operation)

    def _version(self, operation: Operation) -> _Version | None:
        return version_key(operation.version)

    def seen(self, record: Record) -> None:
        """Take what was applied, and hold each record of a stream to it."""
        event = record.event
        version = version_key(event.version) if isinstance(event, (Apply, Stream)) else None
        if not isinstance(event, (Apply, Stream)) or version is None:
            return
        feed = self._feed(event.region, event.key)
        if isinstance(event, Apply):
            self.first_apply.setdefault(event.region, record)
            if event.applied:
                feed.expect(version, event.time, record)
            return
        self.checked += 1
        self.last_record[event.region] = record
        self._hold(feed, version, event, record)

    def _hold(self, feed: _Feed, version: _Version, event: Stream, record: Record) -> None:
        told = f"version {shown(event.version)} of {named_item(event.key)}"
        before, last = feed.told.get(version), feed.last
        if before is not None:
            assert isinstance(before.event, Stream)
            if identity(before.event.sequence) == identity(event.sequence):
                return
            what = f"the stream of {event.region} tells of {told} twice"
            self.violate(what, before, record, item=event.key)
        elif last is not None and version < last[0]:
            assert isinstance(last[1].event, Stream)
            what = f"the stream of {event.region} tells of {told} after the newer "
            what += f"version {shown(last[1].event.version)}"
            self.violate(what, last[1], record, item=event.key)
        missing = feed.tell(version, record)
        if missing is not None:
            what = f"the stream of {event.region} tells of {told}, but left out what "
            what += f"{line_of(missing[2])} had applied before"
            self.violate(what, missing[2], feed.applied.get(version), record, item=event.key)

    def settled(self, entry: Entry) -> None:
        """Look for what a record tells of, when all that may have been applied has begun."""
        event = entry.event if isinstance(entry, Record) else None
        if not isinstance(event, Stream):
            return
        feed, version = self._feed(event.region, event.key), version_key(event.version)
        first = self.first_apply.get(event.region)
        if version is None or first is None or feed.unversioned:
            return
        if version not in feed.applied and not feed.applied.may_have_had(version):
            self.violate(
                f"the stream of {event.region} tells of version {shown(event.version)} of "
                f"{named_item(event.key)}, which was not applied there",
                first,
                entry,
                item=event.key,
            )

    def finish(self) -> None:
        """Look for what should have been told long before the stream was last heard of."""
        for (region, key), feed in self.feeds.items():
            last = self.last_record.get(region)
            for _, moment, entry in feed.expected if last is not None else ():
                if last is not None and self._is_late(moment, last):
                    assert isinstance(last.event, Stream)
                    version = version_key(last.event.version)
                    other = self._feed(region, last.event.key).applied.get(version)
                    self.violate(
                        f"the stream of {region} never told what {line_of(entry)} had applied to "
                        f"{named_item(key)}, though it was heard of for long after",
                        entry,
                        other,
                        last,
                        item=key,
                    )
                    return

    def _is_late(self, moment: int, last: Record) -> bool:
        return self.run.is_before(moment + self.run.quiet, last.start)


class SameOrderEverywhere(Monitor):
    """The streams of all regions tell of the versions of an item in the same order.

    Promised in mode mrsc (claims C75, C112). From `stream` events of two regions or more; versions
    need not be comparable: no two of them are told one way round here and the other way round
    there. Across items nothing is promised. Counts the records of versions that another region had
    told. One pass; remembers where each region told the newest versions of an item
    (`limits.max_remembered`).
    """

    code, name = "GT402", "one order of an item everywhere"
    heeds_operations = False
    summary = "the streams of all regions tell of an item's versions in the same order"
    modes = ("mrsc",)
    nothing = "no two streams told of the same version of an item"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.told: defaultdict[Any, dict[str, Remembered]] = defaultdict(dict)
        self.farthest: dict[tuple[Any, str, str], tuple[int, Hashable]] = {}
        """For an item and two regions, how far the first has told in the order of the second."""
        self.numbers: defaultdict[tuple[Any, str], int] = defaultdict(int)

    def seen(self, record: Record) -> None:
        """Hold where a region tells a version against where the others told it."""
        event = record.event
        if not isinstance(event, Stream):
            return
        key, here, version = event.key, event.region, identity(event.version)
        regions = self.told[key]
        own = regions.setdefault(here, Remembered(self.run.limits.max_remembered))
        if version in own:
            return
        self.numbers[key, here] += 1
        own.keep(version, (self.numbers[key, here], record))
        shared = False
        for there, theirs in regions.items():
            if there != here and version in theirs:
                shared = True
                self._compare(record, (key, here, there), theirs, own, version)
        self.checked += shared

    def _compare(
        self,
        record: Record,
        place: tuple[Any, str, str],
        theirs: Remembered,
        own: Remembered,
        version: Hashable,
    ) -> None:
        key, here, there = place
        index, their_record = theirs[version]
        farthest, ahead = self.farthest.get(place, (0, None))
        if index < farthest and ahead in own and ahead in theirs:
            self.violate(
                f"{here} tells of two versions of {named_item(key)} in another order than {there}",
                own[ahead][1],
                record,
                their_record,
                theirs[ahead][1],
                item=key,
            )
        if index > farthest:
            self.farthest[place] = (index, version)
        back = (key, there, here)
        if own[version][0] > self.farthest.get(back, (0, None))[0]:
            self.farthest[back] = (own[version][0], version)


class NoRecordOfTheStale(Monitor):
    """What a region skipped, because it held something newer, leaves no record in its stream.

    Promised in both modes (claims C50, C60, C103). From `apply` events with `applied` false and
    `stream` events of the same region, item and version, in whichever order. What the region
    applied at another time, or wrote itself, is no stale write. Counts the records of items of
    which something was skipped. One pass; remembers the newest versions of each item and region
    (`limits.max_remembered`).
    """

    code, name = "GT403", "no record of a stale write"
    summary = "what a region skipped leaves no record in its stream"
    nothing = "no stream told of an item of which something was skipped"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.known: dict[tuple[str, Any], Remembered] = {}

    def _of(self, region: str, key: Any) -> Remembered:
        found = self.known.get((region, key))
        if found is None:
            found = self.known[region, key] = Remembered(self.run.limits.max_remembered)
        return found

    def opened(self, operation: Operation) -> None:
        """Remember what a region writes itself."""
        if operation.is_write and operation.region is not None and operation.version is not None:
            known = self._of(operation.region, operation.key)
            known.keep((identity(operation.version), "applied"), operation)

    def seen(self, record: Record) -> None:
        """Hold skips against records, and records against skips."""
        event = record.event
        if not isinstance(event, (Apply, Stream)):
            return
        known, version = self._of(event.region, event.key), identity(event.version)
        if isinstance(event, Stream):
            kind = "told"
            self.checked += ("any", "skipped") in known
        else:
            kind = "applied" if event.applied else "skipped"
        known.keep((version, kind), record)
        if kind == "skipped":
            known.keep(("any", "skipped"), record)
        told, skipped = known.get((version, "told")), known.get((version, "skipped"))
        if told is not None and skipped is not None and (version, "applied") not in known:
            self.violate(
                f"the stream of {event.region} tells of version {shown(event.version)} of "
                f"{named_item(event.key)}, which {line_of(skipped)} says it skipped",
                skipped,
                told,
                item=event.key,
            )
