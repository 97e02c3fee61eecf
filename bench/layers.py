"""Measure whether machines are explored at the rate of plain actions.

    bench/layers.py [--models NAME:PARAMETER=N,...]... [--repeat N] [--format text|json]

A model of actions, `lww-register`, is explored for all that it promises; models of machines for the
lack of deadlocks alone, for all but what must come in the end, and for everything. What counts are
transitions a CPU-second of the search by one worker, the best of the runs, which alternate: Python
starts before. The JSON is a list with an object a model and set of properties: `model`, `checked`,
`properties` (how many), `states`, `transitions`, `seconds`, `rate` (transitions a
CPU-second) and `over_actions` (the rate over that of the model of actions).
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from gtcheck.models.properties import Property
from searches import timed_search

ACTIONS = "lww-register:writes=6"
MACHINES = ("async:writes=5", "async:writes=6", "mrsc:writes=3", "mrsc:writes=4")
CHECKED = ("no-deadlock", "safety", "everything")


def main() -> None:
    """Measure every model and print what came out."""
    options = _options()
    asked = [(ACTIONS, "everything")]
    asked += [(model, checked) for model in options.models for checked in CHECKED]
    turns = [[_measured(*one) for one in asked] for _ in range(options.repeat)]
    results = [
        min(runs, key=lambda run: float(run["seconds"])) for runs in zip(*turns, strict=True)
    ]
    for result in results:
        result["over_actions"] = round(result["rate"] / results[0]["rate"], 2)
    print(json.dumps(results, indent=2) if options.format == "json" else _text(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", nargs="+", default=MACHINES, metavar="NAME:PARAMETER=N")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    return parser.parse_args()


def _measured(model: str, checked: str) -> dict[str, Any]:
    def is_checked(one: Property) -> bool:
        return checked in ("everything", one.name) or (checked == "safety" and not one.is_liveness)

    result, properties, seconds = timed_search(model, is_checked)
    return {
        "model": model,
        "checked": checked,
        "properties": properties,
        "states": result.states,
        "transitions": result.transitions,
        "seconds": round(seconds, 3),
        "rate": round(result.transitions / seconds),
    }


def _text(results: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"model={one['model']} checked={one['checked']} properties={one['properties']} "
        f"states={one['states']} transitions={one['transitions']} seconds={one['seconds']} "
        f"rate={one['rate'] / 1e6:.2f}M over_actions={one['over_actions']}"
        for one in results
    )


if __name__ == "__main__":
    main()
