"""GT305, GT506, GT604 and GT701 to GT704 against the plainest reading of what they promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gtcheck.models.verdicts import Verdict
from gtcheck.traces.events import Append, Apply, Deliver, Fault
from gtcheck.traces.history import FOREVER, History, Operation, Record
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.judged import Line, observed
from tests.traces.test_rules_by_definition import QUICK, WHERE, agree, operations

MOMENT = st.integers(0, 16)
REGIONS = "abc"


def add_records(history: History, events: list[Any]) -> None:
    history.records += [Record(event, 0, 100 + i) for i, event in enumerate(events)]


def is_surely_before(history: History, end: int, start: int) -> bool:
    return end >= -FOREVER and end + 2 * history.clock_error < start


def end_of(fault: Fault) -> int:
    return FOREVER if fault.end is None else fault.end


@st.composite
def lasting(draw: st.DrawFn, kinds: dict[str, list[Any]]) -> Fault:
    kind: Any = draw(st.sampled_from(sorted(kinds)))
    start = draw(MOMENT)
    end = draw(st.one_of(st.none(), st.integers(start, 20)))
    return Fault(kind=kind, target=draw(st.sampled_from(kinds[kind])), start=start, end=end)


# GT305: an item reaches a region only from the region that wrote it.

CUTS: dict[str, list[Any]] = {
    "cut": [["a", "b"], ["b", "c"], {"from": "a", "to": "c"}],
    "isolate": ["a"],
}


def of_writers(draw: st.DrawFn, line: int) -> dict[str, Any]:
    return {"action": "write", "version": line, "region": draw(st.sampled_from(REGIONS))}


@QUICK
@given(operations(of_writers), st.data())
def test_no_version_comes_from_a_third_region(history: History, data: st.DataObject) -> None:
    draw = data.draw
    faults = [draw(lasting(CUTS)) for _ in range(draw(st.integers(0, 2)))]
    applies = [
        Apply(
            region=draw(st.sampled_from(REGIONS)),
            key="x",
            version=draw(st.integers(1, 4)),
            origin=draw(st.sampled_from(REGIONS)),
            applied=draw(st.integers(0, 3)) > 0,
            time=draw(MOMENT),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    add_records(history, [*faults, *applies])

    def is_within(cut: Fault, write: Operation, apply: Apply) -> bool:
        ends_later = is_surely_before(history, apply.time, end_of(cut))
        return is_surely_before(history, cut.start, write.start) and ends_later

    def parts(cut: Fault, one: str | None, other: str) -> bool:
        if isinstance(cut.target, dict):
            return (cut.target["from"], cut.target["to"]) == (one, other)
        return cut.kind == "cut" and {one, other} == set(cut.target)

    relayed = any(
        apply.origin != write.region
        or any(
            parts(fault, write.region, apply.region) and is_within(fault, write, apply)
            for fault in faults
        )
        for apply in applies
        for write in history.items["x"].operations
        if apply.applied
        and write.version == apply.version
        and write.region != apply.region
        and write.start <= apply.time + 2 * history.clock_error
    )
    agree(history, "GT305", relayed)


# GT506: a strong read gives what is before its fence in the journal, or something later.


def of_fenced_reads(draw: st.DrawFn, line: int) -> dict[str, Any]:
    consistency = draw(st.sampled_from(["strong", "strong", "eventual"]))
    version = draw(st.integers(0, 4)) or None
    return {"action": "read", "id": line, "version": version, "consistency": consistency}


@QUICK
@given(operations(of_fenced_reads), st.permutations(range(1, 7)), st.data())
def test_no_strong_read_misses_what_is_before_its_fence(
    history: History, positions: list[int], data: st.DataObject
) -> None:
    draw = data.draw
    reads = history.items["x"].operations
    fences = {
        read.id: Append(position=position, entry={"fence": read.id}, region="a", time=draw(MOMENT))
        for read, position in zip(reads, positions[:3], strict=False)
    }
    applies = [
        Apply("a", "x", position, "b", draw(st.booleans()), draw(MOMENT), position=position)
        for position in positions[3:]
    ]
    add_records(history, [*fences.values(), *applies])
    margin = 2 * history.clock_error
    missed = any(
        apply.applied
        and (apply.position or 0) < fences[read.id].position
        and int(str(read.version or 0)) < (apply.position or 0)
        for read in reads
        if read.certain and read.consistency == "strong" and read.id in fences
        if fences[read.id].time <= read.end + margin
        for apply in applies
    )
    agree(history, "GT506", missed)


# GT604: a table is not asked, and does not answer, what its mode does not have.


def of_features(draw: st.DrawFn, line: int) -> dict[str, Any]:
    return {"action": "write", "failed": draw(st.sampled_from([None, None, "failed", "conflict"]))}


@QUICK
@given(operations(of_features), st.data())
def test_no_mode_shows_what_only_the_other_has(history: History, data: st.DataObject) -> None:
    item = history.items["x"]
    all_ = [*item.operations, *item.failed]
    for operation in all_:
        operation.parts = [operation] * data.draw(
            st.integers(0, 3) if len(all_) < 3 else st.just(0)
        )
    journal: Any = data.draw(st.sampled_from([None, None, Append, Deliver]))
    if journal is not None:
        add_records(history, [journal(position=1, entry="e", region="a", time=3)])
    if history.mode == "mrsc":
        foreign = any(operation.parts and operation.certain for operation in all_)
    else:
        conflicts = any(operation.failed == "conflict" for operation in all_)
        foreign = conflicts or journal is not None
    agree(history, "GT604", foreign)


# GT701: during a fault those are served whom the mode promises it, and nobody it cannot serve.

STRUCK: dict[str, list[Any]] = {
    "cut": [["a", "b"]],
    "isolate": ["a", "b"],
    "offline": ["a", "b"],
    "crash": ["a"],
    "pause": ["a"],
}


def of_requests(draw: st.DrawFn, line: int) -> dict[str, Any]:
    is_read = draw(st.booleans())
    failed = draw(st.sampled_from([None, None, "failed", "conflict"]))
    return {
        "action": "read" if is_read else "write",
        "consistency": draw(st.sampled_from(["strong", "eventual"])) if is_read else None,
        "failed": failed,
        "id": draw(st.sampled_from(["one", "two", None])),
        "error": draw(st.sampled_from(["InternalServerError", "ThrottlingException", None])),
    }


def is_answered(operation: Operation) -> bool:
    is_mistake_of_the_client = operation.error in (None, "ThrottlingException")
    return operation.certain or operation.failed == "conflict" or is_mistake_of_the_client


def promised_by(fault: Fault, mode: str | None, operation: Operation) -> bool | None:
    """Give the table of who is served in which fault; None where nothing is said."""
    is_inside = fault.kind != "cut" and fault.target == operation.region
    if not is_inside:
        return None if fault.kind == "pause" else True
    if fault.kind == "isolate":
        return mode == "async" or operation.consistency == "eventual"
    return None if fault.kind == "pause" else False


@QUICK
@given(operations(of_requests), st.integers(0, 4), st.data())
def test_those_are_served_in_faults_who_are_promised_to_be(
    history: History, quiet: int, data: st.DataObject
) -> None:
    history.quiet = quiet
    faults = [data.draw(lasting(STRUCK)) for _ in range(data.draw(st.integers(1, 2)))]
    add_records(history, faults)
    item, margin = history.items["x"], 2 * history.clock_error
    all_ = [*item.operations, *item.failed]

    def waited_until(operation: Operation) -> int:
        return operation.end if operation.end < FOREVER else operation.start + quiet

    def lies_within(operation: Operation, fault: Fault) -> bool:
        ends_later = fault.end is None or waited_until(operation) + margin < fault.end
        return fault.start + margin < operation.start and ends_later

    def overlap(operation: Operation) -> int:
        return sum(
            f.start <= waited_until(operation) + margin and end_of(f) >= operation.start - margin
            for f in faults
        )

    def comes_later(answer: Operation, operation: Operation) -> bool:
        if operation.end >= FOREVER:
            return answer.end + margin >= operation.start
        asked = (operation.end, operation.start, operation.line)
        return (answer.end, answer.start, answer.line) > asked

    def is_made_up_for(operation: Operation) -> bool:
        return operation.id is not None and any(
            other.certain and other.id == operation.id and comes_later(other, operation)
            for other in all_
        )

    def is_broken(operation: Operation, fault: Fault) -> bool:
        promised = promised_by(fault, history.mode, operation)
        if not lies_within(operation, fault) or promised is None:
            return False
        if not promised:
            return operation.certain
        is_unanswered = operation.end >= FOREVER
        is_refused = not is_unanswered and not is_answered(operation)
        return (is_unanswered or is_refused) and overlap(operation) == 1

    suspects = [o for o in all_ for fault in faults if is_broken(o, fault)]
    served = [o for o in suspects if o.certain]
    lasting_suspects = [o for o in suspects if not o.certain and not is_made_up_for(o)]
    agree(history, "GT701", bool(served or lasting_suspects))


# GT702: a strong read appends a fence, so it takes about as long as a write.


def of_durations(draw: st.DrawFn, line: int) -> dict[str, Any]:
    is_read = draw(st.booleans())
    consistency = draw(st.sampled_from(["strong", "strong", "eventual"])) if is_read else None
    identifier = draw(st.sampled_from([line, line, None]))
    return {"action": "read" if is_read else "write", "consistency": consistency, "id": identifier}


@QUICK
@given(operations(of_durations), st.data())
def test_no_strong_read_is_cheaper_than_writes(history: History, data: st.DataObject) -> None:
    all_ = [operation for operation in history.items["x"].operations if operation.certain]
    reads = [each for each in all_ if each.consistency == "strong"]
    margin = 2 * history.clock_error
    fences: dict[Any, int] = {
        read.id: read.start + data.draw(st.integers(-3, 8))
        for read in reads
        if read.id is not None and data.draw(st.booleans())
    }
    appends = [Append(i, read, "a", time) for i, (read, time) in enumerate(fences.items())]
    add_records(history, appends)

    def took(operation: Operation) -> int:
        return operation.end - operation.start

    def is_fenced(read: Operation) -> bool:
        time = fences.get(read.id)
        return time is not None and read.start - margin <= time <= read.end + margin

    unfenced = bool(fences) and any(r.id is not None and not is_fenced(r) for r in reads)
    too_fast = any(
        len(writes) > 1 and all(2 * took(read) < took(write) for write in writes)
        for read in reads
        for writes in [[w for w in all_ if not w.is_read and w.region == read.region]]
    )
    agree(history, "GT702", unfenced or too_fast)


# GT703: no acknowledged write is lost in a fault of its region.

DISASTERS: dict[str, list[Any]] = {"isolate": ["a", "b"], "offline": ["a", "b"], "crash": ["a"]}


@QUICK
@given(operations(of_writers), st.integers(0, 4), st.data())
def test_no_acknowledged_write_is_lost_in_a_disaster(
    history: History, quiet: int, data: st.DataObject
) -> None:
    draw = data.draw
    history.quiet = quiet
    faults = [draw(lasting(DISASTERS)) for _ in range(draw(st.integers(1, 2)))]
    applies = [
        Apply(draw(WHERE), "x", draw(st.integers(1, 4)), "c", True, draw(st.integers(0, 24)))
        for _ in range(draw(st.integers(0, 5)))
    ]
    add_records(history, [*faults, *applies])

    def is_lost(write: Operation, fault: Fault) -> bool:
        elsewhere = [a for a in applies if a.region != fault.target]
        ending = end_of(fault)
        has_others = any(
            a.version == write.version
            and not is_surely_before(history, a.time, write.start)
            and not is_surely_before(history, ending, a.time)
            for a in elsewhere
        )
        others_live = any(
            is_surely_before(history, fault.start + quiet, a.time) and a.time <= ending
            for a in elsewhere
        )
        was_acknowledged = is_surely_before(history, write.end, fault.start)
        is_there = write.region == fault.target and write.certain
        return is_there and was_acknowledged and others_live and not has_others

    writes = history.items["x"].operations
    lost = any(is_lost(write, fault) for write in writes for fault in faults)
    agree(history, "GT703", lost and history.mode == "mrsc")


# GT704: a region that holds the data but serves nobody.


@QUICK
@given(operations(of_requests), st.lists(st.sampled_from("abcd"), max_size=3, unique=True))
def test_a_region_that_serves_nobody_is_a_standby(history: History, regions: list[str]) -> None:
    history.regions = regions
    add_records(history, [Apply("c", "x", 1, "a", True, 5)])
    served = {operation.region for operation in history.items["x"].operations if operation.certain}
    idle = ({*regions, "c"} - served) if served else set()
    agree(history, "GT704", bool(idle) and len({*regions, "c", *served}) > 1)


def test_a_write_that_was_applied_elsewhere_before_its_answer_is_not_lost(tmp_path: Path) -> None:
    who: Line = {"session": "s", "region": "a", "key": "x", "outcome": "ok"}
    write = {"type": "op", "op": "write", **who, "version": 1, "start": 0, "end": 100}
    apply = {"type": "apply", "region": "b", "key": "x", "version": 1, "origin": "a"}
    lines: list[Line] = [
        {"gtcheck": 1, "mode": "mrsc", "quiet_us": 10},
        write,
        {**apply, "applied": True, "time": 50},
        {"type": "fault", "kind": "isolate", "target": "a", "start": 200, "end": 400},
        {**apply, "key": "y", "applied": True, "time": 300},
    ]
    assert observed(tmp_path / "t", lines, "GT703").verdict is Verdict.HOLDS
    del lines[2]
    assert observed(tmp_path / "t", lines, "GT703").verdict is Verdict.VIOLATED


def test_who_still_waits_when_another_fault_begins_is_not_judged(tmp_path: Path) -> None:
    write = {"type": "op", "op": "write", "session": "s", "region": "c", "key": "x", "id": 0}
    lines: list[Line] = [
        {"gtcheck": 1, "mode": "mrsc", "quiet_us": 10},
        {"type": "fault", "kind": "cut", "target": ["a", "b"], "start": 0, "end": 100},
        {**write, "start": 5, "end": None},
        {"type": "fault", "kind": "offline", "target": "c", "start": 8, "end": 90},
    ]
    assert observed(tmp_path / "t", lines, "GT701").verdict is Verdict.HOLDS
    del lines[3]
    assert observed(tmp_path / "t", lines, "GT701").verdict is Verdict.VIOLATED
    lines.append({**write, "attempt": 2, "start": 20, "end": 25, "outcome": "ok"})
    assert observed(tmp_path / "t", lines, "GT701").verdict is Verdict.HOLDS
