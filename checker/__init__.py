"""What a system can reach: exploring every interleaving, and the verdicts on its properties."""

from .checkpoints import Checkpoints
from .counterexamples import (
    Counterexample,
    Digest,
    counterexample_of,
    digest_of,
    read_counterexample,
)
from .exploration import Change, Exploration, PropertyResult, Trace, TraceStep, Untaken
from .explorer import explore
from .graph_files import check_graph_name, graph_text
from .graphs import state_graph
from .limits import Limits, Progress
from .retracing import Retraced, retrace

__all__ = [
    "Change",
    "Checkpoints",
    "Counterexample",
    "Digest",
    "Exploration",
    "Limits",
    "Progress",
    "PropertyResult",
    "Retraced",
    "Trace",
    "TraceStep",
    "Untaken",
    "check_graph_name",
    "counterexample_of",
    "digest_of",
    "explore",
    "graph_text",
    "read_counterexample",
    "retrace",
    "state_graph",
]
