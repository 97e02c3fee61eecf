"""What may be combined with a reduction, and what is refused or left out."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.errors import ParameterError
from ..models.properties import Property
from .findings import Task


def left_out(
    checked: Sequence[Property], named: Sequence[str], search: str, *, por: bool, symmetry: bool
) -> tuple[Property, ...]:
    """Give the properties on runs without end that a reduction leaves out, where none is named.

    Raises `ParameterError` where that cannot be, as `_without_symmetry` says.
    """
    if symmetry:
        return _without_symmetry(checked, named, search, por=por)
    if not por or named:
        return ()
    used = [spec for found in checked for spec in found.using]
    return tuple(found for found in checked if found.is_liveness and found.spec not in used)


def _without_symmetry(
    checked: Sequence[Property], named: Sequence[str], search: str, *, por: bool
) -> tuple[Property, ...]:
    """Give the properties that symmetry leaves out, where none is named: on runs without end.

    Raises `ParameterError` where one is named or another property looks at it, for a search that
    remembers no states, and for partial-order reduction.
    """
    if por:
        raise ParameterError(
            "symmetry cannot be combined with partial-order reduction: that what the one leaves "
            "out the other does not rely on is not shown; take one of the two"
        )
    if search != "bfs":
        raise ParameterError(
            f"symmetry cannot be combined with search={search}: only a breadth-first search "
            "looks at the states that stand for others; take one of the two"
        )
    endless = [found for found in checked if found.is_liveness]
    used = [spec for found in checked for spec in found.using]
    kept = [found for found in endless if named or found.spec in used]
    if kept:
        raise ParameterError(
            f"{kept[0].name} is about runs without end and cannot be checked with symmetry: "
            "fairness is owed to each action by itself, and a state that stands for others does "
            "not tell whose turn it was; leave symmetry off, or check other properties"
        )
    return tuple(endless)


def told_of(left_out: Sequence[Property]) -> tuple[str, ...]:
    """Give what a result says of the properties that are left out."""
    names = " and ".join(found.name for found in left_out)
    return (f"leaving out {names}",) if names else ()


def check_reducible(task: Task) -> None:
    """Raise `ParameterError` for a search or a property for which the reduction is not sound."""
    if task.order != "bfs" or task.sampling is not None:
        raise ParameterError(
            "partial-order reduction needs search=bfs: what it leaves out is made up for level by "
            "level"
        )
    if task.checkpoints.target is not None:
        raise ParameterError(
            "checkpoints do not hold what partial-order reduction relied on; leave one of them out"
        )
    for response in task.responses:
        raise ParameterError(
            f"partial-order reduction is not sound for {response.name}, which must come in the "
            "end: it leaves out runs that go on for ever; name the properties to check without it"
        )
