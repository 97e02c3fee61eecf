"""What a gate is: its configuration, its runs, and the reports of them."""

from .configuration import ExploreRow, Gate, ObserveRow, Row, find_configuration, read_gate
from .junit import junit_text
from .runs import RowResult, run_row

__all__ = [
    "ExploreRow",
    "Gate",
    "ObserveRow",
    "Row",
    "RowResult",
    "find_configuration",
    "junit_text",
    "read_gate",
    "run_row",
]
