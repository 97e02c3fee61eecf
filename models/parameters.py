"""Models as functions of parameters: each declared with its type, default, bounds and faults.

A model is a function from keyword parameters to a `System`:

    @model("counter")
    def counter(
        *,
        limit: Annotated[int, Parameter(1, 99, "where the counter stops")] = 3,
        crash: Annotated[int, Fault(2, "crashes of the counter")] = 0,
    ) -> System: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from .errors import GtcheckError, ModelError, ParameterError, UnknownNameError
from .places import place_of, place_of_error
from .properties import summary_of
from .systems import System


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a model's parameter may be: whole numbers from `minimum` to `maximum`, and its meaning.

    For a `bool` or a `Literal` of strings the bounds are left out; a `str` is one of `choices`.
    """

    minimum: int | None = None
    maximum: int | None = None
    summary: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault's budget: how often it may happen in one run, from 0 to `maximum`."""

    maximum: int
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredParameter:
    """A parameter or a fault of a model as `gtcheck models` lists it."""

    name: str
    type: str
    default: object
    minimum: int | None
    maximum: int | None
    choices: tuple[str, ...]
    summary: str

    def parse(self, given: object) -> object:
        """Give the value for what was typed; raise `ParameterError` where it does not fit."""
        if self.type == "int":
            return self._parse_int(given)
        if self.type == "bool":
            known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
            if str(given).lower() in known:
                return known[str(given).lower()]
            raise ParameterError(f"{self.name}={given} is neither true nor false")
        if given in self.choices:
            return given
        raise UnknownNameError.among(f"{self.name}", str(given), self.choices)

    def _parse_int(self, given: object) -> int:
        try:
            number = int(str(given))
        except ValueError:
            raise ParameterError(f"{self.name}={given} is not a whole number") from None
        low, high = self.minimum, self.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            allowed = f"be {low}" if low == high else f"be from {low} to {high}"
            raise ParameterError(f"{self.name}={number} is out of bounds: it may {allowed}")
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model: its name, what it is, its parameters and faults, and the function that builds it."""

    name: str
    summary: str
    parameters: tuple[DeclaredParameter, ...]
    faults: tuple[DeclaredParameter, ...]
    function: Callable[..., System]

    def build(
        self,
        settings: Mapping[str, object] | None = None,
        faults: Mapping[str, object] | None = None,
    ) -> System:
        """Build the system; what is not given has its default.

        Raises `UnknownNameError` for a name that is not declared, `ParameterError` for a value
        that does not fit, and `ModelError` where the model is not well formed.
        """
        chosen = _resolve("parameter", self.parameters, settings or {}, f"model {self.name}")
        budgets = _resolve("fault", self.faults, faults or {}, f"model {self.name}")
        system = self._call({**chosen, **budgets})
        system.name = self.name
        system.parameters = chosen
        system.faults = {name: int(str(budget)) for name, budget in budgets.items() if budget}
        return system

    def _call(self, values: dict[str, object]) -> System:
        try:
            system = self.function(**values)
        except GtcheckError:
            raise
        except (Exception, SystemExit) as error:
            place = place_of_error(error) or place_of(self.function)
            raise ModelError(
                f"model {self.name} could not be built: {type(error).__name__}: {error}",
                place=place,
            ) from error
        if not isinstance(system, System):
            raise ModelError(
                f"model {self.name} gave a {type(system).__name__} instead of a System; "
                "return the system at its end",
                place=place_of(self.function),
            )
        return system


def model(name: str) -> Callable[[Callable[..., System]], Model]:
    """Declare a model of this name; its parameters are the function's keyword parameters."""

    def declare(function: Callable[..., System]) -> Model:
        parameters: list[DeclaredParameter] = []
        faults: list[DeclaredParameter] = []
        hints = get_type_hints(function, include_extras=True)
        for parameter in inspect.signature(function).parameters.values():
            declared, is_fault = _declared(function, parameter, hints.get(parameter.name))
            (faults if is_fault else parameters).append(declared)
        return Model(
            name=name,
            summary=summary_of(function),
            parameters=tuple(parameters),
            faults=tuple(faults),
            function=function,
        )

    return declare


def _declared(
    function: Callable[..., System], parameter: inspect.Parameter, hint: Any
) -> tuple[DeclaredParameter, bool]:
    written = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    kind, notes = written[0], [n for n in written[1:] if isinstance(n, (Parameter, Fault))]
    choices = _choices(kind, notes)
    if not notes or parameter.default is parameter.empty or not (choices or kind in (int, bool)):
        raise ModelError(
            f"parameter {parameter.name!r} of {function.__name__} is not declared whole; write "
            f'{parameter.name}: Annotated[int, Parameter(1, 9, "what it is")] = 1 '
            "(int, bool, a Literal of strings, or a str with choices; Fault(...) for a budget)",
            place=place_of(function),
        )
    note = notes[0]
    is_fault = isinstance(note, Fault)
    declared = DeclaredParameter(
        name=parameter.name,
        type="choice" if choices else kind.__name__,
        default=parameter.default,
        minimum=0 if isinstance(note, Fault) else note.minimum,
        maximum=note.maximum,
        choices=choices,
        summary=note.summary,
    )
    try:
        declared.parse(parameter.default)
    except GtcheckError as error:
        raise ModelError(
            f"default of {function.__name__}: {error}", place=place_of(function)
        ) from None
    return declared, is_fault


def _choices(kind: Any, notes: Sequence[Parameter | Fault]) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(map(str, get_args(kind)))
    if kind is str and notes and isinstance(notes[0], Parameter):
        return notes[0].choices
    return ()


def _resolve(
    kind: str, declared: tuple[DeclaredParameter, ...], given: Mapping[str, object], whose: str
) -> dict[str, object]:
    known = {parameter.name: parameter for parameter in declared}
    for name in given:
        if name not in known:
            raise UnknownNameError.among(f"{kind} of {whose}", name, known)
    return {
        name: parameter.parse(given[name]) if name in given else parameter.default
        for name, parameter in known.items()
    }
