"""The formats that hold nothing but transactions, each with its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .awdit_text import read_awdit_text
from .plume_text import read_plume_text
from .session_lines import read_session_lines

TEXT_READERS: Mapping[str, Callable[..., int]] = MappingProxyType(
    {
        "plume": read_plume_text,
        "awdit": read_awdit_text,
        "sessions": read_session_lines,
    }
)
"""Readers by format: each puts the transactions of a source into a history."""
