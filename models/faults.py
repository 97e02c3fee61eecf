"""Faults: what may go wrong, each with a budget; a budget of 0 leaves the system as it is.

No run owes it to a fault to happen. What ends one is weakly fair: what heals does heal in the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from .fairness import Fairness
from .machines import Machine
from .networks import Life, Line, MachineSystem
from .systems import guard
from .variables import Queue, Variable


def cut(
    system: MachineSystem,
    budget: int,
    *,
    between: Iterable[str],
    both_ways: bool = True,
    at: str | None = None,
    heals: bool = True,
    struck: bool = False,
) -> None:
    """Let links between sites break and heal, at most `budget` times in all.

    What is sent over a broken link waits and arrives after it has healed. With `both_ways` false
    one direction breaks and the other works (C33, C57). With `at` only links of that site break;
    what does not heal stays broken. With `struck` all of them are broken before the first step.
    """
    if budget < 1:
        return
    ends = itertools.combinations if both_ways else itertools.permutations
    pairs = [pair for pair in ends(tuple(between), 2) if at is None or at in pair]
    arrow = "↔" if both_ways else "→"
    ends_of = frozenset[str] if both_ways else tuple[str, ...]
    broken = {
        pair: system.variable(
            f"link {pair[0]} {arrow} {pair[1]} is cut", struck, identity=(arrow, ends_of(pair))
        )
        for pair in pairs
    }
    left = system.variable(f"{'cuts' if both_ways else 'one-way cuts'} left", budget)

    def works(source: str, target: str) -> bool:
        pair = (source, target)
        if both_ways and pair not in broken:
            pair = (target, source)
        return pair not in broken or not broken[pair].value

    system.link_conditions.append(works)
    for pair, variable in broken.items():
        name = f"{pair[0]} {arrow} {pair[1]}"
        begin = _Named(f"cut {name}", (f"cut {arrow}", ends_of(pair)))
        end = _Named(f"heal {name}", (f"heal {arrow}", ends_of(pair)))
        _toggle(system, begin, end if heals else None, variable, left)


def isolate(
    system: MachineSystem,
    budget: int,
    *,
    sites: Iterable[str],
    heals: bool = True,
    struck: bool = False,
) -> None:
    """Let a site lose its links to all others and find them again; it works on by itself (C54).

    With `struck` it has lost them before the first step.
    """
    named = tuple(sites)
    if budget < 1:
        return
    isolated = {
        site: system.variable(f"{site} is isolated", struck, identity=("isolated", site))
        for site in named
    }
    left = system.variable("isolations left", budget)

    system.link_conditions.append(_no_end_in(isolated))
    for site, variable in isolated.items():
        begin = _Named(f"isolate {site}", ("isolate", site))
        end = _Named(f"reconnect {site}", ("reconnect", site))
        _toggle(system, begin, end if heals else None, variable, left)


def offline(
    system: MachineSystem,
    budget: int,
    *,
    sites: Iterable[str],
    heals: bool = True,
    struck: bool = False,
) -> None:
    """Let a site stop and come back: no step and no link of its works, nothing is lost (C51).

    With `struck` it has stopped before the first step.
    """
    named = tuple(sites)
    if budget < 1:
        return
    stopped = {
        site: system.variable(f"{site} is offline", struck, identity=("offline", site))
        for site in named
    }
    left = system.variable("outages left", budget)
    system.machine_conditions.append(
        lambda machine: machine.site not in stopped or not stopped[machine.site].value
    )
    system.link_conditions.append(_no_end_in(stopped))
    for site, variable in stopped.items():
        begin = _Named(f"take {site} offline", ("take offline", site))
        end = _Named(f"bring {site} back", ("bring back", site))
        _toggle(system, begin, end if heals else None, variable, left)


def pause(
    system: MachineSystem, budget: int, *, machines: Sequence[Machine], heals: bool = True
) -> None:
    """Let a machine pause and go on: it takes no step meanwhile, and keeps everything (C126)."""
    if budget < 1:
        return
    paused = {
        machine.name: system.variable(
            f"{machine.name} is paused", False, identity=("paused", machine.own_identity)
        )
        for machine in machines
    }
    left = system.variable("pauses left", budget)
    system.machine_conditions.append(
        lambda machine: machine.name not in paused or not paused[machine.name].value
    )
    for machine in machines:
        name, identity = machine.name, machine.own_identity
        begin = _Named(f"pause {name}", ("pause", identity))
        end = _Named(f"resume {name}", ("resume", identity))
        _toggle(system, begin, end if heals else None, paused[name], left)


def crash(system: MachineSystem, budget: int, *, machines: Sequence[Machine]) -> None:
    """Let a machine crash and restart: it keeps its durable fields and what is sent to it (C98)."""
    if budget < 1:
        return
    left = system.variable("crashes left", budget)
    for machine in machines:
        life = system.life(machine)
        _add_crash(system, machine, life, left)


def lose(system: MachineSystem, budget: int, *, what: Callable[[Line], bool] | None = None) -> None:
    """Let a channel lose an event: of a queue the first, which covers every order of losses."""
    if budget < 1:
        return
    left = system.variable("losses left", budget)

    def add(line: Line) -> None:
        def lose_one() -> None:
            guard(left.value > 0)
            message = _take(line)
            left.value -= 1
            system.describe(f"{_told(line, message)} is lost")

        if what is None or what(line):
            system.add_action(
                f"lose {_line_name(line)}", lose_one, None, (2,), identity=line.identity_of("lose")
            )

    system.for_each_line(add)


def repeat(
    system: MachineSystem, budget: int, *, what: Callable[[Line], bool] | None = None
) -> None:
    """Let a channel carry an event twice: the copy goes to its end."""
    if budget < 1:
        return
    left = system.variable("repeats left", budget)

    def add(line: Line) -> None:
        def repeat_one() -> None:
            guard(left.value > 0)
            message = _peek(line)
            if isinstance(line.contents, Queue):
                line.contents.push(message)
            else:
                line.contents.add(message)
            left.value -= 1
            system.describe(f"{_told(line, message)} is repeated")

        if what is None or what(line):
            system.add_action(
                f"repeat {_line_name(line)}",
                repeat_one,
                None,
                (2,),
                identity=line.identity_of("repeat"),
            )

    system.for_each_line(add)


class _Named(NamedTuple):
    """What an action is called, for people and in parts."""

    name: str
    identity: tuple[Hashable, ...]


def _toggle(
    system: MachineSystem,
    begin: _Named,
    end: _Named | None,
    variable: Variable[bool],
    left: Variable[int],
) -> None:
    def strike() -> None:
        guard(not variable.value and left.value > 0)
        variable.value = True
        left.value -= 1

    def mend() -> None:
        guard(variable.value)
        variable.value = False

    system.add_action(begin.name, strike, None, (2,), identity=begin.identity)
    if end is not None:
        system.add_action(end.name, mend, None, (2,), fairness=Fairness.WEAK, identity=end.identity)


def _no_end_in(sites: Mapping[str, Variable[bool]]) -> Callable[[str, str], bool]:
    """Tell of a link whether neither of its ends is among the sites marked."""

    def works(source: str, target: str) -> bool:
        return not any(site in sites and sites[site].value for site in (source, target))

    return works


def _add_crash(
    system: MachineSystem, machine: Machine, life: Variable[Life], left: Variable[int]
) -> None:
    def crash_it() -> None:
        guard(life.value is Life.ALIVE and left.value > 0)
        left.value -= 1
        life.value = Life.DOWN
        machine.crash()

    def restart_it() -> None:
        guard(life.value is Life.DOWN)
        life.value = Life.ALIVE
        machine.recover()

    crash, restart = machine.identity_of(" crash"), machine.identity_of(" restart")
    name = f"restart {machine.name}"
    system.add_action(f"crash {machine.name}", crash_it, None, (2,), identity=crash)
    system.add_action(name, restart_it, None, (2,), fairness=Fairness.WEAK, identity=restart)


def _line_name(line: Line) -> str:
    return f"{line.sender.name if line.sender else ''} → {line.receiver.name}".strip()


def _told(line: Line, message: object) -> str:
    return f"{line.event_of(message)} from {line.sender_of(message)} to {line.receiver.name}"


def _peek(line: Line) -> object:
    guard(not line.contents.is_empty)
    return line.contents.head if isinstance(line.contents, Queue) else line.contents.each()


def _take(line: Line) -> object:
    message = _peek(line)
    if isinstance(line.contents, Queue):
        line.contents.pop()
    else:
        line.contents.remove(message)
    return message
