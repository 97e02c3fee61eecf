"""Systems of machines: their channels, and the steps that deliver what was sent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from .errors import ModelError
from .events import Event
from .fairness import Fairness, FairnessName
from .machines import Machine, Ref
from .places import place_of
from .steps import ABSENT, Disabled, SlotKind, StepFailure, SystemGrew
from .symmetry import Renaming
from .systems import System, guard
from .values import Record
from .variables import Bag, Queue, Variable

M = TypeVar("M", bound=Machine)

_DELIVERY_ORDER = 1


class Channel(Enum):
    """What order a channel keeps.

    `FIFO`: per ordered pair of machines, as a stream or a TCP connection does. `MAILBOX`: one
    first-in-first-out queue per receiver, as in P's checker. `BAG`: none, per receiver.
    """

    FIFO = "fifo"
    MAILBOX = "mailbox"
    BAG = "bag"


class Envelope(Record):
    """An event on its way in a channel that several senders share."""

    sender: Ref[Any]
    event: Event

    def __str__(self) -> str:
        return f"{self.event} from {self.sender}"


class Life(Enum):
    """Whether a machine takes part."""

    UNBORN = "not created"
    ALIVE = "alive"
    DOWN = "down"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class Line:
    """A channel in use: whom it reaches, whom it comes from (None: several), and its contents."""

    receiver: Machine
    sender: Machine | None
    contents: Queue[Any] | Bag[Any]

    def identity_of(self, label: str) -> tuple[Any, ...]:
        """Give the identity of a variable or an action that belongs to this channel."""
        ends = (self.sender, self.receiver)
        return (label, *(end.own_identity for end in ends if end is not None))

    def sender_of(self, message: Any) -> Ref[Any]:
        """Give who sent a message of this channel."""
        if self.sender is not None:
            return self.sender.ref
        sender: Ref[Any] = message.sender
        return sender

    def event_of(self, message: Any) -> Event:
        """Give the event in a message of this channel."""
        event: Event = message if self.sender is not None else message.event
        return event


class MachineSystem(System):
    """A system of machines that send each other events over channels of one kind.

    >>> system = MachineSystem("pair", channel=Channel.MAILBOX)

    A channel exists from the first event that is sent over it. What it carries arrives in the end
    where it can arrive all the time, unless `deliveries` says otherwise.
    """

    def __init__(
        self,
        name: str = "system",
        *,
        channel: Channel = Channel.FIFO,
        deliveries: FairnessName = "weak",
    ) -> None:
        super().__init__(name)
        self.channel = channel
        self._deliveries = Fairness.named(deliveries)
        self.machines: dict[str, Machine] = {}
        self._pools: dict[type[Machine], list[Machine]] = {}
        self._lives: dict[str, Variable[Life]] = {}
        self._lines: dict[tuple[str, str], Line] = {}
        self._line_hooks: list[Callable[[Line], None]] = []
        self.link_conditions: list[Callable[[str, str], bool]] = []
        self.machine_conditions: list[Callable[[Machine], bool]] = []
        self.on_start(self._begin)

    # ---- building --------------------------------------------------------------------------

    def symmetric(self, name: str, members: Iterable[Hashable]) -> None:
        """Declare that members are interchangeable, among them machines; see `System.symmetric`."""
        super().symmetric(
            name,
            (each.name if isinstance(each, (Machine, Ref)) else each for each in members),
        )

    def machine_identities(self) -> Mapping[str, tuple[Any, ...]]:
        """Give what tells machines from their like, by name, where that is not the name."""
        return {
            machine.name: machine.identity_of("")
            for machine in self.machines.values()
            if machine.own_identity != machine.name
        }

    def add(self, *machines: Machine) -> None:
        """Add machines: their fields become variables, their handlers and actions steps."""
        for machine in machines:
            if machine.name in self.machines:
                raise ModelError(
                    f"two machines are called {machine.name!r}", place=place_of(type(machine))
                )
            machine.attach(self)
            self.machines[machine.name] = machine
            if machine.halts:
                self.life(machine)
            for name, function, fairness in machine.actions():
                self._add_machine_action(machine, name, function, fairness)

    def pool(self, machine: type[M], size: int, **constants: Any) -> None:
        """Declare that `create` may bring up to `size` machines of this kind to life."""
        members = [
            machine(name=f"{machine.__name__}-{number}", **constants)
            for number in range(1, size + 1)
        ]
        self._pools[machine] = list(members)
        for member in members:
            self._lives[member.name] = self._make_life(member, Life.UNBORN)
        self.add(*members)

    def life(self, machine: Machine) -> Variable[Life]:
        """Give the variable that says whether a machine takes part, making it if need be."""
        if machine.name not in self._lives:
            self._lives[machine.name] = self._make_life(machine, Life.ALIVE)
        return self._lives[machine.name]

    def _make_life(self, machine: Machine, initial: Life) -> Variable[Life]:
        identity = machine.identity_of("life")
        return self.variable(f"{machine.name}.life", initial, identity=identity)

    @property
    def channels(self) -> tuple[tuple[str, str], ...]:
        """The channels that were found so far, in order: sender and receiver.

        Where channels belong to their receivers alone, the sender is "".
        """
        return tuple(self._lines)

    def open_channels(self, found: Iterable[tuple[str, str]]) -> None:
        """Open channels that another exploration found, in its order, which numbers their slots.

        Raises `SystemGrew` where there were fewer, and `KeyError` where there is no such machine.
        """
        before = len(self._lines)
        for sender, receiver in found:
            if (sender, receiver) not in self._lines:
                source = self.machines[sender] if sender else None
                self._open(source, self.machines[receiver], (sender, receiver))
        if len(self._lines) > before:
            raise SystemGrew

    def for_each_line(self, hook: Callable[[Line], None]) -> None:
        """Call `hook` for each channel in use, now and whenever one is used for the first time."""
        self._line_hooks.append(hook)
        for line in self._lines.values():
            hook(line)

    # ---- within a step ---------------------------------------------------------------------

    def send(self, sender: Machine, target: Ref[Any], event: Event) -> None:
        """Put an event on the channel from `sender` to `target`."""
        receiver = self.machines.get(getattr(target, "name", ""))
        if receiver is None:
            raise ModelError(
                f"{sender.name} sends {event} to {target!r}, which is not in the system; "
                f"machines: {', '.join(self.machines)}"
            )
        if not isinstance(event, Event):
            raise ModelError(
                f"{sender.name} sends {event!r}, which is no event; make its class an Event"
            )
        if receiver.name in self._lives and self._lives[receiver.name].value is Life.HALTED:
            return
        line = self._line(sender, receiver)
        message = event if line.sender is not None else Envelope(sender.ref, event)
        if isinstance(line.contents, Queue):
            line.contents.push(message)
        else:
            line.contents.add(message)

    def create(self, kind: type[M], values: dict[str, Any]) -> Ref[M]:
        """Bring the next machine of a pool to life; see `Machine.create`."""
        if kind not in self._pools:
            raise ModelError(
                f"there is no pool of {kind.__name__} machines; declare "
                f"system.pool({kind.__name__}, 2)"
            )
        for machine in self._pools[kind]:
            life = self._lives[machine.name]
            if life.value is Life.UNBORN:
                life.value = Life.ALIVE
                for name, value in values.items():
                    setattr(machine, name, value)
                machine.begin()
                return Ref(machine.name)
        size = len(self._pools[kind])
        raise StepFailure(f"the pool of {size} {kind.__name__} machines is used up")

    def mark_halted(self, machine: Machine) -> None:
        """Let a machine take part no more."""
        self._lives[machine.name].value = Life.HALTED

    def is_quiet(self) -> bool:
        """Tell whether no event is on its way; for use in properties."""
        return all(line.contents.is_empty for line in self._lines.values())

    def can_step(self, machine: Machine) -> bool:
        """Tell whether a machine lives and no fault keeps it from taking a step."""
        life = self._lives.get(machine.name)
        if life is not None and life.value is not Life.ALIVE:
            return False
        return all(condition(machine) for condition in self.machine_conditions)

    def can_reach(self, source: str, target: str) -> bool:
        """Tell whether no fault keeps the site `source` from reaching the site `target`."""
        if source == target:
            return True
        return all(condition(source, target) for condition in self.link_conditions)

    # ---- the steps -------------------------------------------------------------------------

    def _begin(self) -> None:
        for machine in self.machines.values():
            machine.require_known(self.machines)
            life = self._lives.get(machine.name)
            if life is None or life.value is Life.ALIVE:
                machine.begin()

    def _add_machine_action(
        self, machine: Machine, name: str, function: Callable[[Any], None], fairness: Fairness
    ) -> None:
        def act() -> None:
            guard(self.can_step(machine))
            machine.act(function)

        self.add_action(
            f"{machine.name}: {name.replace('_', ' ')}",
            act,
            place_of(function),
            actor=machine.name,
            fairness=fairness,
            identity=machine.identity_of(name),
        )

    def _line(self, sender: Machine, receiver: Machine) -> Line:
        is_pair = self.channel is Channel.FIFO
        key = (sender.name if is_pair else "", receiver.name)
        if key not in self._lines:
            self._open_with_its_like(sender if is_pair else None, receiver)
            raise SystemGrew
        return self._lines[key]

    def _open_with_its_like(self, sender: Machine | None, receiver: Machine) -> None:
        """Open a channel, and those that interchangeable machines have in its stead."""
        waiting = [(sender, receiver)]
        while waiting:
            sender, receiver = waiting.pop()
            key = (sender.name if sender else "", receiver.name)
            if key not in self._lines:
                self._open(sender, receiver, key)
                waiting.extend(
                    (sender and self._counterpart(sender, swap), self._counterpart(receiver, swap))
                    for declared in self.symmetric_sets
                    for swap in declared.swaps()
                )

    def _counterpart(self, machine: Machine, renaming: Renaming) -> Machine:
        """Give the machine that has a machine's part among the renamed members, or itself."""
        identity = renaming.key(machine.own_identity)
        alike = (
            other
            for other in self.machines.values()
            if type(other) is type(machine) and other.own_identity == identity
        )
        return next(alike, machine)

    def _open(self, sender: Machine | None, receiver: Machine, key: tuple[str, str]) -> None:
        name = f"{sender.name} → {receiver.name}" if sender else f"→ {receiver.name}"
        kind = SlotKind.BAG if self.channel is Channel.BAG else SlotKind.QUEUE
        order = list(self.machines)
        rank = (order.index(receiver.name), order.index(sender.name) if sender else 0)
        ends = [end.own_identity for end in (sender, receiver) if end]
        slot = self.add_slot(name, kind, (), (_DELIVERY_ORDER, *rank), identity=("→", *ends))
        handle = Queue[Any] if kind is SlotKind.QUEUE else Bag[Any]
        line = Line(receiver, sender, handle(self.cursor, slot))
        self._lines[key] = line
        deliver = self._deliver_any if kind is SlotKind.BAG else self._deliver_first
        self.add_action(
            f"deliver {name}",
            lambda: deliver(line),
            None,
            (_DELIVERY_ORDER, *rank),
            fairness=self._deliveries,
            identity=line.identity_of("deliver"),
        )
        for hook in self._line_hooks:
            hook(line)

    def _deliver_first(self, line: Line) -> None:
        """Deliver the first event that the receiver does not defer and that can reach it."""
        queue = line.contents
        assert isinstance(queue, Queue)
        guard(not queue.is_empty)
        self._guard_delivery(line)
        step = self.cursor.step
        position = 0
        while (message := step.element(queue._slot, position)) is not ABSENT:
            if self._is_due(line, message):
                step.remove_at(queue._slot, position)
                self._deliver(line, message)
                return
            position += 1
        raise Disabled

    def _deliver_any(self, line: Line) -> None:
        """Deliver any event of a bag that the receiver does not defer and that can reach it."""
        bag = line.contents
        assert isinstance(bag, Bag)
        guard(not bag.is_empty)
        self._guard_delivery(line)
        message = bag.each()
        guard(self._is_due(line, message))
        bag.remove(message)
        self._deliver(line, message)

    def _guard_delivery(self, line: Line) -> None:
        life = self._lives.get(line.receiver.name)
        guard(life is None or life.value in (Life.ALIVE, Life.HALTED))
        guard(all(condition(line.receiver) for condition in self.machine_conditions))
        if line.sender is not None:
            guard(self.can_reach(line.sender.site, line.receiver.site))

    def _is_due(self, line: Line, message: Any) -> bool:
        if line.sender is None:
            source = self.machines[message.sender.name].site
            if not self.can_reach(source, line.receiver.site):
                return False
        return line.receiver.wants(line.event_of(message)) != "defer"

    def _deliver(self, line: Line, message: Any) -> None:
        sender, event = line.sender_of(message), line.event_of(message)
        self.describe(f"{line.receiver.name} handles {event} from {sender}")
        life = self._lives.get(line.receiver.name)
        if life is not None and life.value is Life.HALTED:
            self.describe(f"{line.receiver.name} has halted and drops {event} from {sender}")
            return
        line.receiver.receive(sender, event)


def sites_of(machines: Sequence[Machine]) -> tuple[str, ...]:
    """Give the sites of machines, each once, in order."""
    return tuple(dict.fromkeys(machine.site or machine.name for machine in machines))
