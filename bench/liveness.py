"""Measure what it costs to judge what must come in the end: the same exploration with and without.

    bench/liveness.py [--models NAME:PARAMETER=N,...]... [--repeat N]

Prints a line a model: its states, the CPU-seconds of exploring it for all that it promises and for
all but what must come in the end (the best of the runs, which alternate), and their ratio.
"""

from __future__ import annotations

import argparse

from searches import timed_search

DEFAULT_MODELS = ("mrsc:writes=3", "mrsc:writes=4", "async:items=2,writes=3", "async:writes=5")


def main() -> None:
    """Measure every model and print what came out."""
    options = _options()
    for model in options.models:
        runs = [
            (
                timed_search(model, lambda one: not one.is_liveness),
                timed_search(model, lambda _: True),
            )
            for _ in range(options.repeat)
        ]
        result = runs[0][1][0]
        without, whole = (min(run[side][2] for run in runs) for side in (0, 1))
        print(
            f"model={model} states={result.states} transitions={result.transitions} "
            f"without={without:.2f} with={whole:.2f} ratio={whole / without:.2f}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", nargs="+", default=DEFAULT_MODELS, metavar="NAME:PARAMETER=N")
    parser.add_argument("--repeat", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
