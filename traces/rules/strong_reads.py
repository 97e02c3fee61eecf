"""GT201 to GT203, strong reads: an item behaves as one copy, everywhere or within a region."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from ...models.verdicts import Verdict
from ..ages import Dated
from ..history import FOREVER, Entry, Item, Operation
from ..linearizability.linearizable_items import Finding, judge_item
from ..linearizability.running_items import RunningItem
from ..monitors import Monitor, Run
from ..values import shown
from ..wording import line_of, named_item
from .ordered_results import OrderedResults, Place


class _NewestKnown(OrderedResults):
    """Whatever was known before an operation began, by versions: stale ones are found at once."""

    is_strict = True
    on_one_clock = False
    by_values = False
    within_region: ClassVar[bool] = False

    def places(self, operation: Operation) -> Iterator[Place]:
        """Give the item, with the region where only that counts; eventual reads do not count."""
        if operation.is_read and operation.consistency == "eventual":
            return
        held = operation.is_read or not self.within_region
        group = (operation.key, operation.region if self.within_region else None)
        yield Place(group, True, held)

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell what came too late to be so old."""
        did = "read" if later.operation.is_read else "wrote"
        return (
            f"{line_of(later.operation)}: session {shown(later.operation.session)} {did} "
            f"{later.result} of {named_item(later.operation.key)}, but "
            f"{line_of(earlier.operation)} had ended with {earlier.result} before that began"
        )


class _Linearizable(Monitor):
    """Puts operations where they must be linearizable, and judges each place.

    That is in the end, with all operations of the place at hand for a small witness, or while it
    is used where the run is endless.
    """

    heeds_records = False

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.collected: dict[Any, Item] = {}
        self.running: dict[Any, RunningItem] = {}
        self.newest = self.ordering(run)

    ordering: ClassVar[type[_NewestKnown]] = _NewestKnown

    def opened(self, operation: Operation) -> None:
        """Put an operation where it belongs."""
        self.newest.opened(operation)
        self.collect(operation)

    def collect(self, operation: Operation) -> None:
        """Put an operation to those of its item."""
        self._put(operation.key, operation)

    def place_of(self, operation: Operation) -> Any:
        """Give where an operation is settled."""
        return operation.key

    def _put(self, place: Any, operation: Operation) -> None:
        if self.run.is_endless and self.run.model_of(operation.key) == "register":
            self._tell(self._running(place, operation.key).take(operation), operation.key)
            return
        item = self.collected.get(place)
        if item is None:
            key, run = operation.key, self.run
            made = Item(key, run.initial_of(key), model=run.model_of(key))  # type: ignore[arg-type]
            item = self.collected[place] = made
        (item.operations if operation.failed is None else item.failed).append(operation)

    def _running(self, place: Any, key: Any) -> RunningItem:
        item = self.running.get(place)
        if item is None:
            run = self.run
            item = RunningItem(key, run.initial_of(key), run.limits, run.clock_error)
            self.running[place] = item
        return item

    def _tell(self, finding: Finding | None, key: Any) -> None:
        if finding is not None:
            self.checked += finding.checked
            self.violate(finding.explanation or "", *finding.operations, item=key)

    def settled(self, entry: Entry) -> None:
        """Look for a result that was too old, by versions."""
        self.newest.settled(entry)
        found = self.newest.violation
        if found is not None:
            self.checked += self.newest.checked
            self.violate(
                found.explanation,
                *found.entries,
                item=found.item,
                is_conclusive=found.is_conclusive,
            )
        elif isinstance(entry, Operation):
            item = self.running.get(self.place_of(entry))
            if item is not None and entry.failed is None:
                self._tell(item.settle(entry), entry.key)

    def finish(self) -> None:
        """Judge every place by its values; where these tell nothing, its versions may have."""
        reasons = []
        for item in self.collected.values():
            originals: dict[int, Operation] = {}
            finding = judge_item(self._widened(item, originals), self.run.limits, self.run.deadline)
            self.checked += finding.checked
            if finding.verdict is Verdict.VIOLATED:
                found = [originals.get(id(each), each) for each in finding.operations]
                self.violate(finding.explanation or "", *found, item=item.key)
                return
            if finding.verdict is Verdict.UNDECIDED:
                reasons.append(f"{named_item(item.key)}: {finding.reason}")
        for running in self.running.values():
            self.checked += running.checked
            if running.gave_up is not None:
                reasons.append(f"{named_item(running.key)}: {running.gave_up}")
        if not self.checked and not reasons:
            self.checked = self.newest.checked
        if reasons:
            more = f" (and {len(reasons) - 1:,} more items)" if len(reasons) > 1 else ""
            self.undecided = reasons[0] + more

    def _widened(self, item: Item, originals: dict[int, Operation]) -> Item:
        error = self.run.clock_error
        if not error:
            return item
        made = []
        for operation in item.operations:
            end = operation.end + error if operation.end < FOREVER else FOREVER
            wide = replace(operation, start=operation.start - error, end=end)
            originals[id(wide)] = operation
            made.append(wide)
        return replace(item, operations=made)


class LinearizableItems(_Linearizable):
    """Every item behaves as one copy that each operation meets at one moment, over all regions.

    Promised in mode mrsc (claims C13, C71), not in async, where a strong read elsewhere may be
    stale (C39, C41). Strong reads (or reads that do not say) and all writes count, each item by
    itself; eventual reads may be behind. What is unknown may happen at any time after its start or
    never, what failed or met a conflict never.

    From versions that can be ordered: a read is at least as new as all that had ended before it
    began, a write newer. From values: where each is written once, by zones (Gibbons and Korach
    1997) in O(n log n); otherwise by a search for an order (Wing and Gong 1993, Lowe 2017),
    exponential in how many operations overlap and bounded by `limits`. Counts the operations that
    it held against others. For the values it remembers all operations until the end, in an endless
    run (`--follow`) what is under way and what came since the last rest of the item.
    """

    code, name = "GT201", "linearizable per item"
    summary = "every item behaves as one copy that each operation meets at one moment"
    modes = ("mrsc",)
    nothing = "no strong read, no conditional write and no lock operation tells of any item"


class _NewestInRegion(_NewestKnown):
    within_region = True


class LinearizableInRegion(_Linearizable):
    """Within its region every item behaves as one copy, to which other regions' writes come late.

    Promised in mode async (claims C35, C38, C40): a strong read gives what is in its region. Of
    each region its own writes and strong reads count; a write of another region may arrive there at
    any time after its start, or never. In mode mrsc GT201 asks for more.

    From versions and values as for GT201. Where another region adds to an item, its values there
    cannot be told and only versions count. Counts and remembers operations as GT201 does.
    """

    code, name = "GT202", "linearizable per item within a region"
    summary = "in its own region every item behaves as one copy, to which others' writes come late"
    modes = ("async",)
    nothing = "no strong read tells of an item in a region where operations name their regions"
    ordering = _NewestInRegion

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.arriving: dict[Any, deque[Operation]] = {}
        self.places: dict[Any, dict[str, bool]] = {}
        """The regions where an item is judged while it is used, and whether its values tell."""

    def collect(self, operation: Operation) -> None:
        """Put an operation to its region, and to all others where it may arrive."""
        region, key = operation.region, operation.key
        if region is None:
            return
        if self.run.is_endless:
            self._collect_running(operation, region)
            return
        self._put((key, region), operation)
        if operation.is_write:
            self.arriving.setdefault(key, deque()).append(operation)

    def place_of(self, operation: Operation) -> Any:
        """Give its own region."""
        return (operation.key, operation.region)

    def _collect_running(self, operation: Operation, region: str) -> None:
        key = operation.key
        places, most = self.places.setdefault(key, {}), self.run.limits.max_remembered
        arriving = self.arriving.setdefault(key, deque(maxlen=most))
        if region not in places:
            places[region] = True
            if len(arriving) == most:
                self._running((key, region), key).forget_arrivals()
            for each in arriving:
                self._arrive(each, region)
        if places[region]:
            self._put((key, region), operation)
        if operation.is_write:
            arriving.append(operation)
            for other in places:
                self._arrive(operation, other)

    def _arrive(self, write: Operation, region: str) -> None:
        """Let a write of another region arrive in this one at any time from now on, or never."""
        places, place = self.places[write.key], (write.key, region)
        if write.region == region or not places[region]:
            return
        if write.action not in ("write", "cas"):
            places[region] = False
            self.running.pop(place, None)
            return
        self._put(place, replace(write, action="write", end=FOREVER, certain=False))

    def finish(self) -> None:
        """Let the writes of other regions arrive everywhere, then judge."""
        for (key, region), item in list(self.collected.items()):
            others = [each for each in self.arriving.get(key, ()) if each.region != region]
            if any(each.action not in ("write", "cas") for each in others):
                del self.collected[key, region]
                continue
            item.operations += [
                replace(each, action="write", end=FOREVER, certain=False) for each in others
            ]
        super().finish()


class StrongAfterEventual(OrderedResults):
    """A strong read is at least as new as any eventual read that had ended before it began.

    Promised in both modes: what an eventual read shows was applied somewhere, and a strong read
    sees all that was (claims C86, C139). In mode async the eventual reads of the same region count
    (C40), else those of all regions.

    From reads with versions or with values that one write had written, as for GT101, of whichever
    sessions. Counts the strong reads that came after an eventual read. One pass; remembers the
    newest eventual read of each item.
    """

    code, name = "GT203", "strong reads after eventual reads"
    summary = "a strong read is at least as new as any eventual read before it"
    nothing = "no strong read came after an eventual read of the same item whose age is known"
    on_one_clock = False

    def places(self, operation: Operation) -> Iterator[Place]:
        """Let eventual reads bind strong ones."""
        if operation.is_read:
            is_eventual = operation.consistency == "eventual"
            region = None if self.run.promises_mrsc else operation.region
            yield Place((operation.key, region), is_eventual, operation.consistency == "strong")

    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell both reads."""
        return (
            f"{line_of(later.operation)}: a strong read of {named_item(later.operation.key)} gave "
            f"{later.result}, but an eventual read, {line_of(earlier.operation)}, had given the "
            f"newer {earlier.result} before"
        )
