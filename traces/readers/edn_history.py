"""Jepsen's histories in EDN: a vector or list of operation maps, or one map after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...models.errors import InputError, Place
from .edn import EdnError, parse_edn
from .jepsen import JepsenHistory
from .sources import BadLines, Source, count_or_raise

_VALUE = r'(?::?[\w.*+!?<>=/-]+|"[^"\\]*"|\[[^\[\](){}"\\;#]*\])'
_PAIR = re.compile(rf"(:[\w-]+)\s+({_VALUE})")
_FLAT = re.compile(rf"[\[\s,(]*\{{((?:[\s,]*:[\w-]+\s+{_VALUE}(?=[\s,}}]))+)[\s,]*\}}[\s,]*\Z")
_TOKEN = re.compile(r'[\[\](){}]|"(?:\\.|[^"\\])*"|"|;.*|\\.|#_', re.S)
_CLOSES = {"[": "]", "(": ")", "{": "}"}
_TYPES = ("invoke", "ok", "fail", "info")
_CUT = (
    "the file ends inside what was opened here; was its writer stopped? "
    "on-bad-line=skip reads the rest"
)


def read_edn_history(source: Source, history: JepsenHistory, bad_lines: BadLines | None) -> None:
    """Read the operation maps of an EDN file one by one into `history`.

    A map that cannot be understood raises `InputError`, or is counted in `bad_lines`.
    """
    values: dict[str, Any] = {}
    forms = _Splitter(source)
    for form in forms.split(bad_lines):
        try:
            _take(source, history, form, values)
        except InputError as error:
            count_or_raise(error, bad_lines)


@dataclass(slots=True)
class _Form:
    """The text of one operation map, and the line where it begins; `pairs` if it is a flat one."""

    text: str
    line: int
    column: int
    pairs: list[tuple[str, str]] | None = None


@dataclass(slots=True)
class _Splitter:
    """Cuts the lines of a source into top-level maps, by the brackets alone."""

    source: Source
    wrapper: str = ""
    stack: list[str] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    size: int = 0
    begun: tuple[int, int, str] = (0, 0, "")
    closed: bool = False

    def split(self, bad_lines: BadLines | None) -> Iterator[_Form]:
        """Give each form; a wrong bracket is an error even where bad lines are passed over."""
        source = self.source
        for raw in source.lines():
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise source.error("is not UTF-8", error.start + 1, raw) from None
            if not self.buffer:
                flat = self._flat(line)
                if flat is not None:
                    yield flat
                    continue
            yield from self._scan(line)
        if (self.buffer or self.stack) and not source.is_cut:
            line_number, column, text = self.begun
            cut = InputError(_CUT, place=Place(source.name, line_number, column, text))
            count_or_raise(cut, bad_lines)

    def _flat(self, line: str) -> _Form | None:
        """Recognize a line with exactly one map of simple values."""
        match = _FLAT.match(line)
        if match is None:
            return None
        opened = line[: match.start(1) - 1].replace(",", " ").strip()
        if opened:
            if opened not in ("[", "(") or self.stack or self.closed:
                return None
            self._open_wrapper(opened, line)
        elif self.closed:
            return None
        return _Form(line, self.source.line, 1, _PAIR.findall(match.group(1)))

    def _open_wrapper(self, bracket: str, line: str) -> None:
        self.stack.append(bracket)
        self.wrapper = bracket
        self.begun = (self.source.line, line.index(bracket) + 1, line)

    def _scan(self, line: str) -> Iterator[_Form]:
        """Walk through the brackets of one line."""
        if self.buffer and self._is_inside_string:
            line = self.buffer.pop() + "\n" + line
        at = start = 0
        source = self.source
        for token in _TOKEN.finditer(line):
            text, at = token.group(), token.start()
            if text[0] == ";":
                line = line[:at]
                break
            if text == '"':
                self._keep(line[start:] if self.buffer or start else line)
                return
            depth = len(self.stack) - (1 if self.wrapper else 0)
            if text in _CLOSES:
                if depth == 0 and not self._opens_form(text, line, at):
                    start = at + 1
                    continue
                if depth == 0:
                    start = at
                    self.begun = (source.line, at + 1, line)
                self.stack.append(text)
                if len(self.stack) > source.limits.max_nesting:
                    raise source.error(
                        f"more than {source.limits.max_nesting} brackets within brackets",
                        at + 1,
                        line,
                    )
            elif text in _CLOSES.values():
                if not self.stack or _CLOSES[self.stack[-1]] != text:
                    raise source.error(f"nothing that this {text} closes is open", at + 1, line)
                self.stack.pop()
                if depth == 0:
                    self.wrapper, self.closed = "", True
                elif depth == 1:
                    self._keep(line[start : at + 1])
                    yield _Form("\n".join(self.buffer), self.begun[0], self.begun[1])
                    self.buffer, self.size = [], 0
                start = at + 1 if depth <= 1 else start
        if len(self.stack) > (1 if self.wrapper else 0):
            self._keep(line[start:])
        elif line[start:].strip(" \t\r,") and not _is_tag(line[start:]):
            raise source.error("only operation maps are expected here", start + 1, line)

    def _opens_form(self, bracket: str, line: str, at: int) -> bool:
        if bracket == "{":
            if self.closed:
                raise self.source.error("the history has already ended", at + 1, line)
            return True
        if self.stack or self.closed:
            raise self.source.error(
                "only operation maps, in braces, are expected here", at + 1, line
            )
        self._open_wrapper(bracket, line)
        return False

    @property
    def _is_inside_string(self) -> bool:
        text = _TOKEN.sub(lambda m: '"' if m.group() == '"' else "", self.buffer[-1])
        return '"' in text

    def _keep(self, text: str) -> None:
        self.buffer.append(text)
        self.size += len(text)
        if self.size > self.source.limits.max_line_bytes:
            line, column, begun = self.begun
            raise InputError(
                f"one operation of more than {self.source.limits.max_line_bytes:,} characters",
                place=Place(self.source.name, line, column, begun),
            )


def _is_tag(text: str) -> bool:
    return re.fullmatch(r"[\s,]*#[\w.]+[\s,]*", text) is not None


def _take(source: Source, history: JepsenHistory, form: _Form, values: dict[str, Any]) -> None:
    """Understand one map and hand it on."""
    operation: dict[str, Any] = {}
    try:
        if form.pairs is not None:
            for name, written in form.pairs:
                value = values.get(written, values)
                if value is values:
                    value = parse_edn(written)
                    if len(values) < 100_000:
                        values[written] = value
                operation[name] = value
        else:
            operation = parse_edn(form.text)
    except EdnError as error:
        raise _place_error(source, form, str(error), error.offset) from None
    type_, process, function, value = _fields(source, form, operation)
    try:
        history.add(type_, process, function, value, operation.get(":key"), form.line)
    except InputError as error:
        raise _place_error(source, form, error.message, 0) from None


def _fields(source: Source, form: _Form, operation: Any) -> tuple[str, Any, str, Any]:
    if not isinstance(operation, dict):
        raise _place_error(source, form, "is not an operation map", 0)
    type_ = str(operation.get(":type", "")).lstrip(":")
    if type_ not in _TYPES:
        told = f"its :type is {type_!r}" if type_ else "it has no :type"
        raise _place_error(source, form, f"{told}; one of {', '.join(_TYPES)} is needed", 0)
    function = operation.get(":f")
    process = operation.get(":process")
    if process is not None and not isinstance(process, (int, str)):
        raise _place_error(source, form, "its :process is neither an integer nor a name", 0)
    value = operation.get(":value")
    named = "txn" if function is None and isinstance(value, tuple) else str(function).lstrip(":")
    return type_, process, named, value


def _place_error(source: Source, form: _Form, message: str, offset: int) -> InputError:
    before = form.text[:offset]
    row = before.count("\n")
    text = form.text.split("\n")[row]
    column = offset - (before.rfind("\n") + 1)
    return InputError(message, place=Place(source.name, form.line + row, column + 1, text))
