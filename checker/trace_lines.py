"""A run as text: numbered steps, under each what it changed and announced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from ..models.styles import PLAIN, Style


class ShownStep(Protocol):
    """A step, as far as it is printed."""

    @property
    def action(self) -> str:
        """What happened."""

    @property
    def changes(self) -> Sequence[object]:
        """What each changed variable held before and after."""

    @property
    def announced(self) -> Sequence[str]:
        """What specs heard."""

    @property
    def error(self) -> str | None:
        """Why the step failed."""


class ShownTrace(Protocol):
    """A run, as far as it is printed."""

    @property
    def initial(self) -> Mapping[str, Any]:
        """What the variables hold at first."""

    @property
    def steps(self) -> Sequence[ShownStep]:
        """What happened then."""


def trace_lines(trace: ShownTrace, style: Style = PLAIN) -> Iterator[str]:
    """Give the lines of a run; of one without a step, what the initial state holds."""
    steps = trace.steps
    if not steps:
        yield "  it is so in the initial state:"
        for name, value in trace.initial.items():
            yield f"      {name}: {value}"
        return
    width = len(str(len(steps)))
    for number, step in enumerate(steps, start=1):
        yield f"  {number:>{width}}. {style.strong(step.action)}"
        indent = " " * (width + 6)
        for change in step.changes:
            yield f"{indent}{change}"
        for announced in step.announced:
            yield style.faint(f"{indent}announces {announced}")
        if step.error is not None:
            yield f"{indent}{style.alarm('✗')} {step.error}"
