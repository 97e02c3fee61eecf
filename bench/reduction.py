"""How many states partial-order reduction leaves, by model and property."""

from __future__ import annotations

import time

from gtcheck.checker import explore
from gtcheck.models.catalog import load_model

_CASES: tuple[tuple[str, dict[str, object], tuple[str, ...]], ...] = (
    (
        "async",
        {"writes": 3},
        (
            "no-deadlock",
            "converged-when-quiet",
            "no-value-from-nowhere",
            "carries-in-order",
            "monotonic-eventual-reads",
            "linearizable-in-each-region",
        ),
    ),
    ("transactions", {}, ("converged-when-quiet",)),
    ("lww-register", {"writes": 2}, ("converged-when-quiet",)),
    ("two-phase-commit", {"rms": 4}, ()),
    ("mrsc", {}, ("no-deadlock",)),
)


def main() -> None:
    """Print a table as it stands in docs/performance.md."""
    print("| model | property | states | reduced | transitions | reduced | seconds, reduced |")
    print("|---|---|---|---|---|---|---|")
    for name, settings, properties in _CASES:
        for found in properties or ("",):
            chosen = [found] if found else []
            full = explore(load_model(name).build(settings), properties=chosen)
            began = time.monotonic()
            reduced = explore(load_model(name).build(settings), properties=chosen, por=True)
            seconds = time.monotonic() - began
            assert reduced.verdict is full.verdict
            told = " ".join([name, *(f"{one}={value}" for one, value in settings.items())])
            print(
                f"| {told} | {found or 'all'} | {full.states:,} | {reduced.states:,} "
                f"({full.states / reduced.states:.1f}) | {full.transitions:,} | "
                f"{reduced.transitions:,} ({full.transitions / reduced.transitions:.1f}) | "
                f"{seconds:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
