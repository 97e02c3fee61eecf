"""The truth table of faults and modes: who is served what, and whether it is fresh (C117)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from .claim import Scenario

FAULTS = ("offline", "isolate", "cut")
MODES = ("async", "mrsc")
REQUESTS = ("write", "strong-read", "eventual-read")
PLACES = ("faulty", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A request made while something is broken: of which mode, what for, and where.

    `at` is the region that the fault struck, or of a cut link an end of it, or else `other`.
    """

    mode: str
    fault: str
    request: str
    at: str

    @property
    def is_read(self) -> bool:
        """Tell whether something is read, so that it may be stale."""
        return self.request != "write"

    @property
    def scenario(self) -> Scenario:
        """The model of one request in this situation."""
        settings = {
            "mode": self.mode,
            "fault": self.fault,
            "request": self.request,
            "at": self.at,
        }
        return Scenario(model="availability", settings=settings)


def situations() -> Iterator[Situation]:
    """Give every situation, in the order of the table."""
    for fault, mode, request, at in itertools.product(FAULTS, MODES, REQUESTS, PLACES):
        yield Situation(mode=mode, fault=fault, request=request, at=at)
