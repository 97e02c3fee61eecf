"""`gtcheck explore --graph FILE`: a whole file, or none and the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gtcheck.cli import run

COUNTER = str(Path(__file__).with_name("toy_counter.py"))


@pytest.mark.parametrize("ending", ["dot", "gv", "graphml", "json"])
def test_the_graph_is_written_beside_the_result(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"counter.{ending}"
    assert run(["explore", COUNTER, "--graph", str(file)]) == 0
    assert "3 states, 2 transitions" in capsys.readouterr().out
    assert "reaches" not in file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_graph_of_a_violation_ends_where_the_search_ended(tmp_path: Path) -> None:
    file = tmp_path / "counter.json"
    chosen = ["--set", "bug=runs-on", "--property", "within-the-limit"]
    assert run(["explore", COUNTER, *chosen, "--graph", str(file)]) == 1
    graph = json.loads(file.read_text())
    assert graph["graph"]["stopped_by"] == "violation"
    assert [node["violates"] for node in graph["nodes"]][-1] == ["within-the-limit"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("graph.pdf", "its name ends in .pdf; known: .dot, .gv, .graphml, .json"),
        ("graph", "its name has no ending; known:"),
        ("missing/graph.dot", "does not exist"),
    ],
)
def test_a_file_that_cannot_be_is_told_before_anything_is_explored(
    name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explore", COUNTER, "--graph", str(tmp_path / name)]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_is_too_large_leaves_an_old_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "graph.dot"
    file.write_text("old")
    assert run(["explore", "lww-register", "--set", "writes=4", "--graph", str(file)]) == 2
    told = capsys.readouterr()
    assert "more than 10,000 states" in told.err
    assert "--max-depth" in told.err
    assert told.out == ""
    assert file.read_text() == "old"
