"""What came of the claims and of the mutants, and how it is told in JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...models.claims import Check, Claim
from ...models.library.mutant import Mutant
from .exploring import ShownTrace
from .verdicts import ClaimVerdict, MutantVerdict, exit_code_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check came out, over how many states, and the run that shows it where there is one.

    `summary` says what its property means, `message` why it came out so where that is known.
    """

    check: Check
    verdict: ClaimVerdict
    states: int = 0
    summary: str = ""
    message: str | None = None
    trace: ShownTrace | None = None

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this check."""
        return {
            "check": str(self.check),
            "verdict": self.verdict.value,
            "states": self.states,
            "message": self.message,
            "trace": _trace_json(self.trace),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """A claim with its verdict, its checks, and the states of all that was explored for it."""

    claim: Claim
    verdict: ClaimVerdict
    checks: tuple[CheckResult, ...]
    states: int

    @property
    def check(self) -> str:
        """What checks the claim, or why nothing does."""
        if self.checks:
            return "; ".join(str(result.check) for result in self.checks)
        return f"{self.verdict}: {self.claim.reason}"

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this claim."""
        return {
            "id": self.claim.id,
            "scope": self.claim.scope.value,
            "claim": self.claim.text,
            "check": self.check,
            "verdict": self.verdict.value,
            "states": self.states,
            "checks": [result.as_json() for result in self.checks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantResult:
    """A mutant, and the shortest run by which the property that must notice it did, if it did."""

    mutant: Mutant
    verdict: MutantVerdict
    states: int
    message: str | None
    trace: ShownTrace | None

    @property
    def depth(self) -> int | None:
        """How many steps the mutant took to break the property; None where it survived."""
        return len(self.trace.steps) if self.trace is not None else None

    def as_json(self) -> dict[str, object]:
        """Give the documented JSON object of this mutant."""
        is_killed = self.verdict is MutantVerdict.KILLED
        return {
            "name": self.mutant.name,
            "claim": self.mutant.claim,
            "verdict": self.verdict.value,
            "killed_by": self.mutant.killed_by if is_killed else None,
            "depth": self.depth,
            "states": self.states,
            "trace": _trace_json(self.trace),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """The results of claims and mutants, and how much was explored for all of them."""

    claims: tuple[ClaimResult, ...]
    mutants: tuple[MutantResult, ...]
    explorations: int
    states: int
    seconds: float
    interrupted: bool

    @property
    def verdicts(self) -> Counter[ClaimVerdict]:
        """How many claims came out how."""
        return Counter(result.verdict for result in self.claims)

    @property
    def killed(self) -> int:
        """How many mutants were noticed."""
        return sum(result.verdict is MutantVerdict.KILLED for result in self.mutants)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 1 for a violated claim or a surviving mutant, 3 undecided."""
        return exit_code_of(
            [*(found.verdict for found in self.claims), *(found.verdict for found in self.mutants)]
        )

    def as_json(self) -> dict[str, object]:
        """Give the documented object that `--format json` prints."""
        from ... import __version__

        return {
            "gtcheck": __version__,
            "exit_code": self.exit_code,
            "explorations": self.explorations,
            "states": self.states,
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
            "claims": [result.as_json() for result in self.claims],
            "mutants": [result.as_json() for result in self.mutants],
        }


def _trace_json(trace: ShownTrace | None) -> list[dict[str, object]] | None:
    return None if trace is None else [step.as_json() for step in trace.steps]
