"""Each rule against the plainest reading of its definition: every pair of events."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any, TypeVar

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.events import Append, Apply, Deliver, Snapshot, Stream
from gtcheck.traces.history import FOREVER, History, Operation, Record
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.judged import judged

E = TypeVar("E")
WHERE = st.sampled_from("ab")
QUICK = settings(max_examples=250, deadline=None)


def recorded(events: list[Any]) -> History:
    """Give a history of events, one after the other, at moments of their own."""
    history = History(["t"], "jsonl", mode="mrsc")
    for moment, event in enumerate(events, 1):
        event.time = 10 * moment
        history.records.append(Record(event, 0, moment))
    return history


def agree(history: History, code: str, expected: bool) -> None:
    found = judged(history, code)
    assert (found.verdict is Verdict.VIOLATED) == expected
    assert len(found.witness) <= 4
    if found.verdict is Verdict.HOLDS:
        assert found.checked > 0


def pairs(events: list[E]) -> list[tuple[E, E]]:
    return list(combinations(events, 2))


APPLIES = st.builds(
    Apply,
    region=WHERE,
    key=st.sampled_from("xy"),
    version=st.integers(1, 4),
    origin=st.just("c"),
    applied=st.booleans(),
    time=st.just(0),
    value=st.integers(0, 1),
    position=st.integers(1, 4),
)


@QUICK
@given(st.lists(APPLIES, max_size=6))
def test_rules_on_what_is_applied(events: list[Apply]) -> None:
    history = recorded(events)
    done = [event for event in events if event.applied]
    here = [(one, two) for one, two in pairs(done) if one.region == two.region]
    of_item = [(one, two) for one, two in here if one.key == two.key]
    agree(history, "GT303", any(two.version < one.version for one, two in of_item))
    agree(history, "GT503", any((two.position or 0) < (one.position or 0) for one, two in here))
    twice = any(a.version == b.version or a.position == b.position for a, b in of_item)
    agree(history, "GT504", twice)
    unequal = any(
        one.key == two.key and one.version == two.version and one.value != two.value
        for one, two in pairs(events)
    )
    agree(history, "GT306", unequal)
    agree(history, "GT304", any(loses(events[:i], each) for i, each in enumerate(events)))


def loses(before: list[Apply], now: Apply) -> bool:
    """Tell whether a decision goes against the newest version that was applied before."""
    same = [e for e in before if (e.region, e.key) == (now.region, now.key) and e.applied]
    held = max((event.version for event in same), default=None)
    if held is None:
        return False
    return bool(now.version <= held if now.applied else now.version > held)


STREAMS = st.builds(
    Stream,
    region=WHERE,
    key=st.just("x"),
    version=st.integers(1, 3),
    sequence=st.integers(1, 99),
    time=st.just(0),
)
IN_ITEM = st.builds(
    Apply,
    region=WHERE,
    key=st.just("x"),
    version=st.integers(1, 3),
    origin=st.just("c"),
    applied=st.booleans(),
    time=st.just(0),
)


@QUICK
@given(st.lists(STREAMS, max_size=7))
def test_one_order_everywhere(events: list[Stream]) -> None:
    firsts: dict[tuple[str, int], int] = {}
    for moment, event in enumerate(events):
        firsts.setdefault((event.region, event.version), moment)

    def is_before(region: str, one: int, other: int) -> bool:
        both = (region, one) in firsts and (region, other) in firsts
        return both and firsts[region, one] < firsts[region, other]

    inverted = any(
        is_before("a", one, other) and is_before("b", other, one)
        for one, other in permutations(range(1, 4), 2)
    )
    agree(recorded(events), "GT402", inverted)


@QUICK
@given(st.lists(st.one_of(STREAMS, IN_ITEM), max_size=7))
def test_streams_and_what_was_applied(events: list[Any]) -> None:
    history = recorded(events)
    prefixes = [events[: length + 1] for length in range(len(events))]
    agree(history, "GT403", any(tells_of_the_stale(prefix) for prefix in prefixes))
    wrong = any(is_wrong_record(prefix[:-1], prefix[-1]) for prefix in prefixes)
    agree(history, "GT401", wrong)


def tells_of_the_stale(events: list[Any]) -> bool:
    def has(kind: str, region: str, version: int) -> bool:
        return any(
            kind_of(e) == kind and (e.region, e.version) == (region, version) for e in events
        )

    return any(
        has("told", region, version)
        and has("skipped", region, version)
        and not has("applied", region, version)
        for region in "ab"
        for version in range(1, 4)
    )


def kind_of(event: Any) -> str:
    return "told" if isinstance(event, Stream) else "applied" if event.applied else "skipped"


def is_wrong_record(before: list[Any], now: Any) -> bool:
    if not isinstance(now, Stream):
        return False
    here = [event for event in before if event.region == now.region]
    told = [event for event in here if isinstance(event, Stream)]
    applied = {event.version for event in here if kind_of(event) == "applied"}
    logs_applies = any(isinstance(event, Apply) for event in here)
    is_unfounded = logs_applies and now.version not in applied
    if any(e.version == now.version and e.sequence == now.sequence for e in told):
        return is_unfounded  # the same record, read again
    if any(event.version >= now.version for event in told):
        return True
    is_missing = any(v < now.version and v not in {e.version for e in told} for v in applied)
    return is_missing or is_unfounded


ENTRIES = st.one_of(
    st.builds(
        Append,
        position=st.integers(1, 4),
        entry=st.integers(0, 1),
        region=WHERE,
        time=st.just(0),
        regions=st.lists(WHERE, max_size=2, unique=True),
    ),
    st.builds(
        Deliver, position=st.integers(1, 4), entry=st.integers(0, 1), region=WHERE, time=st.just(0)
    ),
)


@QUICK
@given(st.lists(ENTRIES, max_size=6))
def test_rules_on_the_journal(events: list[Any]) -> None:
    history = recorded(events)
    appended = {event.position for event in events if isinstance(event, Append)}
    missing = any(p not in appended for p in range(min(appended, default=0), max(appended | {0})))
    rewritten = any(a.position == b.position and a.entry != b.entry for a, b in pairs(events))
    jumps = any(jumps_over(events[:i], event) for i, event in enumerate(events))
    agree(history, "GT501", missing or rewritten or jumps)
    early = any(is_early(events[:i], event) for i, event in enumerate(events))
    agree(history, "GT502", early)


def jumps_over(before: list[Any], now: Any) -> bool:
    given_ = [e.position for e in before if isinstance(e, Deliver) and e.region == now.region]
    return isinstance(now, Deliver) and bool(given_) and now.position > max(given_) + 1


def is_early(before: list[Any], now: Any) -> bool:
    appends = [event for event in before if isinstance(event, Append) and event.regions]
    if not isinstance(now, Deliver) or not appends:
        return False
    holders = {r for e in appends if e.position == now.position for r in e.regions}
    return now.position >= min(event.position for event in appends) and len(holders) < 2


@st.composite
def operations(draw: st.DrawFn, make: Callable[[st.DrawFn, int], dict[str, Any]]) -> History:
    history = History(["t"], "jsonl", draw(st.sampled_from(["mrsc", "async"])))
    history.clock_error = draw(st.sampled_from([0, 0, 1]))
    for line in range(1, draw(st.integers(1, 7)) + 1):
        start = draw(st.integers(0, 12))
        is_known = draw(st.integers(0, 4)) > 0
        end = start + draw(st.integers(0, 5)) if is_known else FOREVER
        fields: dict[str, Any] = {
            "session": f"s{line}",
            "region": draw(WHERE),
            "key": "x",
            "value": None,
        }
        fields |= make(draw, line)
        is_certain = is_known and fields.get("failed") is None
        place = {"start": start, "end": end, "file": 0, "line": line, "invoked": line}
        history.add(Operation(**{**fields, **place, "certain": is_certain}))
    return history


def of_versions(draw: st.DrawFn, line: int) -> dict[str, Any]:
    is_read = draw(st.booleans())
    consistency = draw(st.sampled_from(["strong", "eventual"])) if is_read else None
    version = draw(st.integers(1, 4))
    action = "read" if is_read else "write"
    return {"action": action, "version": version, "value": version, "consistency": consistency}


@QUICK
@given(operations(of_versions))
def test_strong_reads_after_eventual_reads(history: History) -> None:
    reads = [o for o in history.items["x"].operations if o.is_read and o.certain]
    stale = any(
        (one.consistency, two.consistency) == ("eventual", "strong")
        and one.end + 2 * history.clock_error < two.start
        and (history.mode == "mrsc" or one.region == two.region)
        and int(str(two.version)) < int(str(one.version))
        for one, two in permutations(reads, 2)
    )
    agree(history, "GT203", stale)


def of_values(draw: st.DrawFn, line: int) -> dict[str, Any]:
    is_read = draw(st.booleans())
    failed = None if is_read else draw(st.sampled_from([None, None, "failed", "conflict"]))
    value = draw(st.integers(0, 3)) or None
    return {"action": "read" if is_read else "write", "value": value, "failed": failed}


@QUICK
@given(operations(of_values))
def test_values_from_nowhere_and_conflicts(history: History) -> None:
    item = history.items["x"]
    reads = [o for o in item.operations if o.is_read and o.certain and o.value is not None]
    begun = {
        id(read): [
            each.failed
            for each in (*item.operations, *item.failed)
            if not each.is_read
            and each.value == read.value
            and each.start <= read.end + 2 * history.clock_error
        ]
        for read in reads
    }
    agree(history, "GT302", any(None not in writes for writes in begun.values()))
    conflicts = any("conflict" in w and None not in w for w in begun.values())
    agree(history, "GT505", conflicts)


def of_amounts(draw: st.DrawFn, line: int) -> dict[str, Any]:
    is_read = draw(st.booleans())
    value = draw(st.integers(-1, 4)) if is_read else draw(st.sampled_from([1, 1, 2, -1]))
    return {"action": "read" if is_read else "increment", "value": value}


@QUICK
@given(operations(of_amounts))
def test_additions_add_up(history: History) -> None:
    all_ = history.items["x"].operations
    added = [each for each in all_ if not each.is_read]
    margin = 2 * history.clock_error

    def sums(read: Operation) -> list[int]:
        sure = [e for e in added if e.certain and e.end + margin < read.start]
        maybe = [e for e in added if e not in sure and e.start <= read.end + margin]
        base = sum(int(str(each.value)) for each in sure)
        amounts = [int(str(each.value)) for each in maybe]
        chosen = [c for n in range(len(amounts) + 1) for c in combinations(amounts, n)]
        return [base + sum(c) for c in chosen]

    wrong = False
    for read in (each for each in all_ if each.is_read and each.certain):
        if any(each.start <= read.end + margin for each in added):
            found = sums(read)
            wrong |= not min(found) <= int(str(read.value)) <= max(found)
    agree(history, "GT601", wrong)


@st.composite
def transactions(draw: st.DrawFn) -> History:
    history = History(["t"], "jsonl", "async")
    for line in range(1, draw(st.integers(2, 6)) + 1):
        region, parts = draw(WHERE), []
        is_read = draw(st.booleans())
        for key in "xy":
            version = draw(st.integers(1, 3)) if is_read else line
            place: dict[str, Any] = {"start": 10 * line, "end": 10 * line + 5}
            place |= {"file": 0, "line": line}
            action: Any = "read" if is_read else "write"
            parts.append(
                Operation(
                    action, f"s{line}", region, key, version, **place, invoked=line, version=version
                )
            )
        for part in parts:
            part.parts = parts
            history.add(part)
    return history


@QUICK
@given(transactions())
def test_fractured_reads(history: History) -> None:
    all_ = {o.line: o.parts for item in history.items.values() for o in item.operations}.values()

    def is_torn(read: list[Operation], write: list[Operation], within: bool) -> bool:
        if not read[0].is_read or write[0].is_read or write[0].start > read[0].end:
            return False
        if (read[0].region == write[0].region) != within:
            return False
        return any(
            read[i].version == write[i].version
            and int(str(read[1 - i].version)) < int(str(write[1 - i].version))
            for i in (0, 1)
        )

    for code, within in (("GT602", True), ("GT603", False)):
        torn = any(is_torn(read, write, within) for read in all_ for write in all_)
        agree(history, code, torn)


SNAPSHOTS = st.builds(
    Snapshot,
    region=WHERE,
    key=st.just("x"),
    version=st.integers(1, 2),
    value=st.just(0),
    time=st.integers(0, 30),
)


@QUICK
@given(st.lists(SNAPSHOTS, max_size=4), operations(of_versions), st.integers(0, 8))
def test_replicas_that_are_quiet_agree(
    snapshots: list[Snapshot], history: History, quiet: int
) -> None:
    history.quiet = quiet
    history.records = [Record(event, 0, 100 + i) for i, event in enumerate(snapshots)]
    writes = [o for o in history.items["x"].operations if not o.is_read and o.certain]
    for operation in history.items["x"].operations:
        if not operation.is_read and not operation.certain:
            return
    margin = 2 * history.clock_error

    def is_quiet(event: Snapshot) -> bool:
        return all(
            write.end + quiet + margin <= event.time or write.start > event.time + margin
            for write in writes
        )

    apart = any(
        is_quiet(one)
        and is_quiet(two)
        and one.version != two.version
        and not any(one.time < w.start <= two.time + margin for w in writes)
        for one, two in pairs(sorted(snapshots, key=lambda event: event.time))
    )
    found = judged(history, "GT301")
    assert (found.verdict is Verdict.VIOLATED) == apart
