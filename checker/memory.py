"""What the process holds in memory."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_STATM = Path("/proc/self/statm")


class OutOfMemory(Exception):
    """A search takes more memory than it may."""


def resident_bytes() -> int:
    """Give the bytes that are in memory now; where the system does not tell, the most ever."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return pages * os.sysconf("SC_PAGE_SIZE")
