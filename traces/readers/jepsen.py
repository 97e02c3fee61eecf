"""Jepsen's histories: completions paired with invocations, and the item that they are about.

`invoke` begins an operation; `ok` says it happened, `fail` that it certainly did not, `info` or
nothing at all that nobody knows, so that its interval has no end. A process that is not an integer
is no client. Moments are positions in the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from ..history import FOREVER, History, Item, Operation
from ..transactions.micro_operations import are_transactions, history_of, is_transaction
from ..values import UNSET, Value
from ..workloads.runs import WorkloadRun, kind_of
from .sources import Source

Dialect = Literal["jepsen", "edn"]
TIMED_OUT = ":timed-out"

_REGISTER = frozenset({"read", "write", "cas"})
_MUTEX = frozenset({"acquire", "release"})
_TEXT = frozenset({"get", "put", "append"})
_TEXT_ACTIONS: dict[str, Any] = {"get": "read", "put": "write", "append": "append"}


@dataclass(slots=True)
class Call:
    """An invocation with its completion, as far as it has come."""

    process: int
    function: str
    value: Value
    key: Value
    position: int
    line: int
    type: str = "info"
    result: Value = None
    ended: int = FOREVER
    ended_line: int = 0


class JepsenHistory:
    """Takes the operation maps of one file in order and gives the history they make."""

    def __init__(self, source: Source, file: int, dialect: Dialect) -> None:
        self.source = source
        self.file = file
        self.dialect = dialect
        self.calls: list[Call] = []
        self.pending: dict[int, Call] = {}
        self.anonymous: list[Call] = []
        self.read = 0
        self.ignored: Counter[str] = Counter()

    def add(
        self, type_: str, process: object, function: str, value: Value, key: Value, line: int
    ) -> None:
        """Take one line; raises `InputError` where it does not fit those before."""
        self.read += 1
        if process is None:
            self._add_anonymous(type_, function, value, key, line)
            return
        if not isinstance(process, int) or isinstance(process, bool):
            self.ignored[str(process).lstrip(":")] += 1
            return
        call = self.pending.pop(process, None)
        if type_ == "invoke":
            if call is not None:
                self.pending[process] = call
                raise self.source.error(
                    f"process {process} invokes {function} before its {call.function} "
                    f"of line {call.line} has completed"
                )
            call = Call(process, function, value, key, self.read, line)
            self.pending[process] = call
            self.calls.append(call)
            return
        if call is None:
            if not _needs_no_start(value):
                raise self.source.error(
                    f"process {process} completes {function} ({type_}), which it had not invoked"
                )
            call = Call(process, function, value, key, self.read, line)
            self.calls.append(call)
        if call.function != function:
            self.pending[process] = call
            raise self.source.error(
                f"process {process} completes {function}, but what it had invoked "
                f"in line {call.line} is {call.function}"
            )
        call.type, call.result = type_, value
        call.ended, call.ended_line = self.read, line

    def _add_anonymous(
        self, type_: str, function: str, value: Value, key: Value, line: int
    ) -> None:
        """Take a line that names no process: each operation is of a process of its own.

        What completes is the oldest that has the same value, else the oldest of the same function.
        """
        if type_ == "invoke":
            call = Call(-1 - len(self.calls), function, value, key, self.read, line)
            self.anonymous.append(call)
            self.calls.append(call)
            return
        alike = [call for call in self.anonymous if call.function == function]
        if alike:
            call = next((call for call in alike if call.value == value), alike[0])
            self.anonymous.remove(call)
        elif _needs_no_start(value):
            call = Call(-1 - len(self.calls), function, value, key, self.read, line)
            self.calls.append(call)
        else:
            raise self.source.error(
                f"{function} completes ({type_}) without a process, and none had been invoked so"
            )
        call.type, call.result = type_, value
        call.ended, call.ended_line = self.read, line

    def finish(self, history: History, label: str | None, initial: Value) -> None:
        """Put the items of this file into `history`; `label` tells its items from other files'."""
        history.read += self.read
        history.ignored.update(self.ignored)
        functions = {call.function for call in self.calls}
        if not functions:
            return
        transactional = are_transactions(self.calls)
        if transactional:
            history.runs.append(history_of(history.files, self.calls, self.file, initial))
        elif kind := kind_of(self.calls):
            history.workloads.append(WorkloadRun(kind, self.source.name, self.calls))
            return
        builder = _Builder(self, history, label, initial)
        if transactional:
            # Where all are named read and write they are also registers that change together.
            builder.add_transactions()
            return
        if functions <= _REGISTER and builder.add_registers():
            return
        if functions <= _MUTEX:
            builder.add_mutex()
        elif functions <= _TEXT:
            builder.add_texts()
        else:
            for call in self.calls:
                history.ignored[call.function] += 1 + (call.ended_line > 0)


class _Builder:
    """Turns the calls of one file into items of a kind."""

    def __init__(
        self, parent: JepsenHistory, history: History, label: str | None, initial: Value
    ) -> None:
        self.parent = parent
        self.calls = parent.calls
        self.history = history
        self.label = label
        self.initial = initial

    def item(self, key: Value, model: Any, default: Value) -> Item:
        """Give the item of `key`, made where it is new."""
        named = key if self.label is None else (self.label, key)
        item = self.history.items.get(named)
        if item is None:
            initial = default if self.initial is UNSET else self.initial
            item = self.history.items[named] = Item(named, initial, model=model)
        return item

    def append(self, item: Item, call: Call, action: Any, value: Value, **more: Any) -> None:
        """Add what a call did, or would have done if it had not failed."""
        certain, has_failed = call.type == "ok", call.type == "fail"
        self.history.add(
            Operation(
                action,
                call.process,
                None,
                item.key,
                value,
                call.position,
                call.ended if certain or has_failed else FOREVER,
                self.parent.file,
                call.ended_line or call.line,
                call.line,
                certain=certain,
                failed="failed" if has_failed else None,
                **more,
            )
        )

    def add_registers(self) -> bool:
        """Make registers with compare-and-set; refuse what only looks like it."""
        keyed = self._is_keyed()
        changes = any(call.function != "read" for call in self.calls)
        if not changes and any(isinstance(c.result, (dict, frozenset, tuple)) for c in self.calls):
            return False
        console = self.parent.dialect == "jepsen"
        default = None if console or self._begins_unset(keyed) else 0
        for call in self.calls:
            key, value, result = call.key, call.value, call.result
            if keyed:
                key, value = value  # type: ignore[misc]
                result = result[1] if isinstance(result, tuple) and len(result) == 2 else None
            item = self.item(key, "register", default)
            if call.function == "write":
                self.append(item, call, "write", value)
            elif call.function == "cas":
                if not isinstance(value, tuple) or len(value) != 2:
                    return False
                self.append(item, call, "cas", value[1], expected=value[0])
            else:
                known = call.type == "ok" and result != TIMED_OUT
                known = known and (console or result is not None)
                self.append(item, call, "read", result if known else UNSET)
        return True

    def _begins_unset(self, keyed: bool) -> bool:
        """Tell whether null was compared with and found, and nobody had written it."""
        expected = written = False
        for call in self.calls:
            value = call.value[1] if keyed else call.value  # type: ignore[index]
            if call.function == "cas" and isinstance(value, tuple) and len(value) == 2:
                expected = expected or (value[0] is None and call.type == "ok")
                value = value[1]
            written = written or (call.function != "read" and value is None)
        return expected and not written

    def _is_keyed(self) -> bool:
        """Tell whether every value is a pair of a key and a value, as for independent items."""

        def is_pair(call: Call) -> bool:
            value = call.value
            if not isinstance(value, tuple) or len(value) != 2:
                return False
            return call.function != "cas" or isinstance(value[1], tuple)

        reads = [call for call in self.calls if call.function == "read"]
        return bool(reads) and all(map(is_pair, self.calls))

    def add_mutex(self) -> None:
        """Make one lock."""
        item = self.item(None, "mutex", None)
        for call in self.calls:
            self.append(item, call, call.function, UNSET)

    def add_texts(self) -> None:
        """Make one text for each key."""
        for call in self.calls:
            item = self.item(call.key, "text", "")
            action = _TEXT_ACTIONS[call.function]
            known = call.type == "ok" or action != "read"
            value = call.result if action == "read" else call.value
            self.append(item, call, action, value if known and value is not None else UNSET)

    def add_transactions(self) -> None:
        """Make one item of all registers that transactions of reads and writes are about."""
        if not all(_is_read_write(call.value) for call in self.calls):
            return
        item = self.item(None, "registers", 0)
        for call in self.calls:
            done = call.result if call.type == "ok" and _is_read_write(call.result) else call.value
            self.append(item, call, "transaction", done)


def _needs_no_start(value: Value) -> bool:
    """Tell whether it is a transaction that no rule of moments judges: its completion will do."""
    return bool(value) and is_transaction(value) and not _is_read_write(value)


def _is_read_write(value: Value) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(part, tuple) and len(part) == 3 and part[0] in (":read", ":write")
        for part in value
    )
