"""A search that was broken off goes on from its checkpoint to the same end.

Goal: whatever ends a process, another one takes the search up and comes to the same counts and
verdicts. Method: searches are broken off by every limit, by Ctrl-C and by kill -9, and compared
with one that was not.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from gtcheck.checker import Checkpoints, Exploration, Limits, explore
from gtcheck.checker.checkpoints import FILE
from gtcheck.models import Variable, guard
from gtcheck.models.catalog import load_model
from gtcheck.models.errors import ModelError, ParameterError
from gtcheck.models.systems import System

MODELS = {
    "two-phase-commit": {"rms": "6"},
    "lww-register": {"writes": "4"},
    "async": {"items": "2", "writes": "3"},
    "mrsc": {"writes": "3"},
    "replicated-journal": {"appends": "1"},
}


def built(name: str) -> System:
    return load_model(name).build(MODELS[name])


def counted(result: Exploration) -> Exploration:
    """Leave out what may differ."""
    given = replace(result, checkpoint=None, workers=1)
    return replace(given, seconds=0.0, memory_mb=None, stopped_by=None)


@pytest.mark.parametrize("name", MODELS)
def test_a_search_that_met_each_limit_in_turn_comes_to_the_same_end(
    name: str, tmp_path: Path
) -> None:
    whole = explore(built(name))
    for limits in (Limits(max_states=30_000), Limits(max_depth=7), Limits(max_depth=8)):
        resume = tmp_path if (tmp_path / FILE).exists() else None
        broken = explore(
            built(name), limits=limits, checkpoints=Checkpoints(save=tmp_path, resume=resume)
        )
        if broken.stopped_by == "max_states":
            assert broken.states == 30_000
        assert broken.checkpoint == str(tmp_path)
    ended = explore(built(name), checkpoints=Checkpoints(resume=tmp_path), workers=2)
    assert counted(ended) == counted(whole)


SYMMETRIC = {
    "two-phase-commit": {"rms": "9"},
    "async": {"items": "2", "writes": "2"},
    "replicated-journal": {},
}


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_search_with_symmetry_goes_on_to_the_same_end(name: str, tmp_path: Path) -> None:
    def system() -> System:
        return load_model(name).build(SYMMETRIC[name])

    whole = explore(system(), symmetry=True)
    for limits in (Limits(max_states=100), Limits(max_depth=5), Limits(max_depth=7)):
        resume = tmp_path if (tmp_path / FILE).exists() else None
        checkpoints = Checkpoints(save=tmp_path, resume=resume)
        explore(system(), limits=limits, symmetry=True, checkpoints=checkpoints)
    ended = explore(system(), symmetry=True, checkpoints=Checkpoints(resume=tmp_path), workers=2)
    assert counted(ended) == counted(whole)


@pytest.mark.parametrize("first", [False, True])
def test_a_checkpoint_with_symmetry_is_of_another_search_than_one_without(
    first: bool, tmp_path: Path
) -> None:
    limits = Limits(max_depth=4)
    checkpoints = Checkpoints(save=tmp_path)
    explore(built("two-phase-commit"), limits=limits, symmetry=first, checkpoints=checkpoints)
    with pytest.raises(ParameterError, match="is of another search: its symmetry"):
        explore(
            built("two-phase-commit"), symmetry=not first, checkpoints=Checkpoints(resume=tmp_path)
        )


def ticket(step: int) -> System:
    """Give members that each take a ticket, `step` apart, and a rule that they break at last."""
    system = System("tickets")
    names = ("a", "b", "c")
    taken = system.table("taken", over=names, initial=0)
    last = system.variable("last", "nobody")
    system.symmetric("members", names)

    @system.action(member=names)
    def take(member: str) -> None:
        guard(taken[member] < 9)
        taken[member] += step
        last.value = member

    @system.always
    def few() -> bool:
        """Not all have nine."""
        return any(taken[name] < 9 for name in names)

    return system


def test_a_run_found_from_a_checkpoint_with_symmetry_is_a_run_of_the_system(tmp_path: Path) -> None:
    limits = Limits(max_depth=7)
    whole = explore(ticket(1), symmetry=True)
    assert whole.exit_code == 1
    explore(ticket(1), symmetry=True, limits=limits, checkpoints=Checkpoints(save=tmp_path))
    ended = explore(ticket(1), symmetry=True, checkpoints=Checkpoints(resume=tmp_path))
    assert counted(ended) == counted(whole)
    with pytest.raises(ParameterError, match="does something else now"):
        explore(ticket(3), symmetry=True, checkpoints=Checkpoints(resume=tmp_path))


def test_a_violation_is_found_from_a_checkpoint_with_the_same_trace(tmp_path: Path) -> None:
    def system() -> System:
        found = counter(1)
        found.always(count_is_small)
        return found

    def count_is_small() -> bool:
        return counts[-1].value < 40

    whole = explore(system())
    assert whole.exit_code == 1
    explore(system(), limits=Limits(max_depth=9), checkpoints=Checkpoints(save=tmp_path))
    ended = explore(system(), checkpoints=Checkpoints(resume=tmp_path))
    assert counted(ended) == counted(whole)


DEPTH = "7"


def command(*options: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from gtcheck.cli.main import main; main()",
        "explore",
        "mrsc",
        "--set",
        "writes=3",
        "--fault",
        "crash=1",
        *options,
    ]


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_was_ended_loses_only_the_time_since_the_last_checkpoint(
    blow: signal.Signals, tmp_path: Path
) -> None:
    saving = ["--checkpoint", str(tmp_path), "--checkpoint-seconds", "0.1", "--max-depth", DEPTH]
    process = subprocess.Popen(command(*saving), stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / FILE).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(process.pid, blow)
    said, _ = process.communicate(timeout=60)
    if blow == signal.SIGINT and process.returncode != 0:
        assert "interrupted" in said
        assert f"--resume {tmp_path}" in said
    whole = subprocess.run(command("--max-depth", DEPTH), capture_output=True, text=True)
    ended = subprocess.run(
        command("--resume", str(tmp_path), "--max-depth", DEPTH), capture_output=True, text=True
    )
    counts = [line for line in whole.stdout.splitlines() if "states" in line][-1].split(" · ")[1]
    assert counts in ended.stdout, ended.stderr
    assert [one.name for one in tmp_path.iterdir() if one.suffix != ".part"] == [FILE]


def other_model(folder: Path) -> None:
    explore(built("lww-register"), checkpoints=Checkpoints(resume=folder))


def other_parameters(folder: Path) -> None:
    explore(
        load_model("two-phase-commit").build({"rms": "5"}), checkpoints=Checkpoints(resume=folder)
    )


def other_properties(folder: Path) -> None:
    explore(
        built("two-phase-commit"),
        properties=["everyone-commits"],
        checkpoints=Checkpoints(resume=folder),
    )


@pytest.mark.parametrize(
    ("attempt", "told"),
    [
        (other_model, 'its model: "two-phase-commit"; now: "lww-register"'),
        (other_parameters, 'its parameters: {"rms": "6"}; now: {"rms": "5"}'),
        (other_properties, "its properties to check"),
    ],
)
def test_a_checkpoint_of_another_search_is_refused_with_the_reason(
    attempt: object, told: str, tmp_path: Path
) -> None:
    limits = Limits(max_depth=4)
    explore(built("two-phase-commit"), limits=limits, checkpoints=Checkpoints(save=tmp_path))
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(ParameterError, match="is of another search") as raised:
        attempt(tmp_path)  # type: ignore[operator]
    assert told in str(raised.value)
    assert (tmp_path / FILE).read_bytes() == before


counts: list[Variable[int]] = []


def counter(step: int) -> System:
    system = System("counter")
    count = system.variable("count", 0)
    counts.append(count)

    @system.action
    def up() -> None:
        count.value = (count.value + step) % 97

    return system


def test_a_model_whose_steps_do_something_else_is_refused(tmp_path: Path) -> None:
    explore(counter(1), limits=Limits(max_depth=9), checkpoints=Checkpoints(save=tmp_path))
    with pytest.raises(ParameterError, match="does something else now"):
        explore(counter(2), checkpoints=Checkpoints(resume=tmp_path))


def test_a_damaged_or_foreign_file_is_told(tmp_path: Path) -> None:
    explore(counter(1), limits=Limits(max_depth=9), checkpoints=Checkpoints(save=tmp_path))
    good = (tmp_path / FILE).read_bytes()
    start = good.index(b"\n") + 1
    for bad in (
        good[:-1],
        good[: start + 9],
        good[:start],
        good[:start] + b"x" + good[start + 1 :],
    ):
        (tmp_path / FILE).write_bytes(bad)
        with pytest.raises((ParameterError, ModelError), match="damaged"):
            explore(counter(1), checkpoints=Checkpoints(resume=tmp_path))
    for bad in (b"", b"\0\xff\n", b"[]\n", b'{"kind": "gtcheck checkpoint 0"}\n'):
        (tmp_path / FILE).write_bytes(bad)
        with pytest.raises(ParameterError, match="no checkpoint of this version"):
            explore(counter(1), checkpoints=Checkpoints(resume=tmp_path))


def test_folders_that_cannot_be_are_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="holds no checkpoint"):
        Checkpoints(resume=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ParameterError, match="cannot write checkpoints to"):
        Checkpoints(save=tmp_path / "file")
    with pytest.raises(ParameterError, match="cannot write checkpoints to"):
        Checkpoints(save=tmp_path / "no" / "folder")
    with pytest.raises(ParameterError, match="not the reference engine's search bfs"):
        explore(counter(1), engine="reference", checkpoints=Checkpoints(save=tmp_path))
