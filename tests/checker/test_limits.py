"""Limits that cannot be are told, in Python and on the command line, before all exploring."""

from __future__ import annotations

import math
from typing import Any

import pytest
from gtcheck.checker import Limits, explore
from gtcheck.cli import run
from gtcheck.models import ParameterError, load_model


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("max_states", value) for value in (0, -1, 2**63, 1.5, "9", True)],
        *[("max_depth", value) for value in (-1, 2**32, 0.5)],
        *[("max_seconds", value) for value in (0, -1.0, 1e300, math.nan, math.inf, "1")],
        *[("max_memory_mb", value) for value in (0, 2**43, 2**70)],
    ],
)
def test_a_limit_that_is_none_is_told(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=f"^{name}="):
        Limits(**{name: value})


def test_the_largest_limits_are_taken() -> None:
    limits = Limits(
        max_states=2**63 - 1, max_depth=2**32 - 1, max_seconds=10**9, max_memory_mb=2**43 - 1
    )
    for engine in ("native", "reference"):
        assert explore(
            load_model("two-phase-commit").build({"rms": 1}),
            engine=engine,
            limits=limits,
        ).complete


@pytest.mark.parametrize("command", [["explore", "mrsc"], ["claims", "C58"]])
@pytest.mark.parametrize(
    "limit",
    [
        ["--max-states", "99999999999999999999"],
        ["--max-depth", "99999999999"],
        ["--max-seconds", "1e300"],
        ["--max-memory", "99999999999999999999"],
    ],
)
def test_a_limit_beyond_all_ends_with_2(
    command: list[str], limit: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, *limit]) == 2
    assert "leave it out for no limit" in capsys.readouterr().err
