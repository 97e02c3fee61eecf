"""State graphs: the same as both engines explore, and files that others read."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import networkx
import pytest
from gtcheck.checker import Limits, explore, graph_text, state_graph
from gtcheck.checker.findings import Task, checked_properties
from gtcheck.checker.native import NativeEngine
from gtcheck.models import Event, MachineSystem, Ref, System, UsageError, guard, load_model
from gtcheck.models.steps import SlotKind
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_differential import Program, build, checks, programs
from .toy_machines import Counter as CountingMachine
from .toy_machines import Listener

Graph: TypeAlias = "networkx.MultiDiGraph[Any]"


def die(last: int = 3) -> System:
    """A die that may be turned up, falls off the table after `last`, and never shows 2."""
    system = System("die")
    face = system.variable("face", 1)

    @system.action
    def turn() -> None:
        guard(face.value <= last)
        assert face.value < last, "it fell off the table"
        face.value = system.choose((face.value, face.value + 1))

    @system.always
    def never_two() -> bool:
        return face.value != 2

    return system


def state_nodes(graph: Graph) -> list[int]:
    return [node for node in graph if isinstance(node, int)]


def test_a_graph_holds_values_titles_and_what_is_violated() -> None:
    graph = state_graph(die(), keep_going=True)
    assert [graph.nodes[node]["values"] for node in state_nodes(graph)] == [
        {"face": 1},
        {"face": 2},
        {"face": 3},
    ]
    assert list(graph.nodes(data="initial")) == [
        (0, True),
        (1, False),
        (2, False),
        ("no-failure: it fell off the table", False),
    ]
    violates = dict(graph.nodes(data="violates"))
    assert violates[1] == ("never-two",)
    assert violates["no-failure: it fell off the table"] == ("no-failure",)
    assert sorted(graph.edges(), key=str) == sorted(
        [(0, 0), (0, 1), (1, 1), (1, 2), (2, "no-failure: it fell off the table")], key=str
    )
    assert {edge["title"] for _, _, edge in graph.edges(data=True)} == {"turn"}


def test_a_graph_that_stops_at_a_violation_marks_what_was_not_expanded() -> None:
    graph = state_graph(die())
    assert dict(graph.nodes(data="expanded")) == {0: True, 1: False}
    assert graph.graph["stopped_by"] == "violation"


def test_states_that_nothing_leaves_are_terminal() -> None:
    system = MachineSystem("pair")
    system.add(CountingMachine(name="a", to=Ref("b"), limit=2), Listener(name="b"))
    graph = state_graph(system)
    [terminal] = [node for node, is_terminal in graph.nodes(data="terminal") if is_terminal]
    assert graph.nodes[terminal]["values"]["b.heard"] == (1, 2)
    assert graph.nodes[terminal]["depth"] == networkx.shortest_path_length(graph, 0, terminal)


def natively(system: System, max_depth: int | None) -> tuple[NativeEngine, list[Any], list[int]]:
    """Explore natively; give the engine, each state's values, and the length of each path."""
    task = Task(
        system=system,
        checked=checked_properties(system, ()),
        limits=Limits(max_depth=max_depth),
        keep_going=True,
    )
    native = NativeEngine(task)
    native.run()
    engine, domains = native._engine, native._tabulator.domains
    states = [
        tuple(comparable(slot.kind, domains.decode(slot.index, numbers)) for slot, numbers in pairs)
        for pairs in (
            zip(system.slots, engine.state(index), strict=True) for index in range(engine.states)
        )
    ]
    return native, states, [len(engine.path(index)[1]) for index in range(engine.states)]


def comparable(kind: SlotKind, value: Any) -> Any:
    return frozenset(Counter(value).items()) if kind is SlotKind.BAG else value


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, checks, st.integers(2, 4), st.sampled_from([3, 4, None]))
def test_a_graph_is_what_the_native_engine_explores(
    program: Program, properties: list[Any], fatal: int, max_depth: int | None
) -> None:
    system = build(program, properties, fatal)
    try:
        graph = state_graph(
            system, keep_going=True, limits=Limits(max_depth=max_depth), max_nodes=600
        )
    except UsageError:
        return
    native, states, depths = natively(build(program, properties, fatal), max_depth)
    drawn = {
        tuple(
            comparable(slot.kind, graph.nodes[node]["values"][slot.name]) for slot in system.slots
        ): graph.nodes[node]["depth"]
        for node in state_nodes(graph)
    }
    assert drawn == dict(zip(states, depths, strict=True))
    assert graph.number_of_edges() == native._engine.transitions
    terminal = [node for node in state_nodes(graph) if graph.nodes[node]["terminal"]]
    assert len(terminal) == native._engine.terminal_states


@pytest.mark.parametrize("reference", ["two-phase-commit", "lww-register", "async", "journal"])
def test_a_graph_of_the_library_counts_what_explore_counts(reference: str) -> None:
    limits = Limits(max_depth=4)
    graph = state_graph(load_model(reference).build(), limits=limits, keep_going=True)
    explored = explore(load_model(reference).build(), limits=limits, keep_going=True)
    assert len(state_nodes(graph)) == explored.states
    assert graph.number_of_edges() == explored.transitions


def test_a_graph_that_is_too_large_is_refused_with_the_mend() -> None:
    with pytest.raises(UsageError, match=r"more than 50 states.*--set.*--max-depth"):
        state_graph(load_model("two-phase-commit").build(), max_nodes=50)
    limited = state_graph(
        load_model("two-phase-commit").build(), max_nodes=500, limits=Limits(max_states=40)
    )
    assert limited.graph["stopped_by"] == "max_states"


def test_there_is_no_graph_where_time_runs_out() -> None:
    system = System("slow")
    seen = system.variable("seen", 0)

    @system.action
    def count() -> None:
        seen.value += 1

    with pytest.raises(UsageError, match="max_seconds was reached"):
        state_graph(system, limits=Limits(max_seconds=0.2), max_nodes=10**9)


class Odd(Event):
    text: str


def odd() -> System:
    """Texts that every format must escape."""
    system = System('odd "<&>" \\n')
    text = system.variable('a "b" <c> & \\d', "")

    @system.action
    def change() -> None:
        system.describe('x "y" </font> \\l \x00')
        text.value = system.choose(("\x00\x1b[31m", "<b>", '"', "\\", "\ud800", "é" * 200, "]]>"))

    return system


def test_json_is_read_back_by_networkx() -> None:
    graph = state_graph(die(), keep_going=True)
    read = networkx.node_link_graph(json.loads(graph_text(graph, ".json")), edges="edges")
    assert list(read.nodes(data="violates")) == [
        (node, list(violates)) for node, violates in graph.nodes(data="violates")
    ]
    assert read.nodes[1]["values"] == {"face": "2"}
    assert read.get_edge_data(0, 1, 0)["changes"] == ["face: 1 → 2"]


def test_graphml_is_read_back_by_networkx() -> None:
    graph = state_graph(die(), keep_going=True)
    written = graph_text(graph, ".graphml").encode()
    read = networkx.read_graphml(io.BytesIO(written), force_multigraph=True)
    assert read.nodes["1"]["face"] == "2"
    assert read.nodes["1"]["violates"] == "never-two"
    assert sorted(read.edges()) == sorted((str(one), str(other)) for one, other in graph.edges())


def test_a_graph_without_a_state_is_still_written() -> None:
    system = System("stillborn")

    def fail() -> None:
        raise AssertionError("never began")

    system.on_start(fail)
    graph = state_graph(system)
    assert list(graph.nodes(data="failure")) == [("no-failure: never began", "never began")]
    for ending in (".dot", ".json", ".graphml"):
        assert "never began" in graph_text(graph, ending)


@pytest.mark.parametrize("build_system", [die, odd])
def test_dot_is_what_graphviz_draws(build_system: Any, tmp_path: Path) -> None:
    if shutil.which("dot") is None:
        pytest.skip("Graphviz is not installed")
    file = tmp_path / "graph.dot"
    text = graph_text(state_graph(build_system(), keep_going=True), ".dot")
    file.write_text(text, encoding="utf-8", errors="backslashreplace")
    drawn = subprocess.run(["dot", "-Tsvg", file], capture_output=True, text=True, check=True)
    assert drawn.stderr == ""
    assert drawn.stdout.count('class="node"') == text.count(" [label=<") - text.count("->")


def test_odd_texts_are_escaped_in_every_format() -> None:
    graph = state_graph(odd(), keep_going=True)
    assert "</font> \\l" not in graph_text(graph, ".dot")
    networkx.read_graphml(io.BytesIO(graph_text(graph, ".graphml").encode()))
    json.loads(graph_text(graph, ".json"))


def test_the_way_to_the_violation_is_marked_in_dot() -> None:
    text = graph_text(state_graph(die(), keep_going=True), ".dot")
    assert [line.split(" [")[0] for line in text.splitlines() if "penwidth=1.6" in line] == [
        "  s0 -> s1"
    ]


def test_an_unknown_ending_is_told_with_the_known_ones() -> None:
    graph = state_graph(die())
    with pytest.raises(UsageError, match=r"ends in \.pdf; known: \.dot, \.gv, \.graphml, \.json"):
        graph_text(graph, ".pdf")
