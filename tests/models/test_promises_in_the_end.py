"""What the protocols promise to come in the end, and where they do not promise it."""

from __future__ import annotations

import pytest
from gtcheck.checker import explore
from gtcheck.models import Verdict, load_model

CONVERGE = "replicas-converge"
CATCH_UP = "a-paused-replicator-catches-up"
ANSWERED = "nobody-waits-for-ever"

NO_FAULT = {"cut": 0}
LASTS = {"heals": False}


@pytest.mark.parametrize(
    ("model", "settings", "faults", "name"),
    [
        ("async", {}, {}, CONVERGE),
        ("async", {"regions": 2, "deletes": 1}, {"cut_one_way": 1}, CONVERGE),
        ("async", {"regions": 2}, {"cut": 1, "isolate": 1, "offline": 1}, CONVERGE),
        ("async", {"regions": 2}, {"crash": 1}, CONVERGE),
        ("async", {}, NO_FAULT | {"pause": 1}, CONVERGE),
        ("async", {}, NO_FAULT | {"pause": 1}, CATCH_UP),
        ("mrsc", {}, {}, ANSWERED),
        ("mrsc", LASTS, {"cut": 1}, ANSWERED),
        ("mrsc", {"writes": 1}, {"cut": 0, "isolate": 1}, ANSWERED),
        ("mrsc", {"writes": 1}, {"cut": 0, "offline": 1}, ANSWERED),
        ("mrsc", {"witness": True}, {"cut": 1}, ANSWERED),
    ],
)
def test_it_comes_in_every_fair_run(
    model: str, settings: dict[str, object], faults: dict[str, object], name: str
) -> None:
    result = explore(load_model(model).build(settings, faults))
    assert result.complete
    assert result.property(name).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("model", "settings", "faults", "name"),
    [
        ("async", LASTS, {}, CONVERGE),
        ("async", {"bug": "forget-who-wrote"}, NO_FAULT | {"skew": 1}, CONVERGE),
        ("async", LASTS, NO_FAULT | {"pause": 1}, CATCH_UP),
        ("mrsc", LASTS, NO_FAULT | {"isolate": 1}, ANSWERED),
        ("mrsc", LASTS, {"cut": 2}, ANSWERED),
        ("mrsc", {"bug": "never-answer-a-conflict"}, {}, ANSWERED),
    ],
)
def test_it_does_not_come_without_what_it_rests_on(
    model: str, settings: dict[str, object], faults: dict[str, object], name: str
) -> None:
    system = load_model(model).build(settings, faults)
    found = explore(system, properties=[name], keep_going=True).property(name)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert found.trace.cycle is not None


def test_what_lasts_takes_promises_back() -> None:
    promised = {found.name for found in load_model("async").build(LASTS).select()}
    assert CONVERGE not in promised
    promised = {found.name for found in load_model("mrsc").build(LASTS, {"cut": 2}).select()}
    assert ANSWERED not in promised
