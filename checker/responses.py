"""What must come in the end: liveness properties as triggers and goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..models.properties import Property, PropertyKind


@dataclass(frozen=True, slots=True)
class Response:
    """In every fair run, whenever `trigger` is true, `goal` is true then or later.

    Without a trigger it is the start that asks, once.
    """

    name: str
    goal: Callable[[], bool]
    trigger: Callable[[], bool] | None = None


def responses(checked: Iterable[Property]) -> tuple[Response, ...]:
    """Give what the liveness properties among those checked ask for, in order."""
    return tuple(_response(found) for found in checked if found.is_liveness)


def _response(found: Property) -> Response:
    assert found.predicate is not None, "a liveness property has a goal"
    if found.kind is PropertyKind.SPEC:
        return Response(found.name, found.predicate, _anywhere)
    return Response(found.name, found.predicate, found.trigger)


def _anywhere() -> bool:
    return True
