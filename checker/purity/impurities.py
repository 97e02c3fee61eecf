"""The things that a step must not look at or change, known by what they are."""

from __future__ import annotations

import datetime
import functools
import inspect
import io
import os
import random
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from .lookups import Lookup, Use

UNKNOWN = object()
"""What cannot be known without running the function."""

_MUTABLE = (list, dict, set, bytearray, deque)
_MUTATORS = frozenset(
    name
    for kind, twin in ((list, tuple), (dict, Mapping), (set, frozenset), (bytearray, bytes))
    for name in dir(kind)
    if not hasattr(twin, name) and name not in ("copy", "fromkeys")
) | {"appendleft", "extendleft", "popleft", "rotate", "subtract"}
"""The methods that mutable containers have and their immutable twins do not."""


@dataclass(frozen=True, slots=True)
class Impurity:
    """A kind of thing that a step must not do: how it is told, and what to do instead."""

    told: str
    mend: str


_CLOCK = Impurity("reads the clock", "take now(), of which only the order counts")
_RANDOM = Impurity("draws a random number", "choose(...) explores every outcome")
_ADDRESS = Impurity(
    "looks at an address or a hash, which differ from run to run", "compare the values themselves"
)
_ENVIRONMENT = Impurity(
    "reads the environment", "read it where the model is built, and make it a parameter"
)
_INPUT = Impurity("reads input", "read it where the model is built, and make it a parameter")
CHANGE = Impurity("changes", "keep it in a variable of the system, or a field of a machine")
ITERATOR = Impurity("uses up", "keep what was taken in a variable of the system")


def impurity_of(lookup: Lookup, holder: Any, thing: Any) -> Impurity | None:
    """Tell what is wrong with a look-up of `thing`, the last attribute of `holder`, if anything."""
    if lookup.use is Use.REBIND:
        return CHANGE
    is_method = lookup.use is Use.READ and isinstance(holder, _MUTABLE)
    if is_method and lookup.path[-1] in _MUTATORS:
        return CHANGE
    if thing is UNKNOWN:
        return None
    if lookup.use is Use.STORE_ITEM:
        is_change = isinstance(thing, _MUTABLE) and not _holds_variables(thing, lookup.stored)
        return CHANGE if is_change else None
    if lookup.use is Use.STORE_ATTRIBUTE:
        return None if _keeps_variables(thing, lookup.stored) else CHANGE
    if isinstance(thing, Iterator) and not isinstance(thing, type):
        return ITERATOR
    is_numpy = isinstance(holder, ModuleType) and holder.__name__ == "numpy.random"
    if isinstance(thing, random.Random) or is_numpy:
        return _RANDOM
    return _known(thing)


def _keeps_variables(thing: Any, name: str) -> bool:
    """Tell whether storing an attribute runs code of its own, as fields of machines do."""
    found = inspect.getattr_static(type(thing), name, None)
    return inspect.isdatadescriptor(found) and not inspect.ismemberdescriptor(found)


def _holds_variables(container: Any, name: str) -> bool:
    """Tell whether an attribute of each item is such, as that of variables in a list."""
    items = container.values() if isinstance(container, Mapping) else container
    return bool(name) and all(_keeps_variables(item, name) for item in items)


_CLOCKS = (
    *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
    *("process_time", "process_time_ns", "thread_time", "thread_time_ns", "clock_gettime"),
    *("clock_gettime_ns", "localtime", "gmtime", "ctime"),
)


_LATE = ("secrets", "uuid")
"""Modules that take long to load: no step looks into one that its model did not load."""


@functools.cache
def _functions(loaded: tuple[str, ...]) -> dict[Any, Impurity]:
    clock: list[Any] = [getattr(time, name) for name in _CLOCKS if hasattr(time, name)]
    clock += [datetime.datetime.now, datetime.datetime.utcnow, datetime.datetime.today]
    clock += [datetime.date.today]
    drawn = [getattr(random, name) for name in random.__all__ if name != "Random"]
    drawn += [os.urandom]
    if "secrets" in loaded:
        secrets = sys.modules["secrets"]
        drawn += [getattr(secrets, name) for name in secrets.__all__ if name != "compare_digest"]
    if "uuid" in loaded:
        drawn += [sys.modules["uuid"].uuid1, sys.modules["uuid"].uuid4]
    surroundings = [os.getenv, os.getpid, os.getcwd]
    kinds = ((clock, _CLOCK), (drawn, _RANDOM), (surroundings, _ENVIRONMENT))
    table = {found: impurity for functions, impurity in kinds for found in functions}
    table |= {id: _ADDRESS, hash: _ADDRESS, input: _INPUT, open: _INPUT, io.open: _INPUT}
    return table


def _known(thing: Any) -> Impurity | None:
    if thing is os.environ or thing is getattr(os, "environb", None) or thing is sys.argv:
        return _ENVIRONMENT
    if thing is sys.stdin:
        return _INPUT
    is_function = isinstance(thing, (BuiltinFunctionType, FunctionType, MethodType, type))
    loaded = tuple(name for name in _LATE if name in sys.modules)
    return _functions(loaded).get(thing) if is_function else None


def is_shared(value: Any) -> bool:
    """Tell whether calls that share a value may find it different each time."""
    return isinstance(value, (*_MUTABLE, Iterator, random.Random)) or _known(value) is not None
