"""The events of a witness as they stand in the file, with the fields that gtcheck does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from ...models.errors import InputError
from ..limits import ObservationLimits
from ..results import RuleResult
from .sources import lines_at
from .spools import Readable


def with_original_events(
    results: Sequence[RuleResult], paths: Sequence[Readable], limits: ObservationLimits
) -> list[RuleResult]:
    """Read the lines of all witnesses again and put the events in as written.

    Where that is not possible (a file that has changed) they stay as understood.
    """
    wanted: dict[str, set[int]] = {}
    for result in results:
        for line in result.witness:
            wanted.setdefault(line.file, set()).add(line.line)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for path in paths:
        if str(path) in wanted:
            found |= _events_in(path, wanted[str(path)], limits)
    return [
        replace(
            result,
            witness=tuple(
                replace(line, event=found.get((line.file, line.line), line.event))
                for line in result.witness
            ),
        )
        for result in results
    ]


def _events_in(
    path: Readable, numbers: set[int], limits: ObservationLimits
) -> dict[tuple[str, int], dict[str, Any]]:
    found = {}
    try:
        for line, text in lines_at(path, numbers, limits):
            event = msgspec.json.decode(text)
            if isinstance(event, dict) and event.get("type") not in ("invoke", "return"):
                found[str(path), line] = event
    except (InputError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return found
    return found
