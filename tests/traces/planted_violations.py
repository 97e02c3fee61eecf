"""One violation of one rule, in the middle of a run that is otherwise good."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

from tests.traces.simulated_runs import REGIONS, Line, async_run, mrsc_run, started

RUNS = {"mrsc": mrsc_run, "async": async_run}
BOTH = ("mrsc", "async")


class Plant:
    """A good run, of which one place is to be spoilt."""

    def __init__(self, mode: str, operations: int, seed: int) -> None:
        self.mode = mode
        self.random = Random(seed)
        self.header, *self.lines = RUNS[mode](operations, seed)
        self.values: defaultdict[str, list[tuple[Any, Any]]] = defaultdict(list)
        """The versions of each item with their values, in order."""
        for event in self.events("apply", applied=True):
            self.values[event["key"]].append((event["version"], event["value"]))
        for known in self.values.values():
            known.sort(key=lambda each: each[0])

    def events(self, kind: str, **having: Any) -> Iterator[Line]:
        for line in self.lines:
            if line["type"] == kind and all(line.get(k) == v for k, v in having.items()):
                yield line

    def reads(self, consistency: str | None = None) -> Iterator[Line]:
        for line in self.events("op", op="read", outcome="ok"):
            if consistency in (None, line["consistency"]) and "version" in line:
                yield line

    def writes(self) -> Iterator[Line]:
        yield from self.events("op", op="write", outcome="ok")

    def one_of(self, found: Iterable[Any]) -> Any:
        """Choose one from the middle of a run."""
        all_ = list(found)
        assert all_, "the run is too short to hold such a place"
        quarter = len(all_) // 4
        return self.random.choice(all_[quarter : len(all_) - quarter])

    def has_older(self, key: str, version: Any) -> bool:
        return bisect_left(self.values[key], version, key=lambda each: each[0]) > 0

    def make_older(self, read: Line, version: Any) -> None:
        """Let a read, or a snapshot, give what was there just before a version."""
        known = self.values[read["key"]]
        at = bisect_left(known, version, key=lambda each: each[0]) - 1
        read["version"], read["value"] = known[at]

    def after(
        self, earlier: Iterable[Line], later: Iterable[Line], by: Callable[[Line], Any]
    ) -> Iterator[tuple[Line, Line]]:
        """Give pairs of a later line and the last earlier one that had ended before it."""
        last: defaultdict[Any, list[Line]] = defaultdict(list)
        for line in sorted(earlier, key=lambda each: each["end"]):
            last[by(line)].append(line)
        for line in later:
            before = last[by(line)]
            at = bisect_left(before, line["start"], key=lambda each: int(each["end"]))
            if at and before[at - 1] is not line:
                yield before[at - 1], line

    def add(self, *lines: Line) -> None:
        self.lines = sorted([*self.lines, *lines], key=started)

    def remove(self, line: Line) -> None:
        self.lines = [each for each in self.lines if each is not line]


def of_session(line: Line) -> Any:
    return line["session"], line["key"]


def of_region(line: Line) -> Any:
    return line["region"], line["key"]


def of_item(line: Line) -> Any:
    return line["key"]


def swap(one: Line, other: Line, *names: str) -> None:
    for name in names:
        one[name], other[name] = other[name], one[name]


def _older_read(
    plant: Plant, earlier: Iterable[Line], later: Iterable[Line], by: Callable[[Line], Any]
) -> None:
    pairs = plant.after(earlier, later, by)
    usable = (pair for pair in pairs if plant.has_older(pair[0]["key"], pair[0]["version"]))
    before, read = plant.one_of(usable)
    plant.make_older(read, before["version"])


def _monotonic_reads(plant: Plant) -> None:
    _older_read(plant, plant.reads("eventual"), plant.reads("eventual"), of_session)


def _read_your_writes(plant: Plant) -> None:
    _older_read(plant, plant.writes(), plant.reads(), of_session)


def _monotonic_writes(plant: Plant) -> None:
    one, other = plant.one_of(plant.after(plant.writes(), plant.writes(), of_session))
    swap(one, other, "version", "value")


def _writes_follow_reads(plant: Plant) -> None:
    read, write = plant.one_of(plant.after(plant.reads(), plant.writes(), of_session))
    write["version"] = deepcopy(read["version"])


def _linearizable(plant: Plant) -> None:
    _older_read(plant, plant.writes(), plant.reads("strong"), of_item)


def _linearizable_in_region(plant: Plant) -> None:
    _older_read(plant, plant.writes(), plant.reads("strong"), of_region)


def _strong_after_eventual(plant: Plant) -> None:
    _older_read(plant, plant.reads("eventual"), plant.reads("strong"), of_region)


def _one_order_of_all(plant: Plant) -> None:
    """Let two clients write an item each, and then read the other's old value."""
    plant.header["clock_error_us"] = 60
    start = plant.one_of(plant.writes())["end"]
    for (region, own, other), late in zip(
        ((REGIONS[0], "p", "q"), (REGIONS[1], "q", "p")), (0, 9), strict=True
    ):
        who = {"type": "op", "session": f"planted-{own}", "region": region, "outcome": "ok"}
        write = {"op": "write", "key": own, "value": 2, "version": 2}
        read = {"op": "read", "key": other, "value": 1, "version": 1, "consistency": "strong"}
        for line, at in ((write, start + late), (read, start + late + 20)):
            plant.add({**who, **line, "start": at, "end": at + 15})


def _replicas_converge(plant: Plant) -> None:
    unknown = [line.get("version") for line in plant.events("op", outcome="unknown")]
    held = (each for each in plant.events("snapshot") if each["version"] not in unknown)
    snapshot = plant.one_of(held)
    plant.make_older(snapshot, snapshot["version"])


def _value_from_nowhere(plant: Plant) -> None:
    read = plant.one_of(read for read in plant.reads() if read["key"] != "n")
    read["value"] = "from nowhere"


def _in_turn(plant: Plant, kind: str, by: Callable[[Line], Any]) -> Iterator[tuple[Line, Line]]:
    last: dict[Any, Line] = {}
    for line in plant.events(kind):
        if line.get("applied", True):
            if by(line) in last:
                yield last[by(line)], line
            last[by(line)] = line


def _applied_in_order(plant: Plant) -> None:
    one, other = plant.one_of(_in_turn(plant, "apply", of_region))
    swap(one, other, "version", "value", *["position"] * ("position" in one))


def _last_writer_wins(plant: Plant) -> None:
    plant.one_of(plant.events("apply", applied=False))["applied"] = True


def _no_relay(plant: Plant) -> None:
    apply = plant.one_of(plant.events("apply", applied=True))
    apply["origin"] = next(r for r in REGIONS if r not in (apply["origin"], apply["region"]))


def _equal_versions(plant: Plant) -> None:
    plant.one_of(plant.events("apply", applied=True))["value"] = "another value"


def _stream_is_what_applied(plant: Plant) -> None:
    plant.remove(plant.one_of(one for one, _ in _in_turn(plant, "stream", of_region)))


def _same_order_everywhere(plant: Plant) -> None:
    swap(*plant.one_of(_in_turn(plant, "stream", of_region)), "version")


def _record_of_the_stale(plant: Plant) -> None:
    skipped = plant.one_of(plant.events("apply", applied=False))
    told = {name: skipped[name] for name in ("region", "key", "version")}
    plant.add({"type": "stream", **told, "sequence": 1 << 40, "time": skipped["time"] + 1})


def _append_only(plant: Plant) -> None:
    plant.remove(plant.one_of(plant.events("append")))


def _durable_first(plant: Plant) -> None:
    append = plant.one_of(plant.events("append"))
    del append["regions"][1:]


def _journal_order(plant: Plant) -> None:
    turns = _in_turn(plant, "apply", lambda line: line["region"])
    one, other = plant.one_of(pair for pair in turns if pair[0]["key"] != pair[1]["key"])
    swap(one, other, "position", "key", "version", "value")


def _applied_once(plant: Plant) -> None:
    apply = plant.one_of(plant.events("apply", applied=True))
    plant.add({**apply, "time": apply["time"] + 5})


def _conflict_has_no_effect(plant: Plant) -> None:
    conflicts = plant.events("op", outcome="conflict", op="write")
    conflict, read = plant.one_of(plant.after(conflicts, plant.reads(), of_item))
    read["value"] = conflict["value"]
    del read["version"]


def _fence_sees_all(plant: Plant) -> None:
    reads = (r for r in plant.reads("strong") if plant.has_older(r["key"], r["version"]))
    read = plant.one_of(reads)
    plant.make_older(read, read["version"])


def _lost_update(plant: Plant) -> None:
    added = plant.events("op", op="increment", outcome="ok")
    reads = (read for read in plant.reads("strong") if read["key"] == "n")
    plant.one_of(plant.after(added, reads, of_item))[1]["value"] -= 20


def _transaction(plant: Plant, region: str, parts: list[Line], start: int) -> None:
    who = {"id": "planted", "session": "planted", "region": region, "op": "transaction"}
    when = {"start": start, "end": start + 9, "outcome": "ok"}
    plant.add({"type": "op", **who, "items": parts, **when})


def _torn(plant: Plant, region: Callable[[Line], str]) -> None:
    written = (
        line
        for line in plant.events("op", op="transaction", outcome="ok")
        if all(part["op"] == "write" for part in line["items"])
        and all(plant.has_older(part["key"], part["version"]) for part in line["items"])
    )
    line = plant.one_of(written)
    one, other = ({**part, "op": "read"} for part in deepcopy(line["items"]))
    plant.make_older(other, other["version"])
    _transaction(plant, region(line), [one, other], line["end"] + 20)


def _torn_in_region(plant: Plant) -> None:
    _torn(plant, lambda line: str(line["region"]))


def _torn_elsewhere(plant: Plant) -> None:
    _torn(plant, lambda line: next(each for each in REGIONS if each != line["region"]))


def _foreign_feature(plant: Plant) -> None:
    if plant.mode == "async":
        plant.one_of(plant.writes())["outcome"] = "conflict"
    else:
        read = plant.one_of(plant.reads())
        parts = [{name: read[name] for name in ("op", "key", "value", "version")}]
        _transaction(plant, read["region"], parts, read["end"] + 20)


def _not_served(plant: Plant) -> None:
    cut = next(fault for fault in plant.events("fault") if fault["kind"] == "cut")
    during = (w for w in plant.writes() if cut["start"] < w["start"] and w["end"] < cut["end"])
    write = plant.one_of(during)
    write |= {"outcome": "failed", "error": "InternalServerError"}


def _cheap_strong_read(plant: Plant) -> None:
    fences = {
        append["entry"]["fence"]: append
        for append in plant.events("append")
        if isinstance(append["entry"], dict)
    }
    read = plant.one_of(read for read in plant.reads("strong") if read["id"] in fences)
    plant.remove(fences[read["id"]])


def _lost_in_disaster(plant: Plant) -> None:
    write = plant.one_of(plant.writes())
    for apply in [*plant.events("apply", key=write["key"], version=write["version"])]:
        if apply["region"] != write["region"]:
            plant.remove(apply)
    fault = {"type": "fault", "kind": "offline", "target": write["region"]}
    plant.add({**fault, "start": write["end"] + 25, "end": None})


def _standby(plant: Plant) -> None:
    apply = plant.one_of(plant.events("apply", applied=True))
    plant.add({**apply, "region": "eu-west-1", "time": apply["time"] + 5})


Spoil: TypeAlias = Callable[[Plant], None]
PLANTS: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "GT101": (_monotonic_reads, BOTH),
    "GT102": (_read_your_writes, BOTH),
    "GT103": (_monotonic_writes, BOTH),
    "GT104": (_writes_follow_reads, BOTH),
    "GT201": (_linearizable, ("mrsc",)),
    "GT202": (_linearizable_in_region, ("async",)),
    "GT203": (_strong_after_eventual, BOTH),
    "GT204": (_one_order_of_all, ("mrsc",)),
    "GT301": (_replicas_converge, BOTH),
    "GT302": (_value_from_nowhere, BOTH),
    "GT303": (_applied_in_order, BOTH),
    "GT304": (_last_writer_wins, ("async",)),
    "GT305": (_no_relay, ("async",)),
    "GT306": (_equal_versions, BOTH),
    "GT401": (_stream_is_what_applied, BOTH),
    "GT402": (_same_order_everywhere, ("mrsc",)),
    "GT403": (_record_of_the_stale, BOTH),
    "GT501": (_append_only, ("mrsc",)),
    "GT502": (_durable_first, ("mrsc",)),
    "GT503": (_journal_order, ("mrsc",)),
    "GT504": (_applied_once, ("mrsc",)),
    "GT505": (_conflict_has_no_effect, ("mrsc",)),
    "GT506": (_fence_sees_all, ("mrsc",)),
    "GT601": (_lost_update, ("mrsc",)),
    "GT602": (_torn_in_region, ("async",)),
    "GT603": (_torn_elsewhere, ("async",)),
    "GT604": (_foreign_feature, BOTH),
    "GT701": (_not_served, BOTH),
    "GT702": (_cheap_strong_read, ("mrsc",)),
    "GT703": (_lost_in_disaster, ("mrsc",)),
    "GT704": (_standby, BOTH),
}
"""How each rule is broken in one place, and in the runs of which modes."""


def planted(code: str, mode: str, operations: int, seed: int) -> list[Line]:
    """Give a run of so many operations with one violation of a rule, whose choice `seed` makes."""
    plant = Plant(mode, operations, seed)
    PLANTS[code][0](plant)
    return [plant.header, *plant.lines]
