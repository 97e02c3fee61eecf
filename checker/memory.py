"""What the process holds in memory."""

from __future__ import annotations

import resource


class OutOfMemory(Exception):
    """A search takes more memory than it may."""


def resident_bytes() -> int:
    """Give the most that the process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
