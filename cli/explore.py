"""`gtcheck explore`: every interleaving, partition and crash of a model, within its bounds."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..models.errors import UsageError
from .options import (
    Assignment,
    Command,
    checkpoint_options,
    limit_options,
    result_options,
    search_options,
    unique_assignments,
    writable,
)
from .output import check_writable, deliver, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from networkx import MultiDiGraph

    from ..checker import Digest, Exploration, Progress
    from ..models.systems import System
    from .palette import Palette


def check_drawable(search: str, *, por: bool, symmetry: bool) -> None:
    """Raise `UsageError` where a graph is asked for that the search does not explore."""
    if por:
        raise UsageError("--graph draws every state, which --por does not visit; leave out --por")
    if search != "bfs":
        raise UsageError(f"--graph draws what --search bfs explores; leave out --search {search}")
    if symmetry:
        raise UsageError(
            "--graph draws every state and --symmetry looks at few of them: take one of the two"
        )


def digest_before(system: System) -> Digest:
    """Give what a counterexample's file says of a system, which grows while it is explored."""
    from ..checker import digest_of

    return digest_of(system)


def drawn_graph(
    system: System, exploring: Mapping[str, Any], progress: Callable[[Progress], None] | None
) -> MultiDiGraph[Any]:
    """Give the state graph of what is explored; raise `UsageError` where none can be drawn."""
    from ..checker import state_graph

    check_drawable(exploring["search"], por=exploring["por"], symmetry=exploring["symmetry"])
    shared = ("properties", "limits", "keep_going", "check_purity")
    return state_graph(system, progress=progress, **{name: exploring[name] for name in shared})


def write_graph(drawn: MultiDiGraph[Any], file: Path) -> None:
    """Write a state graph in the format that the file's ending names."""
    from ..checker import graph_text

    write_whole(file, graph_text(drawn, file.suffix))


def write_counterexample(result: Exploration, model: str, digest: Digest, file: Path) -> None:
    """Write the run to the first violation, if there is one, and otherwise nothing."""
    from ..checker import counterexample_of

    found = counterexample_of(result, model, digest)
    if found is not None:
        write_whole(file, found.as_json_text())


def check_graph(
    context: click.Context, parameter: click.Parameter, value: Path | None
) -> Path | None:
    """Give a graph's file back; raise `UsageError` where it could not be written."""
    if value is not None:
        from ..checker import check_graph_name

        check_graph_name(value)
        check_writable(value)
    return value


def shown(
    result: Exploration, result_format: str
) -> Mapping[str, object] | Callable[[Palette], str]:
    """Give a result as it is to be written."""
    if result_format == "json":
        return result.as_json()
    from ..checker.telling import exploration_text

    return lambda palette: exploration_text(result, palette)


_EXPLORING = {
    "properties": click.option(
        "--property",
        "properties",
        multiple=True,
        metavar="NAME",
        help="Check this property; without it, all that the model promises.",
    ),
    "engine": click.option(
        "--engine",
        type=click.Choice(["native", "reference"]),
        help="The engine: native, or the slow plain Python one; by default native where it is "
        "built.",
    ),
    "keep_going": click.option(
        "--keep-going", is_flag=True, help="Explore everything, also after the first violation."
    ),
    "por": click.option(
        "--por",
        is_flag=True,
        help="Take steps that commute in one order only; not for what must come in the end.",
    ),
    "symmetry": click.option(
        "--symmetry",
        is_flag=True,
        help="Let one state stand for all that differ by a rearrangement of interchangeable "
        "members.",
    ),
    "check_purity": click.option(
        "--check-purity",
        type=click.Choice(["full", "sample", "off"]),
        default="sample",
        show_default=True,
        help="Search steps for clocks, globals and the like, and run each of them twice, or a "
        "sample.",
    ),
}
"""How to explore, by the keywords of `explore`."""


def exploration_options(command: Command) -> Command:
    """Add how to explore; the command gets it together, as the keywords of `explore`."""

    def gathered(*, searching: dict[str, Any], **given: Any) -> Any:
        names = (*_EXPLORING, "limits", "checkpoints")
        exploring = {name: given.pop(name) for name in names}
        return command(exploring={**exploring, **searching}, **given)

    taken: Command = functools.update_wrapper(gathered, command)  # type: ignore[assignment]
    taken = search_options(checkpoint_options(limit_options(taken)))
    for option in reversed(_EXPLORING.values()):
        taken = option(taken)
    return taken


@click.command()
@click.argument("model")
@click.option(
    "--set",
    "settings",
    type=Assignment(),
    multiple=True,
    help="Give a parameter of the model a value; `gtcheck models MODEL` lists them.",
)
@click.option(
    "--fault",
    "faults",
    type=Assignment(),
    multiple=True,
    metavar="NAME=BUDGET",
    help="Let a fault happen at most so often.",
)
@exploration_options
@click.option(
    "--graph",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=check_graph,
    help="Also write the state graph to FILE: .dot, .gv, .graphml or .json.",
)
@click.option(
    "--counterexample",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=writable,
    help="Also write the first violation's run to FILE, which `gtcheck replay` takes again.",
)
@result_options
def command(
    model: str,
    settings: tuple[tuple[str, str], ...],
    faults: tuple[tuple[str, str], ...],
    exploring: dict[str, Any],
    graph: Path | None,
    counterexample: Path | None,
    result_format: str,
    output: Path | None,
) -> int:
    """Explore every run of MODEL and judge its properties.

    MODEL is a built-in name (see `gtcheck models`), path/to/model.py[:name] or
    package.module:name. A violation comes with a shortest run that leads to it; of another search
    than breadth first, with a run of which no step can be left out.
    """
    from ..checker import explore
    from ..models.catalog import load_model
    from .progress import progress_line

    system = load_model(model).build(
        unique_assignments(settings, "--set"), unique_assignments(faults, "--fault")
    )
    digest = digest_before(system) if counterexample is not None else None
    with progress_line() as line:
        progress = line.exploring if line is not None else None
        drawn = None if graph is None else drawn_graph(system, exploring, progress)
        result = explore(system, progress=progress, **exploring)
    if counterexample and digest:
        write_counterexample(result, model, digest, counterexample)
    if graph is not None and drawn is not None:
        write_graph(drawn, graph)
    deliver(shown(result, result_format), output)
    return result.exit_code
