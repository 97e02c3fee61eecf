"""Footprints: what the steps of a system were seen to look at and to change.

Nothing is guessed of what was not seen. A step that would go beyond its footprint is, for the
reduced search, one more thing that it may not miss: `stubborn.py` tells why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .recording import ADD as ADDED
from .recording import (
    CONTAINS,
    EACH,
    ELEMENT,
    EMPTY,
    LENGTH,
    NOW,
    SET,
    VALUE,
    VIEW,
    Effect,
    Look,
)
from .recording import PUSH as PUSHED

PUT, TAKEN, STAMPED = 1, 2, 3
CLOCK = -1

Touch = tuple[int, int]
"""What is done (`SET`, `PUT`, `TAKEN` or `STAMPED`), and to which slot (`CLOCK`: to none)."""

Path = tuple[Look, ...]

_VALUES_MAX = 8


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an action with the reactions to it, or of a predicate, on one branch.

    `looks` are all at the state before. `is_enabled` tells that it fails or changes something,
    `is_quiet` that an action is disabled, or that a predicate decides nothing.
    """

    looks: Path
    effects: tuple[Effect, ...] = ()
    is_enabled: bool = False
    is_quiet: bool = False
    fails: bool = False

    def changes(self) -> dict[Touch, int]:
        """Give what the run does to the state, with the value that it sets a slot to.

        A slot that the run found as it leaves it is not changed.
        """
        done: dict[Touch, int] = {}
        for operation, slot, argument in self.effects:
            done[_kind_of_touch(operation), slot] = argument
        for kind, slot, _, result in self.looks:
            if kind == VALUE and done.get((SET, slot)) == result:
                del done[SET, slot]
            if kind == NOW:
                done[STAMPED, CLOCK] = 0
        return done

    def is_sure(self) -> bool:
        """Tell whether the run is one look alone, after which it changes what it looked at."""
        if not self.is_enabled or self.fails or len(self.looks) != 1:
            return False
        kind, slot, _, _ = self.looks[0]
        return kind == VALUE and (SET, slot) in self.changes()


def _kind_of_touch(operation: int) -> int:
    if operation == SET:
        return SET
    return PUT if operation in (PUSHED, ADDED) else TAKEN


@dataclass(slots=True)
class Footprint:
    """What is known of one action or predicate, in all states that were visited.

    `does` is what it does and `minds` what others do that may make a difference to it; `sets` has
    the values that it sets a slot to (None: any) and `always` the slots that each of its runs sets.
    """

    does: set[Touch] = field(default_factory=set)
    minds: set[Touch] = field(default_factory=set)
    sets: dict[int, frozenset[int] | None] = field(default_factory=dict)
    always: frozenset[int] = frozenset()

    def covers(self, later: Footprint) -> bool:
        """Tell whether what was concluded from this is still true of a later footprint."""
        return (
            later.does <= self.does
            and later.minds <= self.minds
            and self.always <= later.always
            and all(_covers(self.sets[slot], values) for slot, values in later.sets.items())
        )


def _covers(old: frozenset[int] | None, new: frozenset[int] | None) -> bool:
    return old is None or (new is not None and new <= old)


class Vocabulary:
    """What has to be known of slots and views to read looks and effects."""

    def is_bag(self, slot: int) -> bool:
        """Tell whether a slot is a bag, in which the order of what is put there is lost."""
        raise NotImplementedError

    def holds_time(self, slot: int, value: int) -> bool:
        """Tell whether there is a time in a value, so that it has other numbers elsewhere."""
        raise NotImplementedError

    def slots_of(self, view: int) -> Iterable[int]:
        """Give the slots of a view."""
        raise NotImplementedError


class Footprints:
    """The runs of actions and predicates that were learned, and what they come to."""

    def __init__(self, owners: int, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._runs: list[dict[Run, None]] = [{} for _ in range(owners)]
        self._quiet: list[set[Path]] = [set() for _ in range(owners)]
        self._sure: set[Look] = set()

    def learn(self, owner: int, run: Run) -> None:
        """Take in a run of an action or predicate."""
        self._runs[owner][run] = None
        if run.is_quiet:
            self._quiet[owner].add(run.looks)
        if run.is_sure():
            self._sure.update(run.looks)

    def ends_quietly(self, owner: int, before: Path, look: Look) -> bool:
        """Tell whether a run that looked thus is known to end there and then, without effect."""
        return (*before, look) in self._quiet[owner]

    def is_sure(self, look: Look) -> bool:
        """Tell whether wherever a look has this answer some action is known to have a step."""
        return look in self._sure

    def all(self) -> list[Footprint]:
        """Give the footprints as they are known by now."""
        return [self._footprint(owner) for owner in range(len(self._runs))]

    def _footprint(self, owner: int) -> Footprint:
        found = Footprint()
        always = None
        for run in self._runs[owner]:
            for position, look in enumerate(run.looks):
                found.minds.update(self._minded(owner, run.looks[:position], look))
            changes = {} if run.fails else run.changes()
            if not run.effects or run.fails:
                continue
            found.does.update(changes)
            self._note_values(found, changes)
            slots = frozenset(slot for operation, slot in changes if operation == SET)
            always = slots if always is None else always & slots
        found.always = always or frozenset()
        found.minds.update(touch for touch in found.does if not self._commutes(touch))
        return found

    def _note_values(self, found: Footprint, changes: dict[Touch, int]) -> None:
        for (operation, slot), value in changes.items():
            if operation != SET:
                continue
            known = found.sets.get(slot, frozenset())
            values = None if known is None else known | {value}
            if self._vocabulary.holds_time(slot, value) or len(values or ()) > _VALUES_MAX:
                values = None
            found.sets[slot] = values

    def _commutes(self, touch: Touch) -> bool:
        """Tell whether it is the same whoever does such a thing first."""
        operation, slot = touch
        return operation == PUT and self._vocabulary.is_bag(slot)

    def _minded(self, owner: int, before: Path, look: Look) -> Iterator[Touch]:
        """Give what may change the answer to a look, where that may make a difference.

        It makes none where all answers that may change are known to end the run at once.
        """
        kind, a, b, _ = look
        asked = (kind, a, b)
        if kind in (VALUE, VIEW):
            slots = (a,) if kind == VALUE else self._vocabulary.slots_of(a)
            yield from ((SET, slot) for slot in slots)
        if kind == NOW:
            yield STAMPED, CLOCK
        if kind in (EMPTY, CONTAINS):
            gives_way = int(kind == EMPTY)
            if not self.ends_quietly(owner, before, (*asked, gives_way)):
                yield PUT, a
            if not self.ends_quietly(owner, before, (*asked, 1 - gives_way)):
                yield TAKEN, a
        is_there = b == 0 and (EMPTY, a, 0, 0) in before
        if kind in (VALUE, LENGTH) or (kind == ELEMENT and not is_there):
            yield PUT, a
        if kind in (VALUE, LENGTH, ELEMENT, EACH):
            yield TAKEN, a
