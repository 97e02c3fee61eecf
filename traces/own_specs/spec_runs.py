"""Specs run over a log: the same machines that an exploration runs, fed through a binding."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import msgspec

from ...models.catalog import load_from_file
from ...models.errors import GtcheckError
from ...models.failures import message_of
from ...models.log_bindings import Binding, binding_of
from ...models.places import place_of_error
from ...models.properties import summary_of
from ...models.specs import Spec
from ...models.systems import System
from ...models.values import show
from ...models.verdicts import Verdict
from ..limits import ObservationLimits
from ..results import RuleResult
from .log_entries import HeardEvent, LogReading, witness_of
from .spec_steps import SpecState, SpecStep

_WITNESS_LINES = 8


def load_binding(reference: str) -> Binding:
    """Find the spec, or the binding, that `FILE.py:NAME` names; raise `UsageError` for another."""
    named, module = load_from_file(reference, "spec")
    return binding_of(named, module, reference)


def judge_spec(binding: Binding, reading: LogReading, limits: ObservationLimits) -> RuleResult:
    """Run a spec over a log, once for each key, and give what it concludes.

    A key is judged up to its first violation; the first of all is told, with the lines that last
    changed what the failing handler looked at. At the end of the log no spec may be hot. Where the
    watch ended the reading, it is what is known so far.
    """
    run = SpecRun(binding, limits)
    for heard in reading.heard(binding):
        run.take(heard)
    if reading.cut is None:
        return run.result()
    return run.result(is_over=False).so_far(reading.cut, is_final=not reading.is_timed)


@dataclass(slots=True)
class _Judge:
    """The spec that judges one key, as part of a system of its own."""

    spec: Spec
    system: System

    @classmethod
    def of(cls, spec: Spec) -> _Judge:
        system = System()
        spec.attach(system)
        return cls(spec, system)


@dataclass(slots=True)
class _Key:
    """What is known of one key: its spec, where that stands, and the last event of it."""

    judge: _Judge
    state: SpecState
    last: HeardEvent
    failed: bool = False


@dataclass(slots=True)
class _Contradiction:
    key: Hashable
    said: str
    lines: list[HeardEvent]


@dataclass(slots=True)
class SpecRun:
    """One run of a spec over a log."""

    binding: Binding
    limits: ObservationLimits
    checked: int = 0
    _keys: dict[Hashable, _Key] = field(default_factory=dict)
    _left_out: int = 0
    _found: list[_Contradiction] = field(default_factory=list)
    _shared: _Judge | None = None
    _example: _Judge | None = None

    def take(self, heard: HeardEvent) -> None:
        """Let the spec of its key observe an event; raise `InputError` where it cannot."""
        if heard.last != heard.start:
            raise heard.entry.error(
                f"{heard.event} was at some moment from {heard.start} to {heard.last}; a spec "
                "needs the order, so put it At one moment"
            )
        key = self._key_of(heard)
        known = self._keys.get(key) or self._begun(key, heard)
        if known is None or known.failed:
            return
        if not known.judge.spec.observes(heard.event):
            raise heard.entry.error(
                f"the binding {self.binding.name} gives {heard.event}, which "
                f"{known.judge.spec.name} does not observe"
            )
        self.checked += 1
        known.last = heard
        step = SpecStep(known.state, heard)
        judge = known.judge
        try:
            judge.system.cursor.run(step, lambda: judge.spec.observe(heard.event))
        except GtcheckError as error:
            error.place = error.place or place_of_error(error)
            raise
        except Exception as error:
            known.failed = True
            self._found.append(_Contradiction(key, _said(error), _lines(step, heard)))

    def result(self, *, is_over: bool = True) -> RuleResult:
        """Give the verdict; at the end of the log nothing may be owed."""
        name, title = self._name()
        owed = list(self._owed()) if is_over and not self._found else []
        for found in (self._found or owed)[:1]:
            return RuleResult(
                name,
                title,
                Verdict.VIOLATED,
                checked=self.checked,
                explanation=self._explained(found, len(self._found or owed)),
                witness=tuple(map(witness_of, found.lines)),
                item=msgspec.to_builtins(found.key, enc_hook=str),
            )
        if not self.checked:
            told = f"the binding {self.binding.name} gives no event for any line"
            return RuleResult(name, title, Verdict.NOT_CHECKED, reason=told)
        if self._left_out:
            told = f"more than {self.limits.max_keys:,} keys, the most that are judged"
            return RuleResult(name, title, Verdict.UNDECIDED, checked=self.checked, reason=told)
        return RuleResult(name, title, Verdict.HOLDS, checked=self.checked)

    def _key_of(self, heard: HeardEvent) -> Hashable:
        try:
            key = self.binding.key_of(heard.event)
            hash(key)
        except Exception as error:
            raise heard.entry.error(
                f"the key of {heard.event} cannot be found: {type(error).__name__}: {error}"
            ) from error
        return key

    def _begun(self, key: Hashable, heard: HeardEvent) -> _Key | None:
        if len(self._keys) >= self.limits.max_keys:
            self._left_out += 1
            return None
        judge = self._shared or _Judge.of(self.binding.spec_of(key))
        self._example = judge
        if isinstance(self.binding.of, type):
            self._shared = judge
        begun = _Key(judge, SpecState.at_first(judge.system.slots), heard)
        self._keys[key] = begun
        return begun

    def _owed(self) -> Iterator[_Contradiction]:
        for key, known in self._keys.items():
            step, judge = SpecStep(known.state, None), known.judge
            if judge.spec.has_hot_states:
                owes = not judge.system.cursor.run(step, judge.spec.owes_nothing)
                if owes:
                    state = judge.system.cursor.run(step, lambda j=judge: j.spec.current_state)  # type: ignore[misc]
                    said = f"at the end of the log it is still owed what state {state} waits for"
                    since = list(step.looked_at.values()) or [known.last]
                    yield _Contradiction(key, said, since)

    def _explained(self, found: _Contradiction, number: int) -> str:
        by = self.binding.key
        whose = f" ({by if isinstance(by, str) else 'key'} {show(found.key)})" if by else ""
        more = f"; the first of {number:,} keys that violate it" if number > 1 else ""
        return f"{found.said}{whose}{more}"

    def _name(self) -> tuple[str, str]:
        """Give the name of the spec, and in a sentence what it says."""
        if self._example is not None:
            return self._example.spec.name, summary_of(type(self._example.spec))
        if isinstance(self.binding.of, type):
            return _Judge.of(self.binding.of()).spec.name, summary_of(self.binding.of)
        return self.binding.name, "no key, and so no spec"


def _said(error: Exception) -> str:
    place = place_of_error(error)
    return f"{message_of(error)} ({place})" if place is not None else message_of(error)


def _lines(step: SpecStep, heard: HeardEvent) -> list[HeardEvent]:
    """Give the events that last changed what a failing step looked at, and the one it handled."""
    setters = {id(one): one for one in step.looked_at.values()}
    in_order = sorted(setters.values(), key=_order)[-_WITNESS_LINES + 1 :]
    return [*in_order, heard]


def _order(heard: HeardEvent) -> tuple[float, str, int]:
    return (heard.start or 0, heard.entry.file, heard.entry.line)
