"""The files that a state graph is written to: DOT to look at, GraphML and JSON to work with."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..models.errors import UsageError
from ..models.values import show

if TYPE_CHECKING:
    import networkx

_LINES_MAX = 12
_WIDTH_MAX = 60

_HEAD = """\
  graph [fontname="Helvetica" fontsize=12 labelloc=t nodesep=0.3 ranksep=0.5]
  node [shape=box style="rounded,filled" fillcolor="#f6f8fa" color="#8c959f" fontname="Helvetica"
        fontsize=10 margin="0.12,0.06"]
  edge [color="#8c959f" fontcolor="#57606a" fontname="Helvetica" fontsize=9 arrowsize=0.6]"""

_INITIAL = 'penwidth=2 color="#0969da"'
_TERMINAL = "peripheries=2"
_UNEXPANDED = 'style="rounded,filled,dashed"'
_VIOLATING = 'fillcolor="#ffebe9" color="#cf222e"'
_FAILURE = 'shape=octagon style=filled fillcolor="#ffebe9" color="#cf222e"'
_ON_THE_WAY = 'color="#cf222e" fontcolor="#cf222e" penwidth=1.6'


def check_graph_name(path: PurePath) -> None:
    """Raise `UsageError` where no format of a state graph has the name's ending."""
    if path.suffix not in FORMATS:
        given = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise UsageError(
            f"cannot write a state graph to {path}: its name {given}; known: {', '.join(FORMATS)}"
        )


def graph_text(graph: networkx.MultiDiGraph[Any], ending: str) -> str:
    """Give the file of a graph that `state_graph` gave, in the format of `ending`.

    `.json` is networkx' node-link format, `.graphml` what Gephi, yEd and others read, `.dot` (or
    `.gv`) what Graphviz draws. Values stand in it as in traces.
    """
    check_graph_name(PurePath(f"graph{ending}"))
    return FORMATS[ending](graph)


def _as_json(graph: networkx.MultiDiGraph[Any]) -> str:
    import networkx

    shown = _shown(graph, lambda values: {"values": values})
    shown.graph.update(gtcheck=__version__)
    document = networkx.node_link_data(shown, edges="edges")
    return json.dumps(document, indent=1, default=show) + "\n"


def _as_graphml(graph: networkx.MultiDiGraph[Any]) -> str:
    import networkx

    shown = _shown(graph, lambda values: values)
    settings = shown.graph.pop("parameters"), shown.graph.pop("faults")
    given = {name: value for group in settings for name, value in group.items()}
    shown.graph.update({name: str(value) for name, value in given.items()}, gtcheck=__version__)
    for attributes in _attributes(shown):
        for name, value in list(attributes.items()):
            if isinstance(value, (list, tuple)):
                attributes[name] = _printable("; ".join(value))
            elif value is None:
                del attributes[name]
            elif isinstance(value, str):
                attributes[name] = _printable(value)
    return "\n".join(networkx.generate_graphml(shown)) + "\n"


def _attributes(graph: networkx.MultiDiGraph[Any]) -> Iterator[dict[str, Any]]:
    yield graph.graph
    yield from (attributes for _, attributes in graph.nodes(data=True))
    yield from (attributes for *_, attributes in graph.edges(data=True))


def _shown(
    graph: networkx.MultiDiGraph[Any], spread: Callable[[dict[str, str]], dict[str, Any]]
) -> networkx.MultiDiGraph[Any]:
    """Give a copy whose values are texts; `spread` gives the attributes of a state's values."""
    import networkx

    copy: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph(**graph.graph)
    for node, attributes in graph.nodes(data=True):
        values = {name: show(value) for name, value in attributes.get("values", {}).items()}
        others = {name: value for name, value in attributes.items() if name != "values"}
        copy.add_node(node, **{**(spread(values) if values else {}), **others})
    for source, target, edge in graph.edges(data=True):
        texts = {name: list(map(str, edge[name])) for name in ("announced", "changes")}
        copy.add_edge(source, target, None, action=edge["action"], title=edge["title"], **texts)
    return copy


# ---- DOT -------------------------------------------------------------------------------------


def _as_dot(graph: networkx.MultiDiGraph[Any]) -> str:
    names = {node: f"s{number}" for number, node in enumerate(graph)}
    first: dict[str, Any] = graph.nodes[0]["values"] if 0 in graph else {}
    way = _way_to_a_violation(graph)
    lines = ["digraph {", _HEAD, f"  label=<{_heading(graph)}>"]
    varying = [
        name
        for name in first
        if any(values[name] != first[name] for _, values in graph.nodes(data="values") if values)
    ]
    for node, attributes in graph.nodes(data=True):
        looks = " ".join([f"label=<{_label(attributes, varying, first)}>", *_looks(attributes)])
        lines.append(f"  {names[node]} [{looks}]")
    for source, target in dict.fromkeys(graph.edges()):
        titles = [edge["title"] for edge in graph[source][target].values()]
        looks = f"label=<{_lines(titles, _text)}>"
        if (source, target) in way:
            looks += f" {_ON_THE_WAY}"
        lines.append(f"  {names[source]} -> {names[target]} [{looks}]")
    return "\n".join([*lines, "}"]) + "\n"


def _heading(graph: networkx.MultiDiGraph[Any]) -> str:
    given = {**graph.graph["parameters"], **graph.graph["faults"]}
    settings = " ".join(f"{name}={value}" for name, value in given.items())
    states = sum(isinstance(node, int) for node in graph)
    size = f"{states:,} states, {graph.number_of_edges():,} transitions"
    stopped = graph.graph["stopped_by"]
    partly = f", not everything: stopped by {stopped}" if stopped else ""
    return f"<b>{_text(graph.graph['model'])}</b>  {_text(settings)}<br/>{size}{partly}<br/> "


def _label(attributes: dict[str, Any], varying: list[str], first: dict[str, Any]) -> str:
    broken = [f"<b>✗ {_text(name)}</b>" for name in attributes["violates"]]
    if "failure" in attributes:
        return "<br/>".join([*broken, _lines([attributes["failure"]], _text)])
    values = attributes["values"]
    told = varying if attributes["initial"] else [n for n in varying if values[n] != first[n]]
    lines = _lines([f"{name} = {show(values[name])}" for name in told], _pair)
    return "<br/>".join([*broken, lines]) if lines or broken else "as at first"


def _pair(line: str) -> str:
    name, _, value = line.partition(" = ")
    return f'<font color="#57606a">{_text(name)}</font> {_text(value)}'


def _lines(texts: list[str], written: Callable[[str], str]) -> str:
    shown = texts if len(texts) <= _LINES_MAX else [*texts[: _LINES_MAX - 1], "…"]
    cut = (text if len(text) <= _WIDTH_MAX else text[: _WIDTH_MAX - 1] + "…" for text in shown)
    return "<br/>".join(map(written, cut))


def _looks(attributes: dict[str, Any]) -> Iterator[str]:
    if "failure" in attributes:
        yield _FAILURE
        return
    if attributes["terminal"]:
        yield _TERMINAL
    if not attributes["expanded"]:
        yield _UNEXPANDED
    if attributes["initial"]:
        yield _INITIAL
    if attributes["violates"]:
        yield _VIOLATING


def _way_to_a_violation(graph: networkx.MultiDiGraph[Any]) -> set[tuple[Any, Any]]:
    """Give the pairs of nodes along a shortest way from a beginning to what is violated."""
    import networkx

    beginnings = {node for node, initial in graph.nodes(data="initial") if initial}
    if not beginnings:
        return set()
    ways = networkx.multi_source_dijkstra_path(graph, beginnings)
    bad = [way for node, way in ways.items() if graph.nodes[node]["violates"]]
    shortest: list[Any] = min(bad, key=len, default=[])
    return set(itertools.pairwise(shortest))


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Give a text as XML can hold it, with a mark for each character that it cannot."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


FORMATS: dict[str, Callable[[networkx.MultiDiGraph[Any]], str]] = {
    ".dot": _as_dot,
    ".gv": _as_dot,
    ".graphml": _as_graphml,
    ".json": _as_json,
}
