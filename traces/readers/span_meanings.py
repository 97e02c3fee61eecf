"""What a span of OpenTelemetry means in a trace: by `gtcheck.*`, else by `db.*` and `aws.*`.

Names of attributes are those of the semantic conventions for databases
(https://opentelemetry.io/docs/specs/semconv/database/), the present and the former ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Attributes: TypeAlias = dict[str, Any]

_OPERATIONS: Mapping[str, str] = {
    "getitem": "read",
    "get": "read",
    "select": "read",
    "read": "read",
    "putitem": "write",
    "put": "write",
    "set": "write",
    "insert": "write",
    "write": "write",
    "updateitem": "update",
    "update": "update",
    "deleteitem": "delete",
    "delete": "delete",
    "del": "delete",
    "increment": "increment",
    "incr": "increment",
}
_NO_EFFECT = ("conditionalcheckfailed", "validation", "throttl", "provisionedthroughput", "denied")
_CONFLICT = "writeconflict"
_OF_RUN = ("mode", "regions", "clock_error_us", "quiet_us", "initial")
_OURS = "gtcheck."


def attributes_of(given: list[dict[str, Any]]) -> Attributes:
    """Give the attributes of a list of OTLP by their names; raises where it is no such list.

    >>> attributes_of([{"key": "gtcheck.version", "value": {"intValue": "7"}}])
    {'gtcheck.version': 7}
    """
    return {str(each["key"]): _value(each["value"]) for each in given}


def _value(given: dict[str, Any]) -> Any:
    if not given:
        return None
    [(kind, value)] = given.items()
    match kind:
        case "intValue":
            return int(value)
        case "doubleValue":
            return float(value)
        case "arrayValue":
            return [_value(each) for each in value.get("values", [])]
        case "kvlistValue":
            return attributes_of(value.get("values", []))
        case "stringValue" | "boolValue" | "bytesValue":
            return value
    raise ValueError(kind)


def header_of(attributes: Attributes) -> dict[str, Any]:
    """Give what a resource says of the whole run, as the first line of a trace has it."""
    return {name: attributes[_OURS + name] for name in _OF_RUN if _OURS + name in attributes}


def span_meaning(span: dict[str, Any], attributes: Attributes) -> dict[str, Any] | None:
    """Give the line of a trace that a span stands for; None where it is no operation."""
    ours = _ours(attributes)
    if ours.get("type", "op") != "op":
        return _record(ours, _micros(span.get("startTimeUnixNano")))
    name = _first(attributes, "db.operation.name", "db.operation", "rpc.method")
    kind = ours.get("op") or _OPERATIONS.get(str(name).lower())
    key = _key(attributes)
    if kind is None or (key is None and "items" not in ours and "op" not in ours):
        return None
    event: dict[str, Any] = {"type": "op", "op": kind, "key": key}
    event["id"] = span.get("spanId")
    event["session"] = _first(attributes, "session.id") or span.get("traceId")
    event["region"] = _first(attributes, "cloud.region", "aws.region")
    event["consistency"] = _consistency(attributes, kind)
    event["start"] = _micros(span.get("startTimeUnixNano"))
    event["end"] = _micros(span.get("endTimeUnixNano"), up=True) or None
    event |= _outcome(span, attributes, kind)
    if ours.pop("found", True) is False:
        event["value"] = None
    event |= ours
    if isinstance(event.get("items"), str):
        event["items"] = _parsed(event["items"])
    if event["outcome"] == "ok" and event["end"] is None:
        event["outcome"] = "unknown"
    return {name: value for name, value in event.items() if value is not None or name in _NULLS}


_NULLS = ("value", "expected", "end")


def event_meaning(event: dict[str, Any], attributes: Attributes) -> dict[str, Any] | None:
    """Give the line that an event within a span stands for; None where it is none of a trace."""
    ours = _ours(attributes)
    if "type" not in ours:
        return None
    return _record(ours, _micros(event.get("timeUnixNano")))


def _record(ours: Attributes, time: int | None) -> dict[str, Any]:
    when = "start" if ours["type"] in ("fault", "op", "invoke") else "time"
    return {when: time, **ours}


def _ours(attributes: Attributes) -> Attributes:
    found = {
        name.removeprefix(_OURS): value
        for name, value in attributes.items()
        if name.startswith(_OURS)
    }
    return {name: value for name, value in found.items() if name not in _OF_RUN}


def _first(attributes: Attributes, *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name) is not None), None)


def _key(attributes: Attributes) -> Any:
    """Give the key that a span tells, with the table that it is in."""
    key = _first(attributes, "db.operation.parameter.key", "db.query.parameter.key")
    tables = attributes.get("aws.dynamodb.table_names")
    table = _first(attributes, "db.collection.name") or (
        tables[0] if isinstance(tables, list) and tables else None
    )
    return key if key is None or table is None else f"{table}/{key}"


def _consistency(attributes: Attributes, kind: str) -> str | None:
    """Give what a read asked for; DynamoDB's are eventual unless they ask for more."""
    asked = attributes.get("aws.dynamodb.consistent_read")
    system = str(_first(attributes, "db.system.name", "db.system", "rpc.service"))
    if kind != "read" or (asked is None and "dynamodb" not in system.lower()):
        return None
    return "strong" if asked else "eventual"


def _outcome(span: dict[str, Any], attributes: Attributes, kind: str) -> dict[str, Any]:
    status = span.get("status")
    status = status if isinstance(status, dict) else {}
    if status.get("code") not in (2, "STATUS_CODE_ERROR"):
        return {"outcome": "ok"}
    error = _first(attributes, "error.type", "exception.type") or status.get("message") or "error"
    plain = str(error).lower().replace("_", "").replace(" ", "")
    if _CONFLICT in plain:
        return {"outcome": "conflict", "error": error}
    is_void = kind == "read" or any(known in plain for known in _NO_EFFECT)
    return {"outcome": "failed" if is_void else "unknown", "error": error}


def _micros(nanos: Any, *, up: bool = False) -> int | None:
    """Give microseconds, rounded so that intervals grow; None for what is no number."""
    try:
        given = int(nanos)
    except (TypeError, ValueError):
        return None
    return -(-given // 1000) if up else given // 1000


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
