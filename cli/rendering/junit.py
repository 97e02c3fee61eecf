"""A gate's result as JUnit XML, which CI systems show beside the tests."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..gates import GateResult, Outcome, RowResult

# XML 1.0 has no way to write these characters, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(result: GateResult) -> str:
    """Give the XML document: a test case a row, a failure or error where it is not as expected."""
    totals = {
        "tests": str(len(result.rows)),
        "failures": str(_number(result, Outcome.UNEXPECTED)),
        "errors": str(_number(result, Outcome.UNREADABLE, Outcome.UNDECIDED)),
        "time": f"{sum(row.seconds for row in result.rows):.3f}",
    }
    root = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(root, "testsuite", {"name": "gtcheck", **totals})
    for row in result.rows:
        _add_case(suite, row)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_case(suite: ElementTree.Element, row: RowResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": f"gtcheck.{row.run.title.split()[0]}",
            "name": _fit(row.run.title.partition(" ")[2]),
            "time": f"{row.seconds:.3f}",
        },
    )
    if row.outcome is Outcome.AS_EXPECTED:
        return
    kind = "failure" if row.outcome is Outcome.UNEXPECTED else "error"
    told = ElementTree.SubElement(
        case, kind, {"type": row.outcome.value, "message": _fit(row.reason or "")}
    )
    told.text = _fit(f"run it alone: {row.run.command}")


def _number(result: GateResult, *outcomes: Outcome) -> int:
    return sum(row.outcome in outcomes for row in result.rows)


def _fit(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
