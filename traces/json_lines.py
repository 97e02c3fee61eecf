"""Traces in JSON lines: one run out of one file or many, one line at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from msgspec import UnsetType

from ..models.errors import InputError
from .events import MISSING, Event, Header, Invoke, OperationEvent, Part, Return
from .history import FOREVER, Action, History, Item, Operation
from .sources import BadLines, Source
from .values import UNSET, Value

_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_AT_FIELD = re.compile(r" - at `\$\.?([^`]*)`")
_CUT = (
    "the file ends in the middle of this line; was its writer stopped? "
    "on-bad-line=skip reads the rest"
)


class JsonRun:
    """Takes files of one run and gives the items that their operations are about."""

    def __init__(self, history: History, initial: Value) -> None:
        self.history = history
        self.given_initial = initial
        self.header_initial: Value = UNSET
        self.clock_error = 0
        self.events = msgspec.json.Decoder(Event)
        self.headers = msgspec.json.Decoder(Header)
        self.anything = msgspec.json.Decoder()
        self.ids: dict[str | int, tuple[str, int]] = {}
        self.invoked: dict[str | int, tuple[Invoke, int, int]] = {}

    def read(
        self,
        source: Source,
        file: int,
        bad_lines: BadLines | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        """Read one file; a line that cannot be understood raises `InputError` or is counted."""
        first = True
        for line in source.lines():
            if not line.strip():
                continue
            try:
                self._take(source, file, line, first)
            except InputError as error:
                if bad_lines is None:
                    raise
                bad_lines.add(error)
            first = False
            if progress is not None and not self.history.read % 10_000:
                progress(self.history.read)

    def finish(self) -> None:
        """Add the operations that were invoked and never returned, and the clock's error."""
        for invoke, file, line in self.invoked.values():
            self._add(_joined(invoke, None), file, line, line)
        for item in self.history.items.values():
            item.initial = self._initial_of(item.key)
            for operation in item.operations:
                operation.start -= self.clock_error
                if operation.end < FOREVER:
                    operation.end += self.clock_error

    def _initial_of(self, key: Value) -> Value:
        initial = self.header_initial if self.given_initial is UNSET else self.given_initial
        if isinstance(initial, dict):
            return initial.get(key, initial.get(str(key)))
        return None if initial is UNSET else initial

    def _take(self, source: Source, file: int, line: bytes, first: bool) -> None:
        if first and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        if first and self._take_header(source, line):
            return
        try:
            event = self.events.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            unknown = self._unknown_type(line)
            if unknown is None:
                raise self._understood_error(source, line, error) from None
            self.history.read += 1
            self.history.ignored[unknown] += 1
            return
        if isinstance(event, OperationEvent):
            self._take_operation(source, file, line, event)
        elif isinstance(event, Invoke):
            self._check_id(source, line, event.id)
            self._check_key(source, line, event)
            self.invoked[event.id] = (event, file, source.line)
        elif isinstance(event, Return):
            self._take_return(source, file, line, event)
        else:
            self.history.ignored[event.__struct_config__.tag] += 1
        self.history.read += 1

    def _take_header(self, source: Source, line: bytes) -> bool:
        if b'"gtcheck"' not in line or b'"type"' in line:
            return False
        try:
            header = self.headers.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._understood_error(source, line, error) from None
        if header.clock_error_us < 0:
            raise source.error("clock_error_us is negative", None, line)
        self.history.mode = header.mode or self.history.mode
        self.clock_error = max(self.clock_error, header.clock_error_us)
        if header.initial is not MISSING:
            self.header_initial = header.initial
        return True

    def _unknown_type(self, line: bytes) -> str | None:
        """Give the type of a good line whose type is not known, else None."""
        try:
            event = self.anything.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        kind = event.get("type") if isinstance(event, dict) else None
        if not isinstance(kind, str) or kind in _KNOWN:
            return None
        return kind[:60]

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
            return source.error("is not UTF-8", error.start + 1, text)
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
            raise source.error(
                f"the operation ends at {event.end}, before it starts at {event.start}",
                line.find(b'"end"') + 1,
                line,
            )
        if event.outcome == "ok" and event.end is None:
            raise source.error("its outcome is ok, but it has no end", None, line)
        self._check_key(source, line, event)
        if event.id is not None:
            self._check_id(source, line, event.id)
        self._add(event, file, source.line, source.line)

    def _check_id(self, source: Source, line: bytes, given: str | int) -> None:
        before = self.ids.get(given)
        if before is not None:
            raise source.error(
                f"the id {given!r} was already used in {before[0]}:{before[1]}",
                line.find(b'"id"') + 1,
                line,
            )
        self.ids[given] = (source.name, source.line)

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
        found = self.invoked.pop(event.id, None)
        if found is None:
            at = line.find(b'"id"') + 1
            raise source.error(f"nothing with the id {event.id!r} is under way", at, line)
        invoke, _, invoked = found
        joined = _joined(invoke, event)
        if event.end is not None and event.end < invoke.start:
            self.invoked[event.id] = found
            raise source.error(
                f"the operation ends at {event.end}, but line {invoked} says it starts "
                f"at {invoke.start}",
                line.find(b'"end"') + 1,
                line,
            )
        self._add(joined, file, source.line, invoked)

    def _add(self, event: OperationEvent, file: int, line: int, invoked: int) -> None:
        """Put what an operation did on each item into the history."""
        if event.op == "transaction":
            if not event.items:
                self.history.ignored["transaction without items"] += 1
            parts = event.items
        else:
            parts = [Part(event.op, event.key, event.value, event.version, event.expected)]  # type: ignore[arg-type]
        outcome = event.outcome or ("unknown" if event.end is None else "ok")
        for part in parts:
            item = self.history.items.get(part.key)
            if item is None:
                item = self.history.items[part.key] = Item(part.key, None)
            if outcome in ("failed", "conflict"):
                item.failed += 1
                continue
            certain = outcome == "ok"
            action, value = _meaning(part)
            end = event.end if certain and event.end is not None else FOREVER
            item.operations.append(
                Operation(
                    action,
                    event.session,
                    event.region,
                    part.key,
                    value if certain or action != "read" else UNSET,
                    event.start,
                    end,
                    file,
                    line,
                    invoked,
                    _given(part.expected) if action == "cas" else UNSET,
                    part.version,
                    event.consistency,
                    certain,
                )
            )


_KNOWN = frozenset(
    "op invoke return apply stream append deliver snapshot fault".split()  # noqa: SIM905
)


def _meaning(part: Part) -> tuple[Action, Value]:
    """Give what a part does to a register: conditional writes are compare-and-set."""
    if part.op == "read":
        return "read", _given(part.value)
    if part.op == "increment":
        return "increment", 1 if part.value is MISSING else part.value
    value = None if part.op == "delete" or part.value is MISSING else part.value
    return ("write" if part.expected is MISSING else "cas"), value


def _given(value: Value) -> Value:
    return UNSET if value is MISSING else value


def _joined(invoke: Invoke, result: Return | None) -> OperationEvent:
    """Make one operation of its two halves; without the second it never returned."""
    event = OperationEvent(
        op=invoke.op,
        session=invoke.session,
        start=invoke.start,
        id=invoke.id,
        region=invoke.region,
        key=invoke.key,
        consistency=invoke.consistency,
        value=invoke.value,
        version=invoke.version,
        expected=invoke.expected,
        attempt=invoke.attempt,
        items=invoke.items,
    )
    if result is None:
        return event
    event.end, event.outcome, event.error = result.end, result.outcome, result.error
    if result.value is not MISSING:
        event.value = result.value
    if result.version is not None:
        event.version = result.version
    if result.items is not None:
        event.items = result.items
    return event
