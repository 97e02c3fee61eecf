"""`explore`: from a system to verdicts, by the native engine or the reference one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from .. import __version__
from ..models.errors import ModelError, ParameterError
from ..models.fairness import Fairness
from ..models.places import place_of_error
from ..models.properties import Property, PropertyKind
from ..models.steps import SystemGrew
from ..models.systems import System
from ..models.verdicts import Verdict
from .checkpoints import Checkpoints
from .combinations import check_reducible, left_out, told_of
from .deadline import Alarm, OutOfTime, deadline
from .exclusion import exclusive
from .exploration import Exploration, PropertyResult, Trace
from .findings import (
    STEPS_MAX,
    Finding,
    Search,
    Task,
    checked_properties,
    is_violation,
)
from .limits import Limits, Progress
from .purity import Purity, check_steps

if TYPE_CHECKING:
    from .schedules import Sampling

EngineName = Literal["native", "reference"]
SearchName = Literal["bfs", "dfs", "random", "pct", "pos"]

SCHEDULES = 10_000
"""How many schedules are taken where no number is given."""

_NO_NATIVE = (
    "the native engine is not built, so the slow reference engine explored; "
    "install a Rust toolchain and reinstall gtcheck"
)


@exclusive
def explore(
    system: System,
    *,
    properties: Sequence[str] = (),
    engine: EngineName | None = None,
    limits: Limits | None = None,
    keep_going: bool = False,
    symmetry: bool = False,
    progress: Callable[[Progress], None] | None = None,
    check_purity: Purity = "sample",
    search: SearchName = "bfs",
    schedules: int = SCHEDULES,
    seed: int = 0,
    workers: int = 1,
    por: bool = False,
    checkpoints: Checkpoints | None = None,
) -> Exploration:
    """Explore the states of a system and judge its properties.

    `properties` names those to check, by default all that the system promises; `no-failure` is
    always checked. The search ends with the level of the first violation, or with `keep_going`
    when everything is explored. `engine=None` takes the native one where it is built. With
    `symmetry` one state stands for all rearrangements of symmetric members.

    `search` is "bfs", breadth first, which finds shortest counterexamples; "dfs", depth first; or
    one of "random", "pct" and "pos", which remember no states but take so many `schedules`, drawn
    with `seed` and shared out among `workers`: the same ones whatever their number. Schedules
    cannot show that a property always holds. What is not found breadth first is shrunk. Breadth
    first, `workers` (1 to 64) share each level; neither counts nor counterexamples depend on them.
    The reference engine takes one.

    With `por` steps that need not be told apart in time are taken in one order only (partial-order
    reduction): every verdict is the same, but a counterexample need not be a shortest one.

    With `checkpoints` the native engine's breadth-first search is written to disk now and then, and
    where it stops early for a limit or Ctrl-C, or goes on from there.

    A step may depend on nothing but the system's variables. `check_purity` searches the code of all
    steps for what is impure, and runs a sample of them twice ("full": each; "off": neither).

    >>> from gtcheck.models.catalog import load_model
    >>> explore(load_model("two-phase-commit").build({"rms": 3})).states
    288

    Raises `UnknownNameError` for a property that is not there, `ModelError` for a wrong model,
    `ParameterError` for what is not built or does not combine. Ctrl-C and `limits` end it early.
    """
    limits = limits or Limits()
    checked = checked_properties(system, properties)
    endless = left_out(checked, properties, search, por=por, symmetry=symmetry)
    checked = tuple(found for found in checked if found not in endless)
    chosen, note = _choose(engine, search)
    began = time.monotonic()
    if check_purity != "off":
        check_steps(system, checked)
    task = Task(
        system=system,
        checked=checked,
        limits=limits,
        keep_going=keep_going,
        por=por,
        progress=progress,
        purity=check_purity,
        order="dfs" if search == "dfs" else "bfs",
        sampling=_sampling(search, schedules, seed, workers, limits),
        workers=_workers(workers, chosen, note),
        symmetry=symmetry,
        checkpoints=_checkpoints(checkpoints, chosen, search),
    )
    found = _search(chosen, task)
    return Exploration(
        version=__version__,
        model=system.name,
        parameters=system.parameters,
        faults=system.faults,
        complete=found.complete,
        states=found.states,
        transitions=found.transitions,
        depth=found.depth,
        terminal_states=found.terminal_states,
        python_calls=found.python_calls,
        seconds=time.monotonic() - began,
        memory_mb=found.memory_mb,
        engine=chosen,
        engine_note=note,
        workers=task.workers,
        storage="exact" if task.sampling is None else "no",
        reductions=(*(("partial-order",) if por else ()), *found.reductions, *told_of(endless)),
        fairness=_fairness(task) if task.sampling is None else None,
        stopped_by=found.stopped_by,
        checkpoint=task.checkpoints.left_by(found.stopped_by),
        stopped_in=found.stopped_in,
        coverage=found.coverage,
        hotspot=found.hotspot,
        search=search,
        schedules=found.schedules,
        seed=None if task.sampling is None else seed,
        properties=tuple(_result(task, one, found) for one in checked),
    )


def _fairness(task: Task) -> dict[str, Fairness] | None:
    if not task.responses:
        return None
    return {action.name: action.fairness for action in task.system.actions}


def _checkpoints(given: Checkpoints | None, engine: EngineName, search: SearchName) -> Checkpoints:
    if given is None:
        return Checkpoints()
    if engine == "reference" or search != "bfs":
        searches = f"the {engine} engine's search {search}"
        raise ParameterError(f"checkpoints are for the native engine's search bfs, not {searches}")
    return given


def _sampling(
    search: SearchName, schedules: int, seed: int, workers: int, limits: Limits
) -> Sampling | None:
    if search in ("bfs", "dfs"):
        return None
    if limits.max_states is not None:
        raise ParameterError(
            f"max_states={limits.max_states} cannot be held with search={search}, which remembers "
            "no states; limit the number of schedules"
        )
    from .schedules import STRATEGIES, Sampling

    strategy = next(one for one in STRATEGIES if one == search)
    return Sampling(strategy=strategy, schedules=schedules, seed=seed, workers=workers)


def _choose(engine: EngineName | None, search: SearchName) -> tuple[EngineName, str | None]:
    from .native import is_built

    if engine == "native" and not is_built():
        raise ParameterError("the native engine is not built; use --engine reference, or reinstall")
    if engine is not None:
        return engine, None
    return ("native", None) if is_built() else ("reference", _NO_NATIVE)


def _workers(wanted: int, engine: EngineName, note: str | None) -> int:
    if engine == "native" or wanted <= 1:
        return wanted
    if note != _NO_NATIVE:
        raise ParameterError(
            f"workers={wanted}, but the reference engine explores with one; leave the workers out, "
            "or let the native engine explore"
        )
    return 1


def _search(chosen: EngineName, task: Task) -> Search:
    start = _engine(chosen, task)
    alarm = Alarm()
    search = None
    try:
        with deadline(task.limits.max_seconds, alarm):
            while search is None:
                with contextlib.suppress(SystemGrew):
                    search = start().run()
    except OutOfTime:
        search = search or Search(stopped_by="max_seconds")
    except KeyboardInterrupt:
        search = search or Search(stopped_by="interrupted")
    except (SystemExit, GeneratorExit) as error:
        raise ModelError(
            f"a step raised {type(error).__name__}, which is for programs that end; "
            "let it assert, or raise an exception of its own",
            place=place_of_error(error),
        ) from error
    search.stopped_in = alarm.place
    return search


class _Engine(Protocol):
    """One search, which runs once."""

    def run(self) -> Search:
        """Search; give what was found."""


def _engine(chosen: EngineName, task: Task) -> Callable[[], _Engine]:
    if task.por:
        check_reducible(task)
    if task.sampling is not None:
        return _sampler(chosen, task, task.sampling)
    if chosen == "native":
        from .native import NativeEngine

        return lambda: NativeEngine(task)
    if task.order == "dfs":
        from .depth_first import DepthFirstReference

        return lambda: DepthFirstReference(task)
    if task.por:
        from .reduced import ReducedEngine

        return lambda: ReducedEngine(task)
    from .reference import ReferenceEngine

    return lambda: ReferenceEngine(task)


def _sampler(chosen: EngineName, task: Task, sampling: Sampling) -> Callable[[], _Engine]:
    if chosen == "native":
        from .schedules.native import NativeScheduleSearch

        return lambda: NativeScheduleSearch(task, sampling)
    from .schedules import ScheduleSearch

    return lambda: ScheduleSearch(task, sampling)


def _result(task: Task, found: Property, search: Search) -> PropertyResult:
    finding = search.findings.get(found.name)
    shrunken = None
    is_shortest = task.order == "bfs" and task.sampling is None
    is_run = finding is not None and finding.cycle is None and not finding.left_out
    if finding is not None and is_run and not is_shortest:
        from .shrinking import shrunk

        shrunken = shrunk(task.system, found, finding, task.watched)
    result = _told(task, found, search, finding if shrunken is None else shrunken.finding)
    if finding is None or shrunken is None:
        return result
    return replace(result, shrunk_from=len(finding.path), is_minimal=shrunken.is_minimal)


def _told(task: Task, found: Property, search: Search, finding: Finding | None) -> PropertyResult:
    trace = None if finding is None or finding.left_out else _trace(task, found, finding)
    return PropertyResult(
        name=found.name,
        kind=found.kind,
        summary=found.summary,
        verdict=_verdict(task, found, finding, search),
        message=_message(task, found, finding, search, trace),
        place=finding.failure.place if finding and finding.failure else found.place,
        trace=trace,
    )


def _trace(task: Task, found: Property, finding: Finding) -> Trace:
    if finding.cycle is None:
        from .replay import replay

        return replay(task.system, finding, task.watched)
    from .lassos import replay_lasso

    response = next(one for one in task.responses if one.name == found.name)
    return replay_lasso(task.system, finding, task.watched, response)


def _is_left_aside(task: Task, found: Property) -> bool:
    """Tell whether a property must come in the end, and schedules, which do end, are taken."""
    return task.sampling is not None and found.is_liveness


def _verdict(task: Task, found: Property, finding: Finding | None, search: Search) -> Verdict:
    if is_violation(found, finding):
        return Verdict.VIOLATED
    if finding is not None:
        return Verdict.HOLDS
    if not search.complete or search.pruned or _is_left_aside(task, found):
        return Verdict.UNDECIDED
    return Verdict.VIOLATED if found.kind is PropertyKind.SOMETIMES else Verdict.HOLDS


def _message(
    task: Task, found: Property, finding: Finding | None, search: Search, trace: Trace | None
) -> str | None:
    if finding is not None and finding.left_out:
        return _told_without_a_run(finding)
    if finding is not None and finding.failure is not None:
        return finding.failure.message
    if trace is not None and trace.owed_after is not None:
        from .lassos import owed_text

        return owed_text(found, trace.owed_after)
    if finding is not None:
        return None
    if _is_left_aside(task, found):
        return "no schedule goes on without end; what must come in the end is judged by bfs or dfs"
    if found.kind is PropertyKind.SOMETIMES and search.complete and not search.pruned:
        return "everything was explored and no state is a witness"
    if search.pruned and search.complete:
        return "what comes after a failing step was not looked at"
    return None


def _told_without_a_run(finding: Finding) -> str:
    why = "" if finding.failure is None else f"{finding.failure.message}; "
    return (
        f"{why}the run that shows it has {finding.left_out:,} steps, too many to be shown (over "
        f"{STEPS_MAX:,}); max_depth may find a shorter one"
    )
