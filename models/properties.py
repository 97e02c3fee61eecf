"""Properties: what must always be so, what must be possible, and how they are named."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import GeneratorType

from .errors import ModelError, Place
from .places import place_of
from .steps import Observer


class PropertyKind(StrEnum):
    """How a property is judged; the value is what is printed."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    EVENTUALLY = "eventually"
    LEADS_TO = "leads-to"
    SPEC = "spec"
    NO_FAILURE = "no-failure"
    NO_DEADLOCK = "no-deadlock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One thing to check of a system.

    `predicate` judges a state (`ALWAYS`, `SOMETIMES`, and for `NO_DEADLOCK` where the system may
    rest); `spec` observes announced events (`SPEC`). In every fair run the predicate of
    `EVENTUALLY` is true at some time, that of `LEADS_TO` whenever `trigger` is or later, and that
    of a spec with hot states, which tells that it is in none, again and again. A predicate that
    looks at what specs remember names them in `using`, and they are checked with it. A property
    that is not `promised` is only checked when it is named: it says what this system does not
    claim.
    """

    name: str
    kind: PropertyKind
    summary: str
    promised: bool = True
    predicate: Callable[[], bool] | None = None
    trigger: Callable[[], bool] | None = None
    spec: Observer | None = None
    using: tuple[Observer, ...] = ()
    place: Place | None = None

    @property
    def is_liveness(self) -> bool:
        """Whether only a run without end can violate it, or that as well."""
        return self.kind in _IN_THE_END or (self.spec is not None and self.predicate is not None)


_IN_THE_END = (PropertyKind.EVENTUALLY, PropertyKind.LEADS_TO)

NO_FAILURE = Property(
    name="no-failure",
    kind=PropertyKind.NO_FAILURE,
    summary="no step meets an unhandled event, a failed assertion or an exception",
)


def yes_or_no(answer: object, predicate: Callable[[], object]) -> bool:
    """Give what a predicate answered; raise `ModelError` for an answer that is neither yes nor no.

    A generator that `all` was forgotten around would hold whatever the state, and so check nothing.
    """
    if isinstance(answer, bool):
        return answer
    message = f"a property must return True or False: this one gave {unjudged(answer)}"
    raise ModelError(message, place=place_of(predicate))


def unjudged(answer: object) -> str:
    """Say what is neither true nor false, and what would be."""
    kind = type(answer).__name__
    if isinstance(answer, GeneratorType):
        return "a generator, which nothing goes through; put all(...) or any(...) around it"
    if callable(answer):
        return f"the {kind} {getattr(answer, '__name__', answer)}; call it"
    if answer is None:
        return "None; is its return missing?"
    return f"the {kind} {answer!r}; compare it, or put bool(...) around it"


def kebab(name: str) -> str:
    """Give the name of a function or class as it is typed on the command line.

    >>> kebab("no_split_decision"), kebab("ReadYourWrites"), kebab("LWWRegister")
    ('no-split-decision', 'read-your-writes', 'lww-register')
    """
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1-\2", name)
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", words)
    return words.replace("_", "-").strip("-").lower()


def summary_of(thing: object) -> str:
    """Give the first sentence of a docstring, without its full stop; "" where there is none."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "").split("\n\n")[0]
    return " ".join(text.split()).rstrip(".")
