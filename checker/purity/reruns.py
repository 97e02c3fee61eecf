"""Running steps again: what a step did on a state, it must do again on the same state."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Literal, TypeVar

from ...models.errors import ModelError
from ..deadline import OutOfTime
from .divergence import divergence_of

Purity = Literal["full", "sample", "off"]

State = TypeVar("State")
Result = TypeVar("Result")

_SAMPLE = 16
_KEPT_MAX = 4096
_TRIE = re.compile(r"impure: trie (\d+)")

RULE = "a step may look at nothing but the system's variables (no clock, no global, no random)"


class Reruns(Generic[State, Result]):
    """Runs steps a second time, at once and once more at the end, in another order.

    With "full" every step that is run is run again, with "sample" the first run of each step and
    every sixteenth, with "off" none. The engine gives its own ways to run a step: `again` runs step
    number N on a state as it was run before; `plainly` does so for its effects on plain values.
    """

    def __init__(
        self,
        purity: Purity,
        *,
        again: Callable[[int, State], Result],
        plainly: Callable[[int, State], object],
        situation: Callable[[], object],
        name: Callable[[int], str],
    ) -> None:
        self._purity = purity
        self._again = again
        self._plainly = plainly
        self._situation = situation
        self._name = name
        self._runs = 0
        self._last: dict[int, State] = {}
        self._kept: list[tuple[int, State, Result]] = []

    def check(self, step: int, state: State, result: Result) -> None:
        """Take note of what a step did, and run it again where it is due.

        Raises `ModelError`, with the function and the line where the runs part.
        """
        is_first = step not in self._last
        self._last[step] = state
        if self._purity == "off":
            return
        self._runs += 1
        if self._purity == "full" or is_first or self._runs % _SAMPLE == 0:
            self._compare(step, state, result)
            if len(self._kept) < _KEPT_MAX:
                self._kept.append((step, state, result))

    def finish(self) -> None:
        """Run again, the last first, what was run again: clocks and counters have moved on."""
        with suppress(OutOfTime, KeyboardInterrupt):  # What was explored is not lost with it.
            while self._kept:
                self._compare(*self._kept.pop())

    def explain(self, message: str) -> ModelError | None:
        """Give the error for what an engine says of a step whose runs contradict each other."""
        found = _TRIE.match(message)
        step = int(found[1]) if found is not None else None
        return self._error(step) if step in self._last else None

    def _compare(self, step: int, state: State, result: Result) -> None:
        if self._again(step, state) != result:
            self._last[step] = state
            raise self._error(step)

    def _error(self, step: int) -> ModelError:
        name = self._name(step)
        state = self._last[step]
        found = divergence_of(lambda: self._plainly(step, state), self._situation)
        shown = name if found.step is None else f"{_short(found.step)} ({name})"
        if found.function is None:
            where = "it is this one that"
        elif found.function == found.step:
            where = "in this line it"
        else:
            where = f"in this line of {_short(found.function)} it"
        return ModelError(
            f"{shown} is impure: run twice on one state, {where} did different things; {RULE}",
            place=found.place,
        )


def _short(qualified: str) -> str:
    return qualified.rpartition("<locals>.")[2]
