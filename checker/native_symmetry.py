"""Symmetry in the native engine: what it is told, and the states that it lets stand for others."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from ..models.ordering import in_order
from ..models.steps import SlotKind
from .moves import Move
from .plain import State
from .symmetric_tabulator import SymmetricTabulator
from .symmetry import Symmetry
from .tabulator import initial_ids

if TYPE_CHECKING:
    from ._engine import Engine


def declare_symmetry(engine: Engine, tabulator: SymmetricTabulator, symmetry: Symmetry) -> None:
    """Tell the engine, in numbers, what is symmetric; once, after the slots are added."""
    positions = {member: number for number, member in enumerate(symmetry.members)}
    slots = symmetry.system.slots
    engine.set_symmetry(
        [len(images) for images in symmetry.identity],
        [move.slots for move in symmetry.swaps],
        [sorted(positions[member] for member in symmetry.of_slot(slot.index)) for slot in slots],
        [
            [
                tabulator.mark((slot.identity[0], symmetry.outline_of_key(slot.identity[1:], it)))
                for it in symmetry.members
            ]
            for slot in slots
        ],
        [alike[0] for alike in symmetry.alike],
    )


class Standing:
    """Gives the state that stands for a state in the native engine, and the move that leads there.

    It knows the states that the search has met and those that one of its steps leads to.
    """

    def __init__(self, engine: Engine, tabulator: SymmetricTabulator, symmetry: Symmetry) -> None:
        self._engine = engine
        self._domains = tabulator.domains
        self._symmetry = symmetry

    def __call__(self, state: State) -> tuple[State, Move]:
        """Give the state that stands for `state`, and the move that takes this one there."""
        system = self._symmetry.system
        found, trail = self._engine.stand_for(initial_ids(self._domains, state, system))
        values = (self._domains.decode(slot, numbers) for slot, numbers in enumerate(found))
        standing = tuple(
            in_order(value) if slot.kind is SlotKind.BAG else value
            for slot, value in zip(system.slots, values, strict=True)
        )
        stay = self._symmetry.move(self._symmetry.identity)
        swaps = (self._symmetry.swaps[number] for number in trail)
        return standing, reduce(lambda move, swap: swap.after(move), swaps, stay)
