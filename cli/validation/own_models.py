"""A model of one's own as it follows a log, through the binding beside it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from ...models.errors import ModelError
from ...models.followed_logs import Expected, FollowedLog, Happening
from ...models.log_bindings import Binding, binding_of
from ...models.parameters import Model
from ...models.values import show
from ...models.verdicts import Verdict
from ...traces.own_specs.log_entries import HeardEvent, LogReading, witness_of
from ...traces.watch import Watch
from .following import LogFollower, Validation, cut_short


def validate_own_model(
    model: Model,
    reading: LogReading,
    settings: Mapping[str, object],
    max_seconds: float,
    watch: Watch,
) -> Validation:
    """Search for a run of a model that announces what a log is bound to, and no more of its types.

    Events of other types than the log has are hidden. Raises `ModelError` without a binding.
    """
    with watch.listening(), watch.patient():
        heard = list(reading.heard(_binding_of(model)))
    if reading.cut is not None:
        return cut_short(watch, reading.format, None, reading.read)
    groups = {kind: str(n) for n, kind in enumerate({type(one.event): None for one in heard})}
    system = model.build(settings)
    happenings = [_happening(n, one, groups[type(one.event)]) for n, one in enumerate(heard)]
    log = FollowedLog(system, happenings, lambda event: groups.get(type(event)))
    follower = LogFollower(system, log, max_seconds)
    found = follower.follow()
    is_violated = found.verdict is Verdict.VIOLATED
    unused = reading.read - reading.used
    return Validation(
        verdict=found.verdict,
        checked=log.required_before(found.position),
        required=log.required,
        reason=found.reason,
        line=witness_of(heard[log.marks[found.position][0]]) if is_violated else None,
        instead=tuple(map(show, follower.allowed())) if is_violated else (),
        format=reading.format,
        mode=None,
        read=reading.read,
        ignored={"entries that mean nothing to the model": unused} if unused else {},
        stopped_by=found.stopped_by,
    )


def _binding_of(model: Model) -> Binding:
    try:
        return binding_of(model, sys.modules[model.function.__module__], f"the model {model.name}")
    except ModelError as error:
        told = f"{error}; of the library, mrsc and async follow a log without one"
        raise ModelError(told) from None


def _happening(number: int, heard: HeardEvent, group: str) -> Happening:
    expected = (Expected(group, heard.event.__eq__),)
    if heard.start is None or heard.last is None:
        return Happening(expected, number, number)
    return Happening(expected, heard.start, heard.last)
