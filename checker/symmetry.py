"""What the symmetric sets of a system mean for its states, actions and events."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from ..models.errors import ModelError, ParameterError
from ..models.symmetry import SymmetricSet, is_number, mentions, outline
from ..models.systems import System
from .moves import Arrangement, Move

Member = tuple[int, int]
"""A set and the position of a member in it."""

TRIED_MAX = 120
"""As many rearrangements of a step are tried; of more, a sample."""

_SAMPLE = 12
_SEED = 2_606


class Symmetry:
    """The rearrangements of a system's symmetric sets, and what they do to its parts.

    Raises `ParameterError` where the system declares no sets, and `ModelError` where a variable or
    an action has no counterpart for some members.
    """

    def __init__(self, system: System) -> None:
        if not system.symmetric_sets:
            raise ParameterError(
                f"{system.name} declares no symmetric sets, so --symmetry has nothing to go by; "
                "name what is interchangeable, system.symmetric('regions', REGIONS), or leave "
                "symmetry off"
            )
        self.system = system
        self.sets: list[SymmetricSet] = list(system.symmetric_sets)
        self.actions = system.actions
        self.machines = system.machine_identities()
        self.machine_names = {parts: name for name, parts in self.machines.items()}
        self.slot_numbers = _numbered("variable", [s.identity for s in system.slots])
        self.action_numbers = _numbered("action", [a.identity for a in self.actions])
        self._moves: dict[Arrangement, Move] = {}
        self._moves_of: dict[frozenset[Member], tuple[list[Move], bool]] = {}
        self._known: dict[Any, frozenset[Member]] = {}
        self.identity: Arrangement = tuple(tuple(range(len(s.members))) for s in self.sets)
        self.members: list[Member] = [
            (number, position) for number, s in enumerate(self.identity) for position in s
        ]

    @property
    def name(self) -> str:
        """What the reduction is called in results."""
        return f"symmetry of {' and '.join(found.name for found in self.sets)}"

    @property
    def size(self) -> int:
        """How many rearrangements there are."""
        return math.prod(math.factorial(len(found.members)) for found in self.sets)

    def move(self, arrangement: Arrangement) -> Move:
        """Give what a rearrangement does."""
        if arrangement not in self._moves:
            self._moves[arrangement] = Move(self, arrangement)
        return self._moves[arrangement]

    @cached_property
    def swaps(self) -> list[Move]:
        """The exchanges of two neighbours of a set, in order: all others are made of them."""
        return [
            self.move(self.swapped(number, position))
            for number, found in enumerate(self.sets)
            for position in range(len(found.members) - 1)
        ]

    def swapped(self, number: int, position: int) -> Arrangement:
        """Give the exchange of the members at a position of a set and the next."""
        images = list(self.identity[number])
        images[position], images[position + 1] = images[position + 1], images[position]
        return (*self.identity[:number], tuple(images), *self.identity[number + 1 :])

    def every_move(self) -> Iterator[Move]:
        """Give all rearrangements, the one that leaves everything first."""
        every = (itertools.permutations(images) for images in self.identity)
        return map(self.move, itertools.product(*every))

    # ---- which members something mentions ----------------------------------------------------

    @cached_property
    def _in_keys(self) -> dict[Any, frozenset[Member]]:
        """Where the names of members and of their machines stand for, by type and value."""
        named: dict[Any, frozenset[Member]] = {
            (type(member), member): frozenset({(number, position)})
            for number, found in enumerate(self.sets)
            for position, member in enumerate(found.members)
        }
        machines = {
            (str, name): frozenset().union(*(named[type(m), m] for m in mentions(parts, named)))
            for name, parts in self.machines.items()
        }
        return {**{name: found for name, found in machines.items() if found}, **named}

    @cached_property
    def _in_values(self) -> dict[Any, frozenset[Member]]:
        return {name: found for name, found in self._in_keys.items() if not is_number(name[1])}

    def in_value(self, value: Any) -> frozenset[Member]:
        """Give the members that a value mentions."""
        known = self._known.get((type(value), value))
        if known is None:
            found = mentions(value, self._in_values)
            known = frozenset().union(*(self._in_values[type(name), name] for name in found))
            self._known[type(value), value] = known
        return known

    def of_slot(self, slot: int) -> frozenset[Member]:
        """Give the members that a variable belongs to."""
        return self._of_slots[slot]

    @cached_property
    def _of_slots(self) -> list[frozenset[Member]]:
        return [self.in_key(slot.identity[1:]) for slot in self.system.slots]

    @cached_property
    def alike(self) -> list[list[int]]:
        """For each slot, all those that some rearrangement puts in its place."""
        groups = {slot: [slot] for slot in range(len(self.system.slots))}
        for move in self.swaps:
            for slot, target in enumerate(move.slots):
                if groups[slot] is not groups[target]:
                    groups[slot] += groups[target]
                    for joined in groups[target]:
                        groups[joined] = groups[slot]
        return [sorted(groups[slot]) for slot in range(len(self.system.slots))]

    def in_key(self, key: Any) -> frozenset[Member]:
        """Give the members, by set and position, that a key mentions."""
        found = mentions(key, self._in_keys)
        return frozenset().union(*(self._in_keys[type(name), name] for name in found))

    def outline_for(self, value: Any, member: Member) -> Any:
        """Give what a value is to one member, for which others of a set are all alike."""
        return outline(value, self._outlines[member])

    def outline_of_key(self, key: Any, member: Member) -> Any:
        """Give what a key is to one member; see `outline_for`."""
        return outline(key, self._key_outlines[member])

    @cached_property
    def _key_outlines(self) -> dict[Member, dict[Any, Any]]:
        return {member: self._outline_names(member) for member in self.members}

    @cached_property
    def _outlines(self) -> dict[Member, dict[Any, Any]]:
        return {
            member: {name: seen for name, seen in names.items() if not is_number(name[1])}
            for member, names in self._key_outlines.items()
        }

    def _outline_names(self, member: Member) -> dict[Any, Any]:
        names = {
            (type(named), named): ("it" if (number, position) == member else "another", number)
            for number, found in enumerate(self.sets)
            for position, named in enumerate(found.members)
        }
        machines = {(str, name): outline(parts, names) for name, parts in self.machines.items()}
        return {**machines, **names}

    # ---- which rearrangements tell a step's counterparts apart -------------------------------

    def moves_of(self, mentioned: frozenset[Member]) -> tuple[list[Move], bool]:
        """Give moves that bring the mentioned members to all places, and tell if these are all.

        Where all would be more than `TRIED_MAX`, it is the exchanges of neighbours and a sample.
        """
        if mentioned not in self._moves_of:
            arrangements, is_all = self._arrangements(mentioned)
            self._moves_of[mentioned] = [self.move(each) for each in arrangements], is_all
        return self._moves_of[mentioned]

    def _arrangements(self, mentioned: frozenset[Member]) -> tuple[list[Arrangement], bool]:
        chosen = [
            sorted(p for n, p in mentioned if n == number) for number in range(len(self.sets))
        ]
        sizes = [len(found.members) for found in self.sets]
        count = math.prod(
            math.perm(size, len(positions)) for size, positions in zip(sizes, chosen, strict=True)
        )
        if count > TRIED_MAX:
            return self._sample, False
        every = (
            [
                _completed(size, positions, images)
                for images in itertools.permutations(range(size), len(positions))
            ]
            for size, positions in zip(sizes, chosen, strict=True)
        )
        return list(itertools.product(*every)), True

    @cached_property
    def _sample(self) -> list[Arrangement]:
        generator = random.Random(_SEED)
        drawn = (
            tuple(tuple(generator.sample(images, len(images))) for images in self.identity)
            for _ in range(_SAMPLE)
        )
        backwards = tuple(images[::-1] for images in self.identity)
        swaps = [move.arrangement for move in self.swaps]
        return list(dict.fromkeys([self.identity, *swaps, backwards, *drawn]))


def _completed(size: int, positions: Sequence[int], images: Sequence[int]) -> tuple[int, ...]:
    """Give the rearrangement that takes positions to images and keeps the others in order."""
    given = dict(zip(positions, images, strict=True))
    rest = iter(sorted(set(range(size)) - set(images)))
    return tuple(given[i] if i in given else next(rest) for i in range(size))


def _numbered(kind: str, identities: Iterable[tuple[Any, ...]]) -> dict[Any, int]:
    numbers: dict[Any, int] = {}
    for number, identity in enumerate(identities):
        if identity in numbers:
            raise ModelError(
                f"two {kind}s have the identity {identity!r}; give them different ones"
            )
        numbers[identity] = number
    return numbers
