"""Coverage: what of a model was never taken, so that one that never does anything is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..models.automata import Automaton
from ..models.networks import MachineSystem
from ..models.steps import Mark, MarkKind
from ..models.systems import System

ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class Covered:
    """Of things of one kind: how many there are, and which of them were never taken."""

    total: int
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was and was not taken, by kind: `actions`, `handlers`, `states` and `options`.

    An action is taken where it was enabled in a state that the search looked at; a handler, a state
    or an option of `choose` where such a step passed it. Options are known from the lines that
    choose, so that of a line which never ran there are none. Handlers and states are those of a
    machine's class, whichever machine passed them.
    """

    kinds: tuple[tuple[str, Covered], ...] = ()

    def __getitem__(self, kind: str) -> Covered:
        return dict(self.kinds)[kind]

    @property
    def never(self) -> tuple[tuple[str, str], ...]:
        """All that was never taken: its kind and its name."""
        return tuple((kind, name) for kind, found in self.kinds for name in found.never)

    def as_json(self) -> dict[str, object]:
        """Give the part of `--format json`: see `docs/cli.md`."""
        return {
            kind: {"total": found.total, "never": list(found.never)} for kind, found in self.kinds
        }


class Coverer:
    """Gathers a coverage while a search runs."""

    def __init__(self, system: System, watched: frozenset[str]) -> None:
        self._system = system
        self._declared = list(dict.fromkeys(_declared(system, watched)))
        self._offered: set[Mark] = set()
        self._passed: set[Mark] = set()
        self._actions: set[int] = set()

    def take(self, action: int | None, passed: Iterable[Mark], offered: Iterable[Mark]) -> None:
        """Count a step that was enabled: the action's index (None: a start, a spec), its marks."""
        if action is not None:
            self._actions.add(action)
        self._passed.update(passed)
        self._offered.update(offered)

    def coverage(self) -> Coverage:
        """Give what was found so far."""
        actions = self._system.actions
        idle = tuple(a.name for number, a in enumerate(actions) if number not in self._actions)
        kinds: list[tuple[str, Covered]] = [(ACTIONS, Covered(len(actions), idle))]
        for kind in MarkKind:
            known = [mark for mark in self._declared if mark.kind is kind]
            known += sorted(mark for mark in self._offered if mark.kind is kind)
            never = tuple(mark.name for mark in known if mark not in self._passed)
            kinds.append((kind.value, Covered(len(known), never)))
        return Coverage(tuple(kinds))


def _declared(system: System, watched: frozenset[str]) -> Iterator[Mark]:
    """Give the handlers and states that the machines and the watched specs have."""
    machines = system.machines.values() if isinstance(system, MachineSystem) else ()
    specs = (found.spec for found in system.properties if found.name in watched)
    for kind in dict.fromkeys(type(party) for party in (*machines, *specs)):
        if not issubclass(kind, Automaton):
            continue
        for state, event in kind.handlers_:
            yield Mark(MarkKind.HANDLER, kind.handler_label(state, event))
        for state in kind.states_:
            yield Mark(MarkKind.STATE, kind.state_label(state))
