"""What the rules share that hold a later result against earlier ones: one pass, by their age."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from ..ages import Dated, ItemValues, NewestBefore
from ..history import Entry, Operation
from ..monitors import Monitor, Run


class Place(NamedTuple):
    """A group in which an operation stands: does it bind later ones, is it held to earlier ones?"""

    group: Any
    binds: bool
    is_held: bool


class OrderedResults(Monitor):
    """A rule that within a group no result may be older than one that had ended before.

    A subclass gives each operation its places. Where `is_strict` a write of an equal version is as
    bad as one of an older. Where `on_one_clock` the operations of a group were timed by one clock,
    so that the end of one may be the start of the next.
    """

    is_strict: ClassVar[bool] = False
    on_one_clock: ClassVar[bool] = True
    by_values: ClassVar[bool] = True
    heeds_records = False

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.items: dict[Any, ItemValues] = {}
        self.groups: dict[Any, NewestBefore] = {}
        self.margin = 0 if self.on_one_clock else 2 * run.clock_error

    @abstractmethod
    def places(self, operation: Operation) -> Iterator[Place]:
        """Give the groups in which an operation of known outcome stands."""

    @abstractmethod
    def in_words(self, later: Dated, earlier: Dated) -> str:
        """Tell a violation in a sentence."""

    def opened(self, operation: Operation) -> None:
        """Remember what may be written from now on, and who may ask for what had ended."""
        if operation.failed is not None or self.run.model_of(operation.key) != "register":
            return
        item = self.items.get(operation.key)
        if item is None:
            initial = self.run.initial_of(operation.key)
            most = self.run.limits.max_remembered if self.by_values else 0
            item = self.items[operation.key] = ItemValues(initial, most)
        if not operation.is_read:
            item.begin(operation)
        if operation.certain:
            for place in self.places(operation):
                if place.is_held:
                    group = self.groups.get(place.group)
                    if group is None:
                        group = self.groups[place.group] = NewestBefore(self.margin)
                    group.begin(operation.start)

    def settled(self, entry: Entry) -> None:
        """Hold the result against the newest before it, then let it bind those after it."""
        if not isinstance(entry, Operation) or not entry.certain:
            return
        item = self.items.get(entry.key)
        if item is None:
            return
        dates = [d for d in item.dates(entry) if self.by_values or d.kind == "version"]
        is_judged = False
        for place in self.places(entry):
            group = self.groups.get(place.group)
            if place.is_held and group is not None:
                for dated in dates:
                    is_judged |= self._judge(group, dated)
                group.drop(entry.start)
            if place.binds and dates:
                if group is None:
                    group = self.groups[place.group] = NewestBefore(self.margin)
                for dated in dates:
                    group.add(dated)
        self.checked += is_judged

    def _judge(self, group: NewestBefore, dated: Dated) -> bool:
        start = dated.operation.start
        before = (start, True) if self.on_one_clock else (start - self.margin, False)
        newest = group.newest(dated.kind, before)
        if newest is None:
            return False
        is_strict = self.is_strict and not dated.operation.is_read and dated.kind == "version"
        if (is_strict and dated.latest == newest.earliest) or dated.is_older(newest, self.run):
            self.violate(
                self.in_words(dated, newest),
                *sorted(
                    {newest.writer, newest.operation, dated.writer, dated.operation} - {None},
                    key=lambda each: (each.file, each.line) if each else (0, 0),
                ),
                item=dated.operation.key,
                is_conclusive=bool(dated.earliest and newest.earliest and dated.kind == "version"),
            )
        return True
