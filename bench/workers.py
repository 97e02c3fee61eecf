"""Measure how much sooner several workers come to the end of `gtcheck explore` than one.

    bench/workers.py [--models NAME:PARAMETER=N,...]... [--workers N] [--repeat N]
                     [--format text|json]

It takes as many idle cores as there are workers. Whole processes are measured by the clock on the
wall, in turn, and the best of each counts. The JSON is a list with an object a model: `model`,
`settings`, `states`, `transitions`, `workers`, `seconds_of_one`, `seconds_of_all`, `speed_up`.
Ends with 1 where the number of workers changes what is found.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from processes import Run, exploring, parsed, run_process

DEFAULT_MODELS = ("lww-register:writes=6", "two-phase-commit:rms=9", "mrsc:writes=3,crash=1,cut=1")
SAME = ("verdict", "states", "transitions", "depth", "terminal_states", "python_calls")


def main() -> int:
    """Measure every model and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", nargs="+", default=DEFAULT_MODELS, metavar="NAME:PARAMETER=N")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    results = [_measured(model, options.workers, options.repeat) for model in options.models]
    print(json.dumps(results, indent=2) if options.format == "json" else _text(results))
    return int(any(not one["same"] for one in results))


def _measured(model: str, workers: int, repeat: int) -> dict[str, Any]:
    name, settings = parsed(model)
    alone: list[Run] = []
    together: list[Run] = []
    for _ in range(repeat):
        alone.append(run_process(exploring(name, settings)))
        together.append(run_process(exploring(name, settings, workers)))
    one, all_of_them = (min(run.wall_seconds for run in runs) for runs in (alone, together))
    found = [json.loads(run.output) for run in (*alone, *together)]
    return {
        "model": name,
        "settings": settings,
        "states": found[0]["states"],
        "transitions": found[0]["transitions"],
        "workers": workers,
        "seconds_of_one": round(one, 3),
        "seconds_of_all": round(all_of_them, 3),
        "speed_up": round(one / all_of_them, 2),
        "same": all(all(other[key] == found[0][key] for key in SAME) for other in found),
    }


def _text(results: list[dict[str, Any]]) -> str:
    keys = ("states", "workers", "seconds_of_one", "seconds_of_all", "speed_up", "same")
    lines = []
    for result in results:
        settings = " ".join(f"{name}={value}" for name, value in result["settings"].items())
        told = " ".join(f"{key}={result[key]}" for key in keys)
        lines.append(f"model={result['model']} {settings} {told}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
