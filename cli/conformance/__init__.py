"""Conformance: every claim of the talk with what checks it, computed from models and rules."""

from .checking import check_claims
from .exploring import ShownStep, ShownTrace
from .results import CheckResult, ClaimResult, Conformance, MutantResult
from .tabling import Cell, Service, TruthTable, compute_table
from .verdicts import ClaimVerdict, MutantVerdict

__all__ = [
    "Cell",
    "CheckResult",
    "ClaimResult",
    "ClaimVerdict",
    "Conformance",
    "MutantResult",
    "MutantVerdict",
    "Service",
    "ShownStep",
    "ShownTrace",
    "TruthTable",
    "check_claims",
    "compute_table",
]
