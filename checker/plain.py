"""One step on plain values: the semantics of a step in the shortest Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NoReturn

from ..models.errors import GtcheckError, ModelError
from ..models.events import Event
from ..models.failures import message_of
from ..models.ordering import in_order
from ..models.places import place_of_error
from ..models.properties import NO_FAILURE, yes_or_no
from ..models.steps import ABSENT, Disabled, Mark, Observer, SlotKind, Step
from ..models.systems import System
from ..models.values import Time, check_value, ranks_in, renumbered
from .findings import Chooser, Failure

State = tuple[Any, ...]
"""A value a slot; queues and bags are tuples of their elements, bags in a fixed order."""

ONLY_LOOKS = "a property may only look at the state: it may not change it or choose"


@dataclass(frozen=True, slots=True)
class Pick:
    """What was taken at a branch: among which alternatives, of which bag, if of one."""

    alternatives: tuple[Any, ...]
    taken: int
    slot: int | None

    @property
    def value(self) -> Any:
        """The alternative that was taken."""
        return self.alternatives[self.taken]


class Script:
    """Enumerates the branches of a step: replays a prefix of choices, then takes the first ones."""

    def __init__(self) -> None:
        self._taken: list[int] = []
        self._alternatives: list[int] = []
        self._branches: list[tuple[Sequence[Any], int | None]] = []
        self._position = 0

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        """Give the index of the alternative to take at the next branch."""
        if self._position == len(self._taken):
            self._taken.append(0)
            self._alternatives.append(len(alternatives))
            self._branches.append((alternatives, slot))
        self._position += 1
        return self._taken[self._position - 1]

    @property
    def taken(self) -> tuple[int, ...]:
        """The choices of the current run."""
        return tuple(self._taken)

    @property
    def picks(self) -> tuple[Pick, ...]:
        """What the choices of the current run are of."""
        pairs = zip(self._branches, self._taken, strict=True)
        return tuple(Pick(tuple(some), taken, slot) for (some, slot), taken in pairs)

    def advance(self) -> bool:
        """Go to the next combination of choices; tell whether there is one."""
        self._position = 0
        while self._taken:
            if self._taken[-1] + 1 < self._alternatives[-1]:
                self._taken[-1] += 1
                return True
            self._taken.pop()
            self._alternatives.pop()
            self._branches.pop()
        return False


class PlainStep(Step):
    """A step that reads and writes a list of plain values; `chooser` decides its branches."""

    touched: AbstractSet[int] = frozenset()

    def __init__(self, system: System, state: State, chooser: Chooser) -> None:
        self._slots = system.slots
        self._before = state
        self.values = list(state)
        self._chooser = chooser
        self._moments = -1
        self.announced: list[Event] = []
        self.reactions: list[tuple[Observer, Event]] = []
        self.passed: list[Mark] = []
        self.offered: list[Mark] = []

    def pass_by(self, mark: Mark) -> None:
        self.passed.append(mark)

    def offer(self, mark: Mark) -> None:
        self.offered.append(mark)

    def read(self, slot: int) -> Any:
        return self.values[slot]

    def element(self, slot: int, index: int) -> Any:
        elements = self.values[slot]
        return elements[index] if index < len(elements) else ABSENT

    def length(self, slot: int) -> int:
        return len(self.values[slot])

    def is_empty(self, slot: int) -> bool:
        return not self.values[slot]

    def contains(self, slot: int, element: Any) -> bool:
        return element in self.values[slot]

    def view(self, function: Callable[..., Any], slots: tuple[int, ...]) -> Any:
        return function(*(self.values[slot] for slot in slots))

    def now(self) -> Time:
        if self._moments < 0:
            # Of the state before the step: what it forgot meanwhile leaves gaps below.
            self._moments = len(live_ranks(self._before))
        self._moments += 1
        return Time(self._moments - 1)

    def choose(self, options: Sequence[Any]) -> int:
        return self._chooser(options)

    def each(self, slot: int) -> Any:
        distinct = tuple(dict.fromkeys(self.values[slot]))
        if not distinct:
            raise Disabled
        # The elements of a bag that this very step changed are told apart by their order alone.
        is_as_before = self.values[slot] is self._before[slot]
        return distinct[self._chooser(distinct, slot if is_as_before else None)]

    def write(self, slot: int, value: Any) -> None:
        check_value(value, f"the new value of {self._slots[slot].name}")
        self.values[slot] = value

    def push(self, slot: int, element: Any) -> None:
        check_value(element, f"what is put into {self._slots[slot].name}")
        elements = (*self.values[slot], element)
        is_bag = self._slots[slot].kind is SlotKind.BAG
        self.values[slot] = in_order(elements) if is_bag else elements

    def remove_at(self, slot: int, index: int) -> None:
        elements = self.values[slot]
        self.values[slot] = elements[:index] + elements[index + 1 :]

    def remove(self, slot: int, element: Any) -> None:
        self.remove_at(slot, self.values[slot].index(element))

    def react(self, spec: Observer, event: Event) -> None:
        self.reactions.append((spec, event))


class LookingStep(PlainStep):
    """A step that only looks: what judges a state may not change it."""

    def _refuse(self, *_: object) -> NoReturn:
        raise ModelError(ONLY_LOOKS)

    write = push = remove_at = remove = react = choose = each = _refuse  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a step: the state it leads to, and the failure that ends the run, if any."""

    state: State
    choices: tuple[int, ...]
    failure: Failure | None
    title: str | None
    announced: tuple[Event, ...]
    passed: tuple[Mark, ...] = ()
    offered: tuple[Mark, ...] = ()
    picks: tuple[Pick, ...] = ()
    touched: frozenset[int] = frozenset()


def outcomes(
    system: System,
    state: State,
    run: Callable[[], None],
    watched: frozenset[str],
    kind: type[PlainStep] = PlainStep,
) -> Iterator[Outcome]:
    """Give every outcome of `run` on `state`; nothing where it is not enabled.

    `watched` names the specs that observe, `kind` the steps that it is run on. Raises `ModelError`
    where the model itself is wrong.
    """
    script = Script()
    while True:
        found = outcome(system, state, run, watched, script, kind)
        if found is not None:
            yield found
        if not script.advance():
            return


def outcome(
    system: System,
    state: State,
    run: Callable[[], None],
    watched: frozenset[str],
    chooser: Chooser,
    kind: type[PlainStep] = PlainStep,
) -> Outcome | None:
    """Give the one outcome that `chooser` decides, or None where the step is not enabled there."""
    step = kind(system, state, chooser)
    failure = None
    try:
        system.cursor.run(step, run)
    except Disabled:
        return None
    except Exception as error:
        failure = failure_of(error, NO_FAILURE.name)
    if failure is None:
        failure = _run_specs(system, step, watched)
    script = chooser if isinstance(chooser, Script) else Script()
    return Outcome(
        state=canonical(system, tuple(step.values)),
        choices=script.taken,
        failure=failure,
        title=step.title,
        announced=tuple(step.announced),
        passed=tuple(step.passed),
        offered=tuple(step.offered),
        picks=script.picks,
        touched=frozenset(step.touched),
    )


def _run_specs(system: System, step: PlainStep, watched: frozenset[str]) -> Failure | None:
    for spec, event in step.reactions:
        if spec.name in watched:
            try:
                system.cursor.run(step, lambda spec=spec, event=event: spec.observe(event))  # type: ignore[misc]
            except Exception as error:
                return failure_of(error, spec.name)
    return None


def judge(system: System, state: State, predicate: Callable[[], bool]) -> bool:
    """Tell whether `predicate` is true of `state`; what it raises passes through."""

    def refuse(alternatives: Sequence[Any], slot: int | None = None) -> int:
        raise AssertionError("a looking step does not choose")

    answer: object = system.cursor.run(LookingStep(system, state, refuse), predicate)
    return yes_or_no(answer, predicate)


def failure_of(error: Exception, property_name: str) -> Failure:
    """Give the failure that an exception in a step is; a wrong model's error passes through."""
    if isinstance(error, GtcheckError):
        error.place = error.place or place_of_error(error)
        raise error
    return Failure(property_name, message_of(error), place_of_error(error))


def initial_states(system: System, watched: frozenset[str]) -> list[Outcome]:
    """Give the outcomes of starting: one an initial state, or a failure."""
    return list(outcomes(system, blank_state(system), system.start, watched))


def blank_state(system: System) -> State:
    """Give the state before the start: every variable as it was declared."""
    return tuple(
        in_order(slot.initial) if slot.kind is SlotKind.BAG else slot.initial
        for slot in system.slots
    )


def live_ranks(values: Sequence[Any]) -> frozenset[int]:
    """Give the ranks of all times that a state remembers."""
    return frozenset().union(*(ranks_in(value) for value in values))


def canonical(system: System, state: State) -> State:
    """Renumber the times of a state to 0, 1, 2, ... in their order: only the order counts."""
    ranks = sorted(live_ranks(state))
    if not ranks or ranks[-1] == len(ranks) - 1:
        return state
    new = {rank: position for position, rank in enumerate(ranks)}
    return tuple(
        in_order(renumbered(value, new)) if slot.kind is SlotKind.BAG else renumbered(value, new)
        for slot, value in zip(system.slots, state, strict=True)
    )
