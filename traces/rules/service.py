"""GT701 to GT704, service: who is served in which fault, what it costs, what a disaster costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..events import Append, Apply, Fault, Snapshot, Stream
from ..faults import cut_links, struck_region
from ..history import FOREVER, Entry, Operation, Record
from ..monitors import Monitor, Remembered, Run
from ..values import shown
from ..wording import line_of, target_told
from .journal_effects import fence_of

_Request: TypeAlias = Literal["write", "strong read", "eventual read"]

_CLIENTS_OWN = (
    "conditionalcheckfailed",
    "validation",
    "throttl",
    "provisionedthroughput",
    "requestlimit",
    "itemcollectionsize",
    "transactionconflict",
    "transactioncanceled",
    "idempotentparameter",
    "writeconflict",
    "accessdenied",
)
"""Errors that answer a request: the store was there. From the service's own list of errors."""


def _request(operation: Operation) -> _Request:
    if not operation.is_read:
        return "write"
    return "eventual read" if operation.consistency == "eventual" else "strong read"


def is_promised(kind: str, mode: str, *, inside: bool, request: _Request) -> bool | None:
    """Tell whether a request is to be served during a fault, in the struck region or elsewhere.

    None where nothing is said. It is the table that `gtcheck claims --table` computes (C117).
    """
    if kind == "cut" or not inside:
        return None if kind == "pause" else True
    if kind in ("offline", "crash"):
        return False
    if kind == "isolate":
        return mode == "async" or request == "eventual read"
    return None


@dataclass(frozen=True, slots=True)
class _Suspect:
    """An operation that was not served until a moment of a fault, though it is promised to be."""

    fault: Record
    operation: Operation
    until: int
    told: str


class ServedInFaults(Monitor):
    """During a fault those are served whom the mode promises it, and none whom it cannot serve.

    Promised in both modes (claims C55, C106, C109, C111, C114 to C117): a cut link takes service
    from nobody; an isolated region serves everything in mode async, in mode mrsc eventual reads
    only; a region that is offline serves nobody; all others are served.

    From `fault` events and operations that lie within one. What was to be served must not end in an
    error of the store, nor stay unanswered for `quiet_us` of the fault; the last attempt of an
    operation (`attempt`) counts, and an error that tells the client's own mistake is an answer.
    What cannot be served must not succeed. Where faults overlap only the last is judged. Counts
    those operations. One pass; remembers the faults that last.
    """

    code, name = "GT701", "served in faults as promised"
    summary = "during a fault those are served whom the mode promises it"
    nothing = "no operation lies within a fault of which it is said what it strikes"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.mode = run.mode or "mrsc"
        self.faults: list[Record] = []
        self.suspects: Remembered = Remembered(run.limits.max_remembered)

    def seen(self, record: Record) -> None:
        """Take that a fault begins."""
        if isinstance(record.event, Fault):
            start = record.start
            self.faults = [each for each in self.faults if _end(each) >= start]
            self.faults.append(record)
            self._excuse(start - 2 * self.run.clock_error)

    def _excuse(self, since: int) -> None:
        """Drop those that still waited for an answer at a moment when another fault began."""
        for name, suspects in list(self.suspects.items()):
            left = [each for each in suspects if each.until < since]
            if left:
                self.suspects[name] = left
            else:
                del self.suspects[name]

    def opened(self, operation: Operation) -> None:
        """Judge what is never answered."""
        if operation.end >= FOREVER and not operation.certain:
            self._judge(operation, operation.start + self.run.quiet, is_served=False)

    def settled(self, entry: Entry) -> None:
        """Judge what was answered; a later attempt makes up for an earlier one."""
        if not isinstance(entry, Operation):
            return
        error = str(entry.error or "").lower().replace("_", "").replace(" ", "")
        is_answer = not error or any(known in error for known in _CLIENTS_OWN)
        is_served = entry.certain or entry.failed == "conflict" or is_answer
        if entry.certain and entry.id is not None:
            self.suspects.pop((entry.id,), None)
        if entry.certain or not is_answer:
            self._judge(entry, entry.end, is_served=is_served)

    def _judge(self, operation: Operation, until: int, *, is_served: bool) -> None:
        around = [each for each in self.faults if self._holds(each, operation.start, until)]
        for record in around:
            fault, region = record.event, operation.region
            assert isinstance(fault, Fault)
            struck = struck_region(fault)
            if region is None or (struck is None and not cut_links(fault)):
                continue
            request = _request(operation)
            promised = is_promised(fault.kind, self.mode, inside=region == struck, request=request)
            if promised is None or (promised and len(self._during(operation.start, until)) > 1):
                continue
            self.checked += 1
            if promised is False and operation.certain:
                self._tell(
                    record, operation, f"a {request} in {region} was served, which cannot be"
                )
            elif promised and not is_served:
                told = f"a {request} in {region} was not served, as it is promised to be"
                name = id(operation) if operation.id is None else (operation.id,)
                suspect = _Suspect(record, operation, until, told)
                self.suspects.keep(name, [*self.suspects.get(name, ()), suspect])

    def _holds(self, fault: Record, start: int, until: int) -> bool:
        end = _end(fault)
        ends_later = end >= FOREVER or self.run.is_before(until, end)
        return self.run.is_before(fault.start, start) and ends_later

    def _during(self, start: int, until: int) -> list[Record]:
        margin = 2 * self.run.clock_error
        return [f for f in self.faults if f.start <= until + margin and _end(f) >= start - margin]

    def _tell(self, fault: Record, operation: Operation, told: str) -> None:
        event = fault.event
        assert isinstance(event, Fault)
        self.violate(
            f"{line_of(operation)}: during {event.kind} {target_told(event)}, {told}",
            fault,
            operation,
            item=operation.key,
        )

    def answered(self, operation: Operation) -> None:
        """Take back that an operation was never answered."""
        self.suspects.pop((operation.id,), None)

    def finish(self) -> None:
        """Tell of the first that no later attempt made up for."""
        for suspects in self.suspects.values():
            for each in suspects:
                self._tell(each.fault, each.operation, each.told)


def _end(fault: Record) -> int:
    assert isinstance(fault.event, Fault)
    return FOREVER if fault.event.end is None else fault.event.end


@dataclass(slots=True)
class _Latencies:
    """The fastest strong read of a region, and its two fastest writes."""

    read: Operation | None = None
    writes: list[Operation] = field(default_factory=list)
    reads: int = 0


def _latency(operation: Operation) -> int:
    return operation.end - operation.start


class StrongReadCostsWrite(Monitor):
    """A strong read appends a fence to the journal, so it takes about as long as a write.

    Promised in mode mrsc (claims C90, C91, C129): there is no short cut, also not where a region
    alone writes. Where fences are told (`append` events whose `entry` is the `id` of a read, or
    `{"fence": id}`), every strong read with an `id` has one that was appended while it was under
    way. And no strong read takes less than half the time of the fastest of two writes or more of
    its region: both wait for the same quorum. Counts strong reads. One pass; remembers the newest
    fences (`limits.max_remembered`) and three operations a region.
    """

    code, name = "GT702", "a strong read costs a write"
    takes_late = "operations"
    summary = "a strong read appends a fence, so it takes about as long as a write"
    modes = ("mrsc",)
    nothing = "no region with a strong read and two writes, and no fence in the journal"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.regions: dict[str | None, _Latencies] = {}
        self.fences = Remembered(run.limits.max_remembered)
        self.fence: Record | None = None
        self.unfenced: Operation | None = None

    def seen(self, record: Record) -> None:
        """Remember the fences."""
        fenced = fence_of(record.event) if isinstance(record.event, Append) else None
        if fenced is not None:
            self.fence = self.fence or record
            self.fences.keep(fenced, record)

    def settled(self, entry: Entry) -> None:
        """Compare how long operations took, and look for the fences of strong reads."""
        if not isinstance(entry, Operation) or not entry.certain or entry.parts:
            return
        region = self.regions.setdefault(entry.region, _Latencies())
        if not entry.is_read:
            region.writes = sorted([*region.writes, entry], key=_latency)[:2]
        elif entry.consistency == "strong":
            region.reads += 1
            if region.read is None or _latency(entry) < _latency(region.read):
                region.read = entry
            fence = self.fences.get(entry.id) if entry.id is not None else None
            margin = 2 * self.run.clock_error
            is_within = fence is not None and (
                entry.start - margin <= fence.start <= entry.end + margin
            )
            if entry.id is not None and not is_within:
                self.unfenced = self.unfenced or entry

    def finish(self) -> None:
        """Tell of a strong read that cannot have waited for the journal."""
        judged = [r for r in self.regions.values() if self.fence is not None or len(r.writes) > 1]
        self.checked = sum(region.reads for region in judged)
        if self.fence is not None and self.unfenced is not None:
            read = self.unfenced
            what = (
                f"{line_of(read)}: a strong read of {shown(read.key)} appended no fence while it "
            )
            what += f"was under way, as others did ({line_of(self.fence)})"
            self.violate(what, self.fence, read, item=read.key)
        for name, region in self.regions.items():
            fastest, writes = region.read, region.writes
            if fastest is None or len(writes) < 2 or 2 * _latency(fastest) >= _latency(writes[0]):
                continue
            what = f"{line_of(fastest)}: a strong read in {name} took {_latency(fastest):,} us, "
            what += f"but the fastest write there {_latency(writes[0]):,} us: "
            what += "it cannot have waited for a quorum"
            self.violate(what, *writes, fastest, item=fastest.key)


class Standby(Monitor):
    """A region that holds the data but serves nobody is not known to work when it is needed.

    No mode promises it: it is the talk's advice (claim C132) to drive traffic to a standby, or to
    fail over regularly. Told in both modes, a violation only where the rule is named.

    From the `regions` of the first line and those that apply, stream or hold something, against the
    operations that succeeded. Counts regions. One pass; remembers the regions. A witness region
    (C94) serves nobody: leave it out of `regions`.
    """

    code, name = "GT704", "a standby without traffic"
    takes_late = "everything"
    summary = "whether a region holds the data but served nobody in the whole run"
    modes = ()
    told_in = ("mrsc", "async")
    nothing = "no operation tells its region, or only one region is known"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.served: dict[str, Operation] = {}
        self.known: dict[str, Record | None] = dict.fromkeys(run.regions)

    def opened(self, operation: Operation) -> None:
        """Take that a region serves somebody."""
        if operation.certain and operation.region is not None:
            self.served.setdefault(operation.region, operation)

    def seen(self, record: Record) -> None:
        """Take that a region holds data."""
        event = record.event
        if isinstance(event, (Apply, Stream, Snapshot)):
            self.known.setdefault(event.region, record)

    def finish(self) -> None:
        """Name the first region without traffic."""
        if not self.served or len({*self.known, *self.served}) < 2:
            return
        self.checked = len(self.known)
        for region, record in self.known.items():
            if region not in self.served:
                other = next(iter(self.served.values()))
                what = f"nobody was served in {region} in the whole run, while {other.region} "
                what += "served: a standby without traffic (C132)"
                self.violate(what, record, other)
