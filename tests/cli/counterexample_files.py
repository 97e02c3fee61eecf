"""Counterexamples as files: written by an exploration, and changed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gtcheck.cli import run


def counterexample_of(model: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Explore a model that is violated; give the file, beside it, of its counterexample."""
    path = model.with_name("run.json")
    assert run(["explore", str(model), "--counterexample", str(path)]) == 1
    capsys.readouterr()
    return path


def change(path: Path, **changes: Any) -> None:
    """Give fields of a file other values."""
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, **changes}))
