"""Claims, mutants and the truth table as text."""

from __future__ import annotations

from collections.abc import Iterator

from ...checker.trace_lines import trace_lines
from ...models.claims import PLACES, Explored
from ...models.words import count
from ..conformance import (
    CheckResult,
    ClaimResult,
    ClaimVerdict,
    Conformance,
    MutantResult,
    MutantVerdict,
    TruthTable,
)
from ..palette import Palette

_VERDICT_WIDTH = max(len(verdict.value) for verdict in ClaimVerdict)


def claims_text(result: Conformance, palette: Palette) -> str:
    """Give a line a claim and below it one a check, then the mutants that survived, and counts."""
    lines: list[str] = []
    for found in result.claims:
        lines += _claim_lines(found, palette)
    for mutant in result.mutants:
        if mutant.verdict is not MutantVerdict.KILLED:
            lines += ["", _mutant_line(mutant, 0, palette)]
    return "\n".join([*lines, "", _closing_line(result)]) + "\n"


def details_text(result: Conformance, palette: Palette) -> str:
    """Give each claim with the runs that show it, and the mutants that lack what it tells of."""
    lines: list[str] = []
    for found in result.claims:
        lines += [*_claim_lines(found, palette), ""]
        for check in found.checks:
            lines += _check_details(check, palette)
        for mutant in result.mutants:
            if mutant.mutant.claim == found.claim.id:
                lines += _mutant_details(mutant, palette)
    return "\n".join([*lines, _closing_line(result)]) + "\n"


def mutants_text(result: Conformance, palette: Palette) -> str:
    """Give a line a mutant: how it came out, by which property, after how many steps."""
    width = max((len(found.mutant.name) for found in result.mutants), default=0)
    lines = [_mutant_line(found, width, palette) for found in result.mutants]
    return "\n".join([*lines, "", _killed(result)]) + "\n"


def table_text(table: TruthTable, palette: Palette) -> str:
    """Give a line for each fault, mode and request: what the regions serve of it."""
    headings = ("fault", "mode", "request", "in the faulty region", "in the others")
    rows = [headings, *_rows(table)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(headings))]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    states = sum(cell.states for cell in table.cells)
    closing = f"{count(len(table.cells), 'cell')}, computed from {count(states, 'state')}"
    return "\n".join([palette.faint(lines[0]), *lines[1:], "", closing]) + "\n"


def _rows(table: TruthTable) -> Iterator[tuple[str, ...]]:
    services: dict[tuple[str, str, str], dict[str, str]] = {}
    for cell in table.cells:
        asked = cell.situation
        row = services.setdefault((asked.fault, asked.mode, asked.request), {})
        row[asked.at] = cell.service.value
    for asked_for, by_place in services.items():
        yield (*asked_for, *(by_place[place] for place in PLACES))


def _claim_lines(found: ClaimResult, palette: Palette) -> Iterator[str]:
    claim = found.claim
    verdict = palette.verdict(found.verdict, width=_VERDICT_WIDTH)
    states = f" ({count(found.states, 'state')})" if found.states else ""
    yield f"{verdict}  {claim.id:<4}  {claim.scope.value}  {claim.text}{palette.faint(states)}"
    indent = " " * (_VERDICT_WIDTH + 8)
    for check in found.checks:
        line = f"{indent} - {check.check}"
        bad = check.verdict in (ClaimVerdict.VIOLATED, ClaimVerdict.UNDECIDED)
        told = f"{line} ({check.verdict})"
        yield palette.alarm(told) if bad else palette.faint(line)
    if not found.checks:
        yield palette.faint(f"{indent} - {claim.reason}")


def _check_details(found: CheckResult, palette: Palette) -> Iterator[str]:
    check = found.check
    verdict = palette.verdict(found.verdict)
    yield f"{verdict}: {palette.strong(str(check))}"
    if found.summary:
        yield f"  {found.summary}"
    if found.message:
        yield f"  {found.message}"
    if isinstance(check, Explored):
        alone = f"gtcheck explore {check.scenario} --property {check.property}"
        yield palette.faint(f"  run it alone: {alone}")
    if found.trace is not None:
        yield ""
        yield from trace_lines(found.trace, palette)
    yield ""


def _mutant_details(found: MutantResult, palette: Palette) -> Iterator[str]:
    yield _mutant_line(found, 0, palette)
    if found.message:
        yield f"  {found.message}"
    if found.trace is not None:
        yield ""
        yield from trace_lines(found.trace, palette)
    yield ""


def _mutant_line(found: MutantResult, width: int, palette: Palette) -> str:
    verdict = palette.verdict(found.verdict, width=len(MutantVerdict.UNDECIDED))
    steps = "" if found.depth is None else f" after {count(found.depth, 'step')}"
    mutant = found.mutant
    by = "by" if found.verdict is MutantVerdict.KILLED else "which must be killed by"
    return f"{verdict}  {mutant.name:<{width}}  {by} {mutant.killed_by}{steps} ({mutant.claim})"


def _closing_line(result: Conformance) -> str:
    numbers = result.verdicts
    verdicts = ", ".join(f"{numbers[one]} {one}" for one in ClaimVerdict if numbers[one])
    parts = [
        f"{count(len(result.claims), 'claim')}: {verdicts}",
        _killed(result),
        f"{count(result.explorations, 'exploration')}, {count(result.states, 'state')}, "
        f"{result.seconds:.2f} s",
    ]
    if result.interrupted:
        parts.insert(0, "interrupted, not everything checked")
    return " · ".join(parts)


def _killed(result: Conformance) -> str:
    return f"{result.killed} of {count(len(result.mutants), 'mutant')} killed"
