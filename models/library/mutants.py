"""The protocols' mutants: each lacks one mechanism, and a property must notice (`--set bug=...`).

A mutant is a subclass of the protocol's part in `broken/`, which is imported only when it is asked
for. A model builds its system of the classes that `variant` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from importlib import import_module
from typing import TypeVar

from ..parameters import Parameter

Part = TypeVar("Part")

NO_BUG = "none"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A protocol with one mechanism left out.

    `part` is the class that stands in for the protocol's, as `file.Class` in `broken/`; `claim` and
    `killed_by` name what is broken and the property that must notice, within the bounds of
    `settings` and `faults`.
    """

    model: str
    bug: str
    part: str
    claim: str
    killed_by: str
    _: KW_ONLY
    settings: Mapping[str, object] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The mutant as it is typed: `mrsc bug=skip-the-fence`."""
        return f"{self.model} bug={self.bug}"


_STORAGE = (
    Mutant(
        "storage",
        "acknowledge-with-one-copy",
        "storage.AcknowledgeWithOneCopy",
        "C22",
        "acknowledged-writes-survive",
    ),
    Mutant(
        "storage",
        "strong-read-from-any-copy",
        "storage.StrongReadFromAnyCopy",
        "C21",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "strong-read-before-durable",
        "storage.StrongReadBeforeDurable",
        "C22",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "elect-any-copy",
        "storage.ElectAnyCopy",
        "C18",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "lead-alone",
        "storage.LeadAlone",
        "C22",
        "linearizable-strong-reads",
        settings={"writes": 1},
        faults={"lose_zone": 3},
    ),
    Mutant(
        "storage",
        "old-leader-goes-on",
        "storage.OldLeaderGoesOn",
        "C19",
        "linearizable-strong-reads",
    ),
    Mutant(
        "storage",
        "no-anti-entropy",
        "storage.NoAntiEntropy",
        "C125",
        "copies-agree-when-quiet",
        faults={"lose": 1},
    ),
)
_ASYNC = ()
_TRANSACTIONS = ()
_WORKAROUNDS = ()
_JOURNAL = ()
_MRSC = ()

MUTANTS: tuple[Mutant, ...] = (
    *_STORAGE,
    *_ASYNC,
    *_TRANSACTIONS,
    *_WORKAROUNDS,
    *_JOURNAL,
    *_MRSC,
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
