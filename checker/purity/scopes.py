"""What the names that a function looks up stand for, as far as no run of it can change that."""

from __future__ import annotations

import builtins
import datetime
import dis
import inspect
import sys
from importlib import import_module
from types import FunctionType, MethodType, ModuleType
from typing import Any

from .impurities import UNKNOWN, is_shared
from .lookups import Lookup, Origin


class Scope:
    """Where the names of a function are found, as far as they are the same in every run."""

    def __init__(self, function: FunctionType, instance: object | None) -> None:
        self._globals = function.__globals__
        self._cells = cells_of(function)
        self.defaults = _shared_defaults(function)
        self._locals = dict(self.defaults)
        if instance is not None and function.__code__.co_argcount:
            self._locals[function.__code__.co_varnames[0]] = instance

    def resolve(self, lookup: Lookup) -> tuple[Any, Any]:
        """Give what was looked up, and before it what holds it as its last attribute."""
        holder, thing = UNKNOWN, self._root(lookup)
        for name in lookup.path:
            holder, thing = thing, attribute_of(thing, name)
        return holder, thing

    def _root(self, lookup: Lookup) -> Any:
        if lookup.origin is Origin.GLOBAL:
            return self._globals.get(lookup.name, getattr(builtins, lookup.name, UNKNOWN))
        if lookup.origin is Origin.MODULE:
            return _module(lookup.name)
        names = self._cells if lookup.origin is Origin.CLOSURE else self._locals
        return names.get(lookup.name, UNKNOWN)


def attribute_of(thing: Any, name: str) -> Any:
    """Give an attribute without running code of the model; `UNKNOWN` where that is not possible."""
    if thing is UNKNOWN:
        return UNKNOWN
    if isinstance(thing, ModuleType) or thing is datetime.datetime or thing is datetime.date:
        return getattr(thing, name, UNKNOWN)
    found = inspect.getattr_static(thing, name, UNKNOWN)
    if isinstance(found, staticmethod):
        return found.__func__
    if isinstance(found, classmethod):
        return MethodType(found.__func__, thing if isinstance(thing, type) else type(thing))
    if isinstance(found, property) and not isinstance(thing, type):
        return MethodType(found.fget, thing) if found.fget is not None else UNKNOWN
    if isinstance(found, FunctionType) and not isinstance(thing, type):
        return MethodType(found, thing)
    is_plain = isinstance(found, FunctionType) or not hasattr(type(found), "__get__")
    return found if is_plain else UNKNOWN


def cells_of(function: FunctionType) -> dict[str, Any]:
    """Give what the free names of a function stand for."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: _content(cell) for name, cell in cells}


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return UNKNOWN


def _shared_defaults(function: FunctionType) -> dict[str, Any]:
    """Give the defaults that all calls share and that may differ between them."""
    defaults = function.__defaults__ or ()
    count = function.__code__.co_argcount
    names = function.__code__.co_varnames[count - len(defaults) : count]
    given = {**dict(zip(names, defaults, strict=True)), **(function.__kwdefaults__ or {})}
    shared = {name: value for name, value in given.items() if is_shared(value)}
    if not shared:
        return {}
    rebound = {i.argval for i in dis.get_instructions(function) if i.opname == "STORE_FAST"}
    return {name: value for name, value in shared.items() if name not in rebound}


def _module(name: str) -> Any:
    if name not in sys.modules and name.partition(".")[0] not in sys.stdlib_module_names:
        return UNKNOWN
    try:
        return import_module(name)
    except ImportError:
        return UNKNOWN
