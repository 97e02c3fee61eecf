"""EDN by its grammar: slow, short, and what the fast reader is held to (`readers.edn`).

The grammar is that of https://github.com/edn-format/edn, as far as histories use it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from gtcheck.traces.readers.edn import parse_edn
from gtcheck.traces.values import identity
from lark import Lark, Transformer
from lark.exceptions import LarkError

_GRAMMAR = r"""
?start: value

?value: ATOM          -> atom
      | "[" value* "]"  -> vector
      | "(" value* ")"  -> vector
      | "#{" value* "}" -> set
      | "{" pair* "}"   -> map
      | TAG value       -> tagged
pair: value value

ATOM: INTEGER | DECIMAL | STRING | CHARACTER | KEYWORD | SYMBOL
INTEGER: /[+-]?\d+[NM]?(?![\w.\/])/
DECIMAL: /[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?(?![\w\/])/
STRING: /"(\\.|[^"\\])*"/s
CHARACTER: /\\(newline|return|space|tab|u[0-9a-fA-F]{4}|\S)/
KEYWORD: /:[^\s,\[\](){}";\\]+/
SYMBOL: /[^\s,\[\](){}";\\:#\d][^\s,\[\](){}";\\]*/
TAG: /#[A-Za-z][^\s,\[\](){}";\\]*/

COMMENT: /;[^\n]*/
%ignore /[\s,]+/
%ignore COMMENT
"""


class _Values(Transformer[Any, Any]):
    """Builds values; what an atom by itself means is what the fast reader says."""

    def atom(self, parts: list[Any]) -> Any:
        return parse_edn(str(parts[0]))

    def vector(self, parts: list[Any]) -> Any:
        return tuple(parts)

    def set(self, parts: list[Any]) -> Any:
        return frozenset(map(_hashable, parts))

    def pair(self, parts: list[Any]) -> Any:
        return _hashable(parts[0]), parts[1]

    def map(self, parts: list[Any]) -> Any:
        return dict(parts)

    def tagged(self, parts: list[Any]) -> Any:
        return parts[1]


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return identity(value)
    return value


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Values())


def identity_by_grammar(text: str) -> Any:
    """Give the identity of the value that a text means; `NotImplemented` where it is no EDN."""
    try:
        return identity(_parser().parse(text))
    except LarkError:
        return NotImplemented
