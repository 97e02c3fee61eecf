"""Fairness: what is assumed of an action in the long run, where a model says what must come."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from .errors import ModelError
from .places import place_of_caller

FairnessName = Literal["none", "weak", "strong"]


class Fairness(StrEnum):
    """How an action that could be taken again and again has to be taken; the value is printed.

    An action is enabled where it changes something: a step that changes nothing leaves no state.
    `NONE`: it may be left out for ever. `WEAK`: it is not left out for ever where it is enabled
    from some point on without a break. `STRONG`: nor where it is enabled again and again.
    """

    NONE = "none"
    WEAK = "weak"
    STRONG = "strong"

    @classmethod
    def named(cls, name: str) -> Fairness:
        """Give the fairness of this name; raise `ModelError` where there is none."""
        try:
            return cls(name)
        except ValueError:
            known = ", ".join(cls)
            raise ModelError(
                f"fairness {name!r} is unknown; it is one of {known}", place=place_of_caller()
            ) from None
