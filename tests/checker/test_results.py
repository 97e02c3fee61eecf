"""Results in Python: what a test asserts, what is printed, what a notebook shows."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from gtcheck.checker import Exploration, Limits, explore
from gtcheck.cli import run
from gtcheck.models import System, UnknownNameError, guard, load_model


def counter(last: int = 5) -> System:
    system = System("<counter> & more")
    number = system.variable("number", 0)

    @system.action
    def up() -> None:
        guard(number.value < last)
        number.value += 1

    @system.always
    def small() -> bool:
        """The number is small: < 2."""
        return number.value < 2

    @system.sometimes
    def one() -> bool:
        """The number comes to one."""
        return number.value == 1

    return system


def test_what_holds_passes() -> None:
    explore(counter(last=1)).assert_holds()
    explore(counter(), keep_going=True).assert_holds("one", "no-failure")


def test_what_does_not_hold_is_told_with_its_run() -> None:
    result = explore(counter())
    with pytest.raises(AssertionError) as told:
        result.assert_holds()
    said = str(told.value)
    assert "violated: small" in said
    assert "  1. up\n       number: 0 → 1\n  2. up\n       number: 1 → 2\n" in said
    assert said.rstrip().splitlines()[-1].startswith("violated · not everything explored")


def test_what_is_undecided_does_not_hold() -> None:
    result = explore(counter(), limits=Limits(max_states=1), properties=["one"])
    with pytest.raises(AssertionError, match="stopped at the limit of states"):
        result.assert_holds("one")


def test_a_property_that_was_not_checked_is_told() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown property 'smal'.*did you mean 'small'"):
        explore(counter()).assert_holds("smal")


def test_printing_a_result_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", "two-phase-commit"]) == 0
    printed = capsys.readouterr().out
    result = explore(load_model("two-phase-commit").build())
    assert str(result).rsplit(",", 1)[0] == printed.rsplit(",", 1)[0]


def test_the_repr_is_one_line() -> None:
    shown = repr(explore(counter()))
    assert shown.startswith("<Exploration of <counter> & more: violated · not everything explored")
    assert "\n" not in shown


class Reader(HTMLParser):
    """Reads HTML, whose tags must close in the order in which they opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def html_of(result: Exploration) -> Reader:
    reader = Reader()
    reader.feed(result._repr_html_())
    reader.close()
    assert reader.open == []
    return reader


def test_a_notebook_shows_a_table_the_first_violation_and_what_was_checked() -> None:
    texts = html_of(explore(counter())).texts
    assert texts[0] == "<counter> & more"
    assert texts[texts.index("small") - 1 : texts.index("small") + 2] == [
        "violated",
        "small",
        "The number is small: < 2",
    ]
    [details] = [text for text in texts if text.startswith("violated: small")]
    assert "  2. up\n       number: 1 → 2" in details
    assert texts[-1].startswith("violated · not everything explored")


def test_a_notebook_shows_no_run_where_all_holds() -> None:
    assert not any("1. up" in text for text in html_of(explore(counter(last=1))).texts)


def test_a_trace_is_printed_by_itself() -> None:
    trace = explore(counter()).property("small").trace
    assert str(trace) == ("  1. up\n       number: 0 → 1\n  2. up\n       number: 1 → 2")
