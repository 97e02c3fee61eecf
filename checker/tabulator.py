"""The tabulator: runs a step once for each distinct thing it looks at, and tells the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..models.errors import ModelError
from ..models.events import Event
from ..models.properties import NO_FAILURE, yes_or_no
from ..models.steps import Disabled, Observer, SlotKind
from ..models.systems import System
from ..models.values import renumbered, show
from .coverage import Coverer
from .domains import Domains, News, Views
from .findings import Failure
from .hotspots import Hotspot
from .plain import ONLY_LOOKS, Script, failure_of, outcomes
from .purity import Purity, Reruns
from .recording import EACH, Effect, Look, RecordingStep
from .toil import Toil

Leaf = tuple[list[Effect], list[int], int | None, int] | None
"""Effects, reactions, the number of the failure, and the truth of a predicate; None: disabled."""

Run = tuple[list[Look], Leaf]


class Tabulator:
    """Answers an engine's questions about a system; tries are numbered as the engine numbers them.

    Actions come first, then predicates, each with the name of its property; a reaction (a spec on
    one announced event) is numbered when it first happens. `calls` counts how often a function of
    the model was run; what is run again, only to see whether it is pure, does not count.
    """

    def __init__(
        self,
        system: System,
        predicates: Sequence[tuple[str, Callable[[], bool]]],
        watched: frozenset[str],
        purity: Purity = "sample",
        alike: Sequence[Sequence[int]] | None = None,
    ) -> None:
        self._system = system
        self._watched = watched
        self._actions = system.actions
        self._tries: list[Callable[[], object]] = [action.run for action in self._actions]
        self._owners: list[str] = [NO_FAILURE.name] * len(self._tries)
        for owner, predicate in predicates:
            self._tries.append(predicate)
            self._owners.append(owner)
        self._first_reaction = len(self._tries)
        self._reactions: dict[tuple[Observer, Event], int] = {}
        self.heard: list[tuple[Observer, Event]] = []
        self.domains = Domains(system, alike)
        self.views = Views(self.domains)
        self.failures: list[Failure] = []
        self._failure_numbers: dict[Failure, int] = {}
        self.coverer = Coverer(system, watched)
        self.calls = 0
        self._toil = Toil()
        self.reruns: Reruns[list[int | list[int]], list[Run]] = Reruns(
            purity,
            again=lambda trie, state: list(self._runs(trie, state)),
            plainly=self._run_plainly,
            situation=lambda: tuple(system.cursor.step.values),  # type: ignore[attr-defined]
            name=self._name,
        )

    # ---- what the engine asks ----------------------------------------------------------------

    def tabulate(self, trie: int, state: list[int | list[int]]) -> tuple[list[Run], list[News]]:
        """Run a step on a state, once for each combination of its choices."""
        runs = list(self._runs(trie, state))
        self.calls += len(runs)
        self._toil.note(trie, len(runs), runs[-1][0])
        self.reruns.check(trie, state, runs)
        return runs, self.domains.take_news()

    def view(self, view: int, numbers: tuple[int, ...]) -> int:
        """Give the number of a view's result."""
        self.calls += 1
        return self.views.result(view, numbers)

    def renumber(self, slot: int, number: int, live: int) -> tuple[int, list[News]]:
        """Give the number of a value with its times renumbered to the ranks among the live ones."""
        ranks = [rank for rank in range(live.bit_length()) if live >> rank & 1]
        new = {rank: position for position, rank in enumerate(ranks)}
        domain = self.domains[slot]
        return domain.number(renumbered(domain.values[number], new)), self.domains.take_news()

    def label(self, slot: int, number: int) -> int:
        """Give the label by which schedules know a bag's element."""
        from .schedules.keys import element_label

        return element_label(self.domains[slot].values[number])

    def hotspot(self, transitions: int) -> Hotspot | None:
        """Give the step that took most of the time, where running Python took most of it."""
        return self._toil.hotspot(self._name, self._system.slots, self.domains, transitions)

    def mirror(self, slot: int, number: int) -> tuple[list[int], list[int], list[News]]:
        """Say what a value is to members; nothing is symmetric here, so it is never asked."""
        return [], [0], []

    # ---- running ----------------------------------------------------------------------------

    def _runs(self, trie: int, state: list[int | list[int]]) -> Iterator[Run]:
        function = self._tries[trie]
        script = Script()
        while True:
            step = RecordingStep(self._system, state, self.domains, self.views, script)
            yield step.looks, self._leaf(trie, function, step)
            if not script.advance():
                return

    def _leaf(self, trie: int, function: Callable[[], object], step: RecordingStep) -> Leaf:
        try:
            result = self._system.cursor.run(step, function)
        except Disabled:
            return None
        except Exception as error:
            failure = failure_of(error, self._owners[trie])
            self._cover(trie, step)
            return [], [], self._failure_number(failure), 0
        self._cover(trie, step)
        if len(self._actions) <= trie < self._first_reaction:
            self._check_only_looked(step)
            return [], [], None, int(yes_or_no(result, function))
        return step.effects, self._reactions_of(step), None, 0

    def _cover(self, trie: int, step: RecordingStep) -> None:
        action = trie if trie < len(self._actions) else None
        self.coverer.take(action, step.passed, step.offered)

    def _reactions_of(self, step: RecordingStep) -> list[int]:
        wanted = (pair for pair in step.reactions if pair[0].name in self._watched)
        return [self._reaction(spec, event) for spec, event in wanted]

    def _reaction(self, spec: Observer, event: Event) -> int:
        fresh = len(self._tries)
        trie = self._reactions.setdefault((spec, event), fresh)
        if trie == fresh:
            self.heard.append((spec, event))
            self._tries.append(lambda: spec.observe(event))
            self._owners.append(spec.name)
            self.domains.news.append(("reaction",))
        return trie

    def _failure_number(self, failure: Failure) -> int:
        if failure not in self._failure_numbers:
            self._failure_numbers[failure] = len(self.failures)
            self.failures.append(failure)
        return self._failure_numbers[failure]

    def _check_only_looked(self, step: RecordingStep) -> None:
        if step.effects or step.reactions or any(look[0] >= EACH for look in step.looks):
            raise ModelError(ONLY_LOOKS)

    def _run_plainly(self, trie: int, state: list[int | list[int]]) -> object:
        plain = tuple(self.domains.decode(slot, numbers) for slot, numbers in enumerate(state))

        def run() -> None:
            self._tries[trie]()

        return list(outcomes(self._system, plain, run, frozenset()))

    def _name(self, trie: int) -> str:
        if trie < len(self._actions):
            return f"action {self._actions[trie].name}"
        if trie < self._first_reaction:
            return self._owners[trie]
        spec, event = self.heard[trie - self._first_reaction]
        return f"{spec.name} on {show(event)}"


def initial_ids(domains: Domains, state: Sequence[Any], system: System) -> list[int | list[int]]:
    """Give an initial state's numbers, bags sorted as the engine keeps them."""
    return [
        sorted(numbers) if isinstance(numbers, list) and slot.kind is SlotKind.BAG else numbers
        for slot, numbers in zip(system.slots, domains.encode(state), strict=True)
    ]
