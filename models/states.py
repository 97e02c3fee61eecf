"""The states of a machine, and the declarations of what happens in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from .errors import ModelError
from .events import Event
from .fairness import Fairness, FairnessName
from .places import place_of, place_of_caller

M = TypeVar("M")
E = TypeVar("E", bound=Event)
Handler = Callable[[M, E], None]
F = TypeVar("F", bound=Callable[..., Any])
Hook = TypeVar("Hook", bound=Callable[[Any], None])


class State:
    """A state of a machine: a class attribute, of which one has `start=True`.

    `defer` keeps events of these types waiting in their channel, `ignore` drops them. A spec's
    state may be `hot`: something that was asked for is still owed.

        class Lock(Machine):
            free = State(start=True)
            held = State(defer=(Acquire,))

            @free.on(Acquire)
            def grant(self, request: Acquire) -> None: ...
    """

    def __init__(
        self,
        *,
        start: bool = False,
        hot: bool = False,
        defer: tuple[type[Event], ...] = (),
        ignore: tuple[type[Event], ...] = (),
    ) -> None:
        self.name = "?"
        self.owner: type | None = None
        self.start = start
        self.hot = hot
        self.defer = defer
        self.ignore = ignore
        for event in (*defer, *ignore):
            check_event(event, "a State defers or ignores")

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner = owner
        self.name = name

    def __repr__(self) -> str:
        return f"{self.owner.__name__ if self.owner else '?'}.{self.name}"

    def on(self, *events: type[E]) -> Callable[[Handler[M, E]], Handler[M, E]]:
        """Handle events of these types in this state."""
        return _handles(events, self)

    def entry(self, function: Hook) -> Hook:
        """Run this when the state is entered, the start state's at the very beginning."""
        return _declare(function, Declared("entry", state=self))

    def exit(self, function: Hook) -> Hook:
        """Run this when the state is left."""
        return _declare(function, Declared("exit", state=self))


@dataclass(frozen=True, slots=True)
class Declared:
    """What a method of a machine was declared to be: its role, state, events and fairness."""

    role: str
    state: State | None = None
    events: tuple[type[Event], ...] = ()
    fairness: Fairness = Fairness.NONE


def on(*events: type[E]) -> Callable[[Handler[M, E]], Handler[M, E]]:
    """Handle events of these types in every state that says nothing else of them."""
    return _handles(events, None)


@overload
def action(function: Hook, /) -> Hook:
    """Declare a step of the machine's own accord, weakly fair."""


@overload
def action(function: None = None, /, *, fairness: FairnessName) -> Callable[[Hook], Hook]:
    """Declare a step of the machine's own accord, as fair as it says."""


def action(function: Any = None, /, *, fairness: FairnessName = "weak") -> Any:
    """Declare a step that the machine takes of its own accord, where its `guard` lets it.

    A machine that can take it all the time does so in the end, unless `fairness` says otherwise.
    """
    declared = Declared("action", fairness=Fairness.named(fairness))

    def declare(function: Callable[[Any], None]) -> Callable[[Any], None]:
        return _declare(function, declared)

    return declare if function is None else declare(function)


def restart(function: Hook) -> Hook:
    """Run this when the machine restarts after a crash: it has its durable fields only."""
    return _declare(function, Declared("restart"))


def declarations_of(function: object) -> list[Declared]:
    """Give what a method was declared to be; nothing for an ordinary one."""
    found: list[Declared] = getattr(function, "__gtcheck__", [])
    return found


def check_event(event: object, what: str, function: Callable[..., Any] | None = None) -> None:
    """Raise `ModelError` unless `event` is a class of events."""
    if not (isinstance(event, type) and issubclass(event, Event)):
        shown = getattr(event, "__name__", repr(event))
        raise ModelError(
            f"{what} {shown}, which is no event; make it a subclass of Event",
            place=place_of(function) if function else place_of_caller(),
        )


def _handles(
    events: tuple[type[E], ...], state: State | None
) -> Callable[[Handler[M, E]], Handler[M, E]]:
    def declare(function: Handler[M, E]) -> Handler[M, E]:
        for event in events:
            check_event(event, f"{function.__name__} handles", function)
        if not events:
            raise ModelError(
                f"{function.__name__} handles nothing; name the event: @on(Put)",
                place=place_of(function),
            )
        return _declare(function, Declared("handler", state, tuple(events)))

    return declare


def _declare(function: F, declared: Declared) -> F:
    if not callable(function):
        raise ModelError(f"{declared.role} is declared on {function!r}, which is no method")
    declarations = [*declarations_of(function), declared]
    function.__gtcheck__ = declarations  # type: ignore[attr-defined]
    return function
