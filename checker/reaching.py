"""Whether a state can be reached at all, and what some states let happen next, without a trace."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from ..models.steps import SystemGrew
from ..models.systems import System
from .deadline import Alarm, OutOfTime, deadline
from .exclusion import exclusive
from .findings import Search, Task, checked_properties
from .limits import Limits, Progress
from .plain import State, outcomes
from .reference import ReferenceEngine


@exclusive
def search_states(
    system: System,
    name: str,
    *,
    limits: Limits,
    progress: Callable[[Progress], None] | None = None,
) -> Search:
    """Search breadth first, up to the level where the property of this name is decided.

    The steps must be pure. The run to what was found is not taken again, which for runs of many
    thousand steps takes longer than the search.
    """
    from .native import NativeEngine, is_built

    task = Task(
        system=system,
        checked=checked_properties(system, [name]),
        limits=limits,
        progress=progress,
        purity="off",
    )
    engine = NativeEngine if is_built() else ReferenceEngine
    try:
        with deadline(limits.max_seconds, Alarm()):
            while True:
                with contextlib.suppress(SystemGrew):
                    return engine(task).run()
    except OutOfTime:
        return Search(stopped_by="max_seconds")
    except KeyboardInterrupt:
        return Search(stopped_by="interrupted")


@exclusive
def run_everywhere(system: System, states: Iterable[State]) -> None:
    """Run every action of a system on each of some states, for those who listen."""
    for state in states:
        for action in system.actions:
            for _ in outcomes(system, state, action.run, frozenset()):
                pass
