"""Explorations side by side: a process for each core, each given the next one when it is free."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

from .exploring import Outcome, Search, not_explored, outcome_of

if TYPE_CHECKING:
    from ...checker import Limits, Progress

_KILLED = -9  # What the system does to a process where memory runs out.
_SECONDS_TO_END = 5.0


def explore_all(
    searches: Sequence[Search],
    limits: Limits,
    announce: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Explore them all, the longest first, and give what was found in the order they came in.

    Each is held to `limits`. `announce` is told how far it has come. Raises what an exploration
    raised. Ctrl-C ends every process; what was not explored by then is undecided.
    """
    waiting = sorted(range(len(searches)), key=lambda number: searches[number].weight())
    outcomes: dict[int, Outcome] = {}
    with contextlib.suppress(KeyboardInterrupt), _workers(min(_cores(), len(waiting))) as workers:
        while len(outcomes) < len(searches):
            for worker in workers:
                if worker.number is None and waiting:
                    number = waiting.pop()
                    worker.begin(number, searches[number], limits)
            busy = {worker.number: worker for worker in workers if worker.number is not None}
            if announce is not None:
                explored = ", ".join(str(searches[number].scenario) for number in busy)
                announce(f"{len(outcomes)} of {len(searches)} explored: {explored}")
            for number in _finished(busy):
                outcomes[number] = busy[number].finish()
    return [
        outcomes[number] if number in outcomes else not_explored(search)
        for number, search in enumerate(searches)
    ]


@dataclass(slots=True)
class _Worker:
    """A process, the connection to it, and the number of what it explores, if anything."""

    process: SpawnProcess
    connection: Connection
    number: int | None = None

    def begin(self, number: int, search: Search, limits: Limits) -> None:
        self.number = number
        self.connection.send((search, limits))

    def finish(self) -> Outcome:
        self.number = None
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join(_SECONDS_TO_END)
            if self.process.exitcode == _KILLED:
                raise MemoryError("a process that explored was killed") from None
            ended = f"a process that explored ended with {self.process.exitcode}"
            raise RuntimeError(ended) from None
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Outcome)
        return answer


@contextmanager
def _workers(how_many: int) -> Iterator[list[_Worker]]:
    # A new process, not a fork: the engine may have threads, and a fork would copy their locks.
    context = multiprocessing.get_context("spawn")
    workers: list[_Worker] = []
    try:
        for _ in range(how_many):
            ours, theirs = context.Pipe()
            process = context.Process(target=_explore_what_comes, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            workers.append(_Worker(process, ours))
        yield workers
    finally:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join()
            worker.connection.close()


def _finished(busy: Mapping[int, _Worker]) -> list[int]:
    """Wait until one of them is done, and give the numbers of those that are."""
    ready = wait([worker.connection for worker in busy.values()])
    return [number for number, worker in busy.items() if worker.connection in ready]


def _explore_what_comes(connection: Connection) -> None:
    # Ctrl-C reaches every process of the terminal; the one that has begun us ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError):  # Nobody is there any more to ask for more.
        while True:
            search, limits = connection.recv()
            try:
                connection.send(outcome_of(search, limits, _end_with_the_parent))
            except Exception as error:
                connection.send(error)


def _end_with_the_parent(_: Progress) -> None:
    # One that was killed could not end us, and nobody waits for what we would find.
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
