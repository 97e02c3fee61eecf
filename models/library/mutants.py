"""The protocols' mutants: each lacks one mechanism, and a property must notice (`--set bug=...`).

A mutant is a subclass of the protocol's part in `broken/`, which is imported only when it is asked
for. A model builds its system of the classes that `variant` gives.
"""

from __future__ import annotations

from importlib import import_module
from typing import TypeVar

from ..parameters import Parameter
from .mutant import Mutant
from .mutants_of_journals import JOURNAL, STORAGE
from .mutants_of_tables import ASYNC, MRSC, TRANSACTIONS, WORKAROUNDS

Part = TypeVar("Part")

NO_BUG = "none"

MUTANTS: tuple[Mutant, ...] = (
    *STORAGE,
    *ASYNC,
    *TRANSACTIONS,
    *WORKAROUNDS,
    *JOURNAL,
    *MRSC,
)


def bugs_of(model: str) -> Parameter:
    """Declare what a model's parameter `bug` may be: one of its mechanisms left out, or none."""
    bugs = (mutant.bug for mutant in MUTANTS if mutant.model == model)
    return Parameter(choices=(NO_BUG, *bugs), summary="a mechanism that is left out")


def variant(model: str, bug: str, part: type[Part]) -> type[Part]:
    """Give the class of a model's part: itself, or its subclass that has the bug."""
    for mutant in MUTANTS:
        if (mutant.model, mutant.bug) == (model, bug):
            module, _, name = mutant.part.partition(".")
            broken: type = getattr(import_module(f".broken.{module}", __package__), name)
            return broken if issubclass(broken, part) else part
    return part
