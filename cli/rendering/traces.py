"""A run as text: numbered steps, under each what it changed and announced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..palette import Palette

if TYPE_CHECKING:
    from ...checker import Trace, TraceStep
    from ..conformance import ShownStep, ShownTrace


def trace_lines(trace: Trace | ShownTrace, palette: Palette) -> Iterator[str]:
    """Give the lines of a run; of one without a step, what the initial state holds."""
    steps: Sequence[TraceStep | ShownStep] = trace.steps
    if not steps:
        yield "  it is so in the initial state:"
        for name, value in trace.initial.items():
            yield f"      {name}: {value}"
        return
    width = len(str(len(steps)))
    for number, step in enumerate(steps, start=1):
        yield f"  {number:>{width}}. {palette.strong(step.action)}"
        indent = " " * (width + 6)
        for change in step.changes:
            yield f"{indent}{change}"
        for announced in step.announced:
            yield palette.faint(f"{indent}announces {announced}")
        if step.error is not None:
            yield f"{indent}{palette.alarm('✗')} {step.error}"
