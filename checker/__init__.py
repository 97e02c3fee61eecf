"""What a system can reach: exploring every interleaving, and the verdicts on its properties.

A name is imported when it is first asked for: an exploration loads nothing but what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "checkpoints": ("Checkpoints",),
    "counterexamples": (
        "Counterexample",
        "Digest",
        "counterexample_of",
        "digest_of",
        "read_counterexample",
    ),
    "exploration": ("Change", "Exploration", "PropertyResult", "Trace", "TraceStep", "Untaken"),
    "explorer": ("explore",),
    "graph_files": ("check_graph_name", "graph_text"),
    "graphs": ("state_graph",),
    "limits": ("Limits", "Progress"),
    "retracing": ("Retraced", "retrace"),
}


def __getattr__(name: str) -> object:
    """Give a name of this face from the module that defines it."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{home}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
