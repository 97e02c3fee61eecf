"""Counterexamples as files: a run by the names of its steps, that can be taken again elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from .. import __version__
from ..models.errors import InputError
from ..models.systems import System
from ..models.values import show
from ..models.verdicts import Verdict
from .exploration import Exploration, PropertyResult, Trace, TraceStep

FORMAT = 1
_BYTES_MAX = 64 << 20


class Digest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells two models apart: their variables, actions and properties, and their source."""

    structure: str
    source: str


class NamedStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: the action's name, and what was chosen where it branches, as shown."""

    action: str
    choices: tuple[str, ...] = ()


class Counterexample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run that violates a property of a model, and what is needed to take it again.

    `model` is how the model is named on the command line, `start` what was chosen at the start. A
    run without end takes the steps of its `cycle` for ever after the others; an empty one rests.
    """

    counterexample: int
    gtcheck: str
    model: str
    parameters: dict[str, Any]
    faults: dict[str, int]
    digest: Digest
    property: str
    message: str | None
    start: tuple[str, ...]
    steps: tuple[NamedStep, ...]
    cycle: tuple[NamedStep, ...] | None = None

    def as_json_text(self) -> str:
        """Give the text of the file."""
        return json.dumps(msgspec.to_builtins(self), indent=2) + "\n"

    def differences(self, digest: Digest) -> Iterator[str]:
        """Tell what is not as it was when the file was written."""
        if self.gtcheck != __version__:
            yield f"it was written by gtcheck {self.gtcheck}; this is {__version__}"
        if self.digest.structure != digest.structure:
            yield "the model has other variables, actions, fairness or properties than it had"
        elif self.digest.source != digest.source:
            yield "the model's source was changed since"


def digest_of(system: System) -> Digest:
    """Give the digest of a system that was built and not explored yet."""
    parts = [f"{slot.name} {slot.kind.name} {show(slot.initial)}" for slot in system.slots]
    parts += [f"{action.name} {action.fairness.value}" for action in system.actions]
    parts += [f"{found.kind.value} {found.name}" for found in system.properties]
    places = [action.place for action in system.actions]
    places += [found.place for found in system.properties]
    sources = sorted(
        hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for file in {place.file for place in places if place is not None}
        if Path(file).is_file()
    )
    return Digest(structure=_hashed(parts), source=_hashed(sources))


def counterexample_of(result: Exploration, model: str, digest: Digest) -> Counterexample | None:
    """Give the counterexample of the first property that a run violates, None where none does."""
    for found in result.properties:
        if found.verdict is Verdict.VIOLATED and found.trace is not None:
            return _named(result, found, found.trace, model, digest)
    return None


def _named(
    result: Exploration, found: PropertyResult, trace: Trace, model: str, digest: Digest
) -> Counterexample:
    return Counterexample(
        counterexample=FORMAT,
        gtcheck=result.version,
        model=model,
        parameters=dict(result.parameters),
        faults=dict(result.faults),
        digest=digest,
        property=found.name,
        message=found.message,
        start=trace.start,
        steps=_names(trace.steps),
        cycle=None if trace.cycle is None else _names(trace.cycle),
    )


def _names(steps: Iterable[TraceStep]) -> tuple[NamedStep, ...]:
    return tuple(NamedStep(action=step.name, choices=step.choices) for step in steps if step.name)


def read_counterexample(path: Path) -> Counterexample:
    """Read a counterexample's file; raise `InputError` where it is none that can be read."""
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise InputError(f"{path} is over {_BYTES_MAX >> 20} MB, too large a counterexample")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        found = msgspec.json.decode(data)
        version = found.get("counterexample") if isinstance(found, dict) else None
        if version is None:
            raise InputError(
                f"{path} is no counterexample; gtcheck explore --counterexample writes them"
            )
        if version != FORMAT:
            raise InputError(
                f"{path} is a counterexample of version {version!r}; this gtcheck reads {FORMAT}"
            )
        return msgspec.convert(found, Counterexample)
    except msgspec.MsgspecError as error:
        raise InputError(f"{path} is no counterexample: {error}") from None


def _hashed(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
