"""An exploration as text: a line a property, the run to each violation, and what was checked."""

from __future__ import annotations

from collections.abc import Iterator

from ...checker import Exploration, PropertyResult
from ...models.properties import PropertyKind
from ...models.verdicts import Verdict
from ..palette import Palette
from .traces import trace_lines
from .words import count

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


def exploration_text(result: Exploration, palette: Palette) -> str:
    """Give the whole text; its last line says what was and what was not checked."""
    lines = [_heading(result, palette), ""]
    width = max(len(found.name) for found in result.properties)
    for found in result.properties:
        lines.append(_property_line(found, width, palette))
    for found in result.properties:
        if found.verdict is Verdict.VIOLATED:
            lines += ["", *_violation(found, palette)]
    lines += _never_taken(result, palette)
    if result.engine_note:
        lines += ["", f"note: {result.engine_note}"]
    lines += ["", _closing_line(result, palette)]
    return "\n".join(lines) + "\n"


def _heading(result: Exploration, palette: Palette) -> str:
    given = (pair for pair in result.parameters.items() if pair[1] not in _OFF)
    settings = " ".join(f"{name}={value}" for name, value in given)
    return f"{palette.strong(result.model)}  {settings}".rstrip()


def _property_line(found: PropertyResult, width: int, palette: Palette) -> str:
    verdict = palette.verdict(found.verdict, width=_VERDICT_WIDTH)
    said = found.summary or ""
    if found.kind is PropertyKind.SOMETIMES and found.trace is not None:
        said += f" (after {count(len(found.trace.steps), 'step')})"
    if found.verdict is Verdict.UNDECIDED and found.message:
        said += f" ({found.message})"
    return f"{verdict}  {found.name:<{width}}  {palette.faint(said)}".rstrip()


def _violation(found: PropertyResult, palette: Palette) -> Iterator[str]:
    yield f"{palette.alarm('violated')}: {palette.strong(found.name)}"
    if found.message:
        yield f"  {found.message}"
    if found.place is not None:
        yield palette.faint(f"  {found.place}")
    if found.trace is not None:
        yield ""
        yield from trace_lines(found.trace, palette)


def _never_taken(result: Exploration, palette: Palette) -> list[str]:
    """Give a line for each thing that was never taken, where the search did not just break off."""
    never = result.coverage.never
    if not never or result.stopped_by == "violation":
        return []
    told = [f"{_NEVER[kind]}: {name}" for kind, name in never[:_NEVER_SHOWN]]
    if len(never) > _NEVER_SHOWN:
        told.append(f"... and {len(never) - _NEVER_SHOWN} more, which --format json lists")
    return ["", *map(palette.faint, told)]


def _closing_line(result: Exploration, palette: Palette) -> str:
    explored = (
        "explored everything" if result.complete else f"not everything explored, {_stopped(result)}"
    )
    size = (
        f"{count(result.states, 'state')}, {count(result.transitions, 'transition')}, "
        f"depth {result.depth}"
    )
    faults = ", ".join(f"{name} ≤ {budget}" for name, budget in result.faults.items())
    reductions = ", ".join(result.reductions)
    parts = [
        f"{explored}: {size}",
        f"faults: {faults or 'none'}",
        f"reductions: {reductions or 'none'}",
        f"{result.storage} storage",
        f"{result.engine} engine, {count(result.python_calls, 'Python call')}, "
        f"{result.seconds:.2f} s",
    ]
    return f"{palette.verdict(result.verdict)} · {' · '.join(parts)}"


def _stopped(result: Exploration) -> str:
    said = _STOPPED.get(result.stopped_by or "", "stopped")
    return said if result.stopped_in is None else f"{said} in a step at {result.stopped_in}"
