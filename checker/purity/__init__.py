"""Whether steps depend on anything but the system's variables: clocks, globals, random numbers."""

from .reruns import Purity, Reruns
from .steps import check_steps

__all__ = ["Purity", "Reruns", "check_steps"]
