"""What a system may do: the language of models, and where they are found."""

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
from .fields import durable, volatile
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
    "Bag",
    "Channel",
    "Event",
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
