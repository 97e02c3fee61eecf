"""Runs of whole processes, and what the kernel says that they took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FAULTS = ("crash", "cut")
"""Settings that are budgets of faults; other faults are set as `fault.NAME`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process printed and took; CPU-seconds are user plus system time."""

    output: str
    cpu_seconds: float
    wall_seconds: float
    resident_mb: float


def run_process(command: Sequence[str]) -> Run:
    """Run a command to its end; end the program where it ends with anything but 0."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        output.seek(0)
        said = output.read()
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{said}")
    return Run(said, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def gtcheck(*arguments: str) -> list[str]:
    """Give the command `gtcheck` with some arguments, by this Python."""
    return [sys.executable, "-c", "from gtcheck.cli.main import main; main()", *arguments]


def exploring(name: str, settings: Mapping[str, object], workers: int = 1) -> list[str]:
    """Give the command that explores a model with these settings and budgets of faults."""
    command = gtcheck("explore", str(Path(name).resolve()) if Path(name).is_file() else name)
    for key, value in settings.items():
        fault = key in FAULTS or key.startswith("fault.")
        command += ["--fault" if fault else "--set", f"{key.removeprefix('fault.')}={value}"]
    return [*command, "--workers", str(workers), "--format", "json"]


def parsed(model: str) -> tuple[str, dict[str, int]]:
    """Take NAME:PARAMETER=N,... apart."""
    name, _, settings = model.partition(":")
    pairs = [pair.split("=") for pair in settings.split(",") if pair]
    return name, {key: int(value) for key, value in pairs}
