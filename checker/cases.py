"""The cases of an invariant over all members: `return all(... for ...)` as a predicate for each.

What a predicate looks at is tabulated with all its combinations. Those of a whole table may be as
many as there are states; of one case there are few. All cases hold where the whole holds, and the
first that does not, in their order, is where the whole stops: so what it answers or raises is the
same. What cannot be taken apart for certain is left whole.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import linecache
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from types import CodeType, FunctionType
from typing import Any

from ..models.properties import Property, PropertyKind
from ..models.variables import Table, Variable

CASES_MAX = 1_000
"""More cases than these are judged all at once."""

Predicate = Callable[[], bool]
_BINDING = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def judged_whole(
    checked: Iterable[Property], kinds: Container[PropertyKind]
) -> list[tuple[Property, Predicate]]:
    """Give the predicates of properties of these kinds."""
    return [
        (found, found.predicate)
        for found in checked
        if found.kind in kinds and found.predicate is not None
    ]


def judged_apart(
    checked: Iterable[Property], kinds: Container[PropertyKind]
) -> list[tuple[Property, Predicate]]:
    """Give the same, but of an invariant each case by itself."""
    return [
        (found, case)
        for found, predicate in judged_whole(checked, kinds)
        for case in (cases_of(predicate) if found.kind is PropertyKind.ALWAYS else [predicate])
    ]


def cases_of(predicate: Predicate) -> list[Predicate]:
    """Give a predicate for each case of `predicate`, or the whole one alone.

    Taken apart are functions without parameters that do nothing but `return all(...)`, or
    `return not any(...)`, of a generator or list whose members do not depend on the state (values
    of a table are such, each by its key), or go through such members in loops that return False,
    and return True after them.
    """
    forall = _read(predicate) if isinstance(predicate, FunctionType) else None
    if forall is None:
        return [predicate]
    try:
        cases = list(islice(forall.cases(), CASES_MAX + 1))
    except Exception:
        # The members depend on the state, or there are none to be had: that is for the whole.
        return [predicate]
    return cases if 0 < len(cases) <= CASES_MAX else [predicate]


def _read(predicate: FunctionType) -> _Forall | None:
    """Read the code of a predicate; None where it is not there, or is of another form."""
    code = predicate.__code__
    definition = _definition(code)
    if definition is None or not _quantifies_as_python(predicate):
        return None
    body = definition.body[_is_text(definition.body[0]) :]
    if any(isinstance(node, _BINDING) for statement in body for node in ast.walk(statement)):
        return None
    match body:
        case [ast.Return(ast.expr() as value)]:
            quantified = _quantified(value)
        case [ast.For() as loop, ast.Return(ast.Constant(True))]:
            quantified = _looped(loop)
        case _:
            quantified = None
    opened = quantified and quantified.opened()
    return _Forall(predicate, opened) if opened and not opened.goes_by_values else None


@dataclass(frozen=True)
class _Quantified:
    """For all members, where every condition is true: `claim`, or where it is denied not so."""

    members: tuple[ast.comprehension, ...]
    conditions: tuple[ast.expr, ...]
    claim: ast.expr
    is_denied: bool

    @property
    def names(self) -> set[str]:
        """What members are called."""
        return set().union(*(_names_in(each.target) for each in self.members))

    @property
    def goes_by_values(self) -> bool:
        """Whether members may be those of what is itself one: that may depend on the state."""
        known: set[str] = set()
        for each in self.members:
            if known & _names_in(each.iter):
                return True
            if _with_names_of_values(each) is not each:
                known |= _names_in(each.target)
        return False

    def opened(self) -> _Quantified:
        """Take what must hold for all members of all members as one."""
        inside = _quantified(self.claim, denied=self.is_denied)
        if inside is None or self.names & inside.names:
            return self
        return replace(
            inside,
            members=self.members + inside.members,
            conditions=self.conditions + inside.conditions,
        ).opened()


def _quantified(value: ast.expr, *, denied: bool = False) -> _Quantified | None:
    """Read `all(...)`, or where it is denied `any(...)`, of a generator or a list."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        return _quantified(value.operand, denied=not denied)
    match value:
        case ast.Call(ast.Name(name), [ast.GeneratorExp() | ast.ListComp() as inside], []):
            pass
        case _:
            return None
    plain = all(_is_plain(each.target) and not each.is_async for each in inside.generators)
    if name != ("any" if denied else "all") or not plain:
        return None
    return _Quantified(
        tuple(ast.comprehension(each.target, each.iter, [], 0) for each in inside.generators),
        tuple(condition for each in inside.generators for condition in each.ifs),
        inside.elt,
        denied,
    )


def _looped(loop: ast.For) -> _Quantified | None:
    """Read loops within each other, of which the innermost returns False on a condition."""
    members = (ast.comprehension(loop.target, loop.iter, [], 0),)
    if loop.orelse or not _is_plain(loop.target):
        return None
    match loop.body:
        case [ast.For() as inner]:
            inside = _looped(inner)
            return inside and replace(inside, members=members + inside.members)
        case [ast.If(fails, [ast.Return(ast.Constant(False))], [])]:
            return _Quantified(members, (), fails, is_denied=True)
        case _:
            return None


def _names_in(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


def _is_plain(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple):
        return all(_is_plain(each) for each in target.elts)
    return isinstance(target, ast.Name)


def _is_text(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Constant(str())):
            return True
        case _:
            return False


@dataclass(frozen=True)
class _Forall:
    """A predicate, and what it says of all members."""

    predicate: FunctionType
    quantified: _Quantified

    def cases(self) -> Iterator[Predicate]:
        """Give the predicate of each case, in order."""
        names = sorted(self.quantified.names)
        one = ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load())
        members = [_with_names_of_values(each) for each in self.quantified.members]
        everyone = self._compiled([], ast.GeneratorExp(one, members))
        claim = self.quantified.claim
        fails = claim if self.quantified.is_denied else _not(claim)
        conditions = self.quantified.conditions
        fails_here = ast.BoolOp(ast.And(), [*conditions, fails]) if conditions else fails
        case = self._compiled(names, _not(fails_here))
        for values in everyone():
            yield _bound(case, values)

    def _compiled(self, parameters: Sequence[str], value: ast.expr) -> FunctionType:
        """Make a function of an expression that sees what the predicate sees."""
        like = self.predicate.__code__
        code = _code_within(_function(like.co_name, parameters, ast.Return(value)), like)
        cells = dict(zip(like.co_freevars, self.predicate.__closure__ or (), strict=True))
        closure = tuple(cells[name] for name in code.co_freevars)
        known = {**self.predicate.__globals__, _NAMES: names_of_values}
        return FunctionType(code, known, code.co_name, None, closure)


@dataclass(frozen=True, eq=False)
class _Held:
    """What a variable holds, whatever it is: a member whose value depends on the state."""

    variable: Variable[Any]


_NAMES = "names of values"
"""No name in a program is like this one."""


def _with_names_of_values(members: ast.comprehension) -> ast.comprehension:
    """Let `.values()` and `.items()` of a table give what stands for its values."""
    match members.iter:
        case ast.Call(ast.Attribute(owner, ("values" | "items") as how), [], []):
            names = ast.Call(ast.Name(_NAMES, ast.Load()), [owner, ast.Constant(how)], [])
            return ast.comprehension(members.target, names, [], 0)
        case _:
            return members


def names_of_values(owner: Any, how: str) -> Iterable[Any]:
    """Give the values or items of a table by name, and those of anything else as they are."""
    if not isinstance(owner, Table):
        return getattr(owner, how)()  # type: ignore[no-any-return]
    held = ((key, _Held(owner.variable(key))) for key in owner)
    return held if how == "items" else (value for _, value in held)


def _bound(case: FunctionType, values: tuple[object, ...]) -> Predicate:
    """Give a case with its members bound; raise `ValueError` where one of them hides a value."""
    if any(isinstance(part, _Held) for each in values if isinstance(each, tuple) for part in each):
        raise ValueError("a pair of key and value is not taken apart")
    if not any(isinstance(each, _Held) for each in values):
        return FunctionType(
            case.__code__, case.__globals__, case.__name__, values, case.__closure__
        )

    def read_and_judge() -> bool:
        read = (each.variable.value if isinstance(each, _Held) else each for each in values)
        answer: bool = case(*read)
        return answer

    return read_and_judge


def _not(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), value)


def _quantifies_as_python(predicate: FunctionType) -> bool:
    """Tell whether `all` and `any` mean there what they mean in Python."""
    known = {**vars(builtins), **predicate.__globals__}
    if known["all"] is not all or known["any"] is not any:
        return False
    return not {"all", "any"} & set(predicate.__code__.co_freevars)


def _definition(code: CodeType) -> ast.FunctionDef | None:
    """Read a function again from its file; None where what stands there is not what runs."""
    linecache.checkcache(code.co_filename)
    try:
        tree, codes = _module("".join(linecache.getlines(code.co_filename)), code.co_filename)
    except (SyntaxError, ValueError):
        return None
    if code not in codes or code.co_argcount + code.co_kwonlyargcount:
        return None
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return next((one for one in functions if _first_line(one) == code.co_firstlineno), None)


@lru_cache(maxsize=16)
def _module(source: str, filename: str) -> tuple[ast.Module, frozenset[CodeType]]:
    """Read a file, and compile all functions that are in it."""
    tree = ast.parse(source)
    return tree, frozenset(_codes_in(compile(tree, filename, "exec", dont_inherit=True)))


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes_in(each)


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _function(name: str, parameters: Sequence[str], body: ast.stmt) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(each) for each in parameters],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.FunctionDef(name, arguments, [body], [])


def _code_within(function: ast.FunctionDef, like: CodeType) -> CodeType:
    """Compile a function among the variables that another one sees around it."""
    around = _function("around a predicate", like.co_freevars, function)
    module = ast.fix_missing_locations(ast.Module([around], []))
    flags = like.co_flags & __future__.annotations.compiler_flag
    outermost = compile(module, like.co_filename, "exec", flags, dont_inherit=True)
    return next(each for each in _codes_in(outermost) if each.co_name == function.name)
