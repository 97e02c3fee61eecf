"""What one running step may look at, choose and change: the seam between models and engines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from .events import Event
    from .values import Time


class SlotKind(IntEnum):
    """How a slot is stored: one value, a sequence in order, or a bag without order."""

    VALUE = 0
    QUEUE = 1
    BAG = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One variable of the state vector: its index, its name for people, and what it starts as.

    `initial` is a value, or for a queue or bag the tuple of its elements. Those of a smaller
    `order` are shown first: a channel's index depends on when it was found. `identity` is the name
    in parts: a label, then the keys and machines that tell the variable from its like.
    """

    index: int
    name: str
    kind: SlotKind
    initial: Any
    order: tuple[int, ...]
    identity: tuple[Hashable, ...]


class Disabled(BaseException):
    """The running step is not enabled in this state; raised by `guard`, never seen by users.

    It does not derive from `Exception`, so that a handler's own `except Exception` lets it pass.
    """


class SystemGrew(BaseException):
    """A step used a channel for the first time: the state vector has grown, so begin again."""


class StepFailure(Exception):
    """A step did something that is always a violation: an unhandled event, a used-up pool, ..."""


class Absent:
    """The type of `ABSENT`, which stands for the element that a queue does not have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class MarkKind(StrEnum):
    """What kinds of things a step passes, of which it is told which were never passed."""

    HANDLER = "handlers"
    STATE = "states"
    OPTION = "options"


class Mark(NamedTuple):
    """Something that a step passed: a handler that ran, a state entered, an option chosen."""

    kind: MarkKind
    name: str


class Observer(Protocol):
    """What listens to announced events: a spec, as steps and properties see it."""

    @property
    def name(self) -> str:
        """The name of the property that it judges."""

    def observes(self, event: Event) -> bool:
        """Tell whether it wants to hear of such an event."""

    def observe(self, event: Event) -> None:
        """Judge one announced event; raise where it must not have happened."""

    @property
    def has_hot_states(self) -> bool:
        """Whether it may owe something, which must not be so for ever."""

    def owes_nothing(self) -> bool:
        """Tell whether it is in no hot state; for use on a state, as a property is."""


class Step(ABC):
    """One step of a system while it runs.

    Engines implement it: the reference engine on plain values, the tabulator by recording what is
    read. Slots are given by index; `element` and `each` are for queues and bags.
    """

    title: str | None = None
    announced: list[Event]

    @abstractmethod
    def pass_by(self, mark: Mark) -> None:
        """Note what the step passes, for the coverage."""

    @abstractmethod
    def offer(self, mark: Mark) -> None:
        """Note what the step could pass here, in this run of it or in another."""

    @abstractmethod
    def read(self, slot: int) -> Any:
        """Give the value of a slot, or the tuple of a queue's or bag's elements."""

    @abstractmethod
    def element(self, slot: int, index: int) -> Any:
        """Give the element at `index` (from 0) or `ABSENT`."""

    @abstractmethod
    def length(self, slot: int) -> int:
        """Give the number of elements."""

    @abstractmethod
    def is_empty(self, slot: int) -> bool:
        """Tell whether there is no element."""

    @abstractmethod
    def contains(self, slot: int, element: Any) -> bool:
        """Tell whether `element` is among the elements."""

    @abstractmethod
    def view(self, function: Callable[..., Any], slots: tuple[int, ...]) -> Any:
        """Give a pure `function` of one or two slots' values; only its result is looked at."""

    @abstractmethod
    def now(self) -> Time:
        """Give a moment after every moment that is still remembered."""

    @abstractmethod
    def choose(self, options: Sequence[Any]) -> int:
        """Branch: give the index of each of `options`, of which there is one, in its own run."""

    @abstractmethod
    def each(self, slot: int) -> Any:
        """Branch: give each distinct element of a bag in a run of its own; disabled when empty."""

    @abstractmethod
    def write(self, slot: int, value: Any) -> None:
        """Replace the value of a slot."""

    @abstractmethod
    def push(self, slot: int, element: Any) -> None:
        """Append to a queue, or add to a bag."""

    @abstractmethod
    def remove_at(self, slot: int, index: int) -> None:
        """Remove the element of a queue at `index`, which is there."""

    @abstractmethod
    def remove(self, slot: int, element: Any) -> None:
        """Remove one copy of `element`, which is there, from a bag."""

    @abstractmethod
    def react(self, spec: Observer, event: Event) -> None:
        """Let a spec observe an announced event before anything else happens."""
