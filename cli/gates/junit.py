"""A gate's results as JUnit XML, which continuous integration shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from .configuration import ExploreRow
from .runs import RowResult

# XML 1.0 cannot hold these, not even escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(results: Sequence[RowResult]) -> str:
    """Give an XML document: one suite, a case a row, a failure or error where one went wrong."""
    failures = sum(result.exit_code in (1, 3) for result in results)
    errors = sum(result.exit_code == 2 for result in results)
    totals = {
        "name": "gtcheck gate",
        "tests": str(len(results)),
        "failures": str(failures),
        "errors": str(errors),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }
    suites = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(suites, "testsuite", totals)
    for result in results:
        _add_case(suite, result)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_case(suite: ElementTree.Element, result: RowResult) -> None:
    kind = "explore" if isinstance(result.row, ExploreRow) else "observe"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": f"gtcheck.{kind}",
            "name": _clean(result.row.title),
            "time": f"{result.seconds:.3f}",
        },
    )
    if result.problem is not None:
        tag = "error" if result.exit_code == 2 else "failure"
        detail = ElementTree.SubElement(case, tag, {"message": _clean(result.problem)})
        detail.text = _clean(f"{result.problem}\n{result.row.command}")


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
