"""How many states partial-order reduction leaves, by model and property, and what it costs."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Mapping

from gtcheck.checker import Exploration, explore
from gtcheck.models import System, load_model, model_names
from gtcheck.models.library.mutants import MUTANTS

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
    ("async", {"writes": 6}, ("no-deadlock", "carries-in-order")),
    ("async", {"writes": 3, "items": 2}, ("converged-when-quiet",)),
    ("transactions", {}, ("converged-when-quiet",)),
    ("lww-register", {"writes": 5}, ("converged-when-quiet",)),
    ("two-phase-commit", {"rms": 7}, ("no-split-decision",)),
    ("mrsc", {"writes": 3}, ("no-deadlock",)),
)
_ROUNDS = 3

_KINDS = ("always", "sometimes", "spec", "no-deadlock")


def main() -> None:
    """Print a table as it stands in docs/performance.md, or compare everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    help_text = "compare all models and mutants with the full search, every property: 10 minutes"
    parser.add_argument("--everything", action="store_true", help=help_text)
    if parser.parse_args().everything:
        compare_everything()
    else:
        print_table()


def print_table() -> None:
    """Measure the cases one by one, in CPU-seconds, the best of a few rounds."""
    print("| model | property | states | reduced | transitions | reduced | seconds | reduced |")
    print("|---|---|---|---|---|---|---|---|")
    for name, settings, properties in _CASES:
        told = " ".join([name, *(f"{one}={value}" for one, value in settings.items())])
        for found in properties:
            (full, seconds), (reduced, less) = (
                min((_measured(name, settings, found, por) for _ in range(_ROUNDS)), key=_cost)
                for por in (False, True)
            )
            assert reduced.verdict is full.verdict
            print(
                f"| {told} | {found} | {full.states:,} | {reduced.states:,} "
                f"({full.states / reduced.states:.1f}) | {full.transitions:,} | "
                f"{reduced.transitions:,} ({full.transitions / reduced.transitions:.1f}) | "
                f"{seconds:.2f} | {less:.2f} |",
                flush=True,
            )


def _measured(
    name: str, settings: Mapping[str, object], found: str, por: bool
) -> tuple[Exploration, float]:
    system = load_model(name).build(settings)
    began = time.process_time()
    result = explore(system, properties=[found], por=por)
    return result, time.process_time() - began


def _cost(measured: tuple[Exploration, float]) -> float:
    return measured[1]


def compare_everything() -> None:
    """Hold every verdict and the number of last states to those of the full search."""
    compared = 0
    for told, system, names in _everything():
        full = explore(system, properties=names, keep_going=True)
        reduced = explore(system, properties=names, keep_going=True, por=True)
        assert _answers(full) == _answers(reduced), told
        compared += 1
        print(f"{told}: {full.states:,} states, {reduced.states:,} reduced", flush=True)
    print(f"{compared} compared: all verdicts and last states are the same")


def _everything() -> Iterable[tuple[str, System, list[str]]]:
    cases: dict[str, tuple[str, Mapping[str, object], Mapping[str, int], str | None]]
    cases = {name: (name, {}, {}, None) for name in model_names()}
    for one in MUTANTS:
        for settings in ({**one.settings, "bug": one.bug}, one.settings):
            told = f"{one.model} {dict(settings)} {dict(one.faults)}"
            cases.setdefault(told, (one.model, settings, one.faults, one.killed_by))
    for told, (name, settings, faults, killed_by) in cases.items():
        system = load_model(name).build(settings, faults)
        names = [found.name for found in system.select() if found.kind in _KINDS]
        wanted = [found.name for found in system.properties if found.name == killed_by]
        judged = [one for one in wanted if one not in names and not _is_endless(system, one)]
        yield told, system, names + judged


def _is_endless(system: System, name: str) -> bool:
    return next(found for found in system.properties if found.name == name).is_liveness


def _answers(result: Exploration) -> tuple[list[tuple[str, str]], int]:
    return [(found.name, found.verdict) for found in result.properties], result.terminal_states


if __name__ == "__main__":
    main()
