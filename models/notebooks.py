"""Results in a notebook: a table of verdicts, under it the details and the closing line."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .verdicts import Verdict

_COLOURS = {
    Verdict.HOLDS: "#1a7f37",
    Verdict.VIOLATED: "#cf222e",
    Verdict.UNDECIDED: "#9a6700",
    Verdict.NOT_CHECKED: "#9a6700",
}


def result_html(
    title: str, rows: Iterable[tuple[Verdict, str, str]], details: str, closing: str
) -> str:
    """Give HTML with a row for each (verdict, name, what is said of it), without a style sheet."""
    cells = "".join(
        f'<tr><td style="text-align:left;color:{_COLOURS[verdict]}"><b>{verdict.value}</b></td>'
        f'<td style="text-align:left"><code>{escape(name)}</code></td>'
        f'<td style="text-align:left">{escape(said)}</td></tr>'
        for verdict, name, said in rows
    )
    shown = f"<pre>{escape(details)}</pre>" if details else ""
    return (
        f"<div><p><b>{escape(title)}</b></p><table><tbody>{cells}</tbody></table>{shown}"
        f"<p>{escape(closing)}</p></div>"
    )
