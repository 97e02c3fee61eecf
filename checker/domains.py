"""The values that each slot has held, numbered: what the native engine knows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..models.steps import SlotKind
from ..models.systems import System
from ..models.values import check_value, ranks_in, show

News = tuple[Any, ...]
"""Something that the engine has to know before it can use what a step recorded."""


class Domain:
    """The values of one slot, or the elements of one queue, numbered from 0 as they come.

    Slots that symmetry exchanges have one domain, so that a value has one number in all of them.
    """

    __slots__ = ("_name", "_news", "_numbers", "_slots", "values")

    def __init__(self, slots: Sequence[int], name: str, news: list[News]) -> None:
        self._slots = slots
        self._name = name
        self._news = news
        self._numbers: dict[Any, int] = {}
        self.values: list[Any] = []

    def number(self, value: Any) -> int:
        """Give the number of a value, a new one where it is seen for the first time.

        Raises `ModelError` where a new value is mutable.
        """
        try:
            return self._numbers[value]
        except (KeyError, TypeError):
            check_value(value, f"the new value of {self._name}")
        number = self._numbers[value] = len(self.values)
        self.values.append(value)
        ranks = ranks_in(value)
        if ranks:
            stamps = sum(1 << rank for rank in ranks)
            self._news.extend(("stamps", slot, number, stamps) for slot in self._slots)
        return number


class Domains:
    """The domains of all slots of a system, and the translation of whole states.

    `alike` gives for each slot those that share its domain; each has its own where it is left out.
    """

    def __init__(self, system: System, alike: Sequence[Sequence[int]] | None = None) -> None:
        self.news: list[News] = []
        self._kinds = [slot.kind for slot in system.slots]
        self._domains: list[Domain] = []
        for slot, sharing in zip(
            system.slots, alike or [[s.index] for s in system.slots], strict=True
        ):
            is_first = sharing[0] == slot.index
            self._domains.append(
                Domain(sharing, slot.name, self.news) if is_first else self._domains[sharing[0]]
            )
        self.values = [domain.values for domain in self._domains]
        for slot in system.slots:
            if slot.kind is SlotKind.VALUE:
                self[slot.index].number(slot.initial)

    def __getitem__(self, slot: int) -> Domain:
        return self._domains[slot]

    def digest(self) -> str:
        """Give a digest of all values so far, slot by slot in the order of their numbers."""
        import hashlib

        found = hashlib.blake2b(digest_size=16)
        for slot, domain in enumerate(self._domains):
            for value in domain.values:
                found.update(f"{slot} {show(value)}\n".encode("utf-8", "backslashreplace"))
        return found.hexdigest()

    def take_news(self) -> list[News]:
        """Give what was not told yet, and forget it."""
        told = list(self.news)
        self.news.clear()
        return told

    def encode(self, state: Sequence[Any]) -> list[int | list[int]]:
        """Give the numbers of a state's values; lists of them for queues and bags."""
        return [
            domain.number(value)
            if kind is SlotKind.VALUE
            else [domain.number(element) for element in value]
            for domain, kind, value in zip(self._domains, self._kinds, state, strict=True)
        ]

    def decode(self, slot: int, numbers: int | list[int]) -> Any:
        """Give the value, or the tuple of elements, that a slot's numbers stand for."""
        values = self._domains[slot].values
        if isinstance(numbers, int):
            return values[numbers]
        return tuple(values[number] for number in numbers)

    def live_ranks(self, state: Iterable[int | list[int]]) -> int:
        """Give how many different times a state remembers."""
        decoded = (self.decode(slot, numbers) for slot, numbers in enumerate(state))
        return len(frozenset().union(*(ranks_in(value) for value in decoded)))


class Views:
    """The pure functions of one or two variables that steps look at, and their numbered results."""

    def __init__(self, domains: Domains) -> None:
        self._domains = domains
        self._numbers: dict[tuple[Callable[..., Any], tuple[int, ...]], int] = {}
        self._functions: list[tuple[Callable[..., Any], tuple[int, ...]]] = []
        self._results: list[dict[Any, int]] = []

    def register(self, function: Callable[..., Any], slots: tuple[int, ...]) -> int:
        """Give the number of a function of these slots, a new one at its first use."""
        if (function, slots) not in self._numbers:
            self._numbers[function, slots] = len(self._functions)
            self._functions.append((function, slots))
            self._results.append({})
            self._domains.news.append(("view", slots))
        return self._numbers[function, slots]

    def slots(self, view: int) -> tuple[int, ...]:
        """Give the slots that a view is a function of."""
        return self._functions[view][1]

    def result(self, view: int, numbers: Sequence[int | list[int]]) -> int:
        """Give the number of a view's result on the values of these numbers."""
        function, slots = self._functions[view]
        values = (self._domains.decode(slot, n) for slot, n in zip(slots, numbers, strict=True))
        result = function(*values)
        check_value(result, f"the result of the view {getattr(function, '__name__', function)}")
        return self._results[view].setdefault(result, len(self._results[view]))

    def slots_of(self, view: int) -> tuple[int, ...]:
        """Give the slots that a view is of."""
        return self._functions[view][1]

    def value(self, view: int, result: int) -> Any:
        """Give the result of this number."""
        return next(value for value, number in self._results[view].items() if number == result)
