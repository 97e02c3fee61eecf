"""What a step takes where it branches: by position, and by what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..models.errors import UsageError
from ..models.values import show


def choice_name(alternatives: Sequence[Any], index: int) -> str:
    """Give the name of one alternative: what it shows, numbered from the second that shows it.

    >>> choice_name(["x", "y", "x"], 2)
    'x #2'
    """
    shown = show(alternatives[index])
    before = sum(show(other) == shown for other in alternatives[:index])
    return shown if before == 0 else f"{shown} #{before + 1}"


class NamedChoices:
    """Decides the branches of one step by the names of what was taken."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = iter(names)

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        """Give the index of the next name; raise `UnknownChoice` where it is not to be had."""
        name = next(self._names, None)
        names = [choice_name(alternatives, index) for index in range(len(alternatives))]
        if name not in names:
            raise UnknownChoice(name, names)
        return names.index(name)


class UnknownChoice(UsageError):
    """A step branches where no branch was given, or not to the one that was given."""

    def __init__(self, name: str | None, names: Sequence[str]) -> None:
        given = "no choice is given" if name is None else f"the choice {name!r} is not there"
        super().__init__(f"{given}; there are {', '.join(map(repr, names)) or 'none'}")
