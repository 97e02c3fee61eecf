"""A run as text: numbered steps, under each what it changed and announced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from ..models.fairness import Fairness
from ..models.styles import PLAIN, Style

_UNTAKEN_SHOWN = 4


class Untaken(Protocol):
    """An action that is never taken, as far as it is printed."""

    @property
    def action(self) -> str:
        """Its name."""

    @property
    def fairness(self) -> Fairness:
        """What is assumed of it."""

    @property
    def always(self) -> bool:
        """Whether it could be taken all the time."""


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

    @property
    def cycle(self) -> Sequence[ShownStep] | None:
        """What happens after that for ever."""

    @property
    def untaken(self) -> Sequence[Untaken]:
        """What could happen in the cycle and does not."""


def trace_lines(trace: ShownTrace, style: Style = PLAIN) -> Iterator[str]:
    """Give the lines of a run; of one without a step, what the initial state holds."""
    if not trace.steps:
        yield "  it begins with:" if trace.cycle is not None else "  it is so in the initial state:"
        for name, value in trace.initial.items():
            yield f"      {name}: {value}"
    width = len(str(len(trace.steps) + len(trace.cycle or ())))
    yield from _step_lines(trace.steps, 1, width, style)
    if trace.cycle is not None:
        yield f"  {style.alarm('then for ever:')}{'' if trace.cycle else ' nothing happens'}"
        yield from _step_lines(trace.cycle, len(trace.steps) + 1, width, style)
        yield from map(style.faint, _untaken_lines(trace.untaken))


def _step_lines(steps: Sequence[ShownStep], first: int, width: int, style: Style) -> Iterator[str]:
    for number, step in enumerate(steps, start=first):
        yield f"  {number:>{width}}. {style.strong(step.action)}"
        indent = " " * (width + 6)
        for change in step.changes:
            yield f"{indent}{change}"
        for announced in step.announced:
            yield style.faint(f"{indent}announces {announced}")
        if step.error is not None:
            yield f"{indent}{style.alarm('✗')} {step.error}"


def _untaken_lines(untaken: Sequence[Untaken]) -> Iterator[str]:
    """Give a line for each way in which actions are left out, with the first few of them."""
    groups: dict[str, list[str]] = {}
    for one in untaken:
        when = "all the time" if one.always else "now and then"
        fairness = "not fair" if one.fairness is Fairness.NONE else f"{one.fairness}ly fair"
        groups.setdefault(f"{fairness}, enabled {when}", []).append(one.action)
    for how, actions in groups.items():
        more = len(actions) - _UNTAKEN_SHOWN
        shown = [*actions[:_UNTAKEN_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        yield f"  never taken ({how}): {', '.join(shown)}"
