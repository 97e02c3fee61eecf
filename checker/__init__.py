"""What a system can reach: exploring every interleaving, and the verdicts on its properties."""

from .exploration import Change, Exploration, PropertyResult, Trace, TraceStep
from .explorer import explore
from .limits import Limits, Progress

__all__ = [
    "Change",
    "Exploration",
    "Limits",
    "Progress",
    "PropertyResult",
    "Trace",
    "TraceStep",
    "explore",
]
