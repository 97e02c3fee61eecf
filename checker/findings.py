"""What a search over the states brings back, whichever engine ran it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ..models.errors import ParameterError, Place
from ..models.properties import NO_FAILURE, Property, PropertyKind
from ..models.systems import System
from .checkpoints import Checkpoints
from .coverage import Coverage
from .hotspots import Hotspot
from .limits import Limits, Progress
from .responses import Response, responses

if TYPE_CHECKING:
    from .purity import Purity
    from .schedules.sampling import Sampling


class Chooser(Protocol):
    """Decides a branch of a running step."""

    def __call__(self, alternatives: Sequence[Any], slot: int | None = None) -> int:
        """Give the index of one alternative; `slot` is the bag whose elements they are, if any."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step or a predicate failed: whose promise it breaks, in what words, and where."""

    property_name: str
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path: the action's index, and what was taken at each of its branches."""

    action: int
    branches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The first state or step that decides a property, and a shortest path to it.

    A run without end goes on from there by its `cycle`, for ever; an empty one rests.
    A branch of the path is the index of an alternative; where `element_of` is given, a branch over
    the elements of a bag is an element's number, and `element_of(slot, number)` that element.
    Of a run of over `STEPS_MAX` steps only their number is given, as `left_out`, and no path.
    """

    start: int
    path: tuple[PathStep, ...]
    failure: Failure | None = None
    element_of: Callable[[int, int], Any] | None = None
    cycle: tuple[PathStep, ...] | None = None
    left_out: int = 0


STEPS_MAX = 100_000
"""Runs of more steps are not taken again in Python, which would take minutes and gigabytes."""

WORKERS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to search: a system, the properties to judge, in what order, and how far to go.

    `sampling` says which schedules to take, None that states are remembered. Breadth first, the
    native engine lets so many `workers` expand states at once; with `por` stubborn sets of steps
    are enough.
    """

    system: System
    checked: tuple[Property, ...]
    limits: Limits
    keep_going: bool = False
    por: bool = False
    progress: Callable[[Progress], None] | None = None
    purity: Purity = "sample"
    order: Literal["bfs", "dfs"] = "bfs"
    sampling: Sampling | None = None
    workers: int = 1
    symmetry: bool = False
    checkpoints: Checkpoints = field(default_factory=Checkpoints)

    def __post_init__(self) -> None:
        if not 1 <= self.workers <= WORKERS_MAX:
            raise ParameterError(f"workers={self.workers} is out of range; take 1 to {WORKERS_MAX}")
        if self.order == "dfs" and self.workers > 1:
            raise ParameterError(
                f"workers={self.workers} cannot share search=dfs, in which each step goes on from "
                "the last; take one worker, or search=bfs"
            )

    @property
    def watched(self) -> frozenset[str]:
        """The names of the properties, among them the specs that observe."""
        return frozenset(found.name for found in self.checked)

    @property
    def responses(self) -> tuple[Response, ...]:
        """What must come in the end."""
        return responses(self.checked)


@dataclass(slots=True, kw_only=True)
class Search:
    """The outcome of a search: what was counted, why it stopped, and what was found by property.

    `schedules` counts those that were taken, None for a search that remembers states; it remembers
    none. `transitions` are outcomes of steps taken, failing ones included; `depth` is the number of
    steps to the farthest state found; `pruned` tells that a failing step ended some run, so that
    what might come after it was not looked at.
    """

    states: int = 0
    schedules: int | None = None
    transitions: int = 0
    depth: int = 0
    terminal_states: int = 0
    python_calls: int = 0
    memory_mb: float | None = None
    complete: bool = False
    stopped_by: str | None = None
    stopped_in: Place | None = None
    pruned: bool = False
    reductions: tuple[str, ...] = ()
    findings: dict[str, Finding] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    hotspot: Hotspot | None = None

    @property
    def shows_runs_without_end(self) -> bool:
        """Whether what was explored is to be searched for runs that never come to what they must.

        Not where the search was told to end, by a violation, the clock, the memory or the user.
        """
        return self.stopped_by in (None, "max_states", "max_depth")


def is_violation(checked: Property, finding: Finding | None) -> bool:
    """Tell whether a finding speaks against its property (a witness speaks for it)."""
    if finding is None:
        return False
    return checked.kind is not PropertyKind.SOMETIMES or finding.failure is not None


def checked_properties(system: System, names: Sequence[str]) -> tuple[Property, ...]:
    """Give what is judged where these names are asked for: `no-failure` is always among it."""
    chosen = system.select(names)
    return chosen if NO_FAILURE in chosen else (NO_FAILURE, *chosen)
