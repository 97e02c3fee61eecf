"""What a real run did: readers of its logs, and the rules that they are checked against."""

from .limits import ObservationLimits
from .observation import EventCounts, Observation
from .observer import observe
from .readers.sources import BadLines
from .results import RuleResult, WitnessLine
from .rules import RULES, Rule
from .schema import trace_schema
from .values import UNSET

__all__ = [
    "RULES",
    "UNSET",
    "BadLines",
    "EventCounts",
    "Observation",
    "ObservationLimits",
    "Rule",
    "RuleResult",
    "WitnessLine",
    "observe",
    "trace_schema",
]
