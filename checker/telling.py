"""An exploration as text: a line a property, the run to each violation, and what was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ..models.fairness import Fairness
from ..models.properties import PropertyKind
from ..models.styles import PLAIN, Style
from ..models.verdicts import Verdict
from ..models.words import count
from .exploration import Exploration, PropertyResult
from .trace_lines import trace_lines

_VERDICT_WIDTH = len(Verdict.UNDECIDED.value)

_STOPPED = {
    "violation": "stopped at the first violation",
    "interrupted": "interrupted",
    "max_states": "stopped at the limit of states",
    "max_depth": "stopped at the limit of depth",
    "max_seconds": "stopped at the limit of seconds",
    "max_memory": "stopped at the limit of memory",
}


_NEVER = {
    "actions": "never taken",
    "handlers": "never run",
    "states": "never entered",
    "options": "never chosen",
}
_NEVER_SHOWN = 8

_OFF = (0, "none", "any")
"""Parameters of these values leave something out, and the heading leaves out them."""


def exploration_text(result: Exploration, style: Style = PLAIN) -> str:
    """Give the whole text; its last line says what was and what was not checked."""
    lines = [_heading(result, style), ""]
    width = max(len(found.name) for found in result.properties)
    for found in result.properties:
        lines.append(_property_line(found, width, style))
    for found in result.properties:
        if found.verdict is Verdict.VIOLATED:
            lines += ["", *_violation(found, style)]
    lines += _never_taken(result, style)
    if result.engine_note:
        lines += ["", f"note: {result.engine_note}"]
    if result.hotspot is not None:
        lines += ["", f"slow: {result.hotspot}"]
    if result.checkpoint is not None:
        lines += ["", f"to go on: the same command with --resume {result.checkpoint}"]
    lines += ["", closing_line(result, style)]
    return "\n".join(lines) + "\n"


def exploration_html(result: Exploration) -> str:
    """Give the same for a notebook, with the run to the first violation only."""
    from ..models.notebooks import result_html

    rows = ((found.verdict, found.name, _said(found)) for found in result.properties)
    violated = (one for one in result.properties if one.verdict is Verdict.VIOLATED)
    details = [line for found in islice(violated, 1) for line in _violation(found, PLAIN)]
    heading = _heading(result, PLAIN)
    return result_html(heading, rows, "\n".join(details), closing_line(result))


def _heading(result: Exploration, style: Style) -> str:
    given = (pair for pair in result.parameters.items() if pair[1] not in _OFF)
    settings = " ".join(f"{name}={value}" for name, value in given)
    return f"{style.strong(result.model)}  {settings}".rstrip()


def _property_line(found: PropertyResult, width: int, style: Style) -> str:
    verdict = style.verdict(found.verdict, width=_VERDICT_WIDTH)
    return f"{verdict}  {found.name:<{width}}  {style.faint(_said(found))}".rstrip()


def _said(found: PropertyResult) -> str:
    said = found.summary or ""
    if found.kind is PropertyKind.SOMETIMES and found.trace is not None:
        said += f" (after {count(len(found.trace.steps), 'step')})"
    if found.verdict is Verdict.UNDECIDED and found.message:
        said += f" ({found.message})"
    return said


def _violation(found: PropertyResult, style: Style) -> Iterator[str]:
    yield f"{style.alarm('violated')}: {style.strong(found.name)}"
    if found.message:
        yield f"  {found.message}"
    if found.place is not None:
        yield style.faint(f"  {found.place}")
    if found.trace is not None:
        yield ""
        yield from trace_lines(found.trace, style)
    if found.shrunk_from is not None and found.trace is not None:
        steps = count(len(found.trace.steps), "step")
        least = "none can be left out" if found.is_minimal else "perhaps not all are needed"
        yield ""
        yield style.faint(f"  {steps}, shrunk from {found.shrunk_from:,}: {least}")


def _never_taken(result: Exploration, style: Style) -> list[str]:
    """Give a line for each thing that was never taken, where the search did not just break off."""
    never = result.coverage.never
    if not never or result.stopped_by == "violation":
        return []
    told = [f"{_NEVER[kind]}: {name}" for kind, name in never[:_NEVER_SHOWN]]
    if len(never) > _NEVER_SHOWN:
        told.append(f"... and {len(never) - _NEVER_SHOWN} more, which --format json lists")
    return ["", *map(style.faint, told)]


def _sharing(result: Exploration) -> str:
    return f"{result.workers} workers, " if result.workers > 1 else ""


def closing_line(result: Exploration, style: Style = PLAIN) -> str:
    """Give the verdict, and what was and was not checked to come to it."""
    faults = ", ".join(f"{name} ≤ {budget}" for name, budget in result.faults.items())
    reductions = ", ".join(result.reductions)
    parts = [
        _looked_at(result),
        f"faults: {faults or 'none'}",
        f"reductions: {reductions or 'none'}",
        *_fairness(result),
        f"{result.storage} storage" if result.schedules is None else "no states remembered",
        f"{result.engine} engine, {_sharing(result)}{count(result.python_calls, 'Python call')}, "
        f"{result.seconds:.2f} s",
    ]
    return f"{style.verdict(result.verdict)} · {' · '.join(parts)}"


def _fairness(result: Exploration) -> Iterator[str]:
    if result.fairness is not None:
        counted = Counter(result.fairness.values())
        yield "fairness: " + ", ".join(f"{counted[how]} {how}" for how in Fairness if counted[how])


def _looked_at(result: Exploration) -> str:
    """Say how much was looked at, and what ended it."""
    if result.schedules is not None:
        ended = "" if result.stopped_by == "schedules" else f", {_stopped(result)}"
        return (
            f"{count(result.schedules, 'schedule')} of {result.search}, seed {result.seed}{ended}: "
            f"{count(result.transitions, 'step')}, the longest {result.depth}, "
            f"{result.terminal_states:,} came to rest"
        )
    explored = (
        "explored everything" if result.complete else f"not everything explored, {_stopped(result)}"
    )
    order = "" if result.search == "bfs" else " depth first"
    return (
        f"{explored}{order}: {count(result.states, 'state')}, "
        f"{count(result.transitions, 'transition')}, depth {result.depth}"
    )


def _stopped(result: Exploration) -> str:
    said = _STOPPED.get(result.stopped_by or "", "stopped")
    return said if result.stopped_in is None else f"{said} in a step at {result.stopped_in}"
