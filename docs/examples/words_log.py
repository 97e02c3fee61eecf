"""A parser of one's own: operations that a program logged in words.

gtcheck observe docs/examples/words.log --parser docs/examples/words_log.py:parse
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

LINE = re.compile(r"(\S+) (\S+) (read|wrote) (\w+)=(\S+) took (\d+)us")


def parse(line: str) -> dict[str, Any] | None:
    """Read `2026-05-04T09:00:00.000250 alice wrote x=1 took 200us`; other lines tell nothing."""
    found = LINE.fullmatch(line)
    if found is None:
        return None
    moment, session, did, key, value, took = found.groups()
    end = round(datetime.fromisoformat(moment).timestamp() * 1_000_000)
    return {
        "type": "op",
        "op": "write" if did == "wrote" else "read",
        "session": session,
        "key": key,
        "value": None if value == "nothing" else value,
        "start": end - int(took),
        "end": end,
    }
