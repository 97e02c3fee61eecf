"""Logs to be validated: written, judged, and changed so that no model has them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from gtcheck.cli.validation import validate_trace
from gtcheck.traces import Observation

from .modelled_runs import Line


def written(tmp_path: Path, lines: list[Line]) -> Path:
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def validated(tmp_path: Path, mode: str, lines: list[Line], **options: Any) -> Observation:
    return validate_trace(written(tmp_path, lines), mode, **options)


def stop_of(found: Observation) -> int | None:
    """Give the line where no run goes on."""
    [rule] = found.rules
    return rule.witness[0].line if rule.witness else None


def changed(lines: list[Line], random: Random) -> list[Line]:
    """Change the version of a result, or leave a line out."""
    lines = [dict(line) for line in lines]
    at = random.randrange(1, len(lines))
    with_version = [at for at, line in enumerate(lines) if line.get("version") is not None]
    if random.random() < 0.3 or not with_version:
        del lines[at]
    else:
        other = random.choice([1, 2, 3, None])
        lines[random.choice(with_version)] |= {"version": other, "value": other}
    return lines


def without(lines: list[Line], *names: str) -> list[Line]:
    """Leave fields out, and writes that were refused, which had no effect."""
    kept = [line for line in lines if line.get("outcome") != "conflict"]
    return [{name: of for name, of in line.items() if name not in names} for line in kept]


def stale_read(lines: list[Line]) -> tuple[int, Line]:
    """Give a local read of the last part, and what makes it older than one before it there."""
    for at in range(len(lines) * 3 // 4, len(lines)):
        read = lines[at]
        seen = [
            line
            for line in lines[1:]
            if line.get("consistency") == read.get("consistency") == "eventual"
            and (line["region"], line["key"]) == (read["region"], read["key"])
            and line["end"] < read["start"]
        ]
        older = [line for line in seen if line["value"] not in (seen[-1]["value"], read["value"])]
        if older:
            told: Line = {
                name: older[-1][name] for name in ("value", "version") if name in older[-1]
            }
            return at, {**read, **told}
    raise AssertionError("no read is there that could be stale")
