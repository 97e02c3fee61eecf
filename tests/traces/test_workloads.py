"""Situations that the tests of Elle, Jepsen, Knossos and elle-cli have verdicts for, told anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from gtcheck.models.errors import InputError
from gtcheck.models.verdicts import Verdict
from gtcheck.traces import observe
from gtcheck.traces.history import FOREVER
from gtcheck.traces.readers.jepsen import Call
from gtcheck.traces.workloads.queues import find_queue_violation
from gtcheck.traces.workloads.runs import WorkloadRun
from hypothesis import given, settings
from hypothesis import strategies as st

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


def lines(*calls: str) -> str:
    """Give a history in EDN: `P type f value` each, without a process where P is `-`."""
    found = []
    for call in calls:
        process, type_, function, value = call.split(" ", 3)
        named = "" if process == "-" else f":process {process}, "
        found.append(f"{{{named}:type :{type_}, :f :{function}, :value {value}}}")
    return "\n".join(found)


def one_after_the_other(*calls: str) -> str:
    """Give a history in which each call `P f value` succeeds at once; of reads the result."""
    found = []
    for call in calls:
        process, function, value = call.split(" ", 2)
        given = "nil" if function in ("read", "dequeue", "drain", "generate") else value
        found += [f"{process} invoke {function} {given}", f"{process} ok {function} {value}"]
    return lines(*found)


SITUATIONS: dict[str, tuple[str, Verdict, str]] = {
    "a register that was null at first, as a comparison found it": (
        one_after_the_other("1 read nil", "1 cas [nil 7]", "2 read 7"),
        HOLDS,
        "GT201",
    ),
    "null found twice": (
        one_after_the_other("1 cas [nil 7]", "2 cas [nil 8]"),
        VIOLATED,
        "GT201",
    ),
    "a queue": (one_after_the_other("0 enqueue 1", "1 dequeue 1"), HOLDS, "queue"),
    "a queue that was not empty for nothing": (
        one_after_the_other("0 enqueue 1", "1 dequeue nil", "1 dequeue 1"),
        HOLDS,
        "queue",
    ),
    "an element twice": (
        one_after_the_other("0 enqueue 1", "1 dequeue 1", "2 dequeue 1"),
        VIOLATED,
        "queue",
    ),
    "an element that nobody put in": (one_after_the_other("1 dequeue 4"), VIOLATED, "queue"),
    "an element before it was put in": (
        one_after_the_other("1 dequeue 4", "0 enqueue 4"),
        VIOLATED,
        "queue",
    ),
    "an element whose insertion failed": (
        lines("0 invoke enqueue 4", "0 fail enqueue 4", "1 invoke dequeue nil", "1 ok dequeue 4"),
        VIOLATED,
        "queue",
    ),
    "an element of unknown outcome": (
        lines("0 invoke enqueue 4", "0 info enqueue 4", "1 invoke dequeue nil", "1 ok dequeue 4"),
        HOLDS,
        "queue",
    ),
    "an element that a drain does not give": (
        one_after_the_other("0 enqueue 1", "0 enqueue 2", "1 drain [2]"),
        VIOLATED,
        "queue",
    ),
    "an element that a removal of unknown outcome may have": (
        lines("2 invoke dequeue nil", "0 invoke enqueue 1", "0 ok enqueue 1")
        + "\n"
        + one_after_the_other("1 drain []"),
        HOLDS,
        "queue",
    ),
    "identifiers": (one_after_the_other("0 generate 1", "1 generate 2"), HOLDS, "unique-ids"),
    "an identifier twice": (
        one_after_the_other("0 generate 1", "1 generate 1"),
        VIOLATED,
        "unique-ids",
    ),
    "parts from the first on": (
        one_after_the_other(
            '0 add [3 "3_0"]', '0 add [3 "3_1"]', '1 read [3 [nil "3_0"]]', "1 read [3 [nil nil]]"
        ),
        HOLDS,
        "sequential",
    ),
    "a part without the one before": (
        one_after_the_other('0 add [3 "3_0"]', '0 add [3 "3_1"]', '1 read [3 ["3_1" nil]]'),
        VIOLATED,
        "sequential",
    ),
    "comments that are all seen": (
        one_after_the_other("- write 4", "- write 5", "- read #{4 5 9}"),
        HOLDS,
        "comments",
    ),
    "a comment without the one before": (
        one_after_the_other("- write 4", "- write 5", "- read #{5}"),
        VIOLATED,
        "comments",
    ),
    "comments at once, of which one is seen": (
        lines("- invoke write 4", "- invoke write 5", "- ok write 5", "- ok write 4")
        + "\n"
        + one_after_the_other("- read #{5}"),
        HOLDS,
        "comments",
    ),
    "a long fork of operations without processes": (
        one_after_the_other(
            "- write [[:w 1 1]]",
            "- write [[:w 2 1]]",
            "- read [[:r 1 1] [:r 2 nil]]",
            "- read [[:r 2 1] [:r 1 nil]]",
        ),
        VIOLATED,
        "serializable",
    ),
    "keys that are symbols and reads that name no value": (
        lines("1 invoke txn [[:append x 1]]", "1 ok txn [[:append x 1]]")
        + "\n"
        + lines("2 invoke txn [[:r x]]", "2 ok txn [[:r x [1]]]"),
        HOLDS,
        "serializable",
    ),
    "nothing but appends": (
        one_after_the_other("0 txn [[:append 1 1]]", "1 txn [[:append 1 2]]"),
        HOLDS,
        "serializable",
    ),
    "an empty list of an item that nobody changed": (
        one_after_the_other("0 txn [[:r 1 []]]"),
        HOLDS,
        "serializable",
    ),
    "a read of unknown outcome": (
        lines("0 invoke txn [[:append 1 1] [:r 1 nil]]", "0 info txn [[:append 1 1] [:r 1 nil]]")
        + "\n"
        + one_after_the_other("1 txn [[:r 1 [1]]]"),
        HOLDS,
        "serializable",
    ),
    "an element that was aborted below one that was not": (
        lines("0 invoke txn [[:append 1 1]]", "0 fail txn [[:append 1 1]]")
        + "\n"
        + one_after_the_other("1 txn [[:append 1 2]]", "2 txn [[:r 1 [1 2]]]"),
        VIOLATED,
        "serializable",
    ),
    "a list that lacks what its reader has just appended": (
        one_after_the_other("0 txn [[:append 1 1] [:append 1 2] [:r 1 [1]]]"),
        VIOLATED,
        "serializable",
    ),
    "a part of what a transaction appends": (
        one_after_the_other("0 txn [[:append 1 1] [:append 1 2]]", "1 txn [[:r 1 [1]]]"),
        VIOLATED,
        "serializable",
    ),
    "an item that is read twice, unchanged": (
        one_after_the_other("0 txn [[:w 1 1]]", "1 txn [[:r 1 1] [:r 1 1]]"),
        HOLDS,
        "serializable",
    ),
    "a write that is read back wrong": (
        one_after_the_other("0 txn [[:w 1 2] [:r 1 3]]"),
        VIOLATED,
        "serializable",
    ),
}


@pytest.mark.parametrize("name", list(SITUATIONS))
def test_a_situation_gets_the_verdict_that_others_give_it(name: str, tmp_path: Path) -> None:
    text, expected, rule = SITUATIONS[name]
    file = tmp_path / "history.edn"
    file.write_text(text, encoding="utf-8")
    found = observe(file)
    assert found.rule(rule).verdict is expected
    assert found.verdict is expected
    if expected is VIOLATED:
        assert found.rule(rule).witness
        assert found.rule(rule).explanation


def test_a_situation_in_json_is_the_same(tmp_path: Path) -> None:
    calls = [
        {"type": "invoke", "f": "enqueue", "value": 1},
        {"type": "invoke", "f": "enqueue", "value": 2},
        {"type": "ok", "f": "enqueue", "value": 2},
        {"type": "info", "f": "enqueue", "value": 1},
        {"type": "invoke", "f": "dequeue", "value": None},
        {"type": "ok", "f": "dequeue", "value": 1},
    ]
    file = tmp_path / "history.json"
    file.write_text(json.dumps(calls), encoding="utf-8")
    assert observe(file).rule("queue").verdict is HOLDS


def test_a_completion_without_a_process_needs_an_invocation(tmp_path: Path) -> None:
    file = tmp_path / "history.edn"
    file.write_text(lines("- ok enqueue 1"), encoding="utf-8")
    with pytest.raises(InputError, match="without a process, and none had been invoked so"):
        observe(file)


def ledger(*events: str) -> str:
    """Give lines of `tx id` for a write that was answered at once, `? tx` and `! tx id` apart.

    `+ id` and `- id` are statuses; `r tx id` is a read.
    """
    found: list[dict[str, object]] = []
    for event in events:
        words = event.split()
        sign = words.pop(0) if words[0] in "?!+-r" else ""
        id_ = [int(part) for part in words[-1].split(".")]
        if sign in ("+", "-") and sign:
            status = "CommittedStatus" if sign == "+" else "InvalidStatus"
            found.append({"type": "TxStatusReceived", "tx_id": id_, "status": status})
            continue
        kind, tx = "Ro" if sign == "r" else "Rw", int(words[0])
        if sign != "!":
            found.append({"type": f"{kind}TxRequest", "tx": tx})
        if sign != "?":
            found.append({"type": f"{kind}TxResponse", "tx": tx, "tx_id": id_})
    return "\n".join(json.dumps(event) for event in found)


LEDGERS: dict[str, tuple[str, Verdict]] = {
    "an election without loss": (ledger("0 2.10", "+ 2.10", "1 5.11", "+ 5.11"), HOLDS),
    "a loss of what was not committed": (ledger("0 2.10", "+ 2.10", "1 2.11", "- 2.11"), HOLDS),
    "the same number again after a loss": (
        ledger("0 2.10", "- 2.10", "1 3.10", "+ 3.10"),
        HOLDS,
    ),
    "a read of the last entry": (ledger("0 2.10", "+ 2.10", "r 1 2.10"), HOLDS),
    "one id for two": (ledger("0 2.10", "1 2.10"), VIOLATED),
    "both statuses": (ledger("0 2.10", "+ 2.10", "- 2.10"), VIOLATED),
    "committed after what is invalid": (
        ledger("0 2.10", "1 2.11", "- 2.10", "+ 2.11"),
        VIOLATED,
    ),
    "a later view that forgets": (ledger("0 2.10", "+ 2.10", "1 3.10"), VIOLATED),
    "a read of a later view that forgets": (ledger("0 2.10", "+ 2.10", "r 1 3.9"), VIOLATED),
    "writes at once": (ledger("? 1", "0 2.11", "! 1 2.10", "+ 2.11"), HOLDS),
    "against real time": (ledger("0 2.11", "1 2.10", "+ 2.11", "+ 2.10"), VIOLATED),
}


@pytest.mark.parametrize("name", list(LEDGERS))
def test_a_ledger_is_held_to_what_was_committed(name: str, tmp_path: Path) -> None:
    text, expected = LEDGERS[name]
    file = tmp_path / "ledger.ndjson"
    file.write_text(text, encoding="utf-8")
    found = observe(file)
    assert found.format == "ledger"
    assert found.rule("ledger").verdict is expected
    assert len(found.rule("ledger").witness) == (2 if expected is VIOLATED else 0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"type":"RwTxRequest"}', "RwTxRequest needs tx"),
        ('{"type":"RwTxResponse","tx":0}', "RwTxResponse needs tx_id"),
        ('{"type":"RwTxResponse","tx":3,"tx_id":[1,2]}', "transaction 3 was not requested before"),
        ('{"type":"TxStatusReceived","tx_id":[1,2]}', "a status needs tx_id and status"),
        ('{"type":"RwTxRequest","tx":"a"}', "is no event of a ledger"),
        ('{"type":"RwTxElse","tx":1}', "is no event of a ledger"),
        ("nothing", "is no event of a ledger"),
    ],
)
def test_a_line_that_is_no_event_of_a_ledger_is_told_with_its_place(
    line: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.ndjson"
    file.write_text(f'{{"type":"RwTxRequest","tx":0}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError, match=told) as raised:
        observe(file)
    assert raised.value.place is not None
    assert raised.value.place.line == 2
    assert observe(file, on_bad_line="skip").bad_lines.count == 1


class Use(NamedTuple):
    """One use of a queue, with the moments of its start and its end."""

    function: str
    value: int
    type: str
    start: int
    end: int


@st.composite
def uses(draw: st.DrawFn) -> list[Use]:
    """Draw uses of a queue, no two moments the same."""
    count = draw(st.integers(1, 5))
    moments = draw(st.permutations(range(2 * count)))
    found = []
    for number in range(count):
        start, end = sorted(moments[2 * number : 2 * number + 2])
        function = draw(st.sampled_from(["enqueue", "dequeue"]))
        types = ["ok", "ok", "info", "fail"] if function == "enqueue" else ["ok"]
        type_ = draw(st.sampled_from(types))
        found.append(Use(function, draw(st.integers(1, 2)), type_, start, end))
    return found


def has_an_order(used: list[Use]) -> bool:
    """Tell whether some order of what may have happened takes out only what is in the bag."""
    possible = [use for use in used if use.type != "fail"]
    certain = {use for use in possible if use.type == "ok"}
    for size in range(len(certain), len(possible) + 1):
        for order in permutations(possible, size):
            if certain <= set(order) and is_a_run(order):
                return True
    return False


def is_a_run(order: Sequence[Use]) -> bool:
    bag: Counter[int] = Counter()
    for at, use in enumerate(order):
        if any(later.type == "ok" and later.end < use.start for later in order[at + 1 :]):
            return False
        bag[use.value] += 1 if use.function == "enqueue" else -1
        if bag[use.value] < 0:
            return False
    return True


@settings(max_examples=300, deadline=None)
@given(uses())
def test_a_queue_is_judged_as_a_bag_that_is_linearizable(used: list[Use]) -> None:
    calls = [
        Call(number, use.function, use.value, None, use.start, number, use.type)
        for number, use in enumerate(used)
    ]
    for call, use in zip(calls, used, strict=True):
        call.result = use.value
        call.ended = use.end if use.type == "ok" else FOREVER
    found = find_queue_violation(WorkloadRun("queue", "t", calls))
    assert (found is None) is has_an_order(used)
