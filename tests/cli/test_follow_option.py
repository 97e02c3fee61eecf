"""`observe --follow` as a process: when it tells, what it prints, and how it ends."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import pytest
from gtcheck.cli import run

_COMMAND = [sys.executable, "-c", "from gtcheck.cli.main import main; main()", "observe"]
_EXAMPLE = Path(__file__).parents[2] / "docs/examples/stale-read.jsonl"


def _lines_of(stream: IO[str]) -> queue.Queue[tuple[float, str]]:
    found: queue.Queue[tuple[float, str]] = queue.Queue()

    def read() -> None:
        for line in stream:
            found.put((time.monotonic(), line))

    threading.Thread(target=read, daemon=True).start()
    return found


def _started(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*_COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def test_a_violation_is_told_within_a_second_of_its_line_and_ctrl_c_gives_the_verdict(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log.jsonl"
    *before, wrong = _EXAMPLE.read_text().splitlines(keepends=True)[:25]
    path.write_text("".join(before))
    process = _started(str(path), "--follow", "--format", "json")
    assert process.stdout is not None
    lines = _lines_of(process.stdout)
    time.sleep(1.2)  # what was there is judged
    assert lines.empty()
    with path.open("a") as log:
        log.write(wrong)
    written = time.monotonic()
    when, line = lines.get(timeout=10)
    told = json.loads(line)
    assert told["type"] == "violation"
    assert told["rule"]["code"] == "GT201"
    assert [each["line"] for each in told["rule"]["witness"]] == [24, 25]
    assert when - written < 1.0
    process.send_signal(signal.SIGINT)
    _, last = lines.get(timeout=10)
    result = json.loads(last)
    assert result["type"] == "result"
    assert result["events"]["read"] == 24
    assert result["exit_code"] == process.wait(timeout=10) == 1
    assert process.stderr is not None
    with process.stdout, process.stderr as errors:
        assert errors.read() == ""


def test_standard_input_ends_it_and_a_contradiction_is_printed_once() -> None:
    with _EXAMPLE.open() as log:
        process = _started("-", "--follow", stdin=log)
        out, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert errors == ""
    assert out.count("violated: GT201") == 1
    assert out.index("violated: GT201") < out.index("holds        GT101")
    assert out.splitlines()[-1].startswith("violated · 30 events read")


def test_what_was_not_violated_holds_when_the_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(_EXAMPLE.read_text().splitlines(keepends=True)[:24]))
    assert run(["observe", str(path), "--follow", "--max-seconds", "0.1", "--rule", "GT201"]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--follow", "--minimum-skew"], "--minimum-skew"),
        (["--follow", "--isolation", "serializable"], "--isolation"),
        (["--follow", "--engine", "native"], "--engine native"),
        (["--follow", "--model", "mrsc"], "--model"),
        (["--hold-back", "2"], "--follow"),
    ],
)
def test_what_does_not_go_with_following_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["observe", str(_EXAMPLE), *arguments]) == 2
    assert told in capsys.readouterr().err
