"""Specs: machines that observe announced events and judge them."""

from __future__ import annotations

from .automata import Automaton
from .errors import ModelError
from .events import Event
from .places import place_of
from .properties import kebab
from .systems import System

_FORBIDDEN = ("send", "reply", "create", "choose", "defer", "announce", "now")


class Spec(Automaton):
    """What must hold of announced events: a deterministic machine that only observes.

    Its handlers assert; a failed assertion, an exception, or an observed event without a handler
    in the current state violates the property of the spec's name. It has fields and states as a
    machine has, hears every announced event of the types that it handles, and neither sends nor
    chooses. While it is in a `hot` state something is owed: no fair run may stay there for ever.
    """

    name: str = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for function in cls.own_functions():
            for name in _FORBIDDEN:
                if name in function.__code__.co_names and not hasattr(cls, name):
                    raise ModelError(
                        f"spec {cls.__name__} uses {name!r} in {function.__name__}: a spec only "
                        "observes; do this in a machine, and announce what the spec should see",
                        place=place_of(function),
                    )

    def attach(self, system: System) -> None:
        """Make the fields variables of the system; called by `System.spec`."""
        self.__dict__["name"] = self.name or kebab(type(self).__name__)
        self.bind(system, self.name)

    def observes(self, event: Event) -> bool:
        """Tell whether some state of this spec handles or ignores events of this type."""
        return type(event) in self.vocabulary()

    def observe(self, event: Event) -> None:
        """Handle one announced event; raise where it must not have happened."""
        self.dispatch(event)

    @property
    def has_hot_states(self) -> bool:
        """Whether it may owe something, which must not be so for ever."""
        return any(state.hot for state in self.states_.values())

    def owes_nothing(self) -> bool:
        """Tell whether it is in no hot state."""
        state = self.states_.get(self.current_state)
        return state is None or not state.hot
