"""Two-phase commit: a transaction manager and its resource managers agree to commit or abort.

The protocol of Gray and Lamport, "Consensus on Transaction Commit" (2006), as in its TLA+ module
TwoPhase: messages, once sent, stay readable for ever.
"""

from enum import Enum, auto
from itertools import permutations
from typing import Annotated

from ..parameters import Parameter, model
from ..systems import System, guard


class Manager(Enum):
    """Where a resource manager stands."""

    WORKING = auto()
    PREPARED = auto()
    COMMITTED = auto()
    ABORTED = auto()


class Decision(Enum):
    """What the transaction manager has decided and told everyone."""

    NONE = auto()
    COMMIT = auto()
    ABORT = auto()


@model("two-phase-commit")
def two_phase_commit(*, rms: Annotated[int, Parameter(1, 12, "resource managers")] = 3) -> System:
    """A transaction manager asks resource managers to prepare, then all commit or all abort."""
    system = System()
    managers = range(rms)
    system.symmetric("resource managers", managers)
    state = system.table("rm", over=managers, initial=Manager.WORKING)
    reported = system.table("reported", over=managers, initial=False)
    counted = system.table("counted", over=managers, initial=False)
    decision = system.variable("decision", Decision.NONE)

    @system.action
    def decide_commit() -> None:
        guard(decision.value is Decision.NONE and all(counted.values()))
        decision.value = Decision.COMMIT

    @system.action
    def decide_abort() -> None:
        guard(decision.value is Decision.NONE)
        decision.value = Decision.ABORT

    @system.action(rm=managers)
    def count_prepared(rm: int) -> None:
        guard(reported[rm] and decision.value is Decision.NONE)
        counted[rm] = True

    @system.action(rm=managers)
    def prepare(rm: int) -> None:
        guard(state[rm] is Manager.WORKING)
        state[rm] = Manager.PREPARED
        reported[rm] = True

    @system.action(rm=managers)
    def choose_to_abort(rm: int) -> None:
        guard(state[rm] is Manager.WORKING)
        state[rm] = Manager.ABORTED

    @system.action(rm=managers)
    def receive_commit(rm: int) -> None:
        guard(decision.value is Decision.COMMIT)
        state[rm] = Manager.COMMITTED

    @system.action(rm=managers)
    def receive_abort(rm: int) -> None:
        guard(decision.value is Decision.ABORT)
        state[rm] = Manager.ABORTED

    @system.always
    def no_split_decision() -> bool:
        """No resource manager has committed while another has aborted."""
        return not any(
            state[one] is Manager.COMMITTED and state[other] is Manager.ABORTED
            for one, other in permutations(managers, 2)
        )

    @system.sometimes
    def everyone_commits() -> bool:
        """A run exists in which every resource manager commits."""
        return all(manager is Manager.COMMITTED for manager in state.values())

    return system
