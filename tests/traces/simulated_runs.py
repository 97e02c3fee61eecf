"""Runs of both modes that keep every promise, as the lines of a trace."""

from __future__ import annotations

from bisect import bisect_left
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

Line = dict[str, Any]
REGIONS = ("us-east-1", "us-east-2", "us-west-2")
KEYS = ("a", "b", "c", "n")
QUIET = 5_000


def started(line: Line) -> int:
    return int(line["start"] if "start" in line else line.get("time", -1))


def header(mode: str) -> Line:
    return {"gtcheck": 1, "mode": mode, "regions": list(REGIONS), "quiet_us": QUIET}


class _Run:
    """What both modes share: clients that take turns, and copies with what they held when."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.lines: list[Line] = []
        self.free = {f"{region}/{n}": 1_000 for region in REGIONS for n in range(3)}
        self.numbers = count(1)
        self.held: dict[tuple[str, str], list[tuple[int, Any, Any]]] = {}
        self.faults = [
            self.told(type="fault", kind="cut", target=[*REGIONS[:2]], start=1_500, end=3_500),
            self.told(type="fault", kind="offline", target=REGIONS[2], start=4_000, end=5_000),
            self.told(type="fault", kind="isolate", target=REGIONS[0], start=5_500, end=6_500),
        ]

    def struck(self, region: str, moment: int) -> Line | None:
        """Give the fault that strikes a region at a moment, or soon."""
        for fault in self.faults[1:]:
            if fault["target"] == region and fault["start"] - 100 <= moment <= fault["end"]:
                return fault
        return None

    def refused(self, session: str, start: int) -> None:
        """Let a request meet an error of the store, or no answer at all."""
        kind = self.random.choice(["write", "read"])
        line: Line = {"op": kind, "key": self.random.choice(KEYS[:3]), "consistency": "strong"}
        line |= {"value": f"refused-{start}"} if kind == "write" else {}
        if self.random.random() < 0.5:
            self.operation(session, start, None, **line)
        else:
            error = {"outcome": "failed", "error": "InternalServerError"}
            self.operation(session, start, start + 30, **line, **error)

    def told(self, **line: Any) -> Line:
        self.lines.append(line)
        return line

    def operation(self, session: str, start: int, end: int | None, **line: Any) -> Line:
        region = session.split("/")[0]
        self.free[session] = (end or start + 400) + self.random.randint(1, 60)
        number = next(self.numbers)
        line = {"id": f"op-{number}", "session": session, "region": region, **line}
        return self.told(type="op", **line, start=start, end=end)

    def put(self, region: str, key: str, time: int, version: Any, value: Any) -> None:
        self.held.setdefault((region, key), []).append((time, version, value))

    def at(self, region: str, key: str, time: int) -> tuple[Any, Any]:
        held = self.held.get((region, key), [])
        at = bisect_left(held, time, key=lambda each: each[0])
        return held[at - 1][1:] if at else (None, None)

    def snapshots(self) -> None:
        last = max(line.get("end") or started(line) for line in self.lines)
        for region, key in sorted(self.held):
            version, value = self.at(region, key, last + QUIET)
            time = last + 2 * QUIET
            self.told(
                type="snapshot", region=region, key=key, version=version, value=value, time=time
            )

    def finished(self, mode: str) -> list[Line]:
        self.snapshots()
        return [header(mode), *sorted(self.lines, key=started)]


def mrsc_run(operations: int, seed: int) -> list[Line]:
    """Give a run with a journal, fences, conflicts and retries, unknown outcomes, and faults."""
    run = _MrscRun(seed)
    for _ in range(operations):
        run.step()
    return run.finished("mrsc")


class _MrscRun(_Run):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.position = 0
        self.appended = 0
        self.applied_at = dict.fromkeys(REGIONS, 0)
        self.counted = 0
        self.stored: dict[str, Any] = {}

    def step(self) -> None:
        session = min(self.free, key=lambda each: (self.free[each], each))
        start, random = self.free[session], self.random
        key = random.choice(KEYS)
        kind = random.choice(["write", "write", "strong", "eventual", "conflict", "unknown"])
        region = session.split("/")[0]
        fault = self.struck(region, start)
        if fault is not None and (kind != "eventual" or fault["kind"] == "offline"):
            self.refused(session, start)
        elif kind == "eventual":
            self.read(session, key, start, start + random.randint(5, 20), "eventual")
        elif kind == "strong":
            end = self.append(region, start, {"fence": f"op-{self.upcoming}"}) + 1
            self.read(session, key, start, end, "strong")
        else:
            self.write(session, key, start, kind)

    @property
    def upcoming(self) -> int:
        number = next(self.numbers)
        self.numbers = count(number)
        return number

    def append(self, region: str, start: int, entry: Any, change: Line | None = None) -> int:
        """Append an entry, let every region apply it, and say when its own had."""
        self.position += 1
        time = self.appended = max(self.appended + 1, start + self.random.randint(40, 60))
        others = [each for each in REGIONS if each != region]
        holders = [region, next(each for each in others if not self.struck(each, time))]
        at = {"position": self.position, "entry": entry}
        self.told(type="append", **at, region=region, time=time, regions=holders)
        for each in REGIONS:
            delay = 2 if each == region else self.random.randint(20, 300)
            when, fault = time + delay, self.struck(each, time + delay)
            if fault is not None:
                when = fault["end"] + delay
            when = self.applied_at[each] = max(self.applied_at[each] + 3, when)
            self.told(type="deliver", **at, region=each, time=when)
            if change is not None:
                self.apply(each, region, when + 1, change)
        return self.applied_at[region] + 2

    def apply(self, region: str, origin: str, time: int, change: Line) -> None:
        key, applied = change["key"], change["applied"]
        told = {"region": region, "key": key, "version": self.position}
        more = {"position": self.position, "value": change["value"]}
        self.told(type="apply", **told, origin=origin, applied=applied, time=time, **more)
        if applied:
            self.put(region, key, time, self.position, change["value"])
            self.told(type="stream", **told, sequence=self.position, time=time + 1)

    def write(self, session: str, key: str, start: int, kind: str) -> None:
        region = session.split("/")[0]
        is_counter = key == "n"
        if is_counter and kind == "unknown":
            kind = "write"
        applied = kind == "write" or (kind == "unknown" and self.random.random() < 0.5)
        self.counted += is_counter and applied
        value = self.counted if is_counter else f"v{self.position + 1}"
        change = {"key": key, "value": value, "applied": applied}
        replaced = self.stored.get(key)
        if applied:
            self.stored[key] = value
        end = self.append(region, start, f"{key}={value}", change)
        given = 1 if is_counter else value
        op: Line = {"op": "increment" if is_counter else "write", "key": key, "value": given}
        if key == "c" and kind != "conflict":
            op["expected"] = replaced
        if kind == "conflict":
            line = self.operation(session, start, end, **op, outcome="conflict", attempt=1)
            return self.retry(session, key, line)
        if kind == "unknown":
            self.operation(session, start, None, **op, version=self.position, outcome="unknown")
        else:
            self.operation(session, start, end, **op, version=self.position, outcome="ok")
        return None

    def retry(self, session: str, key: str, failed: Line) -> None:
        if self.struck(session.split("/")[0], self.free[session]) is None:
            self.write(session, key, self.free[session], "write")
            self.lines[-1] |= {"id": failed["id"], "attempt": 2}

    def read(self, session: str, key: str, start: int, end: int, consistency: str) -> None:
        moment = start + 2 if consistency == "eventual" else end - 1
        version, value = self.at(session.split("/")[0], key, moment)
        more = {} if version is None else {"version": version}
        kind = {"op": "read", "key": key, "consistency": consistency, "value": value}
        self.operation(session, start, end, **kind, **more, outcome="ok")


def async_run(operations: int, seed: int) -> list[Line]:
    """Give a run of replicated tables: the last writer wins, transactions, and faults."""
    run = _AsyncRun(seed)
    for _ in range(operations):
        run.step()
    run.replicate(1 << 60)
    return run.finished("async")


class _AsyncRun(_Run):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.arriving: list[tuple[int, int, str, str, Any, Any]] = []
        self.links: dict[tuple[str, str], int] = {}
        self.time = 0
        self.sequence = count(1)

    def step(self) -> None:
        session = min(self.free, key=lambda each: (self.free[each], each))
        start, random = self.free[session], self.random
        self.replicate(start + 5)
        region, end = session.split("/")[0], start + random.randint(6, 20)
        kind = random.choice(["write", "write", "strong", "eventual", "transaction"])
        fault = self.struck(region, start)
        if fault is not None and fault["kind"] == "offline":
            self.refused(session, start)
        elif kind == "transaction":
            parts = [self.part(region, key, start) for key in random.sample(KEYS[:3], 2)]
            self.operation(session, start, end, op="transaction", items=parts, outcome="ok")
        elif kind == "write":
            part = self.part(region, random.choice(KEYS), start, reads=False)
            self.operation(session, start, end, **part, outcome="ok")
        else:
            key = random.choice(KEYS)
            version, value = self.at(region, key, start + 5)
            more = {} if version is None else {"version": version}
            read = {"op": "read", "key": key, "consistency": kind, "value": value}
            self.operation(session, start, end, **read, **more, outcome="ok")

    def part(self, region: str, key: str, start: int, *, reads: bool = True) -> Line:
        if reads and self.random.random() < 0.5:
            version, value = self.at(region, key, start + 5)
            more = {} if version is None else {"version": version}
            return {"op": "read", "key": key, "value": value, **more}
        self.time = max(self.time + 1, start + 4)
        version, value = [self.time, region], f"{key}@{self.time}"
        self.put(region, key, start + 4, version, value)
        stream = {"region": region, "key": key, "version": version}
        self.told(type="stream", **stream, sequence=next(self.sequence), time=start + 5)
        for other in REGIONS:
            if other != region:
                self.send(region, other, key, version, value)
        return {"op": "write", "key": key, "value": value, "version": version}

    def send(self, here: str, there: str, key: str, version: Any, value: Any) -> None:
        when = max(self.links.get((here, there), 0) + 1, self.time + self.random.randint(20, 400))
        if {here, there} == {*REGIONS[:2]} and 1_500 <= when <= 3_500:
            when = 3_501 + when % 2_000
        for each in (here, there):
            fault = self.struck(each, when)
            when = when if fault is None else fault["end"] + 1 + when % 400
        self.links[here, there] = when
        heappush(self.arriving, (when, next(self.numbers), there, key, version, value))

    def replicate(self, until: int) -> None:
        while self.arriving and self.arriving[0][0] < until:
            time, _, region, key, version, value = heappop(self.arriving)
            held = self.held.get((region, key), [])
            applied = not held or version > held[-1][1]
            told = {"region": region, "key": key, "version": version}
            more = {"origin": version[1], "applied": applied, "value": value}
            self.told(type="apply", **told, **more, time=time)
            if applied:
                self.put(region, key, time, version, value)
                sequence = next(self.sequence)
                self.told(type="stream", **told, sequence=sequence, time=time + 1)
