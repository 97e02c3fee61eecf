"""What a system can reach: exploring every interleaving, and the verdicts on its properties."""

from .exploration import Change, Exploration, PropertyResult, Trace, TraceStep, Untaken
from .explorer import explore
from .graph_files import check_graph_name, graph_text
from .graphs import state_graph
from .limits import Limits, Progress

__all__ = [
    "Change",
    "Exploration",
    "Limits",
    "Progress",
    "PropertyResult",
    "Trace",
    "TraceStep",
    "Untaken",
    "check_graph_name",
    "explore",
    "graph_text",
    "state_graph",
]
