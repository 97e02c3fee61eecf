"""The command as a process: how fast it starts, how it ends, and what it leaves on the streams."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

_COMMAND = [sys.executable, "-c", "from gtcheck.cli.main import main; main()"]
_HEAVY = {"networkx", "z3", "rich", "zstandard", "msgspec", "gtcheck.checker"}


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def _seconds(command: list[str]) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return min(taken)


def test_the_version_is_told_at_once() -> None:
    bare = _seconds([sys.executable, "-c", "pass"])
    assert _seconds([*_COMMAND, "--version"]) - bare < 0.25


def test_the_version_loads_nothing_heavy() -> None:
    probe = (
        "import sys; from gtcheck.cli import run; run(['--version']); "
        f"print(sorted({_HEAVY!r} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


def test_nothing_is_coloured_and_no_progress_is_shown_without_a_terminal() -> None:
    ended = _run("explore", "two-phase-commit")
    assert ended.returncode == 0
    assert "\x1b" not in ended.stdout
    assert ended.stderr == ""


def test_no_color_outranks_force_color() -> None:
    assert "\x1b" in _run("explore", "two-phase-commit", FORCE_COLOR="1").stdout
    both = _run("explore", "two-phase-commit", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in both.stdout


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    process = subprocess.Popen(
        [*_COMMAND, "explore", "two-phase-commit"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as stream:
        assert stream.read() == ""
    assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_one_line() -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [*_COMMAND, "models"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


def test_control_c_prints_what_was_found_so_far() -> None:
    process = subprocess.Popen(
        [*_COMMAND, "explore", "two-phase-commit", "--set", "rms=6", "--engine", "reference"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert err == ""
    assert process.returncode == 3
    assert "not everything explored, interrupted" in out.splitlines()[-1]


def test_a_mistake_of_our_own_ends_with_4_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (
        "import gtcheck.models.catalog as c; c.load_model = lambda name: 1 / 0; "
        "from gtcheck.cli.main import main; import sys; sys.argv = ['gtcheck', 'explore', 'mrsc']; "
        "main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", broken], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 4
    assert ended.stderr.startswith("gtcheck: internal error: ZeroDivisionError: division by zero")
    assert ended.stderr.count("\n") == 1
