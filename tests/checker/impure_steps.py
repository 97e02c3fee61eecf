"""Steps that are impure in every way, and pure ones that look like it; see `test_purity.py`.

Each takes the one variable of its system. The line that is at fault is marked.
"""

from __future__ import annotations

import datetime
import itertools
import os
import random
import secrets
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import datetime as moment
from functools import lru_cache, partial
from time import monotonic as seconds
from typing import Any

from gtcheck.models import Variable

X = Variable[Any]

COUNT = 0
LOG: list[int] = []
SEEN: dict[int, int] = {0: 0}
RING = deque([1, 2])
TALLY = Counter[int]()
IDS = itertools.count()
DICE = random.Random(1)
NOW = time.time


class Box:
    n = 0

    def bump(self) -> int:
        self.n += 1  # bumps_an_object
        return self.n

    @property
    def stamp(self) -> float:
        return time.time()  # reads_a_property

    @classmethod
    def fresh(cls) -> str:
        return str(uuid.uuid4())  # calls_a_class_method

    @staticmethod
    def dice() -> int:
        return secrets.randbelow(6)  # calls_a_static_method


BOX = Box()


def postponed() -> float:
    return time.time()  # calls_a_partial


LATER = partial(postponed)


def stamped() -> float:
    return time.time()  # calls_a_function


@lru_cache
def remembered() -> str:
    return os.environ["HOME"]  # calls_a_cached_function


def generated() -> Iterator[float]:
    yield time.perf_counter()  # uses_a_generator


def reads_the_clock(x: X) -> None:
    x.value = int(time.time())  # reads_the_clock


def reads_another_name_of_the_clock(x: X) -> None:
    x.value = NOW()  # reads_another_name_of_the_clock


def reads_an_imported_name(x: X) -> None:
    x.value = seconds()  # reads_an_imported_name


def reads_the_date(x: X) -> None:
    x.value = str(datetime.datetime.now())  # reads_the_date


def reads_an_alias_of_datetime(x: X) -> None:
    x.value = str(moment.now(datetime.UTC))  # reads_an_alias_of_datetime


def reads_today(x: X) -> None:
    x.value = str(datetime.date.today())  # reads_today


def calls_a_function(x: X) -> None:
    x.value = stamped()


def calls_a_cached_function(x: X) -> None:
    x.value = remembered()


def uses_a_generator(x: X) -> None:
    x.value = tuple(generated())


def calls_a_partial(x: X) -> None:
    x.value = LATER()


def draws(x: X) -> None:
    x.value = random.randint(1, 2)  # draws


def draws_from_its_own(x: X) -> None:
    x.value = DICE.random()  # draws_from_its_own


def draws_a_secret(x: X) -> None:
    x.value = secrets.token_hex()  # draws_a_secret


def draws_bytes(x: X) -> None:
    x.value = os.urandom(2)  # draws_bytes


def draws_from_the_system(x: X) -> None:
    x.value = random.SystemRandom().random()  # draws_from_the_system


def calls_a_class_method(x: X) -> None:
    x.value = Box.fresh()


def calls_a_static_method(x: X) -> None:
    x.value = BOX.dice()


def compares_addresses(x: X) -> None:
    x.value = id(x) % 2  # compares_addresses


def hashes(x: X) -> None:
    x.value = hash("a") % 2  # hashes


def reads_the_environment(x: X) -> None:
    x.value = os.environ.get("HOME")  # reads_the_environment


def asks_for_the_environment(x: X) -> None:
    x.value = os.getenv("HOME")  # asks_for_the_environment


def reads_input(x: X) -> None:
    x.value = input()  # reads_input


def reads_a_file(x: X) -> None:
    with open("/etc/hostname") as file:  # reads_a_file
        x.value = file.read()


def counts(x: X) -> None:
    global COUNT
    COUNT += 1  # counts
    x.value = COUNT


def appends(x: X) -> None:
    LOG.append(1)  # appends
    x.value = len(LOG)


def stores_an_item(x: X) -> None:
    SEEN[x.value] = 1  # stores_an_item


def adds_to_an_item(x: X) -> None:
    SEEN[0] += 1  # adds_to_an_item


def deletes_an_item(x: X) -> None:
    del SEEN[0]  # deletes_an_item


def turns(x: X) -> None:
    RING.rotate()  # turns
    x.value = RING[0]


def tallies(x: X) -> None:
    TALLY.update([1])  # tallies


def stores_an_attribute(x: X) -> None:
    BOX.n += 1  # stores_an_attribute


def stores_in_a_class(x: X) -> None:
    Box.n = 3  # stores_in_a_class


def bumps_an_object(x: X) -> None:
    x.value = BOX.bump()


def reads_a_property(x: X) -> None:
    x.value = BOX.stamp


def changes_a_default(x: X, cache: list[int] = []) -> None:  # noqa: B006
    cache.append(2)  # changes_a_default
    x.value = len(cache)


def changes_a_keyword(x: X, *, cache: dict[int, int] = {}) -> None:  # noqa: B006
    cache[1] = 2  # changes_a_keyword


def has_the_clock_as_default(x: X, clock: Callable[[], float] = time.time) -> None:
    x.value = clock()  # has_the_clock_as_default


def uses_up(x: X) -> None:
    x.value = next(IDS)  # uses_up


def imports(x: X) -> None:
    import time as clock

    x.value = clock.time()  # imports


def imports_from(x: X) -> None:
    from random import choice  # imports_from

    x.value = choice([1, 2])


def reads_in_a_lambda(x: X) -> None:
    x.value = (lambda: time.time())()  # reads_in_a_lambda


def reads_in_a_comprehension(x: X) -> None:
    x.value = tuple(time.time() for _ in range(2))  # reads_in_a_comprehension


def _around() -> Callable[[X], None]:
    inner = 0

    def changes_a_closure(x: X) -> None:
        nonlocal inner
        inner += 1  # changes_a_closure
        x.value = inner

    return changes_a_closure


def _outside() -> Callable[[X], None]:
    items: list[int] = []

    def appends_to_a_closure(x: X) -> None:
        items.append(1)  # appends_to_a_closure
        x.value = len(items)

    return appends_to_a_closure


IMPURE: list[Callable[..., None]] = [
    *(found for name, found in list(globals().items()) if name.split("_")[0] in (
        "reads", "calls", "uses", "draws", "compares", "hashes", "asks", "counts", "appends",
        "stores", "adds", "deletes", "turns", "tallies", "bumps", "changes", "has", "imports",
    )),
    _around(),
    _outside(),
]  # fmt: skip
"""All but these are found in the code, before a step is run."""


def hides_the_clock(x: X) -> None:
    clock = getattr(time, "_".join(["perf", "counter"]))
    x.value = clock()  # hides_the_clock


def hides_a_counter(x: X) -> None:
    setattr(BOX, "n", getattr(BOX, "n") + 1)  # noqa: B009, B010
    x.value = BOX.n  # hides_a_counter


def hides_a_counter_in_a_comparison(x: X) -> None:
    vars(BOX).update(n=BOX.n + 1)
    if BOX.n % 2:  # hides_a_counter_in_a_comparison
        x.value = 1


HIDDEN = [hides_the_clock, hides_a_counter, hides_a_counter_in_a_comparison]


def keeps_a_list(x: X) -> None:
    seen = []
    seen.append(1)
    counted = {}
    counted[1] = 2
    x.value = len(seen) + len(counted)


def changes_its_own(x: X) -> None:
    total = 0

    def add() -> None:
        nonlocal total
        total += 1

    add()
    x.value = total


def seeds(x: X) -> None:
    x.value = random.Random(3).random()


def reads_constants(x: X) -> None:
    x.value = len(LOG) + SEEN.get(9, 0) + datetime.datetime(2020, 1, 1).year


def shadows(x: X) -> None:
    def put(cache: list[int]) -> int:
        cache.append(1)
        return len(cache)

    x.value = put([]) + sum((lambda LOG: len(LOG.copy()))([]) for _ in range(2))  # noqa: N803


def copies_a_default(x: X, given: list[int] = []) -> None:  # noqa: B006
    given = list(given)
    given.append(1)
    x.value = len(given)


def formats_times(x: X) -> None:
    x.value = time.strftime("%Y", (2020, 1, 1, 0, 0, 0, 0, 1, 0))


PURE = [
    keeps_a_list,
    changes_its_own,
    seeds,
    reads_constants,
    shadows,
    copies_a_default,
    formats_times,
]
