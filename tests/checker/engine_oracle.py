"""Plain Python that explores a system of steps: it knows no tries, pages or sequences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gtcheck.checker._engine import Engine
from hypothesis import strategies as st

from .engine_models import (
    ALWAYS,
    BAG,
    QUEUE,
    SOMETIMES,
    TERMINAL,
    VALUE,
    Failed,
    Leaf,
    Probe,
    State,
    Step,
    Tabulator,
    require,
    runs,
)

Frozen = tuple[Any, ...]

# What is seen when a state is expanded, a level later than what a predicate says of it.
LATE = ("error", "deadlock", "terminal-error")


def freeze(state: State) -> Frozen:
    return tuple(tuple(item) if isinstance(item, list) else item for item in state)


def thaw(state: Frozen) -> State:
    return [list(item) if isinstance(item, tuple) else item for item in state]


def affected(state: State, leaf: Leaf, kinds: list[int]) -> State:
    assert leaf is not None
    result = [list(item) if isinstance(item, list) else item for item in state]
    for operation, slot, argument in leaf[0]:
        content = result[slot]
        if operation == 0:
            result[slot] = argument
            continue
        assert isinstance(content, list)
        if operation in (1, 3):
            content.append(argument)
        elif operation == 2:
            content.pop(argument)
        elif operation == 4:
            content.remove(argument)
        else:
            content.clear()
        if kinds[slot] == BAG:
            content.sort()
    return result


@dataclass
class System:
    """A system of plain steps, by trie: what the engine and the oracle both explore."""

    kinds: list[int]
    actions: dict[int, Step]
    reactions: dict[int, Step]
    predicates: dict[int, tuple[int, Step]]
    initials: list[State]
    canonical: Callable[[State], State] = lambda state: state
    stamps_in: Callable[[State], int] = lambda state: 0

    def successors(self, state: State) -> list[tuple[int, list[int], State | int]]:
        """Give (action, branches, target or error number), in the engine's order."""
        found: list[tuple[int, list[int], State | int]] = []
        for trie, step in sorted(self.actions.items()):
            for probe, leaf in runs(step, state, self.stamps_in(state)):
                if leaf is not None:
                    found.append((trie, probe.taken, self.finish(state, leaf)))
        return found

    def finish(self, state: State, leaf: Leaf) -> State | int:
        assert leaf is not None
        if leaf[2] is not None:
            return leaf[2]
        between = affected(state, leaf, self.kinds)
        for trie in leaf[1]:
            [(_, answer)] = runs(self.reactions[trie], between, self.stamps_in(between))
            if answer is None:
                continue
            if answer[2] is not None:
                return answer[2]
            between = affected(between, answer, self.kinds)
        return self.canonical(between)


@dataclass
class Explored:
    states: int
    transitions: int
    depth: int
    terminal: int
    findings: set[tuple[Any, ...]]
    depths: dict[Frozen, int]


def leads_back(target: Any, state: Frozen) -> bool:
    return not isinstance(target, int) and freeze(target) == state


def explore(system: System) -> Explored:
    depths = {freeze(system.canonical(state)): 0 for state in system.initials}
    level = list(depths)
    transitions = terminal = depth = 0
    findings: dict[tuple[Any, ...], int] = {}
    while level:
        following: list[Frozen] = []
        for state in level:
            check(system, state, depth, findings)
            targets = system.successors(thaw(state))
            transitions += len(targets)
            if all(leads_back(target, state) for _, _, target in targets):
                terminal += 1
                check_terminal(system, state, depth, findings)
            for _, _, target in targets:
                if isinstance(target, int):
                    findings.setdefault(("error", target), depth)
                elif freeze(target) not in depths:
                    depths[freeze(target)] = depth + 1
                    following.append(freeze(target))
        level = following
        depth += 1
    told = {(*what, at) for what, at in findings.items()}
    return Explored(len(depths), transitions, depth - 1, terminal, told, depths)


def verdict(system: System, step: Step, state: Frozen) -> Leaf:
    plain = thaw(state)
    [(_, leaf)] = runs(step, plain, system.stamps_in(plain))
    assert leaf is not None
    return leaf


def check(system: System, state: Frozen, depth: int, findings: dict[tuple[Any, ...], int]) -> None:
    for trie, (kind, step) in system.predicates.items():
        decided = any(what[0] != "error" and what[1] == trie for what in findings)
        if kind == TERMINAL or decided:
            continue
        leaf = verdict(system, step, state)
        assert leaf is not None
        if leaf[2] is not None:
            findings[("predicate-error", trie, leaf[2])] = depth
        elif bool(leaf[3]) != (kind == ALWAYS):
            findings[("always" if kind == ALWAYS else "sometimes", trie)] = depth


def check_terminal(
    system: System, state: Frozen, depth: int, findings: dict[tuple[Any, ...], int]
) -> None:
    for kind, step in system.predicates.values():
        decided = any(what[0] in ("deadlock", "terminal-error") for what in findings)
        leaf = verdict(system, step, state) if kind == TERMINAL and not decided else None
        if leaf is not None and leaf[2] is not None:
            findings[("terminal-error", leaf[2])] = depth
        elif leaf is not None and not leaf[3]:
            findings[("deadlock", -1)] = depth


def built(system: System, *, timed: bool = False, tabulator: Tabulator | None = None) -> Tabulator:
    model = tabulator or Tabulator(timed=timed)
    for kind in system.kinds:
        model.engine.add_slot(kind)
    order = [(trie, "action", 0, step) for trie, step in system.actions.items()]
    order += [(trie, "reaction", 0, step) for trie, step in system.reactions.items()]
    order += [(trie, "predicate", kind, step) for trie, (kind, step) in system.predicates.items()]
    for trie, what, kind, step in sorted(order, key=lambda entry: entry[0]):
        if what == "action":
            assert model.action(step) == trie
        elif what == "reaction":
            assert model.reaction(step) == trie
        else:
            assert model.predicate(kind, step) == trie
    return model


def assert_same(engine: Engine, system: System) -> None:
    expected = explore(system)
    counts = (engine.states, engine.transitions, engine.depth, engine.terminal_states)
    assert counts == (expected.states, expected.transitions, expected.depth, expected.terminal)
    assert engine.complete
    assert engine.stopped is None
    found = set()
    for name, *rest in engine.findings:
        if name == "error":
            state, action, branches, error = rest
            before = engine.state(state)
            assert (action, branches, error) in system.successors(before)
            found.add(("error", error, expected.depths[freeze(before)]))
        elif name == "deadlock":
            found.add(("deadlock", -1, expected.depths[freeze(engine.state(rest[0]))]))
        else:
            at = expected.depths[freeze(engine.state(rest[1]))]
            terminal = system.predicates[rest[0]][0] == TERMINAL
            found.add(
                ("terminal-error", rest[2], at) if terminal else (name, rest[0], *rest[2:], at)
            )
    assert found == expected.findings
    for index in range(0, engine.states, max(1, engine.states // 25)):
        assert_path(engine, system, index, expected.depths)


def assert_path(engine: Engine, system: System, index: int, depths: dict[Frozen, int]) -> None:
    first, steps = engine.path(index)
    state = system.canonical(system.initials[first])
    for action, branches in steps:
        [state] = [
            target
            for trie, taken, target in system.successors(state)
            if (trie, taken) == (action, branches) and not isinstance(target, int)
        ]
    assert freeze(state) == freeze(engine.state(index))
    assert len(steps) == depths[freeze(state)]


@st.composite
def table_systems(draw: st.DrawFn) -> System:
    """Systems whose steps are random tables over what they read."""
    kinds = draw(st.lists(st.sampled_from([VALUE, QUEUE, BAG]), min_size=1, max_size=5))
    count = draw(st.integers(1, 4))
    reactions = draw(st.integers(0, 2))
    seeds = iter(draw(st.lists(st.integers(0, 2**32), min_size=12, max_size=12)))
    reaction_tries = list(range(count, count + reactions))
    actions = {
        trie: table_step(kinds, next(seeds), reaction_tries, "action") for trie in range(count)
    }
    reacting = {trie: table_step(kinds, next(seeds), [], "reaction") for trie in reaction_tries}
    first = count + reactions
    claims = draw(st.lists(st.sampled_from([ALWAYS, SOMETIMES]), max_size=3))
    claims += [TERMINAL] * draw(st.integers(0, 1))
    predicates = {
        first + at: (kind, table_step(kinds, next(seeds), [], "predicate"))
        for at, kind in enumerate(claims)
    }
    initial: State = [0 if kind == VALUE else [] for kind in kinds]
    other: State = [1 if kind == VALUE else [0] for kind in kinds]
    return System(kinds, actions, reacting, predicates, [initial, other, initial])


def table_step(kinds: list[int], seed: int, reactions: list[int], what: str) -> Step:
    """Make a step that reads, branches and writes as a hash of what it has read says."""

    def step(probe: Probe) -> bool:
        trail = hash((seed, 1))
        for depth in range(3):
            trail = hash((trail, read_one(probe, kinds, trail, branching=what == "action")))
            if trail % 5 == 0 and depth:
                break
        if what == "predicate":
            if trail % 31 == 0:
                raise Failed(7)
            return trail % 7 != 0
        require(trail % 4 != 0)
        if trail % 29 == 0:
            raise Failed(trail % 3)
        write_one(probe, kinds, trail >> 3)
        write_one(probe, kinds, trail >> 7)
        probe.reactions.extend(trie for trie in reactions if (trail >> trie) % 2)
        return True

    return step


def read_one(probe: Probe, kinds: list[int], trail: int, *, branching: bool) -> int:
    slot = (trail >> 4) % len(kinds)
    if branching and trail % 6 == 0:
        return probe.choice(1 + trail % 2)
    if kinds[slot] == VALUE:
        return probe.value(slot)
    if branching and kinds[slot] == BAG and trail % 6 == 1:
        return probe.each(slot)
    readers = [
        lambda: probe.element(slot, (trail >> 9) % 2) or 0,
        lambda: probe.length(slot),
        lambda: int(probe.empty(slot)),
        lambda: int(probe.contains(slot, (trail >> 9) % 2)),
    ]
    return readers[(trail >> 11) % 4]()


def write_one(probe: Probe, kinds: list[int], trail: int) -> None:
    """Write in a way that is always possible: what is removed was seen to be there."""
    slot = trail % len(kinds)
    if kinds[slot] == VALUE:
        probe.set(slot, (trail >> 5) % 3)
        return
    if any(effect[1] == slot for effect in probe.effects):
        return
    element = (trail >> 5) % 2
    if probe.length(slot) < 2:
        (probe.push if kinds[slot] == QUEUE else probe.add)(slot, element)
    elif kinds[slot] == QUEUE:
        probe.remove_at(slot, element)
    elif probe.contains(slot, element) and trail % 3:
        probe.remove(slot, element)
    else:
        probe.clear(slot)
