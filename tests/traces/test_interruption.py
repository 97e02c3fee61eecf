"""Ctrl-C while a log is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe
from gtcheck.traces.history import Operation
from gtcheck.traces.rules.written_values import EqualVersionsEqualValues


def test_what_was_violated_before_is_told_and_the_rest_is_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = {"type": "op", "session": "s", "op": "read", "key": "x"}
    lines = [
        {**read, "version": version, "value": version, "start": start, "end": start + 5}
        for start, version in ((10, 2), (20, 1), (90, 3))
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def opened(monitor: EqualVersionsEqualValues, operation: Operation) -> None:
        if operation.line == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(EqualVersionsEqualValues, "opened", opened)
    found = observe(path, engine="reference", rules=["GT101", "GT103"])
    assert found.rule("GT103").verdict is Verdict.NOT_CHECKED
    found = observe(path, engine="reference", rules=["GT101", "GT306", "GT103"])
    assert found.interrupted
    assert found.exit_code == 1
    assert found.rule("GT101").verdict is Verdict.VIOLATED
    assert [line.line for line in found.rule("GT101").witness] == [1, 2]
    assert found.rule("GT103").verdict is Verdict.UNDECIDED
