"""A process that explores again and again holds no more than before.

Goal: nothing is leaked, by either strategy or any number of workers. Method: in a process of its
own, what is resident after some explorations is compared with what is after many more.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

SOME, MANY = 20, 100
MEBIBYTES_MORE = 2.0

PROGRAM = """
import sys
from gtcheck.checker import explore
from gtcheck.checker.memory import resident_bytes
from gtcheck.models.catalog import load_model

def explored(times):
    for _ in range(times):
        explore(load_model("two-phase-commit").build({{"rms": "4"}}), {given})
    return resident_bytes()

some = explored({some})
print((explored({many}) - some) / 2**20)
"""


@pytest.mark.parametrize(
    "given", ["workers=1", "workers=2", "search='random', schedules=200, workers=2"]
)
def test_a_hundred_explorations_hold_no_more_than_twenty(given: str) -> None:
    program = PROGRAM.format(given=given, some=SOME, many=MANY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MEBIBYTES_MORE
