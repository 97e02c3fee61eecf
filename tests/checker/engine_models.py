"""Hand-written tabulators: what a tracked run of Python steps gives the native engine.

A step is a plain function of a `Probe`; the probe answers reads from the state and records them,
and it branches by running the step again with other choices.
"""

from collections.abc import Callable, Iterable
from typing import Any

from gtcheck.checker._engine import Engine

VALUE, QUEUE, BAG = 0, 1, 2
ALWAYS, SOMETIMES, TERMINAL = 0, 1, 2

State = list[int | list[int]]
Content = int | list[int]
Step = Callable[["Probe"], bool | None]


class Disabled(Exception):
    """The step is not enabled."""


class Failed(Exception):
    """The step ended in the error of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Branching(Exception):
    """The step came to a read that goes several ways."""


class Probe:
    """One run of a step on a state, with the alternatives that it is to take."""

    def __init__(self, state: State, script: list[int], stamps: int) -> None:
        self.state = state
        self.script = script
        self.stamps = stamps
        self.taken: list[int] = []
        self.alternatives: list[int] = []
        self.path: list[tuple[int, int, int, int]] = []
        self.effects: list[tuple[int, int, int]] = []
        self.reactions: list[int] = []

    def _read(self, kind: int, a: int, b: int, result: int) -> int:
        self.path.append((kind, a, b, result))
        return result

    def _sequence(self, slot: int) -> list[int]:
        content = self.state[slot]
        assert isinstance(content, list)
        return content

    def value(self, slot: int) -> int:
        content = self.state[slot]
        assert isinstance(content, int)
        return self._read(0, slot, 0, content)

    def element(self, slot: int, index: int) -> int | None:
        elements = self._sequence(slot)
        found = self._read(1, slot, index, elements[index] + 1 if index < len(elements) else 0)
        return found - 1 if found else None

    def length(self, slot: int) -> int:
        return self._read(2, slot, 0, len(self._sequence(slot)))

    def empty(self, slot: int) -> bool:
        return bool(self._read(3, slot, 0, int(not self._sequence(slot))))

    def contains(self, slot: int, element: int) -> bool:
        return bool(self._read(4, slot, element, int(element in self._sequence(slot))))

    def view(self, number: int, result: int) -> int:
        return self._read(5, number, 0, result)

    def now(self) -> int:
        return self._read(6, 0, 0, self.stamps)

    def each(self, slot: int) -> int:
        return self._branch(7, slot, sorted(set(self._sequence(slot))))

    def choice(self, count: int) -> int:
        return self._branch(8, count, list(range(count)))

    def _branch(self, kind: int, a: int, results: list[int]) -> int:
        if not results:
            self._read(kind, a, 0, -1)
            raise Disabled
        if len(self.taken) == len(self.script):
            self.alternatives = results
            raise Branching
        self.taken.append(self.script[len(self.taken)])
        return self._read(kind, a, 0, self.taken[-1])

    def set(self, slot: int, identifier: int) -> None:
        self.effects.append((0, slot, identifier))

    def push(self, slot: int, element: int) -> None:
        self.effects.append((1, slot, element))

    def remove_at(self, slot: int, index: int) -> None:
        self.effects.append((2, slot, index))

    def add(self, slot: int, element: int) -> None:
        self.effects.append((3, slot, element))

    def remove(self, slot: int, element: int) -> None:
        self.effects.append((4, slot, element))

    def clear(self, slot: int) -> None:
        self.effects.append((5, slot, 0))


Leaf = tuple[list[tuple[int, int, int]], list[int], int | None, int] | None


def runs(step: Step, state: State, stamps: int = 0) -> list[tuple[Probe, Leaf]]:
    """Run a step on every branch, in ascending order of what it takes there."""
    finished: list[tuple[Probe, Leaf]] = []
    scripts: list[list[int]] = [[]]
    while scripts:
        probe = Probe(state, scripts.pop(), stamps)
        try:
            truth = step(probe)
        except Branching:
            scripts.extend([*probe.script, result] for result in reversed(probe.alternatives))
        except Disabled:
            finished.append((probe, None))
        except Failed as error:
            finished.append((probe, ([], [], error.number, 0)))
        else:
            finished.append((probe, (probe.effects, probe.reactions, None, int(truth is True))))
    return finished


class Tabulator:
    """The steps of one model, by trie, and the engine that they belong to."""

    def __init__(self, *, timed: bool = False, depth_first: bool = False, workers: int = 1) -> None:
        self.engine = Engine(self, timed=timed, depth_first=depth_first, workers=workers)
        self.steps: dict[int, Step] = {}
        self.news: list[tuple[Any, ...]] = []

    def slots(self, kind: int, count: int) -> list[int]:
        return [self.engine.add_slot(kind) for _ in range(count)]

    def action(self, step: Step) -> int:
        trie = self.engine.add_action()
        self.steps[trie] = step
        return trie

    def reaction(self, step: Step) -> int:
        trie = self.engine.add_reaction()
        self.steps[trie] = step
        return trie

    def predicate(self, kind: int, step: Step) -> int:
        trie = self.engine.add_predicate(kind)
        self.steps[trie] = step
        return trie

    def stamps_in(self, state: State) -> int:
        return 0

    def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
        self.news = []
        found = runs(self.steps[trie], state, self.stamps_in(state))
        return [(probe.path, leaf) for probe, leaf in found], self.news

    def mirror(self, slot: int, identifier: int) -> tuple[list[int], list[int], list[Any]]:
        raise NotImplementedError

    def view(self, view: int, ids: tuple[int, ...]) -> int:
        raise NotImplementedError

    def renumber(self, slot: int, identifier: int, live: int) -> tuple[int, list[Any]]:
        raise NotImplementedError

    def run(self, *, initials: Iterable[State], **limits: Any) -> Engine:
        for state in initials:
            self.engine.add_initial(state)
        given: dict[str, Any] = {
            "max_states": None,
            "max_depth": None,
            "max_seconds": None,
            "max_memory_bytes": None,
            "keep_going": True,
            "progress": None,
            "interrupt_types": (),
        }
        self.engine.run(**(given | limits))
        return self.engine


def require(condition: bool) -> None:
    """Disable the step unless the condition holds."""
    if not condition:
        raise Disabled


WORKING, PREPARED, COMMITTED, ABORTED = range(4)


def two_phase_commit(managers: int) -> tuple[Tabulator, State]:
    """Build the TLA+ TwoPhase model: managers one after the other, then the transaction manager."""
    model = Tabulator()
    local = [model.slots(VALUE, 3) for _ in range(managers)]
    transaction, commit_sent, abort_sent = model.slots(VALUE, 3)

    def commit(probe: Probe) -> None:
        require(probe.value(transaction) == 0)
        for _, _, prepared in local:
            require(probe.value(prepared) == 1)
        probe.set(transaction, 1)
        probe.set(commit_sent, 1)

    def abort(probe: Probe) -> None:
        require(probe.value(transaction) == 0)
        probe.set(transaction, 2)
        probe.set(abort_sent, 1)

    def agreed(probe: Probe) -> bool:
        seen = {probe.value(state) for state, _, _ in local}
        return not {COMMITTED, ABORTED} <= seen

    model.action(commit)
    model.action(abort)
    for slots in local:
        add_manager(model, slots, transaction, commit_sent, abort_sent)
    model.predicate(ALWAYS, agreed)
    return model, [0] * (3 * managers + 3)


def add_manager(
    model: Tabulator, slots: list[int], transaction: int, commit_sent: int, abort_sent: int
) -> None:
    state, sent, prepared = slots

    def receive_prepared(probe: Probe) -> None:
        require(probe.value(transaction) == 0)
        require(probe.value(sent) == 1)
        probe.set(prepared, 1)

    def prepare(probe: Probe) -> None:
        require(probe.value(state) == WORKING)
        probe.set(state, PREPARED)
        probe.set(sent, 1)

    def choose_abort(probe: Probe) -> None:
        require(probe.value(state) == WORKING)
        probe.set(state, ABORTED)

    def receive_commit(probe: Probe) -> None:
        require(probe.value(commit_sent) == 1)
        probe.set(state, COMMITTED)

    def receive_abort(probe: Probe) -> None:
        require(probe.value(abort_sent) == 1)
        probe.set(state, ABORTED)

    for step in (receive_prepared, prepare, choose_abort, receive_commit, receive_abort):
        model.action(step)


def last_writer_wins(writes: int, crashes: int, cuts: int) -> tuple[Tabulator, State]:
    """Build three regions, one register, Lamport timestamps and first-in-first-out links.

    An element or a stored value is clock * 4 + region, regions from 1.
    """
    model = Tabulator()
    stored = model.slots(VALUE, 3)
    clocks = model.slots(VALUE, 3)
    links = [(source, target) for source in range(3) for target in range(3) if source != target]
    channels = dict(zip(links, model.slots(QUEUE, 6), strict=True))
    down = model.slots(VALUE, 3)
    cut, written, crashed, parted = model.slots(VALUE, 4)

    def write(region: int) -> Step:
        def step(probe: Probe) -> None:
            require(probe.value(down[region]) == 0)
            done = probe.value(written)
            require(done < writes)
            clock = probe.value(clocks[region]) + 1
            item = clock * 4 + region + 1
            probe.set(clocks[region], clock)
            probe.set(stored[region], item)
            probe.set(written, done + 1)
            for (source, _), channel in channels.items():
                if source == region:
                    probe.push(channel, item)

        return step

    def deliver(source: int, target: int) -> Step:
        channel = channels[source, target]

        def step(probe: Probe) -> None:
            item = probe.element(channel, 0)
            require(item is not None)
            assert item is not None
            require(probe.value(down[target]) == 0)
            require(probe.value(cut) not in (source + 1, target + 1))
            probe.remove_at(channel, 0)
            if probe.value(stored[target]) < item:
                probe.set(stored[target], item)
            if probe.value(clocks[target]) < item >> 2:
                probe.set(clocks[target], item >> 2)

        return step

    def crash(region: int) -> Step:
        def step(probe: Probe) -> None:
            require(probe.value(down[region]) == 0)
            done = probe.value(crashed)
            require(done < crashes)
            probe.set(down[region], 1)
            probe.set(crashed, done + 1)

        return step

    def restart(region: int) -> Step:
        def step(probe: Probe) -> None:
            require(probe.value(down[region]) == 1)
            probe.set(down[region], 0)

        return step

    def part(region: int) -> Step:
        def step(probe: Probe) -> None:
            require(probe.value(cut) == 0)
            done = probe.value(parted)
            require(done < cuts)
            probe.set(cut, region + 1)
            probe.set(parted, done + 1)

        return step

    def heal(probe: Probe) -> None:
        require(probe.value(cut) != 0)
        probe.set(cut, 0)

    def converged(probe: Probe) -> bool:
        if not all(probe.empty(channel) for channel in channels.values()):
            return True
        return len({probe.value(slot) for slot in stored}) == 1

    for region in range(3):
        for build in (write, crash, restart, part):
            model.action(build(region))
    for source, target in links:
        model.action(deliver(source, target))
    model.action(heal)
    model.predicate(ALWAYS, converged)
    state: State = [*[0] * 6, *[[] for _ in links], *[0] * 7]
    return model, state
