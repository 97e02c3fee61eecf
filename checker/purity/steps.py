"""Searching the code of every step, and of what it calls in the same project, for impurities.

It is done before anything is explored. What cannot be seen in the code is left to running steps
again: see `reruns.py`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from types import FunctionType, MethodType
from typing import Any

from ...models.automata import Automaton
from ...models.errors import ModelError
from ...models.places import is_of_a_model, place_in
from ...models.properties import Property
from ...models.systems import System
from .impurities import CHANGE, ITERATOR, Impurity, impurity_of
from .lookups import Lookup, Origin, Use, lookups_of
from .scopes import Scope, cells_of


def check_steps(system: System, checked: tuple[Property, ...]) -> None:
    """Raise `ModelError`, with the step's name and the line, where a step's code is impure."""
    search = _Search()
    for function, instance in _steps(system, checked):
        search.visit(function, instance, function.__qualname__)
        search.run()


def _steps(
    system: System, checked: tuple[Property, ...]
) -> Iterator[tuple[FunctionType, object | None]]:
    """Give every function that a step of the system begins with, and what it is a method of."""
    for machine in getattr(system, "machines", {}).values():
        yield from ((function, machine) for function in _handlers(machine))
        yield from ((function, machine) for _, function, _ in machine.actions())
    for found in checked:
        if isinstance(found.spec, Automaton):
            yield from ((function, found.spec) for function in _handlers(found.spec))
        for predicate in (found.predicate, found.trigger):
            if predicate is not None:
                yield from _functions_in(predicate)
    for action in system.actions:
        yield from _functions_in(action.run)


def _handlers(automaton: Automaton) -> Iterator[Any]:
    yield from automaton.handlers_.values()
    yield from automaton.hooks_.values()


def _functions_in(run: Any, depth: int = 3) -> Iterator[tuple[FunctionType, object | None]]:
    """Give a model's functions that a callable is made of: partials and closures are opened."""
    if isinstance(run, functools.partial):
        yield from _functions_in(run.func, depth)
    elif isinstance(run, MethodType):
        if isinstance(run.__func__, FunctionType) and is_of_a_model(run.__func__.__globals__):
            yield run.__func__, run.__self__
    elif isinstance(run, FunctionType):
        if is_of_a_model(run.__globals__):
            yield run, None
        elif depth:
            for content in cells_of(run).values():
                yield from _functions_in(content, depth - 1)


@dataclass(slots=True)
class _Search:
    """Walks through the functions that steps begin with, and those that they call."""

    seen: set[tuple[FunctionType, type]] = field(default_factory=set)
    waiting: list[tuple[FunctionType, object | None, str]] = field(default_factory=list)

    def visit(self, function: FunctionType, instance: object | None, step: str) -> None:
        """Put a function in the queue, as a method of `instance`, on behalf of a step."""
        if (function, type(instance)) not in self.seen:
            self.seen.add((function, type(instance)))
            self.waiting.append((function, instance, step))

    def run(self) -> None:
        """Look at all that wait, and what they call."""
        while self.waiting:
            self._look_at(*self.waiting.pop())

    def _look_at(self, function: FunctionType, instance: object | None, step: str) -> None:
        scope = Scope(function, instance)
        for lookup in lookups_of(function.__code__):
            holder, thing = scope.resolve(lookup)
            impurity = impurity_of(lookup, holder, thing)
            if impurity is not None:
                raise _told(function, step, lookup, impurity, scope)
            for called, owner in _called(thing):
                if _is_followed(called, function):
                    self.visit(called, owner, step)
        if "super" in function.__code__.co_names:
            for inherited in _inherited(type(instance), function.__code__.co_names):
                self.visit(inherited, instance, step)


def _called(thing: Any) -> Iterator[tuple[FunctionType, object | None]]:
    """Give the functions that run when a thing is called, and what they are methods of."""
    thing = getattr(thing, "func", thing) if isinstance(thing, functools.partial) else thing
    if isinstance(thing, functools._lru_cache_wrapper):
        thing = inspect.unwrap(thing)
    if isinstance(thing, MethodType):
        if isinstance(thing.__func__, FunctionType):
            yield thing.__func__, thing.__self__
    elif isinstance(thing, FunctionType):
        yield thing, None
    elif isinstance(thing, type):
        made = (inspect.getattr_static(thing, name, None) for name in ("__init__", "__post_init__"))
        yield from ((found, None) for found in made if isinstance(found, FunctionType))


def _inherited(kind: type, names: tuple[str, ...]) -> Iterator[FunctionType]:
    """Give the methods of these names in all bases, since `super()` may mean any of them."""
    for found in (vars(base).get(name) for base in kind.__mro__ for name in names):
        if isinstance(found, FunctionType) and is_of_a_model(found.__globals__):
            yield found


def _is_followed(function: FunctionType, caller: FunctionType) -> bool:
    """Tell whether a function belongs to the model rather than to a library that it uses."""
    if not is_of_a_model(function.__globals__):
        return False
    is_installed = {"site-packages", "dist-packages"} & {
        *PurePath(function.__code__.co_filename).parts
    }
    return not is_installed or _package(function) == _package(caller)


def _package(function: FunctionType) -> str:
    return (function.__module__ or "").partition(".")[0]


def _told(
    function: FunctionType, step: str, lookup: Lookup, impurity: Impurity, scope: Scope
) -> ModelError:
    shown = _short(step)
    if function.__qualname__ != step:
        shown += f", by calling {_short(function.__qualname__)},"
    what = f"{impurity.told} ({lookup})"
    if impurity in (CHANGE, ITERATOR):
        what = f"{impurity.told} {_owner(lookup, scope)}"
    place = place_in(function, lookup.line, lookup.column)
    return ModelError(
        f"{shown} is impure: it {what}; a step may look at nothing but the system's variables; "
        f"{impurity.mend}",
        place=place,
    )


def _owner(lookup: Lookup, scope: Scope) -> str:
    path = lookup.path[:-1] if lookup.path and lookup.use is Use.READ else lookup.path
    named = ".".join((lookup.name, *path))
    if lookup.origin is Origin.CLOSURE:
        return f"{named}, which lives outside of it"
    if lookup.origin is Origin.LOCAL:
        return f"its default argument {named}" if lookup.name in scope.defaults else named
    return f"the global {named}"


def _short(qualified: str) -> str:
    return qualified.rpartition("<locals>.")[2]
