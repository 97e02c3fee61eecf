"""Symmetric sets: members that are interchangeable, and values in which members change names."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .errors import ModelError, Place
from .values import Map, check_value, parts_of
from .variables import Shared

_MEMBERS_MAX = 64


@dataclass(frozen=True, slots=True)
class SymmetricSet:
    """Members of a system of which none differs from another but by its name.

    A member that is a number is renamed only where it is a key: of a table, of queues, among the
    parameters of an action. Elsewhere a number is a number. Any other member is renamed wherever
    it stands: in keys, in values, in events, as the name of a machine.
    """

    name: str
    members: tuple[Hashable, ...]
    place: Place | None = None

    def check(self, others: Iterable[SymmetricSet]) -> None:
        """Raise `ModelError` where a member cannot be renamed, or stands in another set too."""
        if not self.members or len(self.members) > _MEMBERS_MAX:
            raise self._error(f"has {len(self.members)} members; give 1 to {_MEMBERS_MAX}")
        for position, member in enumerate(self.members):
            check_value(member, f"a member of the symmetric set {self.name!r}", self.place)
            if member is None or isinstance(member, (bool, float, complex, tuple, frozenset)):
                raise self._error(
                    f"has the member {member!r}; members are texts, whole numbers, enums, records, "
                    "machines or their addresses"
                )
            if member in self.members[:position]:
                raise self._error(f"has the member {member!r} twice")
        for other in others:
            if other.name == self.name:
                raise self._error("is declared twice")
            both = [member for member in self.members if member in other.members]
            if both:
                raise self._error(f"shares {both[0]!r} with {other.name!r}; a member has one set")

    def swaps(self) -> Iterator[Renaming]:
        """Give the exchanges of neighbours, of which every rearrangement is made."""
        for one, other in itertools.pairwise(self.members):
            yield Renaming({one: other, other: one})

    def _error(self, what: str) -> ModelError:
        return ModelError(f"the symmetric set {self.name!r} {what}", place=self.place)


def part_of(key: Any) -> Any:
    """Give a key as it stands in an identity: of a machine, what tells it from its like."""
    if isinstance(key, tuple):
        return tuple(map(part_of, key))
    if isinstance(key, Shared):
        return getattr(key, "own_identity", getattr(key, "name", key))
    return key


class Renaming:
    """New names for some members, in values and in keys; whatever is no member stays.

    >>> renaming = Renaming({"ann": "bob", "bob": "ann", 1: 2, 2: 1})
    >>> renaming.value(("ann", 1)), renaming.key(("ann", 1))
    (('bob', 1), ('bob', 2))
    """

    def __init__(self, names: Mapping[Any, Any]) -> None:
        self._keys = {(type(old), old): new for old, new in names.items()}
        self._values = {named: new for named, new in self._keys.items() if not is_number(named[1])}
        self._known: dict[Any, Any] = {}

    def value(self, value: Any) -> Any:
        """Give a value in which members have their new names; numbers stay."""
        try:
            return self._known[type(value), value]
        except KeyError:
            renamed = self._known[type(value), value] = _renamed(value, self._values)
        return renamed

    def key(self, key: Any) -> Any:
        """Give a key in which members have their new names, numbers among them."""
        return _renamed(key, self._keys)


def is_number(member: object) -> bool:
    """Tell whether a member is a whole number, which is one in keys only."""
    return isinstance(member, int) and not isinstance(member, Enum)


def mentions(value: Any, names: Container[tuple[type, Any]]) -> Iterator[Any]:
    """Give what a value holds of `names`, given by type and value."""
    try:
        is_named = (type(value), value) in names
    except TypeError:
        return
    if is_named:
        yield value
        return
    for part in parts_of(value) or ():
        yield from mentions(part, names)


def outline(value: Any, names: Mapping[Any, Any]) -> Any:
    """Give what is left of a value where `names`, by type and value, stand for what they name.

    Several members may have one name. Equal values have equal outlines, in whatever order a set or
    a map holds its parts.
    """
    try:
        if (type(value), value) in names:
            return names[type(value), value]
    except TypeError:
        return value
    if isinstance(value, Map):
        pairs = ((outline(k, names), outline(v, names)) for k, v in value.items())
        return (Map, frozenset(pairs))
    parts = parts_of(value)
    if parts is None or isinstance(value, Enum):
        return value
    outlined = [outline(part, names) for part in parts]
    return (type(value), frozenset(outlined) if isinstance(value, frozenset) else tuple(outlined))


def _renamed(value: Any, names: Mapping[Any, Any]) -> Any:
    try:
        if (type(value), value) in names:
            return names[type(value), value]
    except TypeError:
        return value
    if isinstance(value, Map):
        return Map({_renamed(k, names): _renamed(v, names) for k, v in value.items()})
    if isinstance(value, frozenset):
        return frozenset(_renamed(part, names) for part in value)
    if isinstance(value, tuple):
        parts = [_renamed(part, names) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if parts_of(value) is None:
        return value
    fields = {f.name: _renamed(getattr(value, f.name), names) for f in dataclasses.fields(value)}
    return dataclasses.replace(value, **fields)
