"""Models as text and as JSON: what they are, what can be set, what is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...models.parameters import DeclaredParameter, Model
from ..palette import Palette


def model_list_text(models: Sequence[Model], palette: Palette) -> str:
    """Give a line a model."""
    width = max(len(model.name) for model in models)
    lines = [f"{palette.strong(f'{model.name:<{width}}')}  {model.summary}" for model in models]
    return "\n".join([*lines, "", "gtcheck models MODEL tells one in full"]) + "\n"


def model_text(model: Model, palette: Palette) -> str:
    """Give all of one model: parameters, faults and properties."""
    lines = [f"{palette.strong(model.name)}  {model.summary}"]
    lines += _section("parameters (--set NAME=VALUE)", model.parameters)
    lines += _section("faults (--fault NAME=BUDGET)", model.faults)
    lines += ["", "properties (--property NAME)"]
    properties = model.build().properties
    width = max(len(found.name) for found in properties)
    for found in properties:
        promised = "" if found.promised else " (not promised: checked only where it is named)"
        kind = f"{found.kind.value:<11}"
        lines.append(f"  {found.name:<{width}}  {kind}  {found.summary}{promised}".rstrip())
    return "\n".join(lines) + "\n"


def model_json(model: Model) -> dict[str, object]:
    """Give the documented JSON object of one model."""
    return {
        "name": model.name,
        "summary": model.summary,
        "parameters": [_parameter_json(parameter) for parameter in model.parameters],
        "faults": [_parameter_json(fault) for fault in model.faults],
        "properties": [
            {
                "name": found.name,
                "kind": found.kind.value,
                "summary": found.summary,
                "promised": found.promised,
            }
            for found in model.build().properties
        ],
    }


def _section(title: str, declared: Sequence[DeclaredParameter]) -> Iterator[str]:
    if not declared:
        return
    yield ""
    yield title
    width = max(len(f"{one.name}={one.default}") for one in declared)
    for one in declared:
        default = f"{one.name}={one.default}"
        yield f"  {default:<{width}}  {_domain(one):<8}  {one.summary}".rstrip()


def _domain(declared: DeclaredParameter) -> str:
    if declared.choices:
        return " | ".join(declared.choices)
    if declared.type == "bool":
        return "true | false"
    return f"{declared.minimum} to {declared.maximum}"


def _parameter_json(declared: DeclaredParameter) -> dict[str, object]:
    return {
        "name": declared.name,
        "type": declared.type,
        "default": declared.default,
        "minimum": declared.minimum,
        "maximum": declared.maximum,
        "choices": list(declared.choices),
        "summary": declared.summary,
    }
