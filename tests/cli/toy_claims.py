"""Claims about toy models, which stand beside this file."""

from __future__ import annotations

from pathlib import Path

from gtcheck.models.claims import Check, Claim, Scope

COUNTER = str(Path(__file__).with_name("toy_counter.py"))
AVAILABILITY = str(Path(__file__).with_name("toy_availability.py"))


def claim(*checks: Check, name: str = "C1") -> Claim:
    return Claim(id=name, scope=Scope.BOTH, text=f"What {name} says.", checks=checks)
