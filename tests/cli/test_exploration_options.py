"""What the command line explores with is what Python does."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from click.testing import CliRunner
from gtcheck.checker import Limits, explore
from gtcheck.cli import explore as explore_command

GATHERED = {
    "properties": ("nobody-waits-for-ever",),
    "engine": "native",
    "keep_going": True,
    "por": False,
    "symmetry": False,
    "check_purity": "full",
    "search": "bfs",
    "workers": 2,
    "checkpoints": None,
    "limits": Limits(max_states=9, max_depth=8, max_seconds=7.0, max_memory_mb=6),
}


def test_every_keyword_of_explore_has_an_option_of_that_meaning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: dict[str, Any] = {}

    def noted(system: object, **given: Any) -> None:
        taken.update(given)
        raise KeyboardInterrupt

    monkeypatch.setattr("gtcheck.checker.explorer.explore", noted)
    options = "--property nobody-waits-for-ever --engine native --keep-going --check-purity full"
    limits = "--max-states 9 --max-depth 8 --max-seconds 7 --max-memory 6 --workers 2"
    CliRunner().invoke(explore_command.command, f"mrsc {options} {limits}".split())
    assert taken.pop("progress") is None
    assert taken == GATHERED
    keywords = set(inspect.signature(explore).parameters) - {"system", "progress"}
    assert keywords == {*GATHERED, "schedules", "seed"}
