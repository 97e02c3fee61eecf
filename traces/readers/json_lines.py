"""Traces in JSON lines: one run out of one file or many, one line at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import msgspec.structs
from msgspec import UnsetType

from ...models.errors import InputError
from ..events import MISSING, Event, Fault, Header, Invoke, OperationEvent, Return
from ..history import Entry, History, Record
from ..values import UNSET, Value
from .json_operations import joined, operations_of
from .sources import BadLines, Source, count_or_raise

_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_AT_FIELD = re.compile(r" - at `\$\.?([^`]*)`")
_CUT = (
    "the file ends in the middle of this line; was its writer stopped? "
    "on-bad-line=skip reads the rest"
)


Attempt = tuple[str | int, int | None]
"""What names an operation that is under way: its id and its attempt."""


class JsonRun:
    """Takes files of one run, and tells `sink` what happened, in the order of the lines.

    `begins` is told of operations of which only the first half has come, and when they began. The
    newest `ids_remembered` ids may not come again.
    """

    def __init__(
        self,
        history: History,
        initial: Value,
        sink: Callable[[Entry], None],
        begins: Callable[[Attempt, int], None] | None = None,
    ) -> None:
        self.history = history
        self.given_initial = initial
        self.header_initial: Value = UNSET
        self.sink = sink
        self.begins = begins
        self.ids_remembered = 5_000_000
        self.last_file = -1
        self.events = msgspec.json.Decoder(Event)
        self.headers = msgspec.json.Decoder(Header)
        self.anything = msgspec.json.Decoder()
        self.ids: dict[Attempt, tuple[str, int]] = {}
        self.invoked: dict[Attempt, tuple[Invoke, int, int]] = {}

    def read(self, source: Source, file: int, bad_lines: BadLines | None) -> None:
        """Read one file; a line that cannot be understood raises `InputError` or is counted."""
        for line in source.lines():
            self.take_line(source, file, line, bad_lines)

    def take_line(self, source: Source, file: int, line: bytes, bad_lines: BadLines | None) -> None:
        """Take the line that a source has just given."""
        if not line.strip():
            return
        try:
            is_first, self.last_file = file != self.last_file, file
            self._take(source, file, line, is_first)
        except InputError as error:
            count_or_raise(error, bad_lines)

    def finish(self, *, is_cut: bool = False) -> None:
        """Tell of the operations that were invoked and never returned.

        Where what follows was not read they may yet return, and only then have a version.
        """
        for invoke, file, line in self.invoked.values():
            event = joined(invoke, None)
            if is_cut:
                event.version = None
                event.items = [msgspec.structs.replace(part, version=None) for part in event.items]
            self._tell(event, file, line, line)
        self.invoked.clear()

    def initial_of(self, key: Value) -> Value:
        """Give what the item of a key holds at first."""
        initial = self.header_initial if self.given_initial is UNSET else self.given_initial
        if isinstance(initial, dict):
            return initial.get(key, initial.get(str(key)))
        return None if initial is UNSET else initial

    def _take(self, source: Source, file: int, line: bytes, first: bool) -> None:
        if first and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        if line.count(b"[") + line.count(b"{") > source.limits.max_nesting:
            _check_nesting(source, line)
        if first and self.take_first_line(source, line):
            return
        try:
            event = self.events.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            unknown = self._unknown_type(line)
            if unknown is None:
                raise self._understood_error(source, line, error) from None
            self.ignore(unknown)
            return
        self.take_event(source, file, line, event)

    def take_event(self, source: Source, file: int, line: bytes, event: Event) -> None:
        """Take what the line that a source has just given says; raise `InputError` for nonsense."""
        if isinstance(event, OperationEvent):
            self._take_operation(source, file, line, event)
        elif isinstance(event, Invoke):
            self._check_id(source, line, event.id, event.attempt)
            self._check_key(source, line, event)
            self.invoked[event.id, event.attempt] = (event, file, source.line)
            if self.begins is not None:
                self.begins((event.id, event.attempt), event.start)
        elif isinstance(event, Return):
            self._take_return(source, file, line, event)
        else:
            if isinstance(event, Fault) and event.end is not None and event.end < event.start:
                raise _ends_early(source, line, event.start, event.end, "fault")
            self.sink(Record(event, file, source.line))
        self.history.read += 1

    def ignore(self, kind: str) -> None:
        """Count and name an event of a kind that no rule knows."""
        self.history.read += 1
        self.history.ignored[kind[:60]] += 1

    def take_first_line(self, source: Source, line: bytes) -> bool:
        """Take a first line, if it is one that tells of the whole run."""
        if b'"gtcheck"' not in line or b'"type"' in line:
            return False
        try:
            header = self.headers.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._understood_error(source, line, error) from None
        self.take_header(source, line, header)
        return True

    def take_header(self, source: Source, line: bytes, header: Header) -> None:
        """Take what holds of the whole run; raise `InputError` for a time that is negative."""
        for name, time in (
            ("clock_error_us", header.clock_error_us),
            ("quiet_us", header.quiet_us),
        ):
            if time is not None and time < 0:
                raise source.error(f"{name} is negative", None, line)
        history = self.history
        history.mode = header.mode or history.mode
        history.regions += [region for region in header.regions if region not in history.regions]
        history.clock_error = max(history.clock_error, header.clock_error_us)
        history.quiet = history.quiet if header.quiet_us is None else header.quiet_us
        if header.initial is not MISSING:
            self.header_initial = header.initial

    def _unknown_type(self, line: bytes) -> str | None:
        """Give the type of a good line whose type is not known, else None."""
        try:
            event = self.anything.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        kind = event.get("type") if isinstance(event, dict) else None
        return None if not isinstance(kind, str) or kind in KNOWN_TYPES else kind

    def _understood_error(self, source: Source, line: bytes, error: Exception) -> InputError:
        text = line.decode("utf-8", "replace")
        if isinstance(error, RecursionError):
            return source.error("brackets within brackets, too deep to be read", 1, text)
        message = str(error)
        field = _AT_FIELD.search(message)
        if isinstance(error, msgspec.ValidationError):
            name = re.split(r"[.\[]", field.group(1))[0] if field else ""
            at = text.find(f'"{name}"') if name else -1
            told = _AT_FIELD.sub("", message)
            told = f"field {field.group(1)}: {told}" if field and name else told
            return source.error(told[0].lower() + told[1:], max(at, 0) + 1, text)
        if source.ended_inside_line:
            return source.error(_CUT, len(text) + 1, text)
        if isinstance(error, UnicodeDecodeError):
            return source.error("is not UTF-8", _valid_part(line) + 1, text)
        place = _AT_BYTE.search(message)
        column = len(line[: int(place.group(1))].decode("utf-8", "replace")) + 1 if place else 1
        if "truncated" in message:
            column = len(text) + 1
        told = _AT_BYTE.sub("", message).replace("JSON is malformed:", "").strip(" :")
        return source.error(f"is not JSON: {told.lower()}", column, text)

    def _take_operation(
        self, source: Source, file: int, line: bytes, event: OperationEvent
    ) -> None:
        if event.end is not None and event.end < event.start:
            raise _ends_early(source, line, event.start, event.end, "operation")
        if event.outcome == "ok" and event.end is None:
            raise source.error("its outcome is ok, but it has no end", None, line)
        self._check_key(source, line, event)
        if event.id is not None:
            self._check_id(source, line, event.id, event.attempt)
        self._tell(event, file, source.line, source.line)

    def _check_id(self, source: Source, line: bytes, given: str | int, attempt: int | None) -> None:
        before = self.ids.get((given, attempt))
        if before is not None:
            raise source.error(
                f"the id {given!r} was already used in {before[0]}:{before[1]}; attempts of one "
                "operation have numbers of their own in `attempt`",
                line.find(b'"id"') + 1,
                line,
            )
        self.ids[given, attempt] = (source.name, source.line)
        if len(self.ids) > self.ids_remembered:
            del self.ids[next(iter(self.ids))]

    def _check_key(self, source: Source, line: bytes, event: OperationEvent | Invoke) -> None:
        if event.op != "transaction" and event.key is None:
            raise source.error(f"the {event.op} has no key", 1, line)
        for part in (event, *event.items):
            amount = part.value
            if part.op == "increment" and (
                isinstance(amount, bool) or not isinstance(amount, (int, float, UnsetType))
            ):
                raise source.error(
                    "an increment's value is the number that is added",
                    line.find(b'"value"') + 1,
                    line,
                )

    def _take_return(self, source: Source, file: int, line: bytes, event: Return) -> None:
        attempt = self._attempt_of(event)
        found = self.invoked.pop(attempt, None) if attempt is not None else None
        if attempt is None or found is None:
            at = line.find(b'"id"') + 1
            raise source.error(f"nothing with the id {event.id!r} is under way", at, line)
        invoke, _, invoked = found
        if event.end is not None and event.end < invoke.start:
            self.invoked[attempt] = found
            raise source.error(
                f"the operation ends at {event.end}, but line {invoked} says it starts "
                f"at {invoke.start}",
                line.find(b'"end"') + 1,
                line,
            )
        self._tell(joined(invoke, event), file, source.line, invoked)

    def _attempt_of(self, event: Return) -> Attempt | None:
        """Give the attempt that a return is of: the one it names, or the last under way."""
        if event.attempt is not None or (event.id, None) in self.invoked:
            return event.id, event.attempt
        return next((each for each in reversed(self.invoked) if each[0] == event.id), None)

    def _tell(self, event: OperationEvent, file: int, line: int, invoked: int) -> None:
        if event.op == "transaction" and not event.items:
            self.history.ignored["transaction without items"] += 1
        for operation in operations_of(event, file, line, invoked):
            self.sink(operation)


def _check_nesting(source: Source, line: bytes) -> None:
    """Raise `InputError` for too many brackets within brackets, outside of texts."""
    depth = 0
    for token in _BRACKET.finditer(line):
        opens = token.group() in (b"[", b"{")
        depth += opens or -(token.group() in (b"]", b"}"))
        if depth > source.limits.max_nesting:
            most = source.limits.max_nesting
            told = f"more than {most} brackets within brackets, too deep to be read"
            column = len(line[: token.start()].decode("utf-8", "replace")) + 1
            raise source.error(told, column, line)


def _valid_part(line: bytes) -> int:
    """Give how many characters a line has before the first byte that is no UTF-8."""
    try:
        return len(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return len(line[: error.start].decode("utf-8"))


def _ends_early(source: Source, line: bytes, start: int, end: int, what: str) -> InputError:
    return source.error(
        f"the {what} ends at {end}, before it starts at {start}", line.find(b'"end"') + 1, line
    )


KNOWN_TYPES = frozenset(
    "op invoke return apply stream append deliver snapshot fault".split()  # noqa: SIM905
)
"""The values of `type` in version 1."""
