"""What the lines of a log mean to a spec or a model: a function from an entry to its events."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

from .errors import ModelError, UnknownNameError
from .events import Event
from .parameters import Model
from .places import place_of
from .specs import Spec


@dataclass(frozen=True, slots=True)
class At:
    """An event with its moment, or with the first and the last moment at which it can have been.

    Moments are numbers on one clock, of any unit and epoch.
    """

    event: Event
    start: float
    end: float | None = None

    @property
    def last(self) -> float:
        """The last moment at which it can have been."""
        return self.start if self.end is None else self.end


Heard: TypeAlias = Event | At | Iterable[Event | At] | None
Keyed: TypeAlias = str | Callable[[Any], Hashable] | None
Bound: TypeAlias = type[Spec] | Callable[[Any], Spec] | Model


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Says what of a log is heard by a spec, or announced by a model; `binding` makes one."""

    of: Bound
    key: Keyed
    function: Callable[[Any], Heard]

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__

    def key_of(self, event: Event) -> Hashable:
        """Give the key of what the event belongs to; None where all belong together."""
        if isinstance(self.key, str):
            return getattr(event, self.key)  # type: ignore[no-any-return]
        return None if self.key is None else self.key(event)

    def spec_of(self, key: Hashable) -> Spec:
        """Make the spec that judges the events of a key."""
        made = self.of() if isinstance(self.of, type) else self.of(key)  # type: ignore[operator]
        if not isinstance(made, Spec):
            raise ModelError(f"{self.name} is bound to {made!r}, which is no spec")
        return made


def binding(of: Bound, /, *, key: Keyed = None) -> Callable[[Callable[[Any], Heard]], Binding]:
    """Declare what the entries of a log mean to a spec, or to a model.

    The function is given an entry, which is the dict of a line of JSON or whatever a parser of
    one's own gives, and returns nothing, an event, or several. An event may be put `At` a moment;
    without that the order is the order of the lines. Events of one `key` (the name of a field, or
    a function of the event) are judged by a spec of their own. A spec that needs constants is
    bound as a function from the key to the spec.

        @binding(MutualExclusion, key="lock")
        def lock_server(entry: dict[str, str]) -> Event | None:
            return Granted(entry["client"], entry["lock"]) if entry["type"] == "granted" else None
    """

    def declare(function: Callable[[Any], Heard]) -> Binding:
        if not (isinstance(of, Model) or callable(of)):
            raise ModelError(
                f"{function.__name__} is bound to {of!r}, which is neither spec nor model",
                place=place_of(function),
            )
        return Binding(of, key, function)

    return declare


def binding_of(bound: object, module: ModuleType, reference: str) -> Binding:
    """Give the binding that was named, or the only one of the spec or the model that was.

    Raises `ModelError` where there is none beside it, `UnknownNameError` where there are several.
    """
    if isinstance(bound, Binding):
        return bound
    found = {one.name: one for one in vars(module).values() if isinstance(one, Binding)}
    fit = {name: one for name, one in found.items() if one.of is bound}
    if len(fit) == 1:
        return next(iter(fit.values()))
    if fit:
        listed = ", ".join(fit)
        raise UnknownNameError(f"{reference} has several bindings, name one of them: {listed}")
    raise ModelError(
        f"{reference} has no binding; write a function from an entry of the log to events beside "
        "it, and decorate it with @binding(...)"
    )
