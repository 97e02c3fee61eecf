"""GT703, measured RPO and RTO: what a fault put at stake, and how long nobody was served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..events import Apply, Fault
from ..faults import struck_region
from ..history import FOREVER, Entry, Operation, Record
from ..monitors import Monitor, Run
from ..values import identity
from ..wording import line_of, target_told


@dataclass(slots=True)
class _Disaster:
    """A fault of a region: the writes that no other region had, and when others served again."""

    fault: Record
    region: str
    at_stake: dict[Any, Operation]
    served_at: int | None = None
    lost: dict[Any, Operation] = field(default_factory=dict)
    evidence: Record | None = None

    @property
    def end(self) -> int:
        """Give when the region was back."""
        event = self.fault.event
        assert isinstance(event, Fault)
        return FOREVER if event.end is None else event.end


class RecoveryMeasured(Monitor):
    """What a fault of a region put at stake (RPO), and how long nobody else was served (RTO).

    Promised in mode mrsc: no acknowledged write is at stake (claims C10, C74, C145: RPO 0); in mode
    async the RPO is the lag, and is told. RTO is told in both (C9): from the start of the fault to
    the end of the first operation elsewhere that began after it.

    From `fault` events of one region (isolate, offline, crash), acknowledged writes with versions,
    and the `apply` events of other regions. At stake is what was acknowledged before the fault and
    is not applied elsewhere until then; lost, in mode mrsc, what is not either within the fault,
    though others applied something for `quiet_us`. Counts faults. One pass; remembers writes until
    another region has them.
    """

    code, name = "GT703", "RPO and RTO"
    summary = "no acknowledged write is at stake in a fault; how long nobody was served is told"
    modes = ("mrsc",)
    told_in = ("async",)
    nothing = "no fault of a region whose writes, and what others apply, are in the trace"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.unreplicated: dict[Any, Operation] = {}
        self.applies = False
        self.disasters: list[_Disaster] = []
        self.told: str | None = None
        self.more = 0

    def opened(self, operation: Operation) -> None:
        """Take a write that will be acknowledged; another region may have it before that."""
        if not operation.certain or operation.region is None:
            return
        if operation.is_write and operation.version is not None:
            name = (identity(operation.key), identity(operation.version))
            self.unreplicated.setdefault(name, operation)
            if len(self.unreplicated) > self.run.limits.max_remembered:
                del self.unreplicated[next(iter(self.unreplicated))]

    def closed(self, operation: Operation) -> None:
        """Take that somebody was served."""
        if not operation.certain or operation.region is None:
            return
        for disaster in self.disasters:
            is_after = operation.start > disaster.fault.start
            if disaster.served_at is None and is_after and operation.region != disaster.region:
                disaster.served_at = operation.end

    def seen(self, record: Record) -> None:
        """Take a fault that strikes."""
        event = record.event
        if isinstance(event, Fault) and event.kind in ("isolate", "offline", "crash"):
            region = struck_region(event)
            if region is not None:
                at_stake = {
                    name: write
                    for name, write in self.unreplicated.items()
                    if write.region == region and self.run.is_before(write.end, event.start)
                }
                self.disasters.append(_Disaster(record, region, at_stake, lost=dict(at_stake)))

    def _apply(self, record: Record, event: Apply) -> None:
        name = (identity(event.key), identity(event.version))
        write = self.unreplicated.get(name)
        if write is not None and write.region != event.region:
            del self.unreplicated[name]
        for disaster in self.disasters:
            is_over = self.run.is_before(disaster.end, event.time)
            if event.region == disaster.region or is_over:
                continue
            disaster.lost.pop(name, None)
            quiet = disaster.fault.start + self.run.quiet
            if self.run.is_before(quiet, event.time) and event.time <= disaster.end:
                disaster.evidence = disaster.evidence or record

    def settled(self, entry: Entry) -> None:
        """Take what another region has, and tell of faults that are over."""
        if isinstance(entry, Record) and isinstance(entry.event, Apply):
            self.applies = True
            self._apply(entry, entry.event)
        is_before = self.run.is_before
        over = [each for each in self.disasters if is_before(each.end, entry.start)]
        if over:
            self.disasters = [each for each in self.disasters if each not in over]
            for disaster in over:
                self._measure(disaster)

    def finish(self) -> None:
        """Tell of the faults that last."""
        for disaster in self.disasters:
            self._measure(disaster)

    def _measure(self, disaster: _Disaster) -> None:
        event = disaster.fault.event
        assert isinstance(event, Fault)
        if not self.applies:
            return
        self.checked += 1
        where = f"{event.kind} {target_told(event)} of {line_of(disaster.fault)}"
        if self.run.promises_mrsc and disaster.lost and disaster.evidence is not None:
            write = next(iter(disaster.lost.values()))
            self.violate(
                f"{line_of(write)} was acknowledged before {where}, but no other region had it "
                "while that lasted: its RPO is not 0",
                write,
                disaster.fault,
                disaster.evidence,
                item=write.key,
            )
            return
        oldest = min((write.end for write in disaster.at_stake.values()), default=event.start)
        at_stake = len(disaster.at_stake)
        rpo = f"RPO {event.start - oldest:,} us ({at_stake:,} acknowledged writes at stake)"
        rto = "nobody was served elsewhere after it began"
        if disaster.served_at is not None:
            rto = f"RTO {disaster.served_at - event.start:,} us"
        self.more += self.told is not None
        self.told = self.told or f"{where}: {rpo}, {rto}"
        self.note = self.told + (f"; and {self.more:,} more faults" if self.more else "")
