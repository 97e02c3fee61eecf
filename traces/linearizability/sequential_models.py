"""What an item does when one operation happens after the other: registers, mutexes, texts.

A model is a record of pure functions on a state and an effect. States are hashable; effects are
tuples with the name of what they do first, made of value numbers (see `ValueNumbers`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

State = Hashable
Effect = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialModel:
    """A deterministic object, described to the linearization search.

    `step` gives the state after an effect, or None where the effect cannot happen in that state.
    `observes` holds of effects that never change a state. `overwrites` holds of effects that are
    possible in every state and lead to one state, whatever was before. `is_free` holds of effects
    that are possible in every state and report nothing of it. `may_become` says whether a state
    can still lead to one in which a pending observation is true, if no overwriting effect
    happens; it may say yes too often.
    """

    name: str
    step: Callable[[State, Effect], State | None]
    observes: Callable[[Effect], bool]
    overwrites: Callable[[Effect], bool]
    is_free: Callable[[Effect], bool]
    may_become: Callable[[State, Effect], bool] | None = None


def _never(effect: Effect) -> bool:
    return False


def _register_step(state: State, effect: Effect) -> State | None:
    name = effect[0]
    if name == "write":
        return effect[1]  # type: ignore[no-any-return]
    if name == "read":
        return state if state == effect[1] else None
    return effect[2] if state == effect[1] else None


REGISTER = SequentialModel(
    name="register",
    step=_register_step,
    observes=lambda effect: effect[0] == "read",
    overwrites=lambda effect: effect[0] == "write",
    is_free=lambda effect: effect[0] == "write",
)
"""One value: ("read", v), ("write", v), ("cas", expected, v)."""


def _counter_step(state: State, effect: Effect) -> State | None:
    name, amount = effect[0], effect[1]
    if name == "write":
        return amount  # type: ignore[no-any-return]
    if name == "read":
        return state if _same(state, amount) else None
    if name == "cas":
        return effect[2] if _same(state, amount) else None
    if state == ABSENT:
        return amount  # type: ignore[no-any-return]
    return state + amount if isinstance(state, (int, float)) else None


def _same(left: object, right: object) -> bool:
    return left == right


ABSENT = ("absent",)
"""The state of a counter that was never set: adding to it gives the amount."""

COUNTER = SequentialModel(
    name="counter",
    step=_counter_step,
    observes=lambda effect: effect[0] == "read",
    overwrites=lambda effect: effect[0] == "write",
    is_free=lambda effect: effect[0] == "write",
)
"""One value that can be added to; its effects carry values themselves, not their numbers."""


def _mutex_step(state: State, effect: Effect) -> State | None:
    if effect[0] == "acquire":
        return None if state else True
    return False if state else None


MUTEX = SequentialModel(
    name="mutex", step=_mutex_step, observes=_never, overwrites=_never, is_free=_never
)
"""Held or not: ("acquire",) needs it free, ("release",) needs it held."""


def _text_step(state: State, effect: Effect) -> State | None:
    name = effect[0]
    if name == "append":
        return str(state) + str(effect[1])
    if name == "write":
        return effect[1]  # type: ignore[no-any-return]
    return state if state == effect[1] else None


TEXT = SequentialModel(
    name="text",
    step=_text_step,
    observes=lambda effect: effect[0] == "read",
    overwrites=lambda effect: effect[0] == "write",
    is_free=lambda effect: effect[0] != "read",
    may_become=lambda state, effect: str(effect[1]).startswith(str(state)),
)
"""A string: ("read", s), ("write", s), ("append", s)."""


def _registers_step(state: State, effect: Effect) -> State | None:
    after = dict(state)  # type: ignore[call-overload]
    for name, key, value in effect[1]:
        if name == "write":
            after[key] = value
        elif after.get(key, effect[2]) != value:
            return None
    return tuple(sorted(after.items()))


REGISTERS = SequentialModel(
    name="registers",
    step=_registers_step,
    observes=lambda effect: all(name == "read" for name, _, _ in effect[1]),
    overwrites=_never,
    is_free=lambda effect: all(name == "write" for name, _, _ in effect[1]),
)
"""Several registers in one: ("transaction", ((read or write, key, value), ...), initial)."""
