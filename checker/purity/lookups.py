"""What a function's code looks up outside of its own locals, and what it changes there.

It is read from the bytecode, which every function has. Only to see what `thing[key] = ...` or
`thing.name = ...` changes is the source needed; where it is gone, such a change is not seen.
"""

from __future__ import annotations

import ast
import dis
import linecache
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import CodeType


class Origin(Enum):
    """Where a name is found: in the function, in one around it, among the globals, by an import."""

    LOCAL = "local"
    CLOSURE = "closure"
    GLOBAL = "global"
    MODULE = "module"


class Use(Enum):
    """What is done with what was looked up: it is read, or it, an item or an attribute changed."""

    READ = "read"
    REBIND = "rebind"
    STORE_ITEM = "store item"
    STORE_ATTRIBUTE = "store attribute"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A name, the attributes taken of it in turn, and the line and column (from 1) of it.

    Of a stored attribute, `stored` is its name, and the path leads to what holds it.
    """

    origin: Origin
    name: str
    path: tuple[str, ...]
    line: int
    column: int
    use: Use = Use.READ
    stored: str = ""

    def __str__(self) -> str:
        return ".".join((self.name, *self.path))


Found = tuple[Origin, str, tuple[str, ...]]
Names = dict[str, Found]


@lru_cache(maxsize=8192)
def lookups_of(code: CodeType) -> tuple[Lookup, ...]:
    """Give all look-ups of a code object, and of the functions and comprehensions inside it."""
    return tuple(_lookups(code, frozenset(code.co_freevars)))


def _lookups(
    code: CodeType, outer: frozenset[str], own: frozenset[str] = frozenset()
) -> Iterator[Lookup]:
    """Read one code object; `outer` names come from outside of it all, `own` from inside it."""
    imports = _Imports()
    current: Found | None = None
    for instruction in dis.get_instructions(code):
        operation, name = instruction.opname, instruction.argval
        current = imports.follow(operation, name, current) or _loaded(
            operation, name, current, outer, imports.names
        )
        place = _line_and_column(instruction, code)
        if current is not None and current[1] not in own:
            yield Lookup(*current, *place)
        if operation in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            yield Lookup(Origin.GLOBAL, name, (), *place, Use.REBIND)
        elif operation in ("STORE_DEREF", "DELETE_DEREF") and name in outer:
            yield Lookup(Origin.CLOSURE, name, (), *place, Use.REBIND)
        elif operation in _STORES:
            yield from _stored(code, instruction, outer, own, imports.names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            free = frozenset(inner.co_freevars)
            yield from _lookups(inner, outer & free, (own & free) | frozenset(inner.co_varnames))


_STORES = frozenset({"STORE_SUBSCR", "DELETE_SUBSCR", "STORE_ATTR", "DELETE_ATTR"})


class _Imports:
    """The names that `import` statements inside the function bind."""

    def __init__(self) -> None:
        self.names: Names = {}
        self._module: str | None = None
        self._before: deque[object] = deque(maxlen=2)

    def follow(self, operation: str, name: object, current: Found | None) -> Found | None:
        """Take in one instruction; give what an `import from` of it takes from its module."""
        if operation == "IMPORT_NAME":
            is_absolute = self._before[0] == 0
            self._module = str(name) if is_absolute else None
        self._before.append(name)
        if operation == "IMPORT_FROM" and self._module is not None:
            return Origin.MODULE, self._module, (str(name),)
        if operation == "STORE_FAST" and self._module is not None:
            if current is not None:
                self.names[str(name)] = current
            else:
                self.names[str(name)] = Origin.MODULE, self._module.partition(".")[0], ()
                self._module = None
        elif operation == "POP_TOP":
            self._module = None
        return None


def _loaded(
    operation: str, name: object, current: Found | None, outer: frozenset[str], names: Names
) -> Found | None:
    """Give what is on the stack's top after one instruction, where it is a look-up."""
    if operation in ("LOAD_ATTR", "LOAD_METHOD"):
        return (*current[:2], (*current[2], str(name))) if current is not None else None
    if operation in ("LOAD_GLOBAL", "LOAD_NAME"):
        return Origin.GLOBAL, str(name), ()
    if operation == "LOAD_DEREF":
        return Origin.CLOSURE if name in outer else Origin.LOCAL, str(name), ()
    if "LOAD_FAST" in operation:
        # Newer interpreters load two names, or store one and load the other, at once.
        last = str(name[-1] if isinstance(name, tuple) else name)
        return names.get(last, (Origin.LOCAL, last, ()))
    # Newer interpreters push what a call needs between a name and its attribute, or after it.
    return current if operation == "PUSH_NULL" else None


def _stored(
    code: CodeType,
    instruction: dis.Instruction,
    outer: frozenset[str],
    own: frozenset[str],
    names: Names,
) -> Iterator[Lookup]:
    target = _target(code, instruction)
    if not isinstance(target, (ast.Attribute, ast.Subscript)):
        return
    use = Use.STORE_ITEM if isinstance(target, ast.Subscript) else Use.STORE_ATTRIBUTE
    stored = target.attr if isinstance(target, ast.Attribute) else ""
    path: list[str] = []
    node = target.value
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            path.insert(0, node.attr)
        else:
            # What is changed is inside an item: that counts as a change of what holds the item.
            path, use = [], Use.STORE_ITEM
        node = node.value
    if isinstance(node, ast.Name) and node.id not in own:
        origin, name, before = _found(node.id, code, outer, names)
        place = _line_and_column(instruction, code)
        yield Lookup(origin, name, (*before, *path), *place, use, stored)


def _target(code: CodeType, instruction: dis.Instruction) -> ast.expr | None:
    """Give the left side of an assignment, read from the source that the instruction is of."""
    where = instruction.positions
    if where is None or where.lineno is None or where.end_lineno is None:
        return None
    lines = linecache.getlines(code.co_filename)[where.lineno - 1 : where.end_lineno]
    if not lines or where.col_offset is None or where.end_col_offset is None:
        return None
    encoded = [line.encode() for line in lines]
    encoded[-1] = encoded[-1][: where.end_col_offset]
    encoded[0] = encoded[0][where.col_offset :]
    try:
        return ast.parse(b"(" + b"".join(encoded) + b")", mode="eval").body
    except SyntaxError:
        return None


def _found(name: str, code: CodeType, outer: frozenset[str], names: Names) -> Found:
    if name in names:
        return names[name]
    if name in outer:
        return Origin.CLOSURE, name, ()
    own = name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    return Origin.LOCAL if own else Origin.GLOBAL, name, ()


def _line_and_column(instruction: dis.Instruction, code: CodeType) -> tuple[int, int]:
    where = instruction.positions
    if where is None or where.lineno is None:
        return code.co_firstlineno, 1
    return where.lineno, (where.col_offset or 0) + 1
