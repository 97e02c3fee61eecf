"""Contradictions with as few transactions as are found to be needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from .contradictions import Contradiction
from .dependencies import Dependencies


def smallest(
    members: list[int], needed: Callable[[Sequence[int]], Collection[int] | None]
) -> list[int]:
    """Take away members, many at a time and then one by one, as long as the rest is enough.

    `needed` gives those of a part that are enough by themselves, None where the part is not.

    >>> smallest([1, 2, 3, 4, 5], lambda part: part if {2, 5} <= set(part) else None)
    [2, 5]
    """
    size = max(1, len(members) // 2)
    while True:
        at = 0
        while at < len(members):
            rest = members[:at] + members[at + size :]
            enough = needed(rest) if rest else None
            if enough is None:
                at += size
            else:
                at = sum(member in enough for member in members[:at])
                members = [member for member in rest if member in enough]
        if size == 1:
            return members
        size = max(1, min(size, len(members)) // 2)


def found_smallest(
    dependencies: Dependencies, find_violation: Callable[[Dependencies], Contradiction | None]
) -> Contradiction | None:
    """Give what contradicts a level in a part that needs each of its transactions, or None."""
    found = find_violation(dependencies)
    if found is None:
        return None
    number = {transaction: n for n, transaction in enumerate(dependencies.transactions)}
    part = dependencies.restricted({number[transaction] for transaction, _ in found.mentions})

    def needed(members: Sequence[int]) -> Collection[int] | None:
        return None if find_violation(part.restricted(members)) is None else members

    kept = smallest(list(range(len(part))), needed)
    return find_violation(part.restricted(kept)) or found
