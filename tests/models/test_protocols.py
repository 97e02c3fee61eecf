"""The protocols' properties are sharp: each mechanism, taken away, is missed by one of them.

Goal: a property that could not fail says nothing. Method: a mutant of a protocol's region lacks one
mechanism, and the property that promises it must find a shortest run in which that shows.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gtcheck.checker import explore
from gtcheck.models import System, Verdict, load_model
from gtcheck.models.library import asynchronous, mrsc
from gtcheck.models.library.consistency import (
    Acknowledged,
    StrongReadBegan,
    StrongReadReturned,
)
from gtcheck.models.library.journal import Journal

Replacement = Callable[..., None]


def read_without_a_fence(self: mrsc.Region, reader: int, item: str) -> None:
    self.announce(StrongReadBegan(reader, item))
    self.announce(StrongReadReturned(reader, item, self.table[item]))


def acknowledge_before_applying(self: mrsc.Region, item: str) -> None:
    version = self.now()
    entry = mrsc.ConditionalPut(self.name, item, expected=self.table[item], version=version)
    self.journal.append(self.site, entry)
    self.announce(Acknowledged(item, version))


def apply_without_the_condition(self: mrsc.Region, entry: mrsc.ConditionalPut) -> None:
    holds = self.table[entry.item] == entry.expected
    self.table[entry.item] = entry.version
    if entry.origin == self.name and not holds:
        self.refused |= {entry.version}


def apply_here_only_what_fits(self: mrsc.Region, entry: mrsc.ConditionalPut) -> None:
    if self.table[entry.item] == entry.expected or entry.origin == self.name:
        self.table[entry.item] = entry.version


@pytest.mark.parametrize(
    ("method", "replacement", "killer"),
    [
        ("read_strongly", read_without_a_fence, "linearizable-strong-reads"),
        ("write", acknowledge_before_applying, "linearizable-strong-reads"),
        ("apply", apply_without_the_condition, "a-conflict-has-no-effect"),
        ("apply", apply_here_only_what_fits, "replicas-agree-when-all-is-heard"),
    ],
)
def test_mrsc_without_a_mechanism_is_found(
    method: str, replacement: Replacement, killer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mrsc.Region, method, replacement)
    found = explore(load_model("mrsc").build()).property(killer)
    assert found.verdict is Verdict.VIOLATED
    assert found.trace is not None
    assert len(found.trace.steps) <= 8


def last_arrival_wins(self: asynchronous.Region, update: asynchronous.Replicated) -> None:
    self.table[update.item] = update.version


def test_async_where_the_last_arrival_wins_does_not_converge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The class keeps its handlers by event, so that is where the mutant goes.
    handlers = {(None, asynchronous.Replicated): last_arrival_wins}
    monkeypatch.setattr(asynchronous.Region, "handlers_", handlers)
    result = explore(load_model("async").build())
    assert result.property("converged-when-quiet").verdict is Verdict.VIOLATED


@pytest.mark.parametrize("model", ["async", "mrsc"])
@pytest.mark.parametrize("fault", ["cut", "isolate", "offline", "crash"])
def test_the_promises_hold_under_every_fault(model: str, fault: str) -> None:
    budgets = {"cut": 0, "isolate": 0, "offline": 0, "crash": 0, fault: 1}
    result = explore(load_model(model).build({"writes": 2}, budgets))
    assert result.complete
    assert result.verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("links", "reached"),
    [
        (set(), False),
        ({("b", "c")}, False),
        ({("a", "b")}, True),
        ({("a", "c")}, True),
    ],
)
def test_a_site_takes_part_in_the_journal_where_it_reaches_a_quorum(
    links: set[tuple[str, str]], reached: bool
) -> None:
    def works(one: str, other: str) -> bool:
        return (one, other) in links or (other, one) in links

    names = ("a", "b", "c")
    journal = Journal[int](System(), sites=names, subscribers=names, of=int, works=works)
    assert journal.quorum == 2
    assert journal.reaches_quorum("a") is reached


def test_a_journal_of_five_is_reached_through_others() -> None:
    names = ("a", "b", "c", "d", "e")
    links = {("a", "b"), ("b", "c"), ("d", "e")}

    def works(one: str, other: str) -> bool:
        return (one, other) in links or (other, one) in links

    journal = Journal[int](System(), sites=names, subscribers=names, of=int, works=works)
    assert [journal.reaches_quorum(name) for name in names] == [True, True, True, False, False]
