"""One rearrangement of symmetric members, as it acts on states, actions and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..models.errors import ModelError
from ..models.ordering import in_order
from ..models.steps import SlotKind
from ..models.symmetry import Renaming
from .plain import State

if TYPE_CHECKING:
    from .symmetry import Symmetry

Arrangement = tuple[tuple[int, ...], ...]
"""For each symmetric set, which member takes the place of each."""


class Move:
    """One rearrangement: where it puts slots and actions, and how it renames values.

    It acts on states, so that two moves one after the other are the move of their product.
    """

    def __init__(self, symmetry: Symmetry, arrangement: Arrangement) -> None:
        self._symmetry = symmetry
        self.arrangement = arrangement
        self.renaming = _renaming_of(symmetry, arrangement)
        system = symmetry.system
        self.slots = self._targets(
            "variable", [(s.name, s.identity) for s in system.slots], symmetry.slot_numbers
        )
        self.actions = self._targets(
            "action", [(a.name, a.identity) for a in symmetry.actions], symmetry.action_numbers
        )

    @cached_property
    def inverse(self) -> Move:
        """What takes it back."""
        backwards = (
            sorted(range(len(images)), key=images.__getitem__) for images in self.arrangement
        )
        return self._symmetry.move(tuple(map(tuple, backwards)))

    def after(self, first: Move) -> Move:
        """Give the one move that is `first` and then this."""
        pairs = zip(self.arrangement, first.arrangement, strict=True)
        return self._symmetry.move(tuple(tuple(second[i] for i in one) for second, one in pairs))

    def state(self, state: Sequence[Any]) -> State:
        """Give a state in which the members have changed places."""
        moved: list[Any] = [None] * len(state)
        for slot, value in zip(self._symmetry.system.slots, state, strict=True):
            renamed = self.renaming.value(value)
            is_bag = slot.kind is SlotKind.BAG
            moved[self.slots[slot.index]] = in_order(renamed) if is_bag else renamed
        return tuple(moved)

    def describe(self) -> str:
        """Say which members change places, as in `ann and bob change places`."""
        changed = [
            (found.members[i], found.members[image])
            for found, images in zip(self._symmetry.sets, self.arrangement, strict=True)
            for i, image in enumerate(images)
            if i != image
        ]
        if len(changed) == 2:
            return f"{_shown(changed[0][0])} and {_shown(changed[0][1])} change places"
        told = ", ".join(f"{_shown(new)} takes the place of {_shown(old)}" for old, new in changed)
        return told or "nothing changes places"

    def _targets(
        self, kind: str, parts: list[tuple[str, tuple[Any, ...]]], numbers: Mapping[Any, int]
    ) -> list[int]:
        targets = []
        for name, identity in parts:
            wanted = (identity[0], *map(self.renaming.key, identity[1:]))
            if wanted not in numbers:
                raise ModelError(
                    f"the {kind} {name!r} has no counterpart where {self.describe()}, so they are "
                    "not interchangeable: declare the same for each of them, or give its identity"
                )
            targets.append(numbers[wanted])
        return targets


def _renaming_of(symmetry: Symmetry, arrangement: Arrangement) -> Renaming:
    names = {
        found.members[i]: found.members[image]
        for found, images in zip(symmetry.sets, arrangement, strict=True)
        for i, image in enumerate(images)
    }
    plain = Renaming(names)
    machines = {}
    for name, parts in symmetry.machines.items():
        counterpart = symmetry.machine_names.get((parts[0], *map(plain.key, parts[1:])))
        if counterpart is None:
            raise ModelError(
                f"the machine {name!r} has no counterpart for other members of its symmetric set"
            )
        machines[name] = counterpart
    return Renaming({**machines, **names})


def _shown(member: object) -> str:
    return str(getattr(member, "name", member))
