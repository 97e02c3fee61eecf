"""Who is served what in a fault, and whether it is fresh: the whole table, as the talk tells it.

Goal: the two modes differ just where the talk says so (C51 to C57, C106, C109 to C111, C114 to
C117). Method: each cell is a model of one request, explored whole for three properties; the tables
below say what each must give, first at the region that is struck, then at another.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from gtcheck.checker import explore
from gtcheck.checker.explorer import EngineName
from gtcheck.models import Verdict, load_model

AVAILABILITY = load_model("availability")
REQUESTS = ("write", "strong-read", "eventual-read")
PLACES = ("faulty", "other")
FAULTS = ("offline", "isolate", "cut")

SERVED: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    # A region that is offline serves nobody, and the others go on (C51, C114).
    ("async", "offline"): {"faulty": (), "other": REQUESTS},
    ("mrsc", "offline"): {"faulty": (), "other": REQUESTS},
    # A region that is alone serves all of its own, or nothing that needs the journal (C55, C106).
    ("async", "isolate"): {"faulty": REQUESTS, "other": REQUESTS},
    ("mrsc", "isolate"): {"faulty": ("eventual-read",), "other": REQUESTS},
    # A link that is gone stops nobody (C57, C111).
    ("async", "cut"): {"faulty": REQUESTS, "other": REQUESTS},
    ("mrsc", "cut"): {"faulty": REQUESTS, "other": REQUESTS},
}
FRESH = {"async": ("write",), "mrsc": ("write", "strong-read")}
"""What gives the latest wherever it is served, in every fault and without (C41, C86)."""

CELLS = list(product(("async", "mrsc"), FAULTS, REQUESTS, PLACES))


def verdict(asked: str, cell: Mapping[str, str]) -> Verdict:
    return explore(AVAILABILITY.build(cell), properties=[asked]).property(asked).verdict


def test_the_table_has_36_cells() -> None:
    assert len(set(CELLS)) == 36


@pytest.mark.parametrize(("mode", "fault", "request_", "at"), CELLS)
def test_a_request_is_served_in_every_run_or_in_none(
    mode: str, fault: str, request_: str, at: str
) -> None:
    cell = {"mode": mode, "fault": fault, "request": request_, "at": at}
    served = request_ in SERVED[mode, fault][at]
    expected = Verdict.HOLDS if served else Verdict.VIOLATED
    assert verdict("no-deadlock", cell) is expected
    assert verdict("answered", cell) is expected
    assert verdict("answers", cell) is Verdict.HOLDS


@pytest.mark.parametrize(("mode", "fault", "request_", "at"), CELLS)
def test_what_is_served_is_fresh_or_may_be_stale(
    mode: str, fault: str, request_: str, at: str
) -> None:
    cell = {"mode": mode, "fault": fault, "request": request_, "at": at}
    is_fresh = request_ in FRESH[mode] or request_ not in SERVED[mode, fault][at]
    assert verdict("fresh", cell) is (Verdict.HOLDS if is_fresh else Verdict.VIOLATED)


@pytest.mark.parametrize(("mode", "request_", "at"), list(product(FRESH, REQUESTS, PLACES)))
def test_without_a_fault_everything_is_served(mode: str, request_: str, at: str) -> None:
    cell = {"mode": mode, "fault": "none", "request": request_, "at": at}
    assert verdict("no-deadlock", cell) is Verdict.HOLDS
    is_fresh = request_ in FRESH[mode]
    assert verdict("fresh", cell) is (Verdict.HOLDS if is_fresh else Verdict.VIOLATED)


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("fault", "states"),
    [
        # Nothing is written, or one of two regions wrote and any of the two others has it.
        ("none", 2 * (1 + 2 * 4)),
        # The region that is asked is alone: only the third region may have it.
        ("isolate", 2 * (1 + 2 * 2)),
    ],
)
def test_the_fault_is_there_before_the_first_step(
    fault: str, states: int, engine: EngineName
) -> None:
    cell = {"mode": "async", "fault": fault, "request": "strong-read", "at": "faulty"}
    assert explore(AVAILABILITY.build(cell), engine=engine).states == states
