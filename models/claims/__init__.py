"""What the talk claims, claim by claim, each with what checks it."""

from .claim import (
    Check,
    Claim,
    Explored,
    Holds,
    Impossible,
    Refuted,
    Scenario,
    Scope,
    Told,
    Witnessed,
)
from .listing import CLAIMS
from .truth_table import FAULTS, MODES, PLACES, REQUESTS, Situation, situations

__all__ = [
    "CLAIMS",
    "FAULTS",
    "MODES",
    "PLACES",
    "REQUESTS",
    "Check",
    "Claim",
    "Explored",
    "Holds",
    "Impossible",
    "Refuted",
    "Scenario",
    "Scope",
    "Situation",
    "Told",
    "Witnessed",
    "situations",
]
