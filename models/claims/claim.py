"""What a claim is, and the ways in which one can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Scope(StrEnum):
    """What a claim is about: asynchronous tables, strongly consistent ones, or both."""

    ASYNC = "A"
    STRONG = "S"
    BOTH = "G"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A model with its settings and budgets of faults: what one exploration covers.

    As text it is what `gtcheck explore` is given; scenarios of the same text are the same.
    """

    model: str
    settings: Mapping[str, object] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        settings = [f"--set {name}={_typed(value)}" for name, value in self.settings.items()]
        faults = [f"--fault {name}={budget}" for name, budget in self.faults.items()]
        return " ".join([self.model, *settings, *faults])


@dataclass(frozen=True, slots=True)
class Holds:
    """A property of any kind but `sometimes` that holds, with everything explored."""

    scenario: Scenario
    property: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.property} must hold"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A `sometimes` property that has its witness: what is allowed does happen."""

    scenario: Scenario
    property: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.property} must have a witness"


@dataclass(frozen=True, slots=True)
class Refuted:
    """A property that must not hold: it has a counterexample, or as a `sometimes` no witness."""

    scenario: Scenario
    property: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.property} must be refuted"


@dataclass(frozen=True, slots=True)
class Impossible:
    """A configuration that must be refused, because the mode does not have the feature."""

    scenario: Scenario

    def __str__(self) -> str:
        return f"{self.scenario}: must be refused"


@dataclass(frozen=True, slots=True)
class Told:
    """A rule on traces that must tell a violation in these JSON lines, the first a header."""

    rule: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} on a log of {len(self.lines)} lines: must tell a violation"


Explored = Holds | Witnessed | Refuted
Check = Explored | Impossible | Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of the talk: checked by all of `checks`, or by none, for which `reason` says why.

    `waits` tells that it will be checked once runs with latencies can be simulated.
    """

    id: str
    scope: Scope
    text: str
    checks: tuple[Check, ...] = ()
    reason: str = ""
    waits: bool = False


def _typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
