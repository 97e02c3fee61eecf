"""What machines and specs share: fields, states, handlers, and how an event is handled."""

from __future__ import annotations

import dis
import inspect
import itertools
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform

from .errors import ModelError, Place
from .events import Event
from .fields import Field, FieldAccess, check_field
from .handles import make_handle
from .places import place_in, place_of
from .states import Declared, State, declarations_of
from .steps import Mark, MarkKind, StepFailure
from .systems import System
from .values import check_value
from .variables import Cursor, Shared, Variable

_MOVES_MAX = 1_000

Handlers = dict[tuple[str | None, type[Event]], Callable[[Any, Any], None]]
Hooks = dict[tuple[str, str | None], Callable[[Any], None]]


class Unhandled(StepFailure):
    """An event came to a state that says nothing of it."""


class Goto(BaseException):
    """Ends a handler: the machine goes to another state."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class Raised(BaseException):
    """Ends a handler: the machine handles this event next, before all that wait."""

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.event = event


@dataclass_transform(kw_only_default=True)
class Automaton:
    """Fields, states and handlers; `Machine` and `Spec` are the two kinds.

    Annotated attributes without a storage are constants, given to the constructor by keyword.
    """

    name: str

    fields_: ClassVar[dict[str, Field]] = {}
    constants_: ClassVar[dict[str, Any]] = {}
    states_: ClassVar[dict[str, State]] = {}
    handlers_: ClassVar[Handlers] = {}
    hooks_: ClassVar[Hooks] = {}

    handles: dict[str, Any]
    if TYPE_CHECKING:
        _state: Variable[str] | None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.fields_ = dict(cls.fields_)
        cls.constants_ = dict(cls.constants_)
        _collect_fields(cls)
        cls.states_ = {**cls.states_, **_own(cls, State)}
        starts = [state.name for state in cls.states_.values() if state.start]
        if len(starts) > 1 or (cls.states_ and not starts):
            problem = "no start state" if not starts else f"two start states, {', '.join(starts)}"
            raise ModelError(
                f"{cls.__name__} has {problem}; give exactly one State(start=True)",
                place=place_of(cls),
            )
        cls.handlers_ = dict(cls.handlers_)
        cls.hooks_ = dict(cls.hooks_)
        for function in cls.own_functions():
            _check_stores(cls, function)
            for declared in declarations_of(function):
                _collect_declaration(cls, function, declared)
        _check_goals(cls)

    def __init__(self, **given: Any) -> None:
        cls = type(self)
        unknown = set(given) - set(cls.constants_) - set(cls.fields_)
        missing = [name for name, default in cls.constants_.items() if default is _MISSING]
        missing = [name for name in missing if name not in given]
        if unknown or missing:
            what = f"has no {sorted(unknown)[0]!r}" if unknown else f"needs {missing[0]!r}"
            known = ", ".join([*cls.constants_, *cls.fields_])
            raise ModelError(f"{cls.__name__} {what}; it takes {known}", place=place_of(cls))
        for name, default in cls.constants_.items():
            value = given.get(name, default)
            if not isinstance(value, Shared):
                check_value(value, f"{cls.__name__}.{name}", place_of(cls))
            self.__dict__[name] = value
        self.__dict__["initial_"] = {
            name: given.get(name, field.initial) for name, field in cls.fields_.items()
        }
        self.__dict__["handles"] = {}
        self.__dict__["_state"] = None

    # Hidden from type checkers, which would else let every attribute be written.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name in type(self).fields_:
                object.__setattr__(self, name, value)
                return
            raise _no_field(type(self), name, place_of(type(self)))

    @classmethod
    def own_functions(cls) -> Iterator[FunctionType]:
        """Give the functions that the class itself defines."""
        return (found for found in vars(cls).values() if isinstance(found, FunctionType))

    @classmethod
    def vocabulary(cls) -> frozenset[type[Event]]:
        """Give the types of events that some state handles, defers or ignores."""
        named = {event for _, event in cls.handlers_}
        for state in cls.states_.values():
            named |= {*state.defer, *state.ignore}
        return frozenset(named)

    def bind(self, system: System, name: str) -> None:
        """Make the fields variables of the system; raise `ModelError` when done twice."""
        if self.handles:
            raise ModelError(f"{name} is part of a system already")
        self.__dict__["cursor_"] = system.cursor
        for field_name, field in self.fields_.items():
            initial = self.initial_of(field_name)
            self.handles[field_name] = make_handle(system, self, field_name, field, initial)
        if len(self.states_) > 1:
            identity = self.identity_of("state")
            self.__dict__["_state"] = system.variable(
                f"{name}.state", self.start_state, identity=identity
            )

    @property
    def own_identity(self) -> Any:
        """What tells it from its like: its name, unless it says otherwise."""
        return self.name

    def identity_of(self, part: str) -> tuple[Any, ...]:
        """Give the identity of a variable or an action that belongs to it."""
        return (f"{type(self).__qualname__}.{part}", self.own_identity)

    def initial_of(self, field_name: str) -> Any:
        """Give what a field of this very machine begins with."""
        return self.__dict__["initial_"][field_name]

    @property
    def start_state(self) -> str:
        """The name of the start state; "" for a machine without states."""
        return next((state.name for state in self.states_.values() if state.start), "")

    @property
    def current_state(self) -> str:
        """The name of the state that the machine is in."""
        return self.start_state if self._state is None else self._state.value

    def enter(self, state_name: str, *, leave: str | None = None) -> None:
        """Leave one state and enter another, following what the entry itself decides."""
        for _ in range(_MOVES_MAX):
            following = self._move(leave, state_name)
            if following is None:
                return
            leave, state_name = state_name, following
        raise StepFailure(f"{self.name} changed its state {_MOVES_MAX:,} times in one step")

    def dispatch(self, event: Event) -> None:
        """Handle an event, and whatever it raises, in the current state."""
        following: Event | None = event
        for _ in range(_MOVES_MAX):
            if following is None:
                return
            following = self._handle(following)
        raise StepFailure(f"{self.name} raised events {_MOVES_MAX:,} times in one step")

    def wants(self, event: Event) -> str:
        """Tell what the current state does with an event: handle, defer, ignore, or nothing."""
        state = self.current_state
        declared = self.states_.get(state)
        if declared is not None and type(event) in declared.defer:
            return "defer"
        if declared is not None and type(event) in declared.ignore:
            return "ignore"
        return "handle" if self._handler(state, event) is not None else "nothing"

    def goto(self, state: State) -> NoReturn:
        """End the handler and go to a state of this machine: exit, then entry."""
        raise Goto(state)

    def raise_event(self, event: Event) -> NoReturn:
        """End the handler and handle `event` next, before all that wait."""
        raise Raised(event)

    @classmethod
    def handler_label(cls, state: str | None, event: type[Event]) -> str:
        """Give what a coverage calls the handler of an event, in a state or in all others."""
        where = f" in {state}" if state is not None else ""
        return f"{cls.__name__} handles {event.__name__}{where}"

    @classmethod
    def state_label(cls, state: str) -> str:
        """Give what a coverage calls a state."""
        return f"{cls.__name__}.{state}"

    def _pass_by(self, kind: MarkKind, name: str) -> None:
        cursor: Cursor = self.__dict__["cursor_"]
        cursor.step.pass_by(Mark(kind, name))

    def _handler(self, state: str, event: Event) -> Callable[[Any, Any], None] | None:
        return self.handlers_.get((state, type(event))) or self.handlers_.get((None, type(event)))

    def _handle(self, event: Event) -> Event | None:
        state = self.current_state
        if self.wants(event) == "ignore":
            return None
        handler = self._handler(state, event)
        if handler is None:
            where = f" in state {state}" if state else ""
            raise Unhandled(f"{self.name} cannot handle {event}{where}")
        declared = state if (state, type(event)) in self.handlers_ else None
        self._pass_by(MarkKind.HANDLER, self.handler_label(declared, type(event)))
        try:
            handler(self, event)
        except Goto as goto:
            self.enter(goto.state.name, leave=state)
        except Raised as raised:
            return raised.event
        return None

    def _move(self, leave: str | None, state_name: str) -> str | None:
        leaving = self.hooks_.get(("exit", leave)) if leave is not None else None
        self._pass_by(MarkKind.STATE, self.state_label(state_name))
        if leaving is not None:
            try:
                leaving(self)
            except (Goto, Raised):
                raise ModelError(
                    f"the exit of {self.name}.{leave} goes elsewhere; only handlers and entries do",
                    place=place_of(leaving),
                ) from None
        if self._state is not None:
            self._state.value = state_name
        entering = self.hooks_.get(("entry", state_name))
        if entering is not None:
            try:
                entering(self)
            except Goto as goto:
                return goto.state.name
            except Raised as raised:
                self.dispatch(raised.event)
        return None


class _Missing:
    """The type of the mark for a constant without default."""


_MISSING = _Missing()
_OWN_NAMES = frozenset({"handles", "_state"})


def _collect_fields(cls: type[Automaton]) -> None:
    annotations = inspect.get_annotations(cls)
    for name, annotation in annotations.items():
        if name in _OWN_NAMES or "ClassVar" in str(annotation):
            continue
        default = vars(cls).get(name, _MISSING)
        if isinstance(default, Field):
            check_field(cls, name, default)
            cls.fields_[name] = default
            setattr(cls, name, FieldAccess(name, default))
        else:
            cls.constants_[name] = default
    for name, value in list(vars(cls).items()):
        if isinstance(value, Field) and name not in annotations:
            raise ModelError(
                f"{cls.__name__}.{name} has no type; write {name}: ... = durable(...)",
                place=place_of(cls),
            )


def _own(cls: type, kind: type) -> dict[str, Any]:
    return {name: found for name, found in vars(cls).items() if isinstance(found, kind)}


def _collect_declaration(cls: type[Automaton], function: Any, declared: Declared) -> None:
    state = declared.state
    if state is not None and cls.states_.get(state.name) is not state:
        known = ", ".join(cls.states_) or "none"
        raise ModelError(
            f"{cls.__name__}.{function.__name__} is declared for the state {state!r}, which is not "
            f"there; states of {cls.__name__}: {known}",
            place=place_of(function),
        )
    name = state.name if state is not None else None
    for event in declared.events:
        known_handler = cls.handlers_.get((name, event))
        if known_handler is not None and known_handler.__qualname__.startswith(cls.__qualname__):
            raise ModelError(
                f"{cls.__name__} handles {event.__name__} twice in {name or 'every state'}: in "
                f"{known_handler.__name__} and {function.__name__}; keep one",
                place=place_of(function),
            )
        cls.handlers_[name, event] = function
    if declared.role in ("entry", "exit", "restart"):
        cls.hooks_[declared.role, name] = function


def _check_stores(cls: type[Automaton], function: FunctionType) -> None:
    """Find `self.name = ...` where that is no field, before it ever runs."""
    line = function.__code__.co_firstlineno
    for before, instruction in itertools.pairwise(dis.get_instructions(function)):
        line = (instruction.positions and instruction.positions.lineno) or line
        if instruction.opname != "STORE_ATTR":
            continue
        # Newer interpreters load two names with one instruction.
        target = before.argval[-1] if isinstance(before.argval, tuple) else before.argval
        if target == "self" and instruction.argval not in cls.fields_:
            raise _no_field(cls, instruction.argval, place_in(function, line))


def _no_field(cls: type, name: str, place: Place | None) -> ModelError:
    return ModelError(
        f"{cls.__name__}.{name} is no field and cannot be written: declare it with its type, "
        f"{name}: ... = volatile(...) or durable(...)",
        place=place,
    )


def _check_goals(cls: type[Automaton]) -> None:
    for (name, event), function in cls.handlers_.items():
        state = cls.states_.get(name) if name is not None else None
        if state is not None and event in (*state.defer, *state.ignore):
            raise ModelError(
                f"{cls.__name__}.{name} both handles and sets aside {event.__name__}; "
                "do one of them",
                place=place_of(function),
            )
