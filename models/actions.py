"""Actions: steps that a system may take, with their parameters bound."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import ModelError
from .fairness import Fairness
from .places import place_of

if TYPE_CHECKING:
    from .errors import Place

ELEMENTS_MAX = 100_000
"""No step or declaration goes over more elements than these."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action with its parameters bound: `run` takes one step of the running state.

    `actor` is who takes it: the machine, the channel, or else the action itself. `fairness` is what
    runs without end owe it. `identity` is the name in parts: a label, then what tells the action
    from its like.
    """

    name: str
    run: Callable[[], None]
    place: Place | None
    order: tuple[int, ...]
    actor: str
    fairness: Fairness
    identity: tuple[Any, ...]


def label(key: object) -> str:
    """Give a key as it stands in the names of variables and actions."""
    if isinstance(key, tuple):
        return ", ".join(map(label, key))
    return str(getattr(key, "name", key))


def bind(function: Callable[..., None], bound: dict[str, Any]) -> Callable[[], None]:
    """Give an action's function with its parameters bound."""
    return lambda: function(**bound)


def check_parameters(function: Callable[..., None], domains: dict[str, tuple[Any, ...]]) -> None:
    """Raise `ModelError` unless an action's parameters are those that values are declared for."""
    wanted = set(inspect.signature(function).parameters)
    if wanted != set(domains):
        raise ModelError(
            f"action {function.__name__} takes ({', '.join(sorted(wanted)) or 'nothing'}) but is "
            f"declared over ({', '.join(sorted(domains)) or 'nothing'}); "
            f"write @system.action({', '.join(f'{name}=...' for name in sorted(wanted))})",
            place=place_of(function),
        )
    for name, values in domains.items():
        if len(values) > ELEMENTS_MAX:
            raise ModelError(
                f"parameter {name} of action {function.__name__} has over {ELEMENTS_MAX:,} values",
                place=place_of(function),
            )
