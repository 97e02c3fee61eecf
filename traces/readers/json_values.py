"""JSON values that stand one after the other, or in one array, whatever lines they are on."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ...models.errors import InputError, Place
from .sources import BadLines, Source, count_or_raise

_WHITESPACE = re.compile(r"[ \t\n\r]*")
_CUT = (
    "the file ends in the middle of this operation; was its writer stopped? "
    "on-bad-line=skip reads the rest"
)
_MARGIN = 64
"""Characters before the end of what was read within which an error may mean that more follows."""


class CutError(InputError):
    """The file ends inside an operation."""


class JsonValues:
    """Takes one JSON value after the other out of the text of a source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.decoder = json.JSONDecoder(parse_constant=_refuse_constant)
        self.pieces = source.chunks()
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.text = ""
        self.at = 0
        self.began = 0
        self.line_start = 0
        self.ended = False
        source.line = 1

    def values(self) -> Iterator[Any]:
        """Give each value of the array, or each value that stands alone."""
        closing = ""
        if self._next_character() == "[":
            self._pass(1)
            closing = "]"
        is_first = True
        while character := self._next_character():
            if character == closing:
                self._pass(1)
                closing = ""
                if rest := self._next_character():
                    raise self.error(f"the history has already ended, but {rest!r} follows")
                return
            if character == "," and closing and not is_first:
                self._pass(1)
                if self._next_character() == closing:
                    raise self.error("an operation is expected after the comma")
            elif closing and not is_first:
                raise self.error("a comma or the end of the array is expected here")
            is_first = False
            yield self._value()
        if closing:
            raise self.cut()

    def take_each(self, take: Callable[[Any], None], bad_lines: BadLines | None) -> None:
        """Hand each value on; one that cannot be understood is counted, or raises.

        What is not JSON raises always, as nobody knows where it goes on.
        """
        try:
            for value in self.values():
                try:
                    take(value)
                except InputError as error:
                    count_or_raise(error, bad_lines)
        except CutError as error:
            if not self.source.is_cut:
                count_or_raise(error, bad_lines)

    @property
    def written(self) -> str:
        """Give the text of the value that was given last."""
        return self.text[self.began : self.at]

    def error(self, message: str, at: int | None = None) -> InputError:
        """Build an error about a place in the text."""
        return InputError(message, place=self._place(self.at if at is None else at))

    def cut(self) -> CutError:
        """Build the error of a file that ends too early."""
        return CutError(_CUT, place=self._place(self.at))

    def _place(self, at: int) -> Place:
        self._count_lines(at)
        end = self.text.find("\n", at)
        line = self.text[self.line_start : end if end >= 0 else len(self.text)]
        return Place(self.source.name, self.source.line, at - self.line_start + 1, line)

    def _value(self) -> Any:
        limit = self.source.limits.max_line_bytes
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except RecursionError:
                raise self.error("brackets within brackets, too deep to be read") from None
            except json.JSONDecodeError as error:
                if self.ended and self.source.is_cut:
                    raise self.cut() from None
                if self._may_go_on(error) and not self.ended:
                    if len(self.text) - self.at > limit:
                        told = f"one operation of more than {limit:,} characters"
                        raise self.error(told) from None
                    self._read_more()
                    continue
                if self._is_cut(error):
                    raise self.cut() from None
                told = error.msg[0].lower() + error.msg[1:]
                raise self.error(f"is not JSON: {told}", error.pos) from None
            except ValueError as error:
                raise self.error(f"is not JSON: {str(error).split(';')[0]}") from None
            if end == len(self.text) and not self.ended:
                self._read_more()  # A number may have been cut in two.
                continue
            self._count_lines(self.at)
            self.began, self.at = self.at, end
            return value

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated") or error.pos >= len(self.text) - _MARGIN

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Tell whether the text ends where the error is, so that its writer was stopped."""
        if error.msg.startswith("Unterminated"):
            return True
        return error.pos > self.at and error.pos >= len(self.text.rstrip())

    def _next_character(self) -> str:
        """Pass over white space and give what follows, "" at the end."""
        while True:
            found = _WHITESPACE.match(self.text, self.at)
            assert found is not None
            self._pass(found.end() - self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self._read_more()

    def _pass(self, count: int) -> None:
        self.at += count
        self._count_lines(self.at)

    def _count_lines(self, to: int) -> None:
        """Move the present line on to a place in the text."""
        lines = self.text.count("\n", self.line_start, to)
        if lines:
            self.source.line += lines
            self.line_start = self.text.rindex("\n", self.line_start, to) + 1

    def _read_more(self) -> None:
        """Read on, until there is twice as much to look at, and forget the lines before."""
        keep = min(self.line_start, self.at)
        if self.at - keep > self.source.limits.max_line_bytes:
            keep = self.at  # One line that never ends: its beginning is not shown any more.
        self.text, self.at, self.line_start = (
            self.text[keep:],
            self.at - keep,
            max(0, self.line_start - keep),
        )
        parts = [self.text]
        read = len(self.text)
        wanted = read + max(1, read - self.at)
        while read < wanted and not self.ended:
            piece = next(self.pieces, b"")
            self.ended = not piece
            try:
                parts.append(self.decode(piece, self.ended and not self.source.is_cut))
            except UnicodeDecodeError:
                raise self.error("is not UTF-8 from somewhere after this on") from None
            read += len(parts[-1])
        self.text = "".join(parts)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
