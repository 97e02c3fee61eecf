"""What a system may do: the language of models, and where they are found.

A name is imported when it is first asked for: who needs an error need not load the whole language.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import faults
    from .catalog import load_model, model_names
    from .errors import (
        GtcheckError,
        InputError,
        ModelError,
        ParameterError,
        UnknownNameError,
        UsageError,
    )
    from .events import Event
    from .fairness import Fairness
    from .fields import durable, volatile
    from .log_bindings import At, Binding, binding
    from .machines import Machine, Ref
    from .networks import Channel, MachineSystem
    from .parameters import Fault, Model, Parameter, model
    from .properties import Property, PropertyKind
    from .specs import Spec
    from .states import State, action, on, restart
    from .systems import System, guard
    from .values import NEVER, Map, Record, Time
    from .variables import Bag, Queue, Shared, Table, Variable
    from .verdicts import Verdict

__all__ = [
    "NEVER",
    "At",
    "Bag",
    "Binding",
    "Channel",
    "Event",
    "Fairness",
    "Fault",
    "GtcheckError",
    "InputError",
    "Machine",
    "MachineSystem",
    "Map",
    "Model",
    "ModelError",
    "Parameter",
    "ParameterError",
    "Property",
    "PropertyKind",
    "Queue",
    "Record",
    "Ref",
    "Shared",
    "Spec",
    "State",
    "System",
    "Table",
    "Time",
    "UnknownNameError",
    "UsageError",
    "Variable",
    "Verdict",
    "action",
    "binding",
    "durable",
    "faults",
    "guard",
    "load_model",
    "model",
    "model_names",
    "on",
    "restart",
    "volatile",
]

_HOMES = {
    "faults": (),
    "catalog": ("load_model", "model_names"),
    "errors": (
        "GtcheckError",
        "InputError",
        "ModelError",
        "ParameterError",
        "UnknownNameError",
        "UsageError",
    ),
    "events": ("Event",),
    "fairness": ("Fairness",),
    "fields": ("durable", "volatile"),
    "log_bindings": ("At", "Binding", "binding"),
    "machines": ("Machine", "Ref"),
    "networks": ("Channel", "MachineSystem"),
    "parameters": ("Fault", "Model", "Parameter", "model"),
    "properties": ("Property", "PropertyKind"),
    "specs": ("Spec",),
    "states": ("State", "action", "on", "restart"),
    "systems": ("System", "guard"),
    "values": ("NEVER", "Map", "Record", "Time"),
    "variables": ("Bag", "Queue", "Shared", "Table", "Variable"),
    "verdicts": ("Verdict",),
}


def __getattr__(name: str) -> object:
    """Give a name of this face from the module that defines it."""
    if name in _HOMES:
        return import_module(f".{name}", __name__)
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{home}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
