"""What a fault of a trace strikes: links, or a region."""

from __future__ import annotations

from .events import Fault


def cut_links(fault: Fault) -> frozenset[tuple[str, str]]:
    """Give the links of a cut, each from one region to another; none where it is told otherwise.

    >>> sorted(cut_links(Fault(kind="cut", target=["a", "b"], start=0)))
    [('a', 'b'), ('b', 'a')]
    >>> cut_links(Fault(kind="cut", target={"from": "a", "to": "b"}, start=0))
    frozenset({('a', 'b')})
    """
    target = fault.target
    if isinstance(target, list) and len(target) == 2:
        one, other = map(str, target)
        return frozenset({(one, other), (other, one)})
    if isinstance(target, dict) and {"from", "to"} <= target.keys():
        return frozenset({(str(target["from"]), str(target["to"]))})
    return frozenset()


def struck_region(fault: Fault) -> str | None:
    """Give the region that a fault other than a cut strikes, None where it is told otherwise."""
    target = fault.target
    if isinstance(target, list) and len(target) == 1:
        target = target[0]
    return target if isinstance(target, str) and fault.kind != "cut" else None
