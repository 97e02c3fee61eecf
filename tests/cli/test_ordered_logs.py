"""Orders of writes that results tell: they find what the whole search finds, and sooner."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from gtcheck.cli.validation import tables as tables_module
from gtcheck.models.verdicts import Verdict

from .modelled_runs import modelled_run
from .validated_logs import changed, stale_read, stop_of, validated, without


def test_an_order_that_values_tell_finds_what_the_whole_search_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(11)
    found: dict[str, int] = {}
    for seed in range(40):
        lines = modelled_run("mrsc", 7, seed, applies=False, items=1 + seed % 2)
        lines = changed(changed(lines, random), random) if seed % 4 else lines
        lines = [{name: of for name, of in line.items() if name != "version"} for line in lines]
        quick = validated(tmp_path, "mrsc", lines)
        with monkeypatch.context() as patch:
            patch.setattr(tables_module, "can_be_ordered", lambda log: False)
            whole = validated(tmp_path, "mrsc", lines)
        if whole.verdict is Verdict.UNDECIDED:
            continue
        assert (quick.verdict, stop_of(quick)) == (whole.verdict, stop_of(whole)), seed
        found[quick.verdict] = found.get(quick.verdict, 0) + 1
    assert found["holds"] > 5
    assert found["violated"] > 5


def test_orders_that_local_reads_tell_find_what_the_whole_search_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(5)
    found: dict[str, int] = {}
    for seed in range(60):
        lines = modelled_run("mrsc", 8, seed, applies=False, items=2 + seed % 2)
        if seed % 3:
            lines = without(lines, *["version"] * (seed % 2))
        reads = [line for line in lines if line.get("consistency") == "eventual"]
        if seed % 4 and reads:
            value, read = random.choice([1, 2, 3, None]), random.choice(reads)
            read |= {name: value for name in ("value", "version") if name in read}
        with monkeypatch.context() as patch:
            patch.setattr(tables_module, "has_versions", lambda log: False)
            quick = validated(tmp_path, "mrsc", lines)
            patch.setattr(tables_module, "can_be_ordered", lambda log: False)
            whole = validated(tmp_path, "mrsc", lines)
        if whole.verdict is Verdict.UNDECIDED:
            continue
        assert (quick.verdict, stop_of(quick)) == (whole.verdict, stop_of(whole)), seed
        found[quick.verdict] = found.get(quick.verdict, 0) + 1
    assert found["holds"] > 10
    assert found["violated"] > 10


@pytest.mark.parametrize("names", [["version"], []], ids=["by values", "by versions"])
def test_long_logs_in_which_reads_of_several_items_lag_are_decided(
    tmp_path: Path, names: list[str]
) -> None:
    lines = modelled_run("mrsc", 1_200, 4, applies=False, items=3)
    lines = [{name: of for name, of in line.items() if name not in names} for line in lines]
    assert any(line.get("outcome") == "conflict" for line in lines)
    held = validated(tmp_path, "mrsc", lines)
    assert held.verdict is Verdict.HOLDS
    at, stale = stale_read(lines)
    broken = validated(tmp_path, "mrsc", [*lines[:at], stale, *lines[at + 1 :]])
    assert broken.verdict is Verdict.VIOLATED
    assert stop_of(broken) == at + 1
    assert max(held.seconds, broken.seconds) < 10
