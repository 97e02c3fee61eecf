"""gtcheck explores models of replicated stores and checks the logs of real ones.

What the command line does, in Python: see `docs/api.md`. Nothing is loaded before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checker import Exploration, Limits, explore, graph_text, state_graph
    from .cli.conformance import check_claims, compute_table
    from .cli.gates import read_gate, run_gate
    from .cli.validation import validate_trace
    from .models import Verdict, load_model, model_names
    from .traces import Observation, ObservationLimits, observe

__version__ = "0.1.0"

__all__ = [
    "Exploration",
    "Limits",
    "Observation",
    "ObservationLimits",
    "Verdict",
    "check_claims",
    "compute_table",
    "explore",
    "graph_text",
    "load_model",
    "model_names",
    "observe",
    "read_gate",
    "run_gate",
    "state_graph",
    "validate_trace",
]

_HOMES = {
    "checker": ("Exploration", "Limits", "explore", "graph_text", "state_graph"),
    "cli.conformance": ("check_claims", "compute_table"),
    "cli.gates": ("read_gate", "run_gate"),
    "cli.validation": ("validate_trace",),
    "models": ("Verdict", "load_model", "model_names"),
    "traces": ("Observation", "ObservationLimits", "observe"),
}


def __getattr__(name: str) -> object:
    """Give a name of this face from the package that defines it."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{home}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
