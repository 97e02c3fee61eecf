"""Telling how a step differs from its counterpart, and in which line of the model."""

from __future__ import annotations

from typing import Any

from ..models.errors import Place
from ..models.places import place_of_caller
from ..models.systems import System
from ..models.values import show
from .domains import Domains
from .recording import SET, RecordingStep

Result = tuple[Any, ...]


class LocatingStep(RecordingStep):
    """A recording step that knows in which line each slot was changed last."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.places: dict[int, Place | None] = {}

    def write(self, slot: int, value: Any) -> None:
        """Replace the value of a slot, and remember where."""
        self.places[slot] = place_of_caller()
        super().write(slot, value)

    def _change(self, operation: int, slot: int, argument: int) -> None:
        self.places[slot] = place_of_caller()
        super()._change(operation, slot, argument)


def difference(
    system: System, domains: Domains, wanted: set[Result], found: set[Result]
) -> tuple[str, int | None]:
    """Say what a step does that was not wanted of it, and the slot that shows it, if one does.

    `wanted` and `found` are the results that only the one or the other has.
    """
    if not found:
        return "does less: it is not enabled, or not with all outcomes", None
    if not wanted:
        return "does more: it is enabled, or has more outcomes", None
    one, other = min(wanted, key=repr), min(found, key=repr)
    if "fails" in (one[0], other[0]):
        verb = "fails" if other[0] == "fails" else "does not fail"
        return f"{verb}, unlike the other", None
    if one[3] != other[3]:
        return f"is {_truth(other[3])} and not {_truth(one[3])}", None
    changed, otherwise = dict(one[1]), dict(other[1])
    slots = [slot for slot in {**changed, **otherwise} if changed.get(slot) != otherwise.get(slot)]
    if not slots:
        return "announces other events, or in another order", None
    slot = min(slots)
    name, done = system.slots[slot].name, otherwise.get(slot)
    if done is None:
        return f"leaves {name} as it is", None
    operation, number = done[0]
    if operation == SET:
        instead = changed.get(slot)
        told = f" and not to {show(domains[slot].values[instead[0][1]])}" if instead else ""
        return f"sets {name} to {show(domains[slot].values[number])}{told}", slot
    return f"changes {name} in another way", slot


def _truth(said: int) -> str:
    return "true" if said else "false"
