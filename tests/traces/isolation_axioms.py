"""The isolation levels by their axioms: every order of all transactions is tried.

The axioms are those of Biswas and Enea (OOPSLA 2019). All say: where T3 reads an item of T1, and
T2 wrote it too, T2 is before T1 in the commit order if T3 comes after T2 in the sense of the level.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import NamedTuple

INITIAL = -1


class Toy(NamedTuple):
    """A transaction: its session, reads as (item, writer) in order, and the items it writes."""

    session: int
    reads: tuple[tuple[str, int], ...]
    writes: frozenset[str]


def satisfies(level: str, history: list[Toy], versions: Iterable[tuple[int, int]] = ()) -> bool:
    """Tell whether some commit order, with these `versions` in order, fulfils a level's axiom."""
    fixed = visible(history) | set(versions)
    for order_of_all in permutations(range(len(history))):
        place = {number: at for at, number in enumerate(order_of_all)} | {INITIAL: -1}
        if all(place[one] < place[other] for one, other in fixed) and all(
            place[two] < place[one] for two, one in demanded(level, history, place)
        ):
            return True
    return False


def visible(history: list[Toy]) -> set[tuple[int, int]]:
    """Give the pairs in the order of a session, or of a read from a write."""
    pairs = {
        (one, other)
        for one, first in enumerate(history)
        for other, second in enumerate(history)
        if first.session == second.session and one < other
    }
    pairs |= {(writer, n) for n, toy in enumerate(history) for _, writer in toy.reads}
    return pairs | {(INITIAL, n) for n in range(len(history))}


def demanded(level: str, history: list[Toy], place: dict[int, int]) -> Iterable[tuple[int, int]]:
    """Give the pairs (T2, T1) that the axiom of a level wants in the commit order."""
    pairs = visible(history)
    reached = closure(pairs)
    for three, toy in enumerate(history):
        for at, (item, one) in enumerate(toy.reads):
            for two in range(len(history)):
                if two in (one, three) or item not in history[two].writes:
                    continue
                if comes_after(level, history, place, pairs, reached, two, three, at):
                    yield two, one


def comes_after(
    level: str,
    history: list[Toy],
    place: dict[int, int],
    pairs: set[tuple[int, int]],
    reached: set[tuple[int, int]],
    two: int,
    three: int,
    at: int,
) -> bool:
    if level == "read-committed":
        return any(writer == two for _, writer in history[three].reads[:at])
    if level == "read-atomic":
        return (two, three) in pairs
    if level == "causal-consistency":
        return (two, three) in reached
    if level == "serializable":
        return place[two] < place[three]
    later = [n for n in range(len(history)) if n == two or place[two] < place[n]]
    prefix = any((n, three) in pairs for n in later)
    conflict = any(
        place[n] < place[three] and history[n].writes & history[three].writes for n in later
    )
    return prefix or conflict


def closure(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give all pairs that are connected by some steps."""
    reached = set(pairs)
    while True:
        more = {(a, d) for a, b in reached for c, d in reached if b == c} - reached
        if not more:
            return reached
        reached |= more
