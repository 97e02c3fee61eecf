"""Stubborn sets: which steps of a state are enough to see all that can go wrong.

A stubborn set T of a state s has actions, enabled or not, and predicates, such that for every run
s → s1 → ... → sn of actions outside T (Valmari, "Stubborn sets for reduced state space generation",
1991; Godefroid, "Partial-order methods", 1996):

1. an action of T that is enabled in sn does there what it does in s, and may as well come first;
   one that is not enabled in s is not in sn; a predicate of T that decides nothing decides nothing;
2. one enabled action of T, the key, may come before the run: the run does then what it does without
   it, and what the key does makes no difference to any predicate outside T;
3. in sn the key is enabled, or another action is.

Say that something happens in sn: a step fails, a predicate decides, no step is left, or a step does
what is in no footprint. If the run to it has actions of T, the first of them may come first, and
the rest is shorter. If not, the key may come first, though not afterwards: the run may disable it,
as one that breaks the link which the key works over. Steps and predicates outside T see in the end
what they see in sn, those of T do what they do in s or nothing, and by 3 it is not that no step is
left. So the rest is as long, but begins in a state that is expanded later: the search sees to it
that the key leads to the next level, or takes all steps (the queue proviso of Bosnacki, Leue and
Lafuente, "Partial-order reduction for general state exploring algorithms", 2006). So at last it
happens in a state that the reduced search visits.

That the key stays enabled, as these papers ask, would draw in whoever may disable it, and with
those all that they disable: of links that may break, every one, with all that waits for it.

Therefore footprints need not be foreseen. A step beyond its footprint is found like a failing one;
then the search begins again with the larger footprints, until there is none. All this is up to a
renumbering of times: steps that ask for a moment depend on each other, and on nothing else for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .footprints import (
    CLOCK,
    PUT,
    STAMPED,
    TAKEN,
    Footprint,
    Footprints,
    Path,
    Run,
    Touch,
    Vocabulary,
)
from .recording import CHOICE, CONTAINS, EACH, ELEMENT, EMPTY, LENGTH, NOW, SET, VALUE, VIEW, Look


class Here:
    """The runs of one action or predicate in the state at hand, one a branch."""

    def __init__(self, owner: int, runs: Sequence[Run]) -> None:
        self.owner = owner
        self.runs = tuple(runs)
        self.is_enabled = any(run.is_enabled for run in runs)
        self.fails = any(run.fails for run in runs)
        moving = [run for run in runs if run.is_enabled and not run.fails]
        self.does = frozenset(touch for run in moving for touch in run.changes())

    def looks(self) -> Iterator[tuple[Path, Look]]:
        """Give each look with those before it."""
        for run in self.runs:
            for position, look in enumerate(run.looks):
                yield run.looks[:position], look

    def looks_of_all(self) -> Iterator[tuple[Path, Look]]:
        """Give the looks before the first branch, which every run has."""
        for position, look in enumerate(self.runs[0].looks):
            if look[0] in (EACH, CHOICE):
                return
            yield self.runs[0].looks[:position], look

    def idle_effects(self) -> Iterator[int]:
        """Give the slots that runs set to what they hold already."""
        return (slot for run in self.runs if not run.is_enabled for _, slot, _ in run.effects)


class StubbornSets:
    """Chooses what to expand, from footprints that were known when a level began.

    `predicates` are those that decided nothing yet; they are numbered after the actions.
    """

    def __init__(
        self,
        known: Footprints,
        footprints: Sequence[Footprint],
        vocabulary: Vocabulary,
        actions: int,
    ) -> None:
        self._known = known
        self._footprints = footprints
        self._vocabulary = vocabulary
        self._actions = actions
        self._wanted_by: dict[tuple[int, tuple[Run, ...], bool], list[int]] = {}

    def choices(self, here: Sequence[Here]) -> list[tuple[int, list[int]]]:
        """Give keys with the enabled actions of their stubborn sets, the smallest first.

        `here` has all actions, then the predicates that are undecided. Nothing is given where the
        set of all enabled actions is no larger, or where a step fails.
        """
        owners = {one.owner: one for one in here}
        enabled = [one.owner for one in here if one.is_enabled]
        if any(one.fails for one in here):
            return []
        found = []
        for key in enabled:
            members = self._closure(owners, key)
            chosen = [owner for owner in enabled if owner in members]
            if len(chosen) < len(enabled):
                found.append((len(chosen), len(members), key, chosen))
        return [(key, chosen) for *_, key, chosen in sorted(found)]

    def _closure(self, owners: dict[int, Here], key: int) -> set[int]:
        members = {key}
        waiting = [key]
        while waiting:
            member = owners[waiting.pop()]
            wanted = self._wanted(member, is_key=member.owner == key)
            joining = [other for other in wanted if other in owners and other not in members]
            members.update(joining)
            waiting += joining
        return members

    def _wanted(self, member: Here, *, is_key: bool) -> list[int]:
        """Give who has to join because of a member, worked out once for all its like."""
        like = (member.owner, member.runs, is_key)
        if like not in self._wanted_by:
            others = range(len(self._footprints))
            wanted = [other for other in others if self._needs(member, other, is_key=is_key)]
            self._wanted_by[like] = wanted
        return self._wanted_by[like]

    def _needs(self, member: Here, other: int, *, is_key: bool) -> bool:
        """Tell whether another action or predicate has to join because of a member."""
        footprint = self._footprints[other]
        disturbs = not member.does.isdisjoint(footprint.minds)
        if other >= self._actions:
            return is_key and disturbs
        if not is_key and member.is_enabled and self._ends(other, member):
            return False
        return disturbs or self._is_disturbed(member, footprint, is_key=is_key)

    def _ends(self, other: int, member: Here) -> bool:
        """Tell whether after any step of the other the member is disabled, as long as it waits."""
        return any(
            look[0] == VALUE
            and look[1] in self._footprints[other].always
            and all(
                self._disables(member.owner, before, look, footprint)
                for number, footprint in enumerate(self._footprints)
                if number != member.owner
            )
            for before, look in member.looks_of_all()
        )

    def _disables(self, owner: int, before: Path, look: Look, footprint: Footprint) -> bool:
        """Tell whether all values that a slot is set to disable a run that looked at it so."""
        kind, slot, _, now = look
        values = footprint.sets.get(slot, frozenset())
        return values is not None and all(
            value != now and self._known.ends_quietly(owner, before, (kind, slot, 0, value))
            for value in values
        )

    def _is_disturbed(self, member: Here, footprint: Footprint, *, is_key: bool) -> bool:
        if any((SET, slot) in footprint.does for slot in member.idle_effects()):
            return True
        return any(
            self._is_changed(member.owner, before, look, footprint, is_key=is_key)
            for before, look in member.looks()
        )

    def _is_changed(
        self, owner: int, before: Path, look: Look, footprint: Footprint, *, is_key: bool
    ) -> bool:
        """Tell whether the answer to a look may change to one that matters.

        None does that disables the member; to a key it does unless another action is sure to step.
        """

        def matters(answer: int) -> bool:
            answered = (kind, a, b, answer)
            if not self._known.ends_quietly(owner, before, answered):
                return True
            return is_key and not self._known.is_sure(answered)

        kind, a, b, now = look
        if kind == VALUE and (SET, a) in footprint.does:
            values = footprint.sets[a]
            return values is None or any(value != now and matters(value) for value in values)
        if kind in (EMPTY, CONTAINS):
            changing = PUT if (kind == EMPTY) == bool(now) else TAKEN
            return (changing, a) in footprint.does and matters(1 - now)
        return not footprint.does.isdisjoint(self._changing(look))

    def _changing(self, look: Look) -> set[Touch]:
        kind, a, _, now = look
        if kind == VIEW:
            return {(SET, slot) for slot in self._vocabulary.slots_of(a)}
        if kind == NOW:
            return {(STAMPED, CLOCK)}
        if kind == ELEMENT:
            return {(TAKEN if now else PUT, a)}
        return {(PUT, a), (TAKEN, a)} if kind in (VALUE, LENGTH, EACH) else set()
