"""What each rule remembers of a run that does not end."""

from __future__ import annotations

import gc
import io
import json
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest
from gtcheck.traces import UNSET
from gtcheck.traces.history import Entry, History, Operation, Record, entry_order
from gtcheck.traces.limits import ObservationLimits
from gtcheck.traces.live.run import LiveRun
from gtcheck.traces.monitors import Run
from gtcheck.traces.readers.json_lines import JsonRun
from gtcheck.traces.readers.sources import Source
from gtcheck.traces.rules import RULES
from gtcheck.traces.timeline import Timeline

from tests.traces.simulated_runs import async_run, mrsc_run

LIMITS = ObservationLimits(max_remembered=10)
STEPS = 1_500


@cache
def entries_of(mode: str) -> list[Entry]:
    made = mrsc_run if mode == "mrsc" else async_run
    found: list[Entry] = []
    history = History(["log"])
    reader = JsonRun(history, UNSET, found.append)
    source = Source("log", io.BufferedReader(io.BytesIO()), LIMITS)
    for line in made(STEPS, 5):
        source.line += 1
        reader.take_line(source, 0, json.dumps(line).encode(), None)
    return sorted(found, key=entry_order)


def reachable(root: object) -> int:
    """Count what an object holds on to."""
    seen, work = {id(root)}, [root]
    while work:
        for each in gc.get_referents(work.pop()):
            if isinstance(
                each, (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType, Run)
            ):
                continue
            if id(each) not in seen:
                seen.add(id(each))
                work.append(each)
    return len(seen)


PROMISED = [
    (code, mode)
    for code, rule in RULES.items()
    for mode in ("mrsc", "async")
    if mode in (*rule.modes, *rule.told_in)
]


@pytest.mark.parametrize("only", [(Operation, Record), (Operation,), (Record,)])
@pytest.mark.parametrize(("code", "mode"), PROMISED)
def test_no_rule_remembers_more_of_a_longer_run(
    code: str, mode: str, only: tuple[type[Entry], ...]
) -> None:
    run = Run(mode=mode, regions=("a", "b"), is_endless=True, limits=LIMITS)
    monitor = RULES[code].monitor(run)
    timeline = Timeline([monitor], run)
    entries = [each for each in entries_of(mode) if isinstance(each, only)]
    sizes = []
    for number, entry in enumerate(entries, 1):
        timeline.take(entry)
        if number % (len(entries) // 3) == 0:
            sizes.append(reachable(monitor))
    assert sizes[2] <= 1.25 * max(sizes[:2]) + 50
    assert monitor.violation is None or len(only) == 1


def test_following_remembers_no_more_of_a_longer_log() -> None:
    run = LiveRun(
        History(["log"], "jsonl"),
        list(RULES.values()),
        are_named=False,
        mode=None,
        parser=None,
        initial=UNSET,
        across_items=False,
        limits=LIMITS,
        hold_back=0.001,
    )
    source = Source("log", io.BufferedReader(io.BytesIO()), LIMITS)
    lines = mrsc_run(STEPS, 6)
    half = len(lines) // 2
    sizes = []
    for number, line in enumerate(lines):
        source.line += 1
        run.reader.take_line(source, 0, json.dumps(line).encode(), None)
        assert not list(run.advance(0, has_all=False))
        if number and number % (half // 2) == 0:
            sizes.append(reachable(run))
    assert len(run.held._held) < 1_000
    assert sizes[-1] <= 1.2 * max(sizes[:2])
