"""What the copies of a table, one a region, have in common in every mode."""

from collections.abc import Sequence
from typing import Protocol

from ..variables import Table
from .consistency import Place
from .versions import Version


class Copy(Protocol):
    """A region's copy of a table."""

    @property
    def name(self) -> str:
        """The region's name."""

    @property
    def table(self) -> Table[str, Version]:
        """What the region holds of each item."""


def places_of(copies: Sequence[Copy], items: Sequence[str]) -> tuple[Place, ...]:
    """Give every region with every item, as specs are told of them."""
    return tuple((copy.name, item) for copy in copies for item in items)


def hold_the_same(copies: Sequence[Copy], items: Sequence[str]) -> bool:
    """Tell whether all copies have the same version of every item."""
    return all(len({copy.table[item] for copy in copies}) == 1 for item in items)
