"""A few events of a trace as a drawing: a lane for each client and region, time from left to right.

Moments are in their order, not to scale: each stands as far to the right as the words before it
need.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Bar:
    """What is drawn of one event: where, what, and from when to when; None is for ever."""

    lane: str
    text: str
    start: int
    end: int | None
    is_point: bool

    @property
    def width(self) -> int:
        """Give how many columns it takes."""
        return len(self.text) + (2 if self.is_point else 6)


def timeline_text(events: Sequence[Event]) -> str:
    """Draw events; lines without a `type` are left out.

    >>> print(timeline_text([{"type": "stream", "region": "east", "key": "x", "version": 7,
    ...     "sequence": 1, "time": 5}]))
    stream of east  ● x v7
    """
    bars = sorted((_bar(each) for each in events if "type" in each), key=lambda bar: bar.start)
    columns = _columns(bars)
    lanes = list(dict.fromkeys(bar.lane for bar in bars))
    margin = max(map(len, lanes), default=0)
    last = max((columns[bar.start] + bar.width for bar in bars), default=0)
    return "\n".join(_lane(lane, margin, bars, columns, last) for lane in lanes)


def _bar(event: Event) -> _Bar:
    kind, region = event["type"], event.get("region")
    if kind == "op":
        who = f"{event['session']}" if region is None else f"{event['session']} in {region}"
        return _Bar(who, _operation(event), event["start"], event["end"], False)
    if kind == "fault":
        target = event["target"]
        struck = " - ".join(target) if isinstance(target, list) else str(target)
        return _Bar("fault", f"{event['kind']} {struck}", event["start"], event["end"], False)
    named = f"{event.get('key')} v{_version(event.get('version'))}"
    texts = {
        "apply": f"{'applies' if event.get('applied') else 'skips'} {named}",
        "snapshot": f"holds {named} {json.dumps(event.get('value'))}",
        "stream": named,
        "deliver": f"is given {event.get('position')}",
        "append": f"{event.get('position')}: {_plain(event.get('entry'))}",
    }
    lanes = {"append": "journal", "stream": f"stream of {region}"}
    return _Bar(lanes.get(kind, str(region)), texts[kind], event["time"], event["time"], True)


def _operation(event: Event) -> str:
    if event["op"] == "transaction":
        return ", ".join(_operation(part) for part in event["items"])
    consistency = {"eventual": " eventually"}.get(event.get("consistency", ""), "")
    value = f" {json.dumps(event['value'])}" if "value" in event else ""
    version = f" v{_version(event['version'])}" if "version" in event else ""
    outcome = "" if event.get("outcome", "ok") == "ok" else f" ({event['outcome']})"
    joiner = " =" if event["op"] == "read" else ""
    return f"{event['op']}{consistency} {event['key']}{joiner}{value}{version}{outcome}"


def _version(version: Any) -> str:
    return str(version[0]) if isinstance(version, list) and version else str(version)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _columns(bars: Sequence[_Bar]) -> dict[int, int]:
    """Give each moment a column, so far to the right that all before it has its place."""
    moments = sorted(
        {moment for bar in bars for moment in (bar.start, bar.end) if moment is not None}
    )
    columns: dict[int, int] = {}
    taken: dict[str, int] = {}
    previous = -2
    for moment in moments:
        ended = [columns[bar.start] + bar.width for bar in bars if bar.end == moment > bar.start]
        free = [taken.get(bar.lane, 0) for bar in bars if bar.start == moment]
        columns[moment] = previous = max([previous + 2, *ended, *free])
        for bar in bars:
            if bar.start == moment or bar.end == moment:
                width = bar.width if bar.start == moment else 0
                taken[bar.lane] = max(taken.get(bar.lane, 0), columns[moment] + width + 2)
    return columns


def _lane(
    lane: str, margin: int, bars: Sequence[_Bar], columns: Mapping[int, int], last: int
) -> str:
    drawn = ""
    for bar in bars:
        if bar.lane != lane:
            continue
        start = columns[bar.start]
        drawn = drawn.ljust(start)
        if bar.is_point:
            drawn += f"● {bar.text}"
            continue
        end = last if bar.end is None else columns[bar.end]
        body = f"├─ {bar.text} ".ljust(max(end - start - 1, 0), "─")
        drawn += body + ("┄" if bar.end is None else "─┤")
    return f"{lane:<{margin}}  {drawn}".rstrip()
