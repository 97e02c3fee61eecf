"""The reference engine with partial-order reduction: it takes stubborn sets of steps only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..models.properties import Property, PropertyKind
from ..models.steps import SlotKind
from ..models.values import ranks_in
from .cases import Predicate, judged_apart
from .findings import Search, Task
from .footprints import Footprint, Footprints, Run, Vocabulary
from .plain import Outcome, State
from .recording import ADD, PUSH, REMOVE, SET, VALUE, VIEW, Effect, Look
from .reference import ReferenceEngine
from .stubborn import Here, StubbornSets
from .tabulator import Leaf, Tabulator

Numbers = list[int | list[int]]

_JUDGED = (PropertyKind.ALWAYS, PropertyKind.SOMETIMES)


class ReducedEngine(ReferenceEngine):
    """One search over enough states of a system to judge all of its properties.

    It begins again where a step went beyond its footprint, until none does.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._predicates = judged_apart(task.checked, _JUDGED)
        self._reader = StepReader(task, self._predicates)
        owners = len(self._runs) + len(self._predicates)
        self._known = Footprints(owners, self._reader)
        self._relied: list[Footprint] | None = None
        self._undecided: list[int] = []
        self._sets: StubbornSets | None = None
        self._discovered: frozenset[State] = frozenset()

    def _explore(self) -> None:
        super()._explore()
        while self._must_begin_again():
            self.search = Search(python_calls=self.search.python_calls)
            self._parents.clear()
            self._starts.clear()
            self._relied = None
            super()._explore()

    def _must_begin_again(self) -> bool:
        return self.search.stopped_by is None and not self._may_rely_on(self._known.all())

    def _expand_level(self, frontier: list[State]) -> list[State]:
        decided = self.search.findings
        numbered = enumerate(self._predicates, start=len(self._runs))
        self._undecided = [owner for owner, (found, _) in numbered if found.name not in decided]
        for state in frontier:
            self._here(state, self._undecided)
        footprints = self._known.all()
        if not self._may_rely_on(footprints):
            return []
        self._relied = footprints
        self._sets = StubbornSets(self._known, footprints, self._reader, len(self._runs))
        self._discovered = frozenset(self._parents)
        return super()._expand_level(frontier)

    def _may_rely_on(self, footprints: list[Footprint]) -> bool:
        """Tell whether what was chosen on this search would be chosen with these footprints."""
        pairs = zip(self._relied or footprints, footprints, strict=True)
        return all(old.covers(new) for old, new in pairs)

    def _chosen(self, state: State, steps: Sequence[Sequence[Outcome]]) -> Iterable[int]:
        assert self._sets is not None
        here = self._here(state, [*range(len(steps)), *self._undecided])
        for key, chosen in self._sets.choices(here):
            if any(outcome.state not in self._discovered for outcome in steps[key]):
                return chosen
        return super()._chosen(state, steps)

    def _here(self, state: State, owners: Iterable[int]) -> list[Here]:
        numbers = self._reader.numbers(state)
        found = [Here(owner, self._reader.runs(owner, numbers)) for owner in owners]
        for here in found:
            for run in here.runs:
                self._known.learn(here.owner, run)
        return found


class StepReader(Vocabulary):
    """Runs actions and predicates on numbered states, to tell what they look at and change."""

    def __init__(self, task: Task, predicates: Sequence[tuple[Property, Predicate]]) -> None:
        self._task = task
        self._slots = task.system.slots
        self._actions = len(task.system.actions)
        self._predicates = predicates
        judged = [(found.name, predicate) for found, predicate in predicates]
        self._tabulator = Tabulator(task.system, judged, task.watched, purity="off")

    def is_bag(self, slot: int) -> bool:
        """Tell whether a slot is a bag."""
        return slot >= 0 and self._slots[slot].kind is SlotKind.BAG

    def holds_time(self, slot: int, value: int) -> bool:
        """Tell whether there is a time in a value."""
        return bool(ranks_in(self._tabulator.domains[slot].values[value]))

    def slots_of(self, view: int) -> Iterable[int]:
        """Give the slots of a view."""
        return self._tabulator.views.slots_of(view)

    def numbers(self, state: State) -> Numbers:
        """Give the numbers of a state's values."""
        return self._tabulator.domains.encode(state)

    def runs(self, owner: int, numbers: Numbers) -> list[Run]:
        """Give the runs of an action with its reactions, or of a predicate."""
        found, _ = self._tabulator.tabulate(owner, numbers)
        if owner < self._actions:
            return [self._run(tuple(looks), leaf, numbers) for looks, leaf in found]
        is_witness = self._predicates[owner - self._actions][0].kind is PropertyKind.SOMETIMES
        return [
            Run(tuple(looks), is_quiet=leaf is None or bool(leaf[3]) is not is_witness)
            for looks, leaf in found
        ]

    def _run(self, looks: tuple[Look, ...], leaf: Leaf, numbers: Numbers) -> Run:
        if leaf is None:
            return Run(looks, is_quiet=True)
        effects, reactions, failure, _ = leaf
        seen = dict.fromkeys(looks)
        done = list(effects)
        between = _changed(numbers, effects)
        for reaction in reactions:
            if failure is not None:
                break
            ((heard, follows),) = self._tabulator.tabulate(reaction, between)[0]
            assert follows is not None
            seen.update(dict.fromkeys(self._before(heard, done, numbers)))
            failure = follows[2]
            done += follows[0]
            between = _changed(between, follows[0])
        if failure is not None:
            return Run(tuple(seen), is_enabled=True, fails=True)
        moves = any(
            operation != SET or between[slot] != numbers[slot] for operation, slot, _ in done
        )
        return Run(tuple(seen), tuple(done), is_enabled=moves)

    def _before(
        self, looks: Sequence[Look], done: Sequence[Effect], numbers: Numbers
    ) -> Iterable[Look]:
        """Give what a reaction's looks depend on in the state before the step."""
        changed = {slot: operation == SET for operation, slot, _ in done}
        for look in looks:
            slots = tuple(self.slots_of(look[1])) if look[0] == VIEW else (look[1],)
            if changed.keys().isdisjoint(slots):
                yield look
                continue
            for slot in slots:
                held = numbers[slot]
                if not changed.get(slot, False):
                    yield VALUE, slot, 0, held if isinstance(held, int) else hash(tuple(held))


def _changed(numbers: Numbers, effects: Sequence[Effect]) -> Numbers:
    """Give the state after some effects."""
    changed = [list(held) if isinstance(held, list) else held for held in numbers]
    for operation, slot, argument in effects:
        held = changed[slot]
        if not isinstance(held, list):
            changed[slot] = argument
        elif operation in (PUSH, ADD):
            held.append(argument)
        elif operation == REMOVE:
            held.remove(argument)
        else:
            del held[argument]
    return changed
