"""A tabulator that holds every step, predicate and reaction to the declared symmetry.

What is tabulated for one state stands for all states that look alike, and with symmetry each state
stands for its rearrangements too. So a run is repeated on rearrangements of its state, and what
those look at is looked at as well: a state in which one of them would see something else has a
branch of its own, and is compared anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..models.errors import ModelError
from ..models.places import place_of
from ..models.steps import SlotKind
from ..models.systems import System
from .asymmetry import LocatingStep, difference
from .domains import News
from .mirrored_looks import MirroredLooks, Numbers
from .moves import Move
from .plain import Script
from .purity import Purity
from .recording import REMOVE_AT, SET, Look
from .symmetry import Symmetry
from .tabulator import Run, Tabulator

Result = tuple[Any, ...]
"""How one run ended, as far as its counterparts must end likewise."""


class SymmetricTabulator(Tabulator):
    """Answers an engine's questions, and raises `ModelError` where the symmetry is broken.

    For each action there is one predicate more, in `comparisons`: that its counterparts do the same
    in all rearrangements of a state. Predicates and reactions are compared when they are run.
    """

    def __init__(
        self,
        system: System,
        predicates: Sequence[tuple[str, Callable[[], bool]]],
        watched: frozenset[str],
        symmetry: Symmetry,
        purity: Purity = "sample",
    ) -> None:
        self.comparisons = [
            (f"{action.name} is symmetric", _is_symmetric) for action in system.actions
        ]
        super().__init__(system, [*predicates, *self.comparisons], watched, purity, symmetry.alike)
        self._symmetry = symmetry
        self._kinds = [slot.kind for slot in system.slots]
        self._first_comparison = len(self._actions) + len(predicates)
        self._places = {
            len(self._actions) + number: place_of(predicate)
            for number, (_, predicate) in enumerate(predicates)
        }
        self._moved: dict[Move, list[dict[int, int]]] = {}
        self._marks: dict[Any, int] = {}
        self.is_sampled = False

    # ---- what the engine asks ----------------------------------------------------------------

    def tabulate(self, trie: int, state: Numbers) -> tuple[list[Run], list[News]]:
        """Run a step on a state, once for each combination of its choices."""
        if trie < len(self._actions):
            return super().tabulate(trie, state)
        if self._first_comparison <= trie < self._first_reaction:
            looks, _ = self._compare(trie - self._first_comparison, state)
            return [(looks, ([], [], None, 1))], self.domains.take_news()
        looks, runs = self._compare(trie, state)
        return [(looks, leaf) for _, leaf in runs], self.domains.take_news()

    def mirror(self, slot: int, number: int) -> tuple[list[int], list[int], list[News]]:
        """Give what a value is to the members, for states to be sorted by.

        The first list has the number of the value after each exchange of neighbours, the second a
        mark for each member, the same where the value is the same to them. Of a value that mentions
        no member, the first is empty and the second has one mark.
        """
        value = self.domains[slot].values[number]
        if not self._symmetry.in_value(value):
            return [], [self.mark(value)], self.domains.take_news()
        moved = [self._move_number(move, slot, number) for move in self._symmetry.swaps]
        outlines = (self._symmetry.outline_for(value, it) for it in self._symmetry.members)
        return moved, [self.mark(seen) for seen in outlines], self.domains.take_news()

    def mark(self, seen: object) -> int:
        """Give a number for what a part of the state is to a member."""
        return self._marks.setdefault(seen, len(self._marks))

    # ---- comparing ---------------------------------------------------------------------------

    def _compare(self, trie: int, state: Numbers) -> tuple[list[Look], list[Run]]:
        """Run a step and its counterparts on rearranged states; give all that they look at.

        What is given is a function of the looks themselves, as the looks of a single run are.
        """
        looks = MirroredLooks(state, self.domains, self.views)
        known: dict[Any, list[Run]] = {}
        stay = self._symmetry.move(self._symmetry.identity)
        runs, results = self._look(trie, state, stay, looks, known)
        done = {stay}
        while True:
            mentioned, size = self._mentioned(trie, looks, results), len(looks)
            moves, is_all = self._symmetry.moves_of(mentioned)
            for move in moves:
                if move in done:
                    continue
                done.add(move)
                _, found = self._look(trie, state, move, looks, known)
                self._hold(trie, state, move, results, found, looks)
                if size != (size := len(looks)) and mentioned != self._mentioned(
                    trie, looks, results
                ):
                    break
            else:
                self.is_sampled = self.is_sampled or not is_all
                return list(looks), runs

    def _hold(
        self,
        trie: int,
        state: Numbers,
        move: Move,
        results: set[Result],
        found: set[Result],
        looks: MirroredLooks,
    ) -> None:
        """Raise `ModelError` unless what was found is what the step's results are rearranged to."""
        wanted = {self._move_result(move, result) for result in results}
        if found == wanted:
            return
        there = self._move_state(move, state)
        wanted, found = (
            {self._settled(result, there, move, looks) for result in both}
            for both in (wanted, found)
        )
        if found != wanted:
            raise self._broken(trie, state, move, wanted, found)

    def _look(
        self,
        trie: int,
        state: Numbers,
        move: Move,
        looks: MirroredLooks,
        known: dict[Any, list[Run]],
    ) -> tuple[list[Run], set[Result]]:
        """Run the counterpart of a step on the rearranged state, adding to `looks`."""
        image, there = self._image(trie, move), self._move_state(move, state)
        key = (image, tuple([held if isinstance(held, int) else tuple(held) for held in there]))
        runs = known.get(key)
        if runs is None:
            runs = known[key] = list(self._runs(image, there))
            self.calls += len(runs)
        results = set()
        for seen, leaf in runs:
            looks.add(seen, move.inverse, self._kinds)
            if leaf is not None:
                results.add(self._result(leaf))
        return runs, results

    def _result(self, leaf: Any) -> Result:
        effects, reactions, error, truth = leaf
        if error is not None:
            failure = self.failures[error]
            return ("fails", failure.property_name, failure.place)
        changes: dict[int, list[tuple[int, int]]] = {}
        for operation, slot, argument in effects:
            changes.setdefault(slot, []).append((operation, argument))
        done = frozenset((slot, self._in_order(slot, done)) for slot, done in changes.items())
        return ("ends", done, tuple(reactions), truth)

    def _settled(self, result: Result, state: Numbers, move: Move, looks: MirroredLooks) -> Result:
        """Leave out of a result what a slot is set to that it holds already, which is looked at."""
        if result[0] == "fails":
            return result
        kind, changes, reactions, truth = result
        settled = set()
        for slot, done in changes:
            if done[0][0] == SET:
                looks.add_slot(move.inverse.slots[slot])
                if state[slot] == done[0][1]:
                    continue
            settled.add((slot, done))
        return (kind, frozenset(settled), reactions, truth)

    def _in_order(self, slot: int, changes: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        return tuple(sorted(changes) if self._kinds[slot] is SlotKind.BAG else changes)

    def _mentioned(
        self, trie: int, looks: MirroredLooks, results: set[Result]
    ) -> frozenset[tuple[int, int]]:
        """Give the members in a step's name, looks and results: others may stay in place."""
        symmetry = self._symmetry
        found = set(symmetry.in_key(self._identity(trie)))
        for slot, values in looks.seen():
            found.update(symmetry.of_slot(slot), *map(symmetry.in_value, values))
        for result in results:
            if result[0] == "ends":
                for slot, changes in result[1]:
                    found |= symmetry.of_slot(slot)
                    for operation, argument in changes:
                        if operation != REMOVE_AT:
                            found |= symmetry.in_value(self.domains[slot].values[argument])
                for reaction in result[2]:
                    found |= symmetry.in_key(self._identity(reaction))
        return frozenset(found)

    def _identity(self, trie: int) -> tuple[Any, ...]:
        if trie < len(self._actions):
            return self._actions[trie].identity[1:]
        if trie < self._first_reaction:
            return ()
        return (self.heard[trie - self._first_reaction][1],)

    def _broken(
        self, trie: int, state: Numbers, move: Move, wanted: set[Result], found: set[Result]
    ) -> ModelError:
        """Say which step is not the same for all members, what it does and in which line."""
        there, image = self._move_state(move, state), self._image(trie, move)
        place = self._actions[trie].place if trie < len(self._actions) else self._places.get(trie)
        told, slot = difference(self._system, self.domains, wanted - found, found - wanted)
        if slot is not None:
            located = LocatingStep(self._system, there, self.domains, self.views, Script())
            self._leaf(image, self._tries[image], located)
            place = located.places.get(slot, place)
        sets = self._symmetry.name
        return ModelError(
            f"{self._name(trie)} breaks the {sets}: where {move.describe()}, {self._name(image)} "
            f"{told}; treat all members alike (compare them for equality only), or do not declare "
            "them interchangeable",
            place=place,
        )

    # ---- rearranging -------------------------------------------------------------------------

    def _image(self, trie: int, move: Move) -> int:
        if trie < len(self._actions):
            return move.actions[trie]
        if trie < self._first_reaction:
            return trie
        spec, event = self.heard[trie - self._first_reaction]
        return self._reaction(spec, move.renaming.value(event))

    def _move_state(self, move: Move, state: Numbers) -> Numbers:
        moved: Numbers = [0] * len(state)
        known = self._moved_by(move)
        for slot, held in enumerate(state):
            target = move.slots[slot]
            if isinstance(held, int):
                number = known[slot].get(held)
                moved[target] = self._move_number(move, slot, held) if number is None else number
            else:
                elements = [self._move_number(move, slot, number) for number in held]
                is_bag = self._kinds[slot] is SlotKind.BAG
                moved[target] = sorted(elements) if is_bag else elements
        return moved

    def _move_number(self, move: Move, slot: int, number: int) -> int:
        known = self._moved_by(move)[slot]
        if number not in known:
            domain = self.domains[slot]
            known[number] = domain.number(move.renaming.value(domain.values[number]))
        return known[number]

    def _moved_by(self, move: Move) -> list[dict[int, int]]:
        """Give for each slot what a move is known to make of the numbers of its values."""
        known = self._moved.get(move)
        if known is None:
            known = self._moved[move] = [{} for _ in self._kinds]
        return known

    def _move_result(self, move: Move, result: Result) -> Result:
        if result[0] == "fails":
            return result
        _, changes, reactions, truth = result
        moved = set()
        for slot, done in changes:
            arguments = [
                (operation, argument)
                if operation == REMOVE_AT
                else (operation, self._move_number(move, slot, argument))
                for operation, argument in done
            ]
            target = move.slots[slot]
            moved.add((target, self._in_order(target, arguments)))
        heard = tuple(self._image(reaction, move) for reaction in reactions)
        return ("ends", frozenset(moved), heard, truth)


def _is_symmetric() -> bool:
    return True
