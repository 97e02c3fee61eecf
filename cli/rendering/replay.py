"""A replayed counterexample as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ... import __version__
from ...checker.trace_lines import trace_lines
from ...models.verdicts import Verdict
from ...models.words import count
from ..palette import Palette

if TYPE_CHECKING:
    from ...checker import Counterexample, Retraced


def replay_text(
    run: Counterexample, found: Retraced, changes: Sequence[str], palette: Palette
) -> str:
    """Give the whole text: the run, what has changed since it was written, and the verdict."""
    given = " ".join(f"{name}={value}" for name, value in {**run.parameters, **run.faults}.items())
    lines = [f"{palette.strong(run.model)}  {given}".rstrip(), ""]
    lines.append(f"{palette.strong(found.property.name)}  {palette.faint(found.property.summary)}")
    if found.message:
        lines.append(f"  {found.message}")
    if found.violates and found.place is not None:
        lines.append(palette.faint(f"  {found.place}"))
    lines += ["", *trace_lines(found.trace, palette), ""]
    lines += [f"note: {change}" for change in changes]
    if changes:
        lines.append("")
    said = (
        f"the run violates {found.property.name} {_when(found)}"
        if found.violates
        else f"the run of {_length(found)} does not violate {found.property.name}; others may"
    )
    lines.append(f"{palette.verdict(_verdict(found))} · {said} · reference engine")
    return "\n".join(lines) + "\n"


def _when(found: Retraced) -> str:
    cycle = found.trace.cycle
    if cycle is None:
        return f"after {count(len(found.trace.steps), 'step')}"
    return f"in a fair run without end: {_length(found)}"


def _length(found: Retraced) -> str:
    steps, cycle = count(len(found.trace.steps), "step"), found.trace.cycle
    if cycle is None:
        return steps
    return f"{steps}, then {count(len(cycle), 'step') if cycle else 'none'} for ever"


def replay_json(run: Counterexample, found: Retraced, changes: Sequence[str]) -> dict[str, object]:
    """Give the documented object that `--format json` prints: see `docs/cli.md`."""
    return {
        "gtcheck": __version__,
        "written_by": run.gtcheck,
        "model": run.model,
        "parameters": run.parameters,
        "faults": run.faults,
        "property": found.property.name,
        "changes": list(changes),
        "verdict": _verdict(found).value,
        "exit_code": _verdict(found).exit_code,
        "message": found.message,
        "place": None if found.place is None else str(found.place),
        **found.trace.as_json(),
    }


def _verdict(found: Retraced) -> Verdict:
    return Verdict.VIOLATED if found.violates else Verdict.HOLDS
