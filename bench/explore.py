"""Measure `gtcheck explore` against SPIN on the same models, in one run, alternating.

    bench/explore.py [--models NAME:PARAMETER=N,...]... [--repeat N] [--format text|json]
    bench/explore.py --twin MODEL FILE.pml [NAME=VALUE ...] [--repeat N] [--format text|json]

With `--twin` it is a model of your own beside the same in Promela: MODEL is what `gtcheck explore`
takes, NAME=VALUE its parameters, and crash=N, cut=N or fault.NAME=N budgets of faults. Both must
explore everything, find nothing violated and count the same states.

SPIN is at its best here: one process of atomic steps, packed bytes, compiled -O2 without partial
order reduction, exact storage, safety only; what counts is `pan` alone, not its compilation. Of
gtcheck the whole process counts, Python's start included. CPU-seconds are user plus system time,
memory is the peak resident size, both as the kernel tells them.

The JSON is a list with an object a model: `model`, `parameters`, and `gtcheck` and `spin`, each
with `states`, `transitions`, `cpu_seconds` {min, median}, `resident_mb`, `bytes_a_state`; then
`cpu_ratio` and `memory_ratio`, gtcheck's over SPIN's (below 1: gtcheck needs less), by the minima,
and `cpu_ratio_median`. SPIN counts a transition more than is taken, its first, and
rounds what is over ten million.
Ends with 2 where spin or gcc is missing, with 1 where the two disagree on the states.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promela
from processes import exploring, parsed, run_process

DEFAULT_MODELS = ("two-phase-commit:rms=8", "lww-register:writes=5", "lww-register:writes=6")
TABLE_BITS = 22
DEPTHS = (1_000_000, 4_000_000, 16_000_000, 64_000_000)
TOO_DEEP = "max search depth too small"


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: what was explored, and what it took."""

    states: int
    transitions: int
    cpu_seconds: float
    resident_mb: float


def main() -> int:
    """Measure every model and print what came out."""
    options = _options()
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        print(f"bench needs {' and '.join(missing)}: apt-get install spin gcc", file=sys.stderr)
        return 2
    results = [
        _measured(name, settings, twin, options.repeat) for name, settings, twin in _asked(options)
    ]
    if options.format == "json":
        print(json.dumps(results, indent=2))
    else:
        print("\n\n".join(map(_text, results)))
    return int(any(one["gtcheck"]["states"] != one["spin"]["states"] for one in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", nargs="+", type=_model, metavar="NAME:PARAMETER=N,...")
    parser.add_argument(
        "--twin", nargs="+", action="append", default=[], metavar=("MODEL", "FILE.pml NAME=VALUE")
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    for own in options.twin:
        if len(own) < 2 or not all("=" in setting for setting in own[2:]):
            parser.error("--twin takes MODEL FILE.pml [NAME=VALUE ...]")
    return options


def _asked(options: argparse.Namespace) -> Iterator[tuple[str, Mapping[str, object], str]]:
    """Give name, settings and Promela text of all models that are asked for."""
    for name, program, *settings in options.twin:
        given = dict(setting.split("=", 1) for setting in settings)
        yield name, given, Path(program).read_text(encoding="utf-8")
    for model in options.models or (() if options.twin else DEFAULT_MODELS):
        yield *parsed(model), _twin(model)


def _model(given: str) -> str:
    try:
        _twin(given)
    except (ValueError, TypeError, KeyError):
        known = "two-phase-commit:rms=N, lww-register:writes=N[,crash=N][,cut=N]"
        raise argparse.ArgumentTypeError(f"{given!r} has no twin; known: {known}") from None
    return given


def _twin(model: str) -> str:
    name, parameters = parsed(model)
    twins: dict[str, Callable[..., str]] = {
        "two-phase-commit": promela.two_phase_commit,
        "lww-register": promela.lww_register,
    }
    return twins[name](**parameters)


def _measured(
    name: str, parameters: Mapping[str, object], twin: str, repeat: int
) -> dict[str, Any]:
    gtcheck: list[Sample] = []
    spin: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        pan = _compiled(twin, Path(folder))
        pan.append(f"-m{_deep_enough(pan)}")
        for _ in range(repeat):
            gtcheck.append(_run_gtcheck(name, parameters))
            spin.append(_run_spin(pan))
    ours, theirs = _summary(gtcheck), _summary(spin)
    return {
        "model": name,
        "parameters": dict(parameters),
        "gtcheck": ours,
        "spin": theirs,
        "cpu_ratio": _ratio(ours["cpu_seconds"]["min"], theirs["cpu_seconds"]["min"]),
        "cpu_ratio_median": _ratio(ours["cpu_seconds"]["median"], theirs["cpu_seconds"]["median"]),
        "memory_ratio": _ratio(ours["resident_mb"], theirs["resident_mb"]),
    }


def _ratio(ours: float, theirs: float) -> float:
    return round(ours / max(theirs, 1e-3), 3)


def _summary(samples: list[Sample]) -> dict[str, Any]:
    resident = max(sample.resident_mb for sample in samples)
    seconds = [sample.cpu_seconds for sample in samples]
    return {
        "states": samples[0].states,
        "transitions": samples[0].transitions,
        "cpu_seconds": {
            "min": round(min(seconds), 3),
            "median": round(statistics.median(seconds), 3),
        },
        "resident_mb": round(resident, 1),
        "bytes_a_state": round(resident * 2**20 / samples[0].states, 1),
    }


def _compiled(program: str, folder: Path) -> list[str]:
    (folder / "model.pml").write_text(program)
    told = subprocess.run(["spin", "-a", "model.pml"], cwd=folder, capture_output=True, text=True)
    if told.returncode != 0:
        raise SystemExit(f"spin cannot read the twin:\n{told.stdout}{told.stderr}")
    flags = ["-O2", "-w", "-DSAFETY", "-DNOREDUCE"]
    subprocess.run(["gcc", *flags, "-o", "pan", "pan.c"], cwd=folder, check=True)
    return [str(folder / "pan"), "-E", f"-w{TABLE_BITS}"]


def _deep_enough(pan: list[str]) -> int:
    """Give the least bound on the depth that is enough: SPIN holds a stack as large as that."""
    for depth in DEPTHS:
        if TOO_DEEP not in run_process([*pan, f"-m{depth}"]).output:
            return depth
    raise SystemExit(f"SPIN comes to states that {DEPTHS[-1]:,} steps and more lead to")


def _run_gtcheck(name: str, parameters: Mapping[str, object]) -> Sample:
    run = run_process(exploring(name, parameters))
    result = json.loads(run.output)
    if result["verdict"] != "holds":
        raise SystemExit(f"gtcheck says {result['verdict']} of {name}, which must hold")
    return Sample(result["states"], result["transitions"], run.cpu_seconds, run.resident_mb)


def _run_spin(pan: list[str]) -> Sample:
    run = run_process(pan)
    output = run.output
    # SPIN writes what is over ten million with seven digits, as 1.235584e+08.
    states = re.search(r"([\d.e+]+) states, stored", output)
    transitions = re.search(r"([\d.e+]+) transitions", output)
    if states is None or transitions is None or "errors: 0" not in output:
        raise SystemExit(f"SPIN did not finish cleanly:\n{output}")
    if TOO_DEEP in output or "out of memory" in output:
        raise SystemExit(f"SPIN did not explore everything:\n{output}")
    return Sample(
        int(float(states[1])), int(float(transitions[1])), run.cpu_seconds, run.resident_mb
    )


def _text(result: dict[str, Any]) -> str:
    settings = " ".join(f"{name}={value}" for name, value in result["parameters"].items())
    lines = [f"model={result['model']} {settings}"]
    for tool in ("gtcheck", "spin"):
        found = result[tool]
        seconds = found["cpu_seconds"]
        lines.append(
            f"  {tool:<8} states={found['states']:<9} transitions={found['transitions']:<9} "
            f"cpu_min={seconds['min']:<6} cpu_median={seconds['median']:<6} "
            f"resident_mb={found['resident_mb']:<6} bytes_a_state={found['bytes_a_state']}"
        )
    ratios = ("cpu_ratio", "cpu_ratio_median", "memory_ratio")
    return "\n".join([*lines, "  " + " ".join(f"{name}={result[name]}" for name in ratios)])


if __name__ == "__main__":
    sys.exit(main())
