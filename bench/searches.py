"""Searches in this process, and the CPU-seconds that they took."""

from __future__ import annotations

import time
from collections.abc import Callable

from gtcheck.checker import Exploration, explore
from gtcheck.models import Verdict, load_model
from gtcheck.models.properties import Property
from processes import parsed


def timed_search(
    model: str, is_checked: Callable[[Property], bool]
) -> tuple[Exploration, int, float]:
    """Explore NAME:PARAMETER=N,... by one worker for some of what it promises, all of which holds.

    Gives the result, how many properties were asked for, and the CPU-seconds; ends the program
    where anything does not hold.
    """
    name, settings = parsed(model)
    system = load_model(name).build(settings)
    names = [one.name for one in system.select() if is_checked(one)]
    began = time.process_time()
    result = explore(system, properties=names, engine="native")
    seconds = time.process_time() - began
    if result.verdict is not Verdict.HOLDS:
        raise SystemExit(f"gtcheck says {result.verdict} of {model}, which must hold")
    return result, len(names), seconds
