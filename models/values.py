"""The values that states and messages are made of: immutable, hashable, compared by content."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, TypeVar, dataclass_transform

from .errors import ModelError, Place
from .places import place_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_ATOMS = (type(None), bool, int, float, complex, str, bytes, Enum)
_MUTABLE = ("list", "dict", "set", "bytearray", "List", "Dict", "Set", "deque", "defaultdict")


@dataclass_transform(frozen_default=True)
class Record:
    """A frozen record: subclass it and annotate its fields; equal fields make equal records.

    >>> class Item(Record):
    ...     value: int
    ...     writer: str = "nobody"
    >>> Item(1)
    Item(value=1, writer='nobody')

    Raises `ModelError` where a field is annotated with a mutable type or defaults to a value that
    is not immutable.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, annotation in inspect.get_annotations(cls).items():
            written = (
                annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
            )
            if written.split("[")[0].split(".")[-1] in _MUTABLE:
                raise ModelError(
                    f"field {name!r} of {cls.__name__} is a {written}, which can change; "
                    "use a tuple, a frozenset or a Map",
                    place=place_of(cls),
                )
            if name in vars(cls):
                check_value(vars(cls)[name], f"default of {cls.__name__}.{name}", place_of(cls))
        dataclass(frozen=True)(cls)

    def __str__(self) -> str:
        shown = ", ".join(show(value) for value in vars(self).values())
        return f"{type(self).__name__}({shown})"


@dataclass(frozen=True, order=True, slots=True)
class Time:
    """A moment, of which only the order counts: the rank among the moments still remembered.

    States that differ by a renumbering of their times are one state, so a rank says nothing but
    what is before and after. `NEVER` is before every moment.
    """

    rank: int

    def __str__(self) -> str:
        return "never" if self.rank < 0 else f"t{self.rank + 1}"

    __repr__ = __str__


NEVER = Time(-1)


class Map(Mapping[K, V], Generic[K, V]):
    """An immutable, hashable mapping; `with_item` and `without` give changed copies.

    >>> Map({"x": 1}).with_item("y", 2)
    Map({'x': 1, 'y': 2})
    """

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._items = dict(items)
        self._hash = hash(frozenset(self._items.items()))

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and self._items == other._items

    def __repr__(self) -> str:
        return f"Map({self._items!r})"

    def with_item(self, key: K, value: V) -> Map[K, V]:
        """Give a copy in which `key` has `value`."""
        return Map({**self._items, key: value})

    def without(self, key: K) -> Map[K, V]:
        """Give a copy without `key`, which need not be there."""
        return Map({k: v for k, v in self._items.items() if k != key})


def check_value(value: object, what: str, place: Place | None = None) -> None:
    """Raise `ModelError` unless `value` is immutable and hashable all the way down."""
    fault = _unfit_part(value)
    if fault is not None:
        raise ModelError(f"{what} is {fault}", place=place)


def _unfit_part(value: object) -> str | None:
    if isinstance(value, _ATOMS):
        return None if value == value else f"{value!r}, which equals nothing, not even itself"
    parts = parts_of(value)
    if parts is not None:
        return next((fault for part in parts if (fault := _unfit_part(part))), None)
    shown = f"{type(value).__name__} {_shortened(repr(value))}"
    mend = "use a tuple, a frozenset, a Map or a Record"
    try:
        hash(value)
    except TypeError:
        return f"the {shown}, which can change and cannot be hashed; {mend}"
    if dataclasses.is_dataclass(value):
        return f"the {shown}, a dataclass that is not frozen; {mend}"
    return f"the {shown}, which is compared by identity or can change; {mend}"


def parts_of(value: object) -> Iterable[object] | None:
    """Give the parts of a composite value, or None where it is not one that gtcheck knows."""
    if isinstance(value, (tuple, frozenset)):
        return value
    if isinstance(value, Map):
        return [part for item in value.items() for part in item]
    params = getattr(type(value), "__dataclass_params__", None)
    if params is not None and params.frozen:
        return [getattr(value, field.name) for field in dataclasses.fields(value)]  # type: ignore[arg-type]
    return None


def ranks_in(value: object) -> frozenset[int]:
    """Give the ranks of all times inside `value`, `NEVER` left out."""
    if isinstance(value, Time):
        return frozenset() if value.rank < 0 else frozenset({value.rank})
    parts = parts_of(value)
    return frozenset().union(*map(_ranks_in_part, parts)) if parts else frozenset()


# Large values are made of parts of others before: a set of messages, and one message more.
_ranks_in_part = lru_cache(maxsize=1 << 16)(ranks_in)


def renumbered(value: Any, ranks: Mapping[int, int]) -> Any:
    """Give `value` with every time's rank replaced through `ranks`; `NEVER` stays."""
    if isinstance(value, Time):
        return value if value.rank < 0 else Time(ranks[value.rank])
    if not ranks_in(value):
        return value
    if isinstance(value, Map):
        return Map({renumbered(k, ranks): renumbered(v, ranks) for k, v in value.items()})
    if isinstance(value, frozenset):
        return frozenset(renumbered(part, ranks) for part in value)
    if isinstance(value, tuple):
        parts = [renumbered(part, ranks) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    fields = {f.name: renumbered(getattr(value, f.name), ranks) for f in dataclasses.fields(value)}
    return dataclasses.replace(value, **fields)


def show(value: object) -> str:
    """Give `value` as a person reads it: names instead of reprs, braces for sets and maps."""
    if isinstance(value, Enum):
        return value.name.lower().replace("_", " ")
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(show, value))) + "}"
    if isinstance(value, Map):
        return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "(" + ", ".join(map(show, value)) + ("," if len(value) == 1 else "") + ")"
    if value is None:
        return "none"
    return str(value)


def _shortened(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
