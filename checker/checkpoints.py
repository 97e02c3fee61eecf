"""Checkpoints: a search on disk, from which another process goes on to the same end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..models.errors import ParameterError
from ..models.systems import System

FILE = "search.gtcheck"
"""The name of the file in the folder of a checkpoint."""

SECONDS = 60.0
"""How often a search is written where nothing else is asked."""

_KIND = "gtcheck checkpoint 2"
_HEADER_MAX = 1 << 24

_TOLD = {
    "version": "version of gtcheck",
    "model": "model",
    "parameters": "parameters",
    "faults": "faults",
    "properties": "properties to check",
    "symmetry": "symmetry",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """Where a search is written, every so many `seconds`, and where it is taken up from.

    Both are folders, which must exist but for the last; None where it is not.
    """

    save: Path | None = None
    resume: Path | None = None
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if not 0 <= self.seconds < 1e9:
            raise ParameterError(f"a checkpoint every {self.seconds} seconds cannot be")
        if self.resume is not None and not (self.resume / FILE).is_file():
            raise ParameterError(f"{self.resume} holds no checkpoint: there is no {FILE} in it")
        if self.save is not None:
            try:
                self.save.mkdir(exist_ok=True)
            except OSError as error:
                reason = error.strerror or error
                raise ParameterError(f"cannot write checkpoints to {self.save}: {reason}") from None

    @property
    def target(self) -> Path | None:
        """Where the search is written."""
        return self.save or self.resume

    def left_by(self, stopped_by: str | None) -> str | None:
        """Give the folder from which a search that stopped for this reason can go on."""
        if self.target is None or stopped_by in (None, "violation"):
            return None
        return str(self.target) if (self.target / FILE).is_file() else None


def header_of(
    system: System, checked: Sequence[str], symmetry: str | None, values: str = ""
) -> str:
    """Give the line that says what a checkpoint of this search is of.

    `symmetry` names what was taken for alike, if anything, and `values` is a digest of all values
    that were held until then.
    """
    return json.dumps(
        {
            "kind": _KIND,
            "version": __version__,
            "model": system.name,
            "parameters": {name: str(value) for name, value in system.parameters.items()},
            "faults": dict(system.faults),
            "properties": list(checked),
            "symmetry": symmetry,
            "channels": system.channels,
            "actions": [action.name for action in system.actions],
            "variables": [slot.name for slot in system.slots],
            "values": values,
        }
    )


def expect_same(folder: Path, system: System, checked: Sequence[str], symmetry: str | None) -> int:
    """Give how many bytes stand before the search in a checkpoint of this very search.

    Raises `ParameterError` where the file is none, or of another search, and says what differs.
    Raises `SystemGrew` where the search had found channels that are opened only now.
    """
    path = folder / FILE
    with path.open("rb") as file:
        line = file.readline(_HEADER_MAX)
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("kind") != _KIND:
        raise ParameterError(f"{path} is no checkpoint of this version of gtcheck")
    _compare(path, found, system, checked, symmetry, _TOLD)
    try:
        system.open_channels((sender, receiver) for sender, receiver in found["channels"])
    except KeyError as error:
        raise ParameterError(f"{path} is of another model: {error} is no machine of it") from None
    _compare(path, found, system, checked, symmetry, {"actions": "actions"})
    return len(line)


def _compare(
    path: Path,
    found: dict[str, Any],
    system: System,
    checked: Sequence[str],
    symmetry: str | None,
    keys: Mapping[str, str],
) -> None:
    given: dict[str, Any] = json.loads(header_of(system, checked, symmetry))
    for key, what in keys.items():
        if found.get(key) != given[key]:
            raise ParameterError(
                f"{path} is of another search: its {what}: {_shown(found.get(key))}; "
                f"now: {_shown(given[key])}"
            )


def expect_whole(folder: Path, system: System, values: str) -> None:
    """Raise `ParameterError` unless variables and values are now those of a checkpoint.

    To be asked once the steps that were tabulated for it have been run again.
    """
    with (folder / FILE).open("rb") as file:
        found = json.loads(file.readline(_HEADER_MAX))
    if found["variables"] != [slot.name for slot in system.slots]:
        raise ParameterError(
            f"{folder / FILE} is of another search: its variables: {_shown(found['variables'])}"
        )
    if found["values"] != values:
        raise ParameterError(
            f"{folder / FILE} is of another model: a step of it does something else now"
        )


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"
