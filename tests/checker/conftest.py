"""What the tests of the checker share."""

from __future__ import annotations

import pytest

from .toy_machines import EngineName


@pytest.fixture(params=["reference", "native"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name
