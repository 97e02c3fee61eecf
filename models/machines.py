"""Machines: the P-like layer, in which protocols are written as the parties that run them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NoReturn, Protocol, TypeVar

from .automata import Automaton, Goto, Raised
from .errors import ModelError
from .events import Event
from .fairness import Fairness
from .handles import is_initial, reset
from .places import place_of
from .states import declarations_of
from .systems import System
from .values import Time
from .variables import Shared

M = TypeVar("M", bound="Machine")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ref(Generic[M]):
    """The address of a machine: a value that may be kept in fields and sent in events."""

    name: str

    def __str__(self) -> str:
        return self.name


class Surroundings(Protocol):
    """The system around a machine, as the machine sees it."""

    def send(self, sender: Machine, target: Ref[Any], event: Event) -> None:
        """Put an event on the channel to another machine."""

    def announce(self, event: Event) -> None:
        """Tell the specs that listen."""

    def choose(self, options: Iterable[T]) -> T:
        """Branch over options."""

    def now(self) -> Time:
        """Give a moment after all that are remembered."""

    def describe(self, step: str) -> None:
        """Say in traces what the running step is."""

    def can_step(self, machine: Machine) -> bool:
        """Tell whether no fault keeps a machine from taking a step."""

    def can_reach(self, source: str, target: str) -> bool:
        """Tell whether no fault keeps one site from reaching another."""

    def create(self, kind: type[M], values: dict[str, Any]) -> Ref[M]:
        """Bring a machine of a pool to life."""

    def mark_halted(self, machine: Machine) -> None:
        """Let a machine take part no more."""


class Halted(BaseException):
    """Ends a handler: the machine halts, and what is sent to it from now on is dropped."""


class Machine(Automaton, Shared):
    """A party of a protocol: fields, handlers, and steps of its own accord.

    A handler runs to completion as one atomic step. `name` must be unique; `site` is where the
    machine stands for faults of whole regions, by default a place of its own. A machine that holds
    another as a constant calls it within its own step: between them nothing can come. A machine
    that belongs to members of symmetric sets and is not called like one names them as `identity`.

        class Counter(Machine):
            owner: Ref[Client]
            count: int = durable(0)

            @on(Increment)
            def increment(self, request: Increment) -> None:
                self.count += 1
                self.send(self.owner, Counted(self.count))
    """

    name: str
    site: str = ""
    identity: tuple[Hashable, ...] = ()

    halts: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        names = (name for function in cls.own_functions() for name in function.__code__.co_names)
        cls.halts = cls.halts or "halt" in names

    def attach(self, system: System) -> None:
        """Make fields, handlers and actions part of the system; called by `MachineSystem.add`."""
        if not self.site:
            self.__dict__["site"] = self.name
        self.__dict__["system_"] = system
        self.__dict__["sender_"] = None
        self.bind(system, self.name)

    def actions(self) -> Iterable[tuple[str, Callable[[Any], None], Fairness]]:
        """Give the methods that are steps of the machine's own accord, bases' first."""
        found: dict[str, tuple[str, Callable[[Any], None], Fairness]] = {}
        for cls in reversed(type(self).__mro__):
            for name, function in vars(cls).items():
                for declared in declarations_of(function):
                    if declared.role == "action":
                        found[name] = (name, function, declared.fairness)
        return found.values()

    @property
    def own_identity(self) -> Any:
        """What tells it from its like: the members that it belongs to, or its name."""
        return self.__dict__.get("identity") or self.name

    @property
    def system(self) -> Surroundings:
        """The system that the machine is part of."""
        system: Surroundings | None = self.__dict__.get("system_")
        if system is None:
            raise ModelError(f"{self.name} was used before it was added to a system")
        return system

    @property
    def ref(self) -> Ref[Any]:
        """The address of this machine."""
        return Ref(self.name)

    @property
    def sender(self) -> Ref[Any]:
        """The address of the machine whose event is being handled."""
        sender: Ref[Any] | None = self.__dict__.get("sender_")
        if sender is None:
            raise ModelError(f"{self.name} asked for the sender outside a handler of a sent event")
        return sender

    def send(self, target: Ref[Any], event: Event) -> None:
        """Send an event; it arrives in a later step, in the order that the channel keeps."""
        self.system.send(self, target, event)

    def reply(self, event: Event) -> None:
        """Send an event to the machine whose event is being handled."""
        self.send(self.sender, event)

    def announce(self, event: Event) -> None:
        """Tell the specs that listen; they have run before anything else does."""
        self.system.announce(event)

    def choose(self, options: Iterable[T]) -> T:
        """Branch: the running step is taken once with each of `options`."""
        return self.system.choose(options)

    def now(self) -> Time:
        """Give a moment after all that are remembered anywhere in the system."""
        return self.system.now()

    def describe(self, step: str) -> None:
        """Say in traces what the running step is, instead of its action's name."""
        self.system.describe(step)

    def works_with(self, other: Machine) -> bool:
        """Tell whether the other machine runs and no fault keeps this one's site from its site."""
        return self.system.can_step(other) and self.system.can_reach(self.site, other.site)

    def create(self, kind: type[M], **values: Any) -> Ref[M]:
        """Bring a machine of the system's pool of this kind to life, with these field values.

        Its start state's entry runs within this step. A pool that is used up is a violation.
        """
        return self.system.create(kind, values)

    def halt(self) -> NoReturn:
        """End the handler and the machine: events that come to it are dropped from now on."""
        if not self.halts:
            raise ModelError(
                f"{type(self).__name__} halts, but not in a method of its own; "
                "write halts = True in the class",
                place=place_of(type(self)),
            )
        raise Halted

    def receive(self, sender: Ref[Any], event: Event) -> None:
        """Handle an event that was sent, as the step that delivers it."""
        self.__dict__["sender_"] = sender
        try:
            self.dispatch(event)
        except Halted:
            self.system.mark_halted(self)
        finally:
            self.__dict__["sender_"] = None

    def act(self, function: Callable[[Any], None]) -> None:
        """Take a step of the machine's own accord."""
        before = self.current_state
        try:
            function(self)
        except Goto as goto:
            self.enter(goto.state.name, leave=before)
        except Raised as raised:
            self.dispatch(raised.event)
        except Halted:
            self.system.mark_halted(self)

    def begin(self) -> None:
        """Enter the start state, as at the very beginning."""
        try:
            self.enter(self.start_state)
        except Halted:
            self.system.mark_halted(self)

    def would_forget(self) -> bool:
        """Tell whether a crash would lose anything: a volatile field, or the state."""
        lost = (name for name, field in self.fields_.items() if not field.durable)
        if not all(is_initial(self.handles[name], self.initial_of(name)) for name in lost):
            return True
        return self._state is not None and self._state.value != self.start_state

    def crash(self) -> None:
        """Forget the volatile fields and the state; durable fields stay."""
        for name, field in self.fields_.items():
            if not field.durable:
                reset(self.handles[name], self.initial_of(name))
        if self._state is not None:
            self._state.value = self.start_state

    def recover(self) -> None:
        """Restart after a crash: run the `@restart` method, or the start state's entry."""
        hook = self.hooks_.get(("restart", None))
        if hook is None:
            self.begin()
        else:
            self.act(hook)

    def require_known(self, names: Iterable[str]) -> None:
        """Raise `ModelError` where a constant of this machine addresses one that is not there."""
        known = set(names)
        for constant in self.constants_:
            for ref in _refs_in(self.__dict__.get(constant)):
                if ref.name not in known:
                    raise ModelError(
                        f"{self.name}.{constant} addresses {ref.name!r}, which is not in the "
                        f"system; machines: {', '.join(sorted(known))}",
                        place=place_of(type(self)),
                    )


def _refs_in(value: object) -> Iterable[Ref[Any]]:
    if isinstance(value, Ref):
        return (value,)
    if isinstance(value, (tuple, frozenset)):
        return (ref for part in value for ref in _refs_in(part))
    return ()
