"""What an exploration concluded: verdicts, numbers, and traces to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..models.errors import Place, UnknownNameError
from ..models.fairness import Fairness
from ..models.properties import PropertyKind
from ..models.values import show
from ..models.verdicts import Verdict
from .coverage import Coverage
from .hotspots import Hotspot


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that a step changed: its name, and what it held before and after.

    Of a queue or bag (`is_queue`), before and after are the tuples of its elements.
    """

    variable: str
    before: Any
    after: Any
    is_queue: bool = False

    def __str__(self) -> str:
        moved = _moved(self.before, self.after) if self.is_queue else ""
        if moved:
            return f"{self.variable}: {moved}"
        return f"{self.variable}: {show(self.before)} → {show(self.after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step of a trace: what happened, what it changed, what it announced, and why it failed.

    `name` is the name of the action that was taken and `choices` what was taken where it branched,
    as shown; `action` says it for people. Of what was announced, only what a checked spec heard,
    where any spec is checked.
    """

    action: str
    changes: tuple[Change, ...]
    announced: tuple[str, ...] = ()
    error: str | None = None
    name: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untaken:
    """An action that a run without end never takes, though it could `always` or only at times."""

    action: str
    fairness: Fairness
    always: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A run from an initial state: the values it begins with, and its steps in order.

    `start` is what was chosen, as shown, where the machines' start branches.
    A run without end goes on with the steps of its `cycle` for ever; where the cycle is empty,
    nothing happens any more. `owed_after` is the number of steps after which what never comes is
    owed, `untaken` what could happen in the cycle and does not.
    """

    initial: Mapping[str, Any]
    steps: tuple[TraceStep, ...]
    start: tuple[str, ...] = ()
    cycle: tuple[TraceStep, ...] | None = None
    owed_after: int | None = None
    untaken: tuple[Untaken, ...] = ()

    def __str__(self) -> str:
        """Give the run as `gtcheck explore` prints it: numbered steps, and what each changed."""
        from .trace_lines import trace_lines

        return "\n".join(trace_lines(self))

    def as_json(self) -> dict[str, object]:
        """Give what the documented object tells of a run."""
        return {
            "initial": {name: show(value) for name, value in self.initial.items()},
            "trace": [_step_json(step) for step in self.steps],
            "cycle": None if self.cycle is None else [_step_json(step) for step in self.cycle],
            "owed_after": self.owed_after,
            "untaken": [
                {"action": one.action, "fairness": one.fairness.value, "always": one.always}
                for one in self.untaken
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyResult:
    """What was concluded of one property, with a shortest trace where there is one to show.

    For `sometimes` the trace is the witness of what holds; otherwise it leads to the violation.
    `place` is where it failed, or else where the property is written. A trace of another search
    than breadth first was `shrunk_from` one of so many steps; if it `is_minimal`, no step of it can
    be left out.
    """

    name: str
    kind: PropertyKind
    summary: str
    verdict: Verdict
    message: str | None = None
    place: Place | None = None
    trace: Trace | None = None
    shrunk_from: int | None = None
    is_minimal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Exploration:
    """The result of `explore`: counts, verdicts, and what was and was not looked at.

    Of a `search` by schedules, `schedules` were taken, with `seed`; it remembers no states, and
    `states` is 0, `depth` the steps of the longest, `terminal_states` how many came to rest.
    `transitions` are the outcomes of steps taken, `depth` the steps to the farthest state,
    `memory_mb` mebibytes. `complete` tells that every state within the model's bounds was reached;
    otherwise `stopped_by` names the limit, `violation`, or `interrupted`, and `stopped_in` the line
    of a step that did not end in time, and `checkpoint` the folder from which it can go on, where
    it was written to one. `hotspot` is the step that made it slow, where one did. `fairness` is
    what was assumed of each action, None where no checked property depends on it.
    """

    version: str
    model: str
    parameters: Mapping[str, object]
    faults: Mapping[str, int]
    complete: bool
    states: int
    transitions: int
    depth: int
    terminal_states: int
    python_calls: int
    seconds: float
    memory_mb: float | None
    engine: str
    engine_note: str | None
    workers: int
    storage: str
    reductions: tuple[str, ...]
    fairness: Mapping[str, Fairness] | None
    stopped_by: str | None
    checkpoint: str | None
    stopped_in: Place | None
    search: str
    schedules: int | None
    seed: int | None
    coverage: Coverage
    hotspot: Hotspot | None
    properties: tuple[PropertyResult, ...]

    @property
    def verdict(self) -> Verdict:
        """All properties' verdicts together."""
        return Verdict.together(found.verdict for found in self.properties)

    @property
    def exit_code(self) -> int:
        """What a command ends with: 0 holds, 1 violated, 3 undecided."""
        return self.verdict.exit_code

    def property(self, name: str) -> PropertyResult:
        """Give the result of one property; raise `UnknownNameError` where it was not checked."""
        for found in self.properties:
            if found.name == name:
                return found
        raise UnknownNameError.among("property", name, (found.name for found in self.properties))

    def assert_holds(self, *names: str) -> None:
        """Raise `AssertionError` unless all properties hold, or those of these names.

        The error says what does not, with the run that leads there, and what was checked. A
        property that is undecided does not hold.
        """
        chosen = [self.property(name) for name in names] or self.properties
        if any(found.verdict is not Verdict.HOLDS for found in chosen):
            raise AssertionError(f"not everything holds\n\n{self}")

    def __str__(self) -> str:
        """Give the text that `gtcheck explore` prints."""
        from .telling import exploration_text

        return exploration_text(self)

    def __repr__(self) -> str:
        from .telling import closing_line

        return f"<Exploration of {self.model}: {closing_line(self)}>"

    def _repr_html_(self) -> str:
        from .telling import exploration_html

        return exploration_html(self)

    def as_json(self) -> dict[str, object]:
        """Give the documented object that `--format json` prints: see `docs/cli.md`."""
        return {
            "gtcheck": self.version,
            "model": self.model,
            "parameters": dict(self.parameters),
            "faults": dict(self.faults),
            "verdict": self.verdict.value,
            "exit_code": self.exit_code,
            "complete": self.complete,
            "stopped_by": self.stopped_by,
            "stopped_in": None if self.stopped_in is None else str(self.stopped_in),
            "search": self.search,
            "checkpoint": self.checkpoint,
            "schedules": self.schedules,
            "seed": self.seed,
            "states": self.states if self.schedules is None else None,
            "transitions": self.transitions,
            "depth": self.depth,
            "terminal_states": self.terminal_states,
            "python_calls": self.python_calls,
            "seconds": round(self.seconds, 3),
            "memory_mb": self.memory_mb,
            "engine": self.engine,
            "engine_note": self.engine_note,
            "workers": self.workers,
            "storage": self.storage,
            "reductions": list(self.reductions),
            "fairness": None
            if self.fairness is None
            else {action: how.value for action, how in self.fairness.items()},
            "coverage": self.coverage.as_json(),
            "hotspot": None if self.hotspot is None else self.hotspot.as_json(),
            "properties": [_property_json(found) for found in self.properties],
        }


_NO_TRACE: Mapping[str, object] = {
    "initial": None,
    "trace": None,
    "cycle": None,
    "owed_after": None,
    "untaken": [],
}


def _property_json(found: PropertyResult) -> dict[str, object]:
    return {
        "name": found.name,
        "kind": found.kind.value,
        "summary": found.summary,
        "verdict": found.verdict.value,
        "message": found.message,
        "place": None if found.place is None else str(found.place),
        "shrunk_from": found.shrunk_from,
        "is_minimal": found.is_minimal,
        **(_NO_TRACE if found.trace is None else found.trace.as_json()),
    }


def _step_json(step: TraceStep) -> dict[str, object]:
    return {
        "action": step.action,
        "name": step.name,
        "choices": list(step.choices),
        "changes": [
            {
                "variable": change.variable,
                "before": show(change.before),
                "after": show(change.after),
            }
            for change in step.changes
        ],
        "announced": list(step.announced),
        "error": step.error,
    }


def _moved(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """Give what left and what came, or "" where only the order changed."""
    left = Counter(before) - Counter(after)
    came = Counter(after) - Counter(before)
    signs = [f"- {show(element)}" for element in left.elements()]
    return ", ".join(signs + [f"+ {show(element)}" for element in came.elements()])
