"""A gate's result as one table, and below it why each row that is not as expected is not."""

from __future__ import annotations

from collections.abc import Iterator

from ...models.words import count
from ..gates import GateResult, Outcome, RowResult
from ..palette import Palette

_HEADINGS = ("", "what", "expected", "verdict", "looked at", "time")


def gate_text(result: GateResult, palette: Palette) -> str:
    """Give the whole text; its last line counts what is and is not as expected."""
    cells = [_HEADINGS, *(_cells(row) for row in result.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADINGS))]
    lines = [palette.faint(_aligned(cells[0], widths))]
    for row, texts in zip(result.rows, cells[1:], strict=True):
        line = _aligned(texts, widths)
        lines.append(line if row.outcome is Outcome.AS_EXPECTED else palette.alarm(line))
    for row in result.rows:
        if row.outcome is not Outcome.AS_EXPECTED:
            lines += ["", *_mismatch(row, palette)]
    lines += ["", _closing_line(result)]
    return "\n".join(lines) + "\n"


def _cells(row: RowResult) -> tuple[str, ...]:
    noun = row.unit.removesuffix("s")
    return (
        row.outcome.value,
        row.run.title,
        row.run.expected.value,
        row.verdict.value,
        count(row.size, noun),
        f"{row.seconds:.2f} s",
    )


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    left = [f"{cell:<{width}}" for cell, width in zip(cells[:4], widths[:4], strict=True)]
    right = [f"{cell:>{width}}" for cell, width in zip(cells[4:], widths[4:], strict=True)]
    return "  ".join(left + right).rstrip()


def _mismatch(row: RowResult, palette: Palette) -> Iterator[str]:
    yield f"{palette.alarm(row.outcome.value)}: {palette.strong(row.run.title)}"
    yield f"  {row.reason}"
    yield f"  run it alone: {row.run.command}"


def _closing_line(result: GateResult) -> str:
    fine = sum(row.outcome is Outcome.AS_EXPECTED for row in result.rows)
    return f"{fine} of {len(result.rows)} as expected · {result.gate.file}"
