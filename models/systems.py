"""Systems of variables and actions: the lower layer, which reads like a TLA+ module."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from .errors import ModelError
from .events import Event
from .fairness import Fairness, FairnessName
from .places import place_of, place_of_caller
from .promises import Promises
from .properties import Property, PropertyKind, kebab, summary_of
from .steps import Disabled, Mark, MarkKind, Observer, Slot, SlotKind
from .values import Time, check_value, show
from .variables import Bag, Cursor, Queue, Table, Variable

if TYPE_CHECKING:
    from .errors import Place

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
F = TypeVar("F", bound=Callable[..., None])

_ELEMENTS_MAX = 100_000
_OPTIONS_TOLD_MAX = 64


@dataclass(frozen=True, slots=True)
class Action:
    """One action with its parameters bound: `run` takes one step of the running state.

    `actor` is who takes it: the machine, the channel, or else the action itself. `fairness` is what
    runs without end owe it.
    """

    name: str
    run: Callable[[], None]
    place: Place | None
    order: tuple[int, ...] = ()
    actor: str = ""
    fairness: Fairness = Fairness.NONE


class Attachable(Observer, Protocol):
    """A spec that can be made part of a system."""

    def attach(self, system: System) -> None:
        """Make its fields variables of the system."""


def guard(condition: object) -> None:
    """Go on only where `condition` is true: elsewhere the running step is not enabled."""
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

    # ---- variables -------------------------------------------------------------------------

    def variable(self, name: str, initial: T) -> Variable[T]:
        """Declare a variable; raise `ModelError` where `initial` is not an immutable value."""
        return Variable(self.cursor, self.add_slot(name, SlotKind.VALUE, initial))

    def table(self, name: str, over: Iterable[K], initial: T) -> Table[K, T]:
        """Declare a variable for each key of `over`, all with the same `initial` value."""
        variables: dict[K, Variable[T]] = {
            key: self.variable(f"{name}[{label(key)}]", initial) for key in over
        }
        return Table(name, variables)

    def queue(self, name: str, of: type[T], initial: Sequence[T] = ()) -> Queue[T]:
        """Declare a first-in-first-out queue of elements of the type `of`."""
        return Queue(self.cursor, self.add_slot(name, SlotKind.QUEUE, tuple(initial)))

    def queues(self, name: str, over: Iterable[K], of: type[T]) -> dict[K, Queue[T]]:
        """Declare an empty queue for each key of `over`."""
        return {key: self.queue(f"{name}[{label(key)}]", of) for key in over}

    def bag(self, name: str, of: type[T], initial: Sequence[T] = ()) -> Bag[T]:
        """Declare an unordered bag of elements of the type `of`."""
        return Bag(self.cursor, self.add_slot(name, SlotKind.BAG, tuple(initial)))

    def add_slot(
        self, name: str, kind: SlotKind, initial: object, order: tuple[int, ...] = (0,)
    ) -> int:
        """Add a slot to the state vector, shown by its `order`, and give its index."""
        check_value(initial, f"the initial value of {name}", place_of_caller())
        if any(slot.name == name for slot in self._slots):
            raise ModelError(f"two variables are called {name!r}", place=place_of_caller())
        self._slots.append(Slot(len(self._slots), name, kind, initial, order))
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
            _check_parameters(function, domains)
            for values in itertools.product(*domains.values()):
                bound = dict(zip(domains, values, strict=True))
                shown = ", ".join(f"{name}={label(value)}" for name, value in bound.items())
                self.add_action(
                    kebab(function.__name__) + (f"({shown})" if shown else ""),
                    _bind(function, bound),
                    place_of(function),
                    fairness=owed,
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
    ) -> None:
        """Add an action that is already bound; those of a smaller `order` are taken first.

        `actor` is who takes it, where several actions are one party's.
        """
        if any(action.name == name for action in self._actions):
            raise ModelError(f"two actions are called {name!r}", place=place)
        self._actions.append(Action(name, run, place, order, actor or name, fairness))

    def on_start(self, starter: Callable[[], None]) -> None:
        """Run `starter`, as one step with all others, before the first step."""
        self._starters.append(starter)

    def choose(self, options: Iterable[T]) -> T:
        """Branch: the running step is taken once with each of `options`, of which one must be."""
        listed = tuple(itertools.islice(options, _ELEMENTS_MAX + 1))
        if len(listed) > _ELEMENTS_MAX:
            raise ModelError(f"a step chooses among over {_ELEMENTS_MAX:,} options; give it fewer")
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
        for found in self._properties.values():
            if found.spec is not None and found.spec.observes(event):
                step.react(found.spec, event)

    def spec(self, spec: Attachable, *, promised: bool = True) -> None:
        """Attach a spec, which observes announced events; it is a property of its own name."""
        spec.attach(self)
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


def label(key: object) -> str:
    """Give a key as it stands in the names of variables and actions."""
    if isinstance(key, tuple):
        return ", ".join(map(label, key))
    return str(getattr(key, "name", key))


def _option_marks(options: Sequence[object]) -> list[Mark]:
    """Give a mark for each of a few options, by the line that chooses; none for very many."""
    if len(options) > _OPTIONS_TOLD_MAX:
        return []
    place = place_of_caller()
    where = "" if place is None else f" at {place}"
    return [Mark(MarkKind.OPTION, f"{show(option)}{where}") for option in options]


def _bind(function: Callable[..., None], bound: dict[str, Any]) -> Callable[[], None]:
    return lambda: function(**bound)


def _check_parameters(function: Callable[..., None], domains: dict[str, tuple[Any, ...]]) -> None:
    wanted = set(inspect.signature(function).parameters)
    if wanted != set(domains):
        raise ModelError(
            f"action {function.__name__} takes ({', '.join(sorted(wanted)) or 'nothing'}) but is "
            f"declared over ({', '.join(sorted(domains)) or 'nothing'}); "
            f"write @system.action({', '.join(f'{name}=...' for name in sorted(wanted))})",
            place=place_of(function),
        )
    for name, values in domains.items():
        if len(values) > _ELEMENTS_MAX:
            raise ModelError(
                f"parameter {name} of action {function.__name__} has over {_ELEMENTS_MAX:,} values",
                place=place_of(function),
            )
