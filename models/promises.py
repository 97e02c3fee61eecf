"""What a system promises: the declarations of its properties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

from .errors import ModelError, UnknownNameError
from .places import place_of
from .properties import NO_FAILURE, Property, PropertyKind, kebab, summary_of
from .steps import Observer

P = TypeVar("P", bound=Callable[[], bool])


class Promises:
    """The properties of a system, in the order of declaration; `no-failure` is always there."""

    def __init__(self) -> None:
        self._properties: dict[str, Property] = {NO_FAILURE.name: NO_FAILURE}

    @property
    def properties(self) -> tuple[Property, ...]:
        """Every property, in the order of declaration."""
        return tuple(self._properties.values())

    def select(self, names: Sequence[str] = ()) -> tuple[Property, ...]:
        """Give the properties of these names, or all that are promised where none is named.

        The specs that a predicate looks at are among them.
        """
        for name in names:
            if name not in self._properties:
                raise UnknownNameError.among("property", name, self._properties)
        chosen = [
            found
            for found in self.properties
            if found.name in names or (not names and found.promised)
        ]
        used = [spec for found in chosen for spec in found.using]
        return tuple(found for found in self.properties if found in chosen or found.spec in used)

    @overload
    def always(self, predicate: P, /) -> P: ...
    @overload
    def always(
        self, predicate: None = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Callable[[P], P]: ...
    def always(
        self, predicate: Any = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Any:
        """Declare an invariant: the predicate is true in every state that can be reached.

        `using` names the specs whose fields the predicate looks at.
        """
        return self._declare(PropertyKind.ALWAYS, predicate, promised, using)

    @overload
    def sometimes(self, predicate: P, /) -> P: ...
    @overload
    def sometimes(
        self, predicate: None = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Callable[[P], P]: ...
    def sometimes(
        self, predicate: Any = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Any:
        """Declare a witness that must exist: a state in which the predicate is true.

        `using` names the specs whose fields the predicate looks at.
        """
        return self._declare(PropertyKind.SOMETIMES, predicate, promised, using)

    @overload
    def eventually(self, predicate: P, /) -> P: ...
    @overload
    def eventually(
        self, predicate: None = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Callable[[P], P]: ...
    def eventually(
        self, predicate: Any = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Any:
        """Declare what must come: in every fair run the predicate is true at some time.

        Which runs are fair, the actions say; `using` names the specs that the predicate looks at.
        """
        return self._declare(PropertyKind.EVENTUALLY, predicate, promised, using)

    def leads_to(
        self,
        trigger: Callable[[], bool],
        *,
        promised: bool = True,
        using: Sequence[Observer] = (),
    ) -> Callable[[P], P]:
        """Declare what must follow: in every fair run, whenever `trigger` is true, the predicate is
        true then or later.

        `using` names the specs that the two look at.
        """
        declare: Callable[[P], P] = self._declare(
            PropertyKind.LEADS_TO, None, promised, using, trigger
        )
        return declare

    @overload
    def rests_when(self, predicate: P, /) -> P: ...
    @overload
    def rests_when(
        self, predicate: None = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Callable[[P], P]: ...
    def rests_when(
        self, predicate: Any = None, /, *, promised: bool = True, using: Sequence[Observer] = ()
    ) -> Any:
        """Declare where the system may rest: any other state that no step leaves is a deadlock.

        A step that changes nothing leaves no state. The property is called `no-deadlock`; without
        this, states that no step leaves are counted only. `using` names the specs whose fields the
        predicate looks at.
        """
        return self._declare(PropertyKind.NO_DEADLOCK, predicate, promised, using)

    def _declare(
        self,
        kind: PropertyKind,
        predicate: Any,
        promised: bool,
        using: Sequence[Observer],
        trigger: Callable[[], bool] | None = None,
    ) -> Any:
        def declare(predicate: Callable[[], bool]) -> Callable[[], bool]:
            name, summary = kebab(predicate.__name__), summary_of(predicate)
            if kind is PropertyKind.NO_DEADLOCK:
                name = kind.value
                summary = f"where no step is left, {_in_a_sentence(predicate)}"
            self.add_property(
                Property(
                    name=name,
                    kind=kind,
                    summary=summary,
                    promised=promised,
                    predicate=predicate,
                    trigger=trigger,
                    using=tuple(using),
                    place=place_of(predicate),
                )
            )
            return predicate

        return declare if predicate is None else declare(predicate)

    def add_property(self, found: Property) -> None:
        """Add a property; raise `ModelError` where its name is taken."""
        if found.name in self._properties:
            raise ModelError(f"two properties are called {found.name!r}", place=found.place)
        self._properties[found.name] = found


def _in_a_sentence(predicate: Callable[[], bool]) -> str:
    said = summary_of(predicate) or predicate.__name__
    return said[0].lower() + said[1:]
