"""A gate's results as one table, and what to type for each that went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from ..gates import RowResult
from ..palette import Palette

_HEADINGS = ("what", "expected", "verdict", "size", "seconds")


def gate_text(results: Sequence[RowResult], palette: Palette) -> str:
    """Give the table, the problems with their command lines, and a closing line."""
    cells = [_cells(result) for result in results]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *cells, strict=True)]
    lines = [palette.faint("   " + _row(_HEADINGS, widths))]
    for result, row in zip(results, cells, strict=True):
        mark = "✓" if result.is_as_expected else palette.alarm("✗")
        lines.append(f" {mark} {_row(row, widths)}")
    for result in results:
        if result.problem is not None:
            lines += ["", f"{palette.alarm('✗')} {palette.strong(result.row.title)}"]
            lines += [f"  {result.problem}", f"  {palette.faint(result.row.command)}"]
    wrong = sum(not result.is_as_expected for result in results)
    closing = f"{len(results) - wrong} as expected, {wrong} not"
    return "\n".join([*lines, "", palette.strong(closing)]) + "\n"


def gate_json(results: Sequence[RowResult], exit_code: int) -> dict[str, object]:
    """Give the documented JSON object of a gate."""
    return {
        "exit_code": exit_code,
        "rows": [
            {
                "name": result.row.title,
                "command": result.row.command,
                "expected": result.row.expect.value,
                "verdict": None if result.verdict is None else result.verdict.value,
                "size": result.size,
                "seconds": round(result.seconds, 3),
                "problem": result.problem,
            }
            for result in results
        ],
    }


def _cells(result: RowResult) -> tuple[str, ...]:
    verdict = "could not run" if result.verdict is None else result.verdict.value
    seconds = f"{result.seconds:.2f}"
    return (result.row.title, result.row.expect.value, verdict, result.size, seconds)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(cells[:3], widths[:3], strict=True)]
    padded += [f"{cell:>{width}}" for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(padded)
