"""Gates: what a project expects of its models and logs, and whether it is so."""

from .configuration import Gate, ObservedRun, PlannedRun, SearchedModel, find_gate, read_gate
from .runs import GateResult, Outcome, RowResult, run_gate

__all__ = [
    "Gate",
    "GateResult",
    "ObservedRun",
    "Outcome",
    "PlannedRun",
    "RowResult",
    "SearchedModel",
    "find_gate",
    "read_gate",
    "run_gate",
]
