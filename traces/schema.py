"""The schema of traces in JSON lines, as JSON Schema."""

from __future__ import annotations

from typing import Any


def trace_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) that each line of a trace fulfils.

    Unknown fields are allowed everywhere, and so are lines of an unknown `type`.
    """
    import msgspec

    from .events import Event, Header

    (event, header), definitions = msgspec.json.schema_components(
        [Event, Header], ref_template="#/$defs/{name}"
    )
    known = sorted(event["discriminator"]["mapping"])
    for definition in definitions.values():
        # A default that means "not given" says nothing to a reader of the schema.
        for described in definition.get("properties", {}).values():
            if isinstance(described, dict) and described.get("default", ...) is None:
                described.pop("default")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gtcheck trace, version 1",
        "description": (
            "One line of a trace: an event, or in the first line a header. Times are integers "
            "in microseconds, of any epoch."
        ),
        "anyOf": [*event["anyOf"], header, {"$ref": "#/$defs/Unknown"}],
        "$defs": {
            **definitions,
            "Unknown": {
                "title": "Unknown",
                "description": "A line of another type; it is counted, named and not used.",
                "type": "object",
                "required": ["type"],
                "properties": {"type": {"type": "string", "not": {"enum": known}}},
            },
        },
    }
