"""State graphs: every state that a search finds and every step it takes, as a networkx graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..models.errors import GtcheckError, UsageError
from ..models.properties import Property, PropertyKind
from ..models.steps import SystemGrew
from ..models.systems import System
from .deadline import Alarm, OutOfTime, deadline
from .exclusion import exclusive
from .findings import Failure, PathStep, Task, checked_properties
from .limits import Limits, Progress
from .plain import Outcome, State, judge
from .purity import Purity, check_steps
from .reference import ReferenceEngine
from .replay import changes_between

if TYPE_CHECKING:
    import networkx

GRAPH_STATES_MAX = 10_000

_WHOLE = (None, "violation", "max_depth", "max_states")
"""What a search may be stopped by so that its graph is the same each time."""


@exclusive
def state_graph(
    system: System,
    *,
    properties: Sequence[str] = (),
    limits: Limits | None = None,
    keep_going: bool = False,
    progress: Callable[[Progress], None] | None = None,
    check_purity: Purity = "sample",
    max_nodes: int = GRAPH_STATES_MAX,
) -> networkx.MultiDiGraph[Any]:
    """Give the graph of what `explore` explores with the same arguments.

    A state's node is its number in the order of discovery, from 0, with `values` (by variable),
    `depth`, `initial`, `terminal` (no step leaves it), `expanded` (its steps are in the graph) and
    `violates`, the names of the properties that are false in it. A failing step leads to a node
    that is a text, with `failure`, its message, and the broken property in `violates`. An edge is
    one outcome of a step, with `action`, `title` (what happened, as traces say it), `announced` and
    `changes`. The graph itself has `model`, `parameters`, `faults` and `stopped_by`.

    The steps are taken with the reference semantics, some ten thousand a second. Raises
    `UsageError` where there are over `max_nodes` states, or a limit of time or memory is reached,
    and what `explore` raises.
    """
    checked = checked_properties(system, properties)
    if check_purity != "off":
        check_steps(system, checked)
    task = Task(
        system=system,
        checked=checked,
        limits=limits or Limits(),
        keep_going=keep_going,
        progress=progress,
        purity=check_purity,
    )
    recorder = None
    try:
        with deadline(task.limits.max_seconds, Alarm()):
            while recorder is None:
                begun = Recorder(task, max_nodes)
                with contextlib.suppress(SystemGrew):
                    begun.run()
                    recorder = begun
    except OutOfTime:
        raise _not_whole("max_seconds") from None
    if recorder.search.stopped_by == "interrupted":
        raise KeyboardInterrupt
    if recorder.search.stopped_by not in _WHOLE:
        raise _not_whole(recorder.search.stopped_by)
    return recorder.judged()


class Recorder(ReferenceEngine):
    """The reference search, which also draws what it finds."""

    def __init__(self, task: Task, max_nodes: int) -> None:
        import networkx

        super().__init__(task)
        self._max_nodes = max_nodes
        self._numbers: dict[State, int] = {}
        self.graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph(
            model=task.system.name,
            parameters=dict(task.system.parameters),
            faults=dict(task.system.faults),
        )

    def judged(self) -> networkx.MultiDiGraph[Any]:
        """Give the graph, in which every state is judged by every property."""
        self.graph.graph["stopped_by"] = self.search.stopped_by
        for state, number in self._numbers.items():
            node = self.graph.nodes[number]
            judging = (PropertyKind.ALWAYS, *(PropertyKind.NO_DEADLOCK,) * node["terminal"])
            node["violates"] = tuple(
                found.name
                for found in self._task.checked
                if found.kind in judging and not self._is_true(found, state)
            )
        return self.graph

    def _is_true(self, found: Property, state: State) -> bool:
        assert found.predicate is not None
        try:
            return judge(self._system, state, found.predicate)
        except GtcheckError:
            raise
        except Exception:
            return False

    def _note(self, failure: Failure, finding: Any) -> None:
        super()._note(failure, finding)
        if not finding.path:
            self.graph.add_node(self._failure_node(failure), initial=True)

    def _discover(
        self, state: State, parent: State | None, step: PathStep | None, following: list[State]
    ) -> None:
        super()._discover(state, parent, step, following)
        number = self._numbers[state] = len(self._numbers)
        if number >= self._max_nodes:
            raise _too_large(self._max_nodes)
        self.graph.add_node(
            number,
            values=_by_name(self._system, state),
            depth=0 if parent is None else self.graph.nodes[self._numbers[parent]]["depth"] + 1,
            initial=parent is None,
            terminal=False,
            expanded=False,
            violates=(),
        )

    def _expand(self, state: State, following: list[State]) -> None:
        before = self.search.terminal_states
        super()._expand(state, following)
        node = self.graph.nodes[self._numbers[state]]
        node["expanded"], node["terminal"] = True, self.search.terminal_states > before

    def _take(self, state: State, step: PathStep, outcome: Outcome, following: list[State]) -> None:
        super()._take(state, step, outcome, following)
        name = self._system.actions[step.action].name
        failure = outcome.failure
        if failure is None and outcome.state not in self._numbers:
            return  # beyond the limit of states
        self.graph.add_edge(
            self._numbers[state],
            self._numbers[outcome.state] if failure is None else self._failure_node(failure),
            action=name,
            title=outcome.title or name,
            announced=outcome.announced,
            changes=changes_between(self._system, state, outcome.state),
        )

    def _failure_node(self, failure: Failure) -> str:
        node = f"{failure.property_name}: {failure.message}"
        if node not in self.graph:
            self.graph.add_node(
                node, failure=failure.message, violates=(failure.property_name,), initial=False
            )
        return node


def _by_name(system: System, state: State) -> Mapping[str, Any]:
    return {slot.name: value for slot, value in zip(system.slots, state, strict=True)}


def _too_large(max_nodes: int) -> UsageError:
    return UsageError(
        f"the state graph has more than {max_nodes:,} states, which nothing draws or loads well; "
        "make the model smaller (--set, --fault) or go less far (--max-depth, --max-states)"
    )


def _not_whole(limit: str | None) -> UsageError:
    return UsageError(
        f"{limit} was reached before the state graph was whole, so there is none; "
        "raise the limit or make the model smaller"
    )
