"""The native engine at its limits: stops, interrupts, and tables that mean nothing."""

from typing import Any

import pytest

from .engine_models import QUEUE, TERMINAL, VALUE, Probe, State, Tabulator, require


def counter(most: int | None) -> Tabulator:
    model = Tabulator()
    [slot] = model.slots(VALUE, 1)

    def count(probe: Probe) -> None:
        value = probe.value(slot)
        require(most is None or value < most)
        probe.set(slot, value + 1)

    model.action(count)
    return model


def test_limits_are_named_and_leave_what_was_found() -> None:
    engine = counter(None).run(initials=[[0]], max_states=10)
    assert (engine.states, engine.stopped, engine.complete) == (10, "max_states", False)
    engine = counter(None).run(initials=[[0]], max_depth=10)
    assert (engine.states, engine.depth, engine.stopped) == (11, 10, "max_depth")
    engine = counter(None).run(initials=[[0]], max_seconds=0.05)
    assert (engine.stopped, engine.complete) == ("max_seconds", False)
    engine = counter(None).run(initials=[[0]], max_memory_bytes=engine.memory_bytes // 2)
    assert engine.stopped == "max_memory"


def test_a_limit_that_is_just_wide_enough_does_not_stop_the_run() -> None:
    engine = counter(9).run(initials=[[0]], max_states=10, max_depth=10)
    assert (engine.states, engine.stopped, engine.complete) == (10, None, True)
    assert engine.terminal_states == 1


class Late(Exception):
    """The step took too long."""


@pytest.mark.parametrize(
    ("raised", "stopped"), [(KeyboardInterrupt, "interrupted"), (Late, "max_seconds")]
)
def test_an_interrupt_in_a_step_keeps_what_was_found(
    raised: type[BaseException], stopped: str
) -> None:
    model = counter(None)
    count = model.steps[0]

    def step(probe: Probe) -> None:
        if probe.state[0] == 5:
            raise raised
        count(probe)

    model.steps[0] = step
    engine = model.run(initials=[[0]], interrupt_types=(Late,))
    assert (engine.states, engine.stopped, engine.complete) == (6, stopped, False)
    assert len(engine.path(5)[1]) == 5


def test_any_other_exception_of_a_step_passes_through() -> None:
    model = counter(None)

    def step(probe: Probe) -> None:
        raise LookupError("lost")

    model.steps[0] = step
    with pytest.raises(LookupError, match="lost"):
        model.run(initials=[[0]])
    assert model.engine.states == 1
    with pytest.raises(RuntimeError, match="runs once"):
        model.run(initials=[])


def test_progress_is_told_while_it_runs() -> None:
    told: list[tuple[int, ...]] = []

    def progress(*numbers: int) -> None:
        told.append(numbers)

    model = counter(None)
    model.run(initials=[[0]], max_seconds=0.5, progress=progress)
    assert told
    assert all(states > 0 and frontier >= 0 for states, _, _, frontier in told)


READ = (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (([([READ], None), ([READ], ([], [], None, 0))], []), "impure: trie 0"),
        (([([READ], None), ([], None)], []), "impure: trie 0"),
        (([([(0, 0, 0, 1)], None)], []), None),
        (([], []), "impure: trie 0"),
        (([([(0, 7, 0, 0)], None)], []), "slot 7"),
        (([([(9, 0, 0, 0)], None)], []), "read kind 9"),
        (([([(1, 0, 0, 0)], None)], []), "slot 0, which is a Value"),
        (([([(0, 0, 0, 2**31)], None)], []), "identifiers stay below"),
        (([([(0, 0, 0, -2)], None)], []), "out of range"),
        (([([READ], ([(0, 9, 0)], [], None, 0))], []), "slot 9"),
        (([([READ], ([(1, 0, 0)], [], None, 0))], []), "Push of slot 0"),
        (([([READ], ([(6, 0, 0)], [], None, 0))], []), "no effect"),
        (([([READ], ([], [0], None, 0))], []), "trie 0 is not a reaction"),
        (([([READ], ([(2, 1, 0)], [], None, 0))], []), "not there"),
        (([([(8, 2, 0, 2)], None)], []), "no alternative 2"),
        (([([(5, 0, 0, 0)], None)], []), "view 0"),
        (([], [("slot", 0)]), "no news of the name"),
        (([], [("view", ())]), "one slot or two"),
        (([], [("magic",)]), "magic"),
        ((1, 2), "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_table_that_means_nothing_is_a_value_error(answer: Any, message: str | None) -> None:
    class Wrong(Tabulator):
        calls = 0

        def tabulate(self, trie: int, state: State) -> tuple[list[Any], list[Any]]:
            self.calls += 1
            if self.calls > 3:
                raise TimeoutError
            return answer  # type: ignore[no-any-return]

    model = Wrong()
    model.slots(VALUE, 1)
    model.slots(QUEUE, 1)
    model.engine.add_action()
    with pytest.raises(ValueError, match=message or "impure"):
        model.run(initials=[[0]])
    assert model.engine.states == 1


def test_numbers_that_mean_nothing_are_value_errors() -> None:
    engine = Tabulator().engine
    with pytest.raises(ValueError, match="slot kind 3"):
        engine.add_slot(3)
    with pytest.raises(ValueError, match="predicate kind 5"):
        engine.add_predicate(5)
    with pytest.raises(ValueError, match="slot 0"):
        engine.add_view((0,))
    with pytest.raises(ValueError, match="slot 4"):
        engine.set_stamps(4, 0, 1)
    with pytest.raises(ValueError, match="1 slots where there are 0"):
        engine.add_initial([1])
    engine.add_slot(QUEUE)
    with pytest.raises(ValueError, match="is a Queue"):
        engine.add_initial([1])
    with pytest.raises(IndexError, match="no state 0"):
        engine.path(0)
    engine.add_predicate(TERMINAL)
    with pytest.raises(ValueError, match="terminal predicate"):
        engine.add_predicate(TERMINAL)
