"""Systems of variables and actions: the lower layer, which reads like a TLA+ module."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from types import FunctionType, GeneratorType, MethodType
from typing import Any, Protocol, TypeVar, overload

from .actions import ELEMENTS_MAX, Action, bind, check_parameters, label
from .errors import ModelError, Place
from .events import Event
from .fairness import Fairness, FairnessName
from .places import place_of, place_of_caller
from .promises import Promises
from .properties import Property, PropertyKind, kebab, summary_of, unjudged
from .steps import Disabled, Mark, MarkKind, Observer, Slot, SlotKind
from .symmetry import SymmetricSet, part_of
from .values import Time, check_value, show
from .variables import Bag, Cursor, Queue, Table, Variable

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
F = TypeVar("F", bound=Callable[..., None])

_OPTIONS_TOLD_MAX = 64
_ALWAYS_TRUE = (FunctionType, MethodType, GeneratorType)


class Attachable(Observer, Protocol):
    """A spec that can be made part of a system."""

    def attach(self, system: System) -> None:
        """Make its fields variables of the system."""


def guard(condition: object) -> None:
    """Go on only where `condition` is true: elsewhere the running step is not enabled.

    Raises `ModelError` for a function or a generator, which would be true whatever the state.
    """
    if isinstance(condition, _ALWAYS_TRUE):
        raise ModelError(f"guard was given {unjudged(condition)}")
    if not condition:
        raise Disabled


class System(Promises):
    """What a system may do: its variables, its actions, and the properties to check.

    A step is one action with one outcome of its choices, and it is atomic. Actions are plain
    functions that read and write the variables' handles; they must be pure otherwise.

    >>> system = System("clock")
    >>> hour = system.variable("hour", 0)
    >>> @system.action
    ... def tick() -> None:
    ...     hour.value = (hour.value + 1) % 12
    >>> @system.always
    ... def the_hour_is_on_the_dial() -> bool:
    ...     return 0 <= hour.value < 12
    """

    def __init__(self, name: str = "system") -> None:
        super().__init__()
        self.name = name
        self.parameters: dict[str, object] = {}
        self.faults: dict[str, int] = {}
        self.cursor = Cursor()
        self._slots: list[Slot] = []
        self._actions: list[Action] = []
        self._starters: list[Callable[[], None]] = []
        self._listeners: list[Callable[[Event], None]] = []
        self._observers: dict[type[Event], list[Observer]] = {}
        self.symmetric_sets: list[SymmetricSet] = []

    # ---- what the engines ask -------------------------------------------------------------

    @property
    def slots(self) -> Sequence[Slot]:
        """The state vector's slots, by index."""
        return self._slots

    @property
    def actions(self) -> list[Action]:
        """All actions in a stable order: as declared, deliveries by receiver and sender."""
        return sorted(self._actions, key=lambda action: action.order)

    def start(self) -> None:
        """Run what happens before the first step: the entries of the machines' start states."""
        for starter in self._starters:
            starter()

    @property
    def channels(self) -> tuple[tuple[str, str], ...]:
        """The channels between machines that were found so far, by who sends and who receives."""
        return ()

    def open_channels(self, found: Iterable[tuple[str, str]]) -> None:
        """Open channels that another exploration found, in its order.

        Raises `SystemGrew` where there were fewer, and `KeyError` where there is no such machine.
        """
        if tuple(found):
            raise KeyError("a system without machines has no channels")

    def machine_identities(self) -> Mapping[str, tuple[Any, ...]]:
        """Give what tells machines from their like, by name, where that is not the name."""
        return {}

    # ---- symmetry --------------------------------------------------------------------------

    def symmetric(self, name: str, members: Iterable[Hashable]) -> None:
        """Declare that members are interchangeable, for example regions, items or values.

        Whatever may happen to some of them may happen to any others in their stead, and no property
        tells them apart. Nothing relies on it unless an exploration asks for symmetry, and then it
        is checked. Members are renamed wherever they stand, numbers in keys only: see
        `SymmetricSet`.

        >>> system = System()
        >>> system.symmetric("replicas", ["one", "two"])

        Raises `ModelError` for members that are none, or are in two sets.
        """
        declared = SymmetricSet(name, tuple(members), place_of_caller())
        declared.check(self.symmetric_sets)
        self.symmetric_sets.append(declared)

    # ---- variables -------------------------------------------------------------------------

    def variable(
        self, name: str, initial: T, *, identity: tuple[Hashable, ...] | None = None
    ) -> Variable[T]:
        """Declare a variable; raise `ModelError` where `initial` is not an immutable value.

        A variable of its own for each of some symmetric members, or pairs of them, says so with its
        `identity`: a label that all of these have, and the members.
        """
        return Variable(
            self.cursor, self.add_slot(name, SlotKind.VALUE, initial, identity=identity)
        )

    def table(
        self,
        name: str,
        over: Iterable[K],
        initial: T,
        *,
        identity: tuple[Hashable, ...] | None = None,
    ) -> Table[K, T]:
        """Declare a variable for each key of `over`, all with the same `initial` value."""
        variables: dict[K, Variable[T]] = {
            key: self.variable(
                f"{name}[{label(key)}]", initial, identity=(*(identity or (name,)), part_of(key))
            )
            for key in over
        }
        return Table(name, variables)

    def queue(
        self,
        name: str,
        of: type[T],
        initial: Sequence[T] = (),
        *,
        identity: tuple[Hashable, ...] | None = None,
    ) -> Queue[T]:
        """Declare a first-in-first-out queue of elements of the type `of`; see `variable`."""
        return Queue(
            self.cursor, self.add_slot(name, SlotKind.QUEUE, tuple(initial), identity=identity)
        )

    def queues(self, name: str, over: Iterable[K], of: type[T]) -> dict[K, Queue[T]]:
        """Declare an empty queue for each key of `over`."""
        return {
            key: self.queue(f"{name}[{label(key)}]", of, identity=(name, part_of(key)))
            for key in over
        }

    def bag(self, name: str, of: type[T], initial: Sequence[T] = ()) -> Bag[T]:
        """Declare an unordered bag of elements of the type `of`."""
        return Bag(self.cursor, self.add_slot(name, SlotKind.BAG, tuple(initial)))

    def add_slot(
        self,
        name: str,
        kind: SlotKind,
        initial: object,
        order: tuple[int, ...] = (0,),
        *,
        identity: tuple[Hashable, ...] | None = None,
    ) -> int:
        """Add a slot to the state vector, shown by its `order`, and give its index."""
        check_value(initial, f"the initial value of {name}", place_of_caller())
        if any(slot.name == name for slot in self._slots):
            raise ModelError(f"two variables are called {name!r}", place=place_of_caller())
        parts = identity or (name,)
        self._slots.append(Slot(len(self._slots), name, kind, initial, order, parts))
        return len(self._slots) - 1

    # ---- actions ---------------------------------------------------------------------------

    @overload
    def action(self, function: F, /) -> F: ...
    @overload
    def action(
        self, function: None = None, /, *, fairness: FairnessName = "none", **over: Iterable[Any]
    ) -> Callable[[F], F]: ...
    def action(
        self, function: Any = None, /, *, fairness: FairnessName = "none", **over: Iterable[Any]
    ) -> Any:
        """Declare an action, one for each combination of the given parameters' values.

        The function returns nothing, calls `guard` for when it is enabled, may `choose`, and is
        run once a distinct thing that it looks at. Each is fair on its own, as `fairness` says.
        """
        domains = {name: tuple(values) for name, values in over.items()}
        owed = Fairness.named(fairness)

        def declare(function: Callable[..., None]) -> Callable[..., None]:
            check_parameters(function, domains)
            for values in itertools.product(*domains.values()):
                bound = dict(zip(domains, values, strict=True))
                shown = ", ".join(f"{name}={label(value)}" for name, value in bound.items())
                self.add_action(
                    kebab(function.__name__) + (f"({shown})" if shown else ""),
                    bind(function, bound),
                    place_of(function),
                    fairness=owed,
                    identity=(kebab(function.__name__), *map(part_of, values)),
                )
            return function

        return declare if function is None else declare(function)

    def add_action(
        self,
        name: str,
        run: Callable[[], None],
        place: Place | None = None,
        order: tuple[int, ...] = (0,),
        actor: str = "",
        fairness: Fairness = Fairness.NONE,
        identity: tuple[Any, ...] | None = None,
    ) -> None:
        """Add an action that is already bound; those of a smaller `order` are taken first.

        `actor` is who takes it, where several actions are one party's.
        """
        if any(action.name == name for action in self._actions):
            raise ModelError(f"two actions are called {name!r}", place=place)
        owner, parts = actor or name, identity or (name,)
        self._actions.append(Action(name, run, place, order, owner, fairness, parts))

    def on_start(self, starter: Callable[[], None]) -> None:
        """Run `starter`, as one step with all others, before the first step."""
        self._starters.append(starter)

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every announced event, as part of the step that announces it.

        Unlike a spec it may change variables, choose, and say that the step is not enabled.
        """
        self._listeners.append(listener)

    def choose(self, options: Iterable[T]) -> T:
        """Branch: the running step is taken once with each of `options`, of which one must be."""
        listed = tuple(itertools.islice(options, ELEMENTS_MAX + 1))
        if len(listed) > ELEMENTS_MAX:
            raise ModelError(f"a step chooses among over {ELEMENTS_MAX:,} options; give it fewer")
        if not listed:
            raise Disabled
        step = self.cursor.step
        marks = _option_marks(listed)
        for mark in marks:
            step.offer(mark)
        taken = step.choose(listed)
        if marks:
            step.pass_by(marks[taken])
        return listed[taken]

    def now(self) -> Time:
        """Give a moment after all that are remembered anywhere in the state."""
        return self.cursor.step.now()

    def describe(self, step: str) -> None:
        """Say in traces what the running step is, instead of its action's name."""
        self.cursor.step.title = step

    def announce(self, event: Event) -> None:
        """Tell the specs that listen to `event`; they have run before anything else does."""
        step = self.cursor.step
        step.announced.append(event)
        for listener in self._listeners:
            listener(event)
        kind = type(event)
        if kind not in self._observers:
            specs = (found.spec for found in self._properties.values() if found.spec is not None)
            self._observers[kind] = [spec for spec in specs if spec.observes(event)]
        for spec in self._observers[kind]:
            step.react(spec, event)

    def spec(self, spec: Attachable, *, promised: bool = True) -> None:
        """Attach a spec, which observes announced events; it is a property of its own name."""
        spec.attach(self)
        self._observers.clear()
        predicate = spec.owes_nothing if spec.has_hot_states else None
        self.add_property(
            Property(
                name=spec.name,
                kind=PropertyKind.SPEC,
                summary=summary_of(type(spec)),
                promised=promised,
                predicate=predicate,
                spec=spec,
                place=place_of(type(spec)),
            )
        )


def _option_marks(options: Sequence[object]) -> list[Mark]:
    """Give a mark for each of a few options, by the line that chooses; none for very many."""
    if len(options) > _OPTIONS_TOLD_MAX:
        return []
    place = place_of_caller()
    where = "" if place is None else f" at {place}"
    return [Mark(MarkKind.OPTION, f"{show(option)}{where}") for option in options]
