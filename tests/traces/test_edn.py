"""Values in EDN: what is written is read again, and what is wrong is told with its place."""

from __future__ import annotations

import time
from typing import Any

import pytest
from gtcheck.traces.readers.edn import EdnError, parse_edn
from gtcheck.traces.values import Keyword, identity
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.edn_grammar import identity_by_grammar

ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.from_regex(r":[a-z][a-z0-9./*-]*", fullmatch=True).map(Keyword),
)
FORMS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple), st.dictionaries(ATOMS, inner, max_size=3)
    ),
    max_leaves=12,
)
SPACES = st.sampled_from([" ", ", ", "\n", " ; so\n", ",\t"])


def shown(value: Any, space: str) -> str:
    """Write a value in EDN."""
    if isinstance(value, Keyword):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return "[" + space.join(shown(part, space) for part in value) + "]"
    if isinstance(value, dict):
        parts = (shown(part, space) for pair in value.items() for part in pair)
        return "#some.Record {" + space.join(parts) + "}"
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    return repr(value)


@settings(max_examples=300, deadline=None)
@given(FORMS, SPACES)
def test_what_is_written_is_read_again(value: Any, space: str) -> None:
    assert identity(parse_edn(shown(value, space))) == identity(value)


@settings(max_examples=300, deadline=None)
@given(FORMS, SPACES, st.integers(0, 200), st.sampled_from(list('[](){}":;#\\ 1a')))
def test_a_mutated_value_is_read_or_refused_with_a_place(
    value: Any, space: str, at: int, other: str
) -> None:
    text = shown(value, space)
    mutated = text[:at] + other + text[at + 1 :]
    offset = 0
    try:
        parse_edn(mutated)
    except EdnError as error:
        offset = error.offset
    assert 0 <= offset <= len(mutated)


@settings(max_examples=500, deadline=None)
@given(
    FORMS, SPACES, st.integers(0, 60), st.sampled_from(["[", ")", "}", '"', ":", "#{", " 1", ""])
)
def test_the_reader_takes_what_the_grammar_takes(
    value: Any, space: str, at: int, other: str
) -> None:
    text = shown(value, space)
    mutated = text[:at] + other + text[at + 1 :]
    try:
        found = identity(parse_edn(mutated))
    except EdnError:
        found = NotImplemented
    assert found == identity_by_grammar(mutated)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("#{1 2}", frozenset({1, 2})),
        ("(1 2N 3M 1.5e1)", (1, 2, 3.0, 15.0)),
        ('"a\\u00e9\\n\\"b"', 'aé\n"b'),
        ("[sym a/b -5x \\newline]", ("sym", "a/b", "-5x", "\\newline")),
        ("{:a [nil {}] ; end }\n}", {":a": (None, {})}),
        ('#inst "2026"', "2026"),
    ],
)
def test_forms_of_every_kind_are_read(text: str, value: Any) -> None:
    assert parse_edn(text) == value


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("[1 2", 4),
        ("[1 2)", 4),
        ("{:a}", 3),
        ("[#tag]", 5),
        ("1 2", 2),
        ("", 0),
        ('["a', 1),
        ("[" * 300, 200),
        ("[7/]", 1),
        ("[" + "1" * 5000 + "]", 0),
    ],
)
def test_what_is_no_edn_is_told_with_its_place(text: str, offset: int) -> None:
    with pytest.raises(EdnError) as told:
        parse_edn(text)
    assert told.value.offset == offset


def test_a_long_number_in_a_broken_vector_is_refused_at_once() -> None:
    began = time.process_time()
    with pytest.raises(EdnError):
        parse_edn("[" + "1" * 3_000 + " " * 3_000 + "}")
    assert time.process_time() - began < 1
