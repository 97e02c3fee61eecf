"""The native engine: exact exploration of vectors of small integers.

The engine knows no values, only identifiers (from 0, below 2**24). Python runs a step once for each
distinct thing that it read; the engine keeps those runs in tries and asks only for what is missing.

Slots    0 VALUE: an identifier; 1 QUEUE: a sequence of elements; 2 BAG: a multiset, kept sorted.
Reads    (kind, a, b) with their result:
         0 VALUE    a = slot                  its identifier
         1 ELEMENT  a = slot, b = index       0 if there is none, else the element + 1
         2 LENGTH   a = slot                  the number of elements
         3 EMPTY    a = slot                  0 or 1
         4 CONTAINS a = slot, b = element     0 or 1
         5 VIEW     a = view                  the view of its slots' identifiers
         6 NOW                                the number of live timestamps of the state walked
         7 EACH     a = slot (BAG)            every distinct element: the step branches
         8 CHOICE   a = alternatives          0 .. a - 1: the step branches
         A run that comes to an EACH over an empty bag, or to a CHOICE of 0, ends there disabled,
         and that read's result is -1.
Effects  (operation, slot, argument): 0 SET identifier, 1 PUSH element, 2 REMOVE_AT index (queues),
         3 ADD element, 4 REMOVE element (bags), 5 CLEAR 0 (queues and bags).
Leaves   None (disabled) or (effects, reactions, error or None, truth); an error ends the step, and
         its effects and reactions do not count.
News     what came to be while a step ran, taken in before its runs, in order:
         ("reaction",) ("stamps", slot, identifier or element, mask) ("view", (slot,) or (slot,
         slot)). Stamps must be told before the first effect that uses their identifier.
"""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, Protocol, final, type_check_only

__all__ = ["Engine", "Sampler"]

@type_check_only
class Tabulator(Protocol):
    """What Python gives: it runs steps; whatever it raises passes through `Engine.run`."""

    def tabulate(self, trie: int, state: list[int | list[int]], /) -> tuple[Any, Any]:
        """Run a trie's step on a state, on every branch; give (runs, news).

        `state` has an entry a slot, a list of elements for a QUEUE or a BAG; for a reaction it is
        the state between. A run is (path, leaf), its path [(kind, a, b, result), ...].
        """

    def view(self, view: int, ids: tuple[int, ...], /) -> int:
        """Compute a view of one or two identifiers."""

    def renumber(self, slot: int, identifier: int, live: int, /) -> tuple[int, Any]:
        """Close the gaps between the timestamps in `live`; give (new identifier, news)."""

    def mirror(self, slot: int, identifier: int, /) -> tuple[list[int], list[int], Any]:
        """Say what a value or an element is to the members of symmetric sets.

        Give (its identifiers after each exchange of neighbours, a mark for each member, news), or
        ([], [one mark], news) where it mentions no member. Asked only after `set_symmetry`.
        """

@final
class Engine:
    """One exploration of one model; it runs once.

    Slots, tries and views are numbered from 0 in the order in which they are added; actions,
    reactions and predicates share one numbering. After `run` has begun, adding raises RuntimeError.
    A number or a table that means nothing raises ValueError, from `run` too, and a negative number
    or one of more than 32 bits (a mask: 64) OverflowError; runs that contradict each other, or do
    not read what the state holds, raise with a message that starts with "impure:" and names the
    trie. A callback may not enter the engine that calls it: RuntimeError.
    """

    def __new__(
        cls,
        tabulator: Tabulator,
        *,
        timed: bool = False,
        workers: int = 1,
        depth_first: bool = False,
    ) -> Engine:
        """Make an engine; `timed`: states that differ by a renumbering of timestamps are one.

        `workers` threads (1 to 64, else ValueError) expand states at once; counts and findings do
        not depend on their number. With `depth_first`, one worker goes on from what was discovered
        last: the counts are the same, `depth` is that of the longest of its ways.
        """

    def add_slot(self, kind: int) -> int:
        """Add a slot: 0 VALUE, 1 QUEUE, 2 BAG."""

    def add_view(self, slots: tuple[int, ...]) -> int:
        """Add a view of one or two VALUE slots."""

    def add_action(self) -> int:
        """Add the trie of a step."""

    def add_reaction(self) -> int:
        """Add the trie of a reaction; it may not branch, nor read NOW, nor have reactions."""

    def add_predicate(self, kind: int) -> int:
        """Add the trie of a predicate: 0 ALWAYS, 1 SOMETIMES, 2 TERMINAL (one at most).

        3 IN_THE_END judges no state: it is the goal or the trigger of a promise (see `answer`).
        """

    def set_stamps(self, slot: int, identifier: int, mask: int) -> None:
        """Say which timestamps (bits, ranks) are inside a value or an element; it cannot change."""

    def set_symmetry(
        self,
        sizes: Sequence[int],
        swaps: Sequence[Sequence[int]],
        owners: Sequence[Sequence[int]],
        roles: Sequence[Sequence[int]],
        classes: Sequence[int],
    ) -> None:
        """Let one state stand for all that exchanges of members make of it.

        `sizes` are those of the sets, whose members are numbered through; each exchange of two
        neighbours is where it puts each slot. A slot has `owners`, the members that it belongs to,
        for each member a role, the same for slots that are alike to it, and a class: the first of
        the slots with which it shares its identifiers.
        """

    def reduce(self, families: Sequence[int]) -> None:
        """Explore stubborn sets of steps only (partial-order reduction); not for IN_THE_END.

        `families` has a number for each slot, the same for those that predicates look at alike, as
        the elements of a table; ValueError unless each slot has one.
        """

    def add_initial(self, state: list[int | list[int]]) -> None:
        """Add an initial state; slots left out hold 0; duplicates count once."""

    def run(
        self,
        *,
        max_states: int | None,
        max_depth: int | None,
        max_seconds: float | None,
        max_memory_bytes: int | None,
        keep_going: bool,
        progress: Callable[[int, int, int, int], object] | None,
        interrupt_types: tuple[type[BaseException], ...],
    ) -> None:
        """Explore level by level; without `keep_going`, up to the end of the first bad level.

        Depth first, up to the first bad state; with `max_depth`, all that is within it is found.
        `progress` gets (states, transitions, depth, frontier) about five times a second. An
        exception of `interrupt_types` from a callback stops the run with "max_seconds"; a
        KeyboardInterrupt with "interrupted"; any other passes through, and what was found so far
        can still be read.
        """

    def answer(
        self,
        responses: list[tuple[int, int | None]],
        fairness: list[int],
        *,
        max_seconds: float | None,
        max_memory_bytes: int | None,
        interrupt_types: tuple[type[BaseException], ...],
    ) -> list[tuple[Any, ...] | None]:
        """Judge promises on the states that were found and expanded, after `run`.

        A response is the tries of its goal and its trigger; without a trigger the start asks.
        `fairness` is by action: 0 none, 1 weak, 2 strong. Of each promise: None where no fair run
        breaks it; ("lasso", state, [(action, branches)], [(action, branches)]), a state where it is
        owed, the steps from there to a cycle, and the cycle (none: the run rests); or
        ("predicate-error", state, error). A limit gives an empty list, and `stopped` says which.
        Raises RuntimeError before `run`, ValueError for a trie or fairness that is none. Cost: a
        second walk over the states in which some promise is not met, and some 56 bytes for each of
        them and 6 for each of their steps while it lasts.
        """

    def save_to(self, path: PathLike[str], header: Callable[[], str], seconds: float) -> None:
        """Write the search to a file every so many seconds, and where it stops for a limit.

        The file begins with what `header` gives, which has no line break, and a line break; it is
        written aside and renamed. `run` raises OSError where that fails.
        """

    def resume(
        self, path: PathLike[str], start: int, interrupt_types: tuple[type[BaseException], ...]
    ) -> None:
        """Take up, before `run`, a search that was written to a file, `start` bytes into it.

        The tabulator is asked anew what it was asked then. Raises ValueError where it answers
        otherwise, and OSError where the file cannot be read or is damaged.
        """

    @property
    def states(self) -> int:
        """The number of distinct states; they are numbered in the order of discovery."""

    @property
    def transitions(self) -> int:
        """The number of outcomes taken, self loops and error outcomes too."""

    @property
    def depth(self) -> int:
        """The depth of the deepest level discovered; initial states are at 0."""

    @property
    def terminal_states(self) -> int:
        """The number of expanded states that no outcome leads out of."""

    @property
    def tabulations(self) -> int:
        """The number of calls of `tabulate`."""

    @property
    def memory_bytes(self) -> int:
        """The engine's estimate of what it holds."""

    @property
    def complete(self) -> bool:
        """Whether every reachable state was found and expanded."""

    @property
    def stopped(self) -> str | None:
        """Why not, if not.

        "max_states", "max_depth", "max_seconds", "max_memory", "interrupted" or "violation".
        """

    @property
    def findings(self) -> list[tuple[Any, ...]]:
        """What was found, in order: the first of each predicate and of each error number.

        ("always", trie, state), ("sometimes", trie, state), ("predicate-error", trie, state,
        error), ("deadlock", state), ("error", state, action, branches, error); errors of more than
        1,000 numbers are not told.
        """

    def path_length(self, state: int) -> int:
        """Give the number of steps of the path to a state; raises IndexError as `path` does."""

    def path(self, state: int) -> tuple[int, list[tuple[int, list[int]]]]:
        """Give the path to a state: (number of the `add_initial`, [(action, branches)]).

        Breadth first it is a shortest one. `branches` are the results of the EACH and CHOICE reads
        on the way, in order. Raises IndexError where there is no such state. Cost: one expansion a
        step.
        """

    def stand_for(self, state: list[int | list[int]]) -> tuple[list[int | list[int]], list[int]]:
        """Give the state that stands for one, and the numbers of the exchanges that lead there.

        Raises ValueError for a state that the search has not met, RuntimeError before `run`.
        """

    def state(self, index: int) -> list[int | list[int]]:
        """Give a state in full; raises IndexError where there is none."""

@type_check_only
class LabellingTabulator(Tabulator, Protocol):
    """What schedules ask besides."""

    def label(self, slot: int, element: int, /) -> int:
        """Give the label of a bag's element, a number of 64 bits."""

@final
class Sampler:
    """Takes schedules of one model, as `checker/schedules/sampler.py` defines them.

    It keeps what its workers learned from one call to the next. A schedule depends on seed and
    number alone, so that what `take` gives does not depend on the number of workers. Raises as
    `Engine` does; after an error it is of no more use.
    """

    def __new__(
        cls,
        tabulator: LabellingTabulator,
        *,
        slots: list[int],
        actions: list[tuple[int, int]],
        predicates: list[int],
        stamps: list[tuple[int, int, int]],
        starts: list[tuple[list[int | list[int]], list[int]]],
        workers: int = 1,
    ) -> Sampler:
        """Make one of these kinds of slots and of predicates: 0 always, 1 sometimes, 2 at rest.

        Of each action the labels of its name and of its actor; of each start its state and the
        labels of what was chosen for it. Tries are numbered: actions, predicates, reactions.
        """

    def take(
        self,
        strategy: int,
        seed: int,
        first: int,
        count: int,
        *,
        steps: int,
        length: int,
        judged: list[int],
    ) -> tuple[int, int, int, int, list[tuple[int, int]], list[tuple[int, int]]]:
        """Take the schedules from `first` on: 0 uniform, 1 priorities, 2 partial order.

        Gives (schedules, steps, steps of the longest, how many came to rest, decided, errors), the
        last two as pairs of a predicate's trie or an error's number and the first schedule that
        has it. `judged` are the tries of the predicates to judge, `steps` how long a schedule may
        be, `length` how long it is thought to be.
        """
