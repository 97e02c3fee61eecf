"""The anomalies that one read shows by itself; every isolation level forbids them."""

from __future__ import annotations

from ..values import shown
from .contradictions import Cast, Contradiction, Mention, did
from .histories import Access, Transaction


def aborted_read(
    writer: Transaction, write: Access, reader: Transaction, read: Access
) -> Contradiction:
    """Tell G1a: a read of what a transaction wrote that certainly did not happen."""
    cast = Cast([writer])
    first = cast.mention(writer, write)
    second = cast.mention(reader, read)
    return cast.contradiction(
        "aborted read (G1a)",
        f"{second} {did(read)}, but {first}, which {did(write)}, was aborted",
    )


def intermediate_read(
    writer: Transaction, write: Access, final: Access, reader: Transaction, read: Access
) -> Contradiction:
    """Tell G1b: a read of what its transaction itself replaced later."""
    cast = Cast([writer])
    first = cast.mention(writer, write)
    cast.mention(writer, final)
    second = cast.mention(reader, read)
    return cast.contradiction(
        "intermediate read (G1b)",
        f"{second} {did(read)}, which {first} wrote only on the way: it {did(final)} after that",
    )


def own_write_missed(reader: Transaction, write: Access, read: Access) -> Contradiction:
    """Tell a read that does not give what its own transaction had written last."""
    cast, name = _alone(reader, write, read)
    return cast.contradiction(
        "own write missed (internal)",
        f"{name} {did(write)} and then {did(read)}, without its own last change",
    )


def future_read(reader: Transaction, read: Access, write: Access) -> Contradiction:
    """Tell a read of what the transaction itself wrote only after it."""
    cast, name = _alone(reader, read, write)
    return cast.contradiction(
        "future read",
        f"{name} {did(read)} before it {did(write)} itself, and nobody else did",
    )


def read_of_nothing(reader: Transaction, read: Access, element: object = ...) -> Contradiction:
    """Tell a read of a value, or of a list with an `element`, that nobody wrote."""
    cast = Cast()
    name = cast.mention(reader, read)
    what = f"wrote that to {shown(read.key)}"
    if element is not ...:
        what = f"appended {shown(element)} to {shown(read.key)}"
    return cast.contradiction(
        "read of a value never written", f"{name} {did(read)}, but nobody {what}"
    )


def element_twice(reader: Transaction, read: Access, element: object) -> Contradiction:
    """Tell a list in which an element stands more often than it was appended."""
    cast = Cast()
    name = cast.mention(reader, read)
    return cast.contradiction(
        "duplicate elements", f"{name} {did(read)}, with {shown(element)} more than once"
    )


def incompatible_orders(
    first: Transaction, first_read: Access, second: Transaction, second_read: Access
) -> Contradiction:
    """Tell two lists of one item of which neither begins with the other."""
    cast = Cast([first])
    one, other = cast.mention(first, first_read), cast.mention(second, second_read)
    return cast.contradiction(
        "incompatible orders",
        f"{one} {did(first_read)}, but {other} {did(second_read)}: neither list begins with the "
        "other, so the item had no one order of versions",
    )


def not_repeatable(
    reader: Transaction,
    first: tuple[Access, Mention | None],
    second: tuple[Access, Mention | None],
) -> Contradiction:
    """Tell two reads of one item in one transaction of different versions, and who wrote those."""
    cast = Cast([reader])
    clauses = []
    for read, write in (first, second):
        cast.mention(reader, read)
        clauses.append(did(read))
        if write is not None:
            clauses[-1] += f", which {cast.mention(*write)} wrote,"
    return cast.contradiction(
        "non-repeatable read",
        f"{cast.name(reader)} {clauses[0]} and then {clauses[1].rstrip(',')}, "
        "without changing it in between",
    )


def _alone(transaction: Transaction, *accesses: Access) -> tuple[Cast, str]:
    """Give a cast of one transaction with some of its accesses, and its name there."""
    cast = Cast()
    names = [cast.mention(transaction, access) for access in accesses]
    return cast, names[0]
