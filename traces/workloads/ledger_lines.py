"""Client-visible events of a replicated ledger, as CCF's consistency traces have them, by line.

`{"type":"RwTxRequest","tx":0}`, then `RwTxExecute` and `RwTxResponse` with the `tx_id` that it got,
`[view, sequence number]`; `RoTxRequest` and `RoTxResponse` of reads; `TxStatusReceived` with a
`tx_id` and a `status`, `CommittedStatus` or `InvalidStatus`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ...models.errors import InputError
from ..history import History
from ..readers.jepsen import Call
from ..readers.sources import BadLines, Source, count_or_raise
from .runs import WorkloadRun

LedgerEvent = Literal[
    "RwTxRequest",
    "RwTxExecute",
    "RwTxResponse",
    "RoTxRequest",
    "RoTxResponse",
    "TxStatusReceived",
]
_COMPLETIONS = {"RwTxResponse": "write", "RoTxResponse": "read"}
_REQUESTS = {"RwTxRequest": "write", "RoTxRequest": "read"}


class LedgerLine(msgspec.Struct, gc=False):
    """One line: what a client, or the node that executed, saw of a transaction."""

    type: LedgerEvent
    tx: int | None = None
    tx_id: tuple[int, int] | None = None
    status: Literal["CommittedStatus", "InvalidStatus"] | None = None


def read_ledger_lines(source: Source, history: History, bad_lines: BadLines | None) -> None:
    """Read the events of a file into a workload of `history`.

    A line that is not understood raises `InputError`, or is counted in `bad_lines`.
    """
    run = _Run(source)
    decoder = msgspec.json.Decoder(LedgerLine)
    for line in source.lines():
        if not line.strip():
            continue
        try:
            run.take(_event(source, decoder, line))
        except InputError as error:
            count_or_raise(error, bad_lines)
    history.read += run.read
    history.workloads.append(WorkloadRun("ledger", source.name, run.calls))


def _event(source: Source, decoder: msgspec.json.Decoder[LedgerLine], line: bytes) -> LedgerLine:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = line.decode("utf-8", "replace")
        raise source.error(f"is no event of a ledger: {error}", 1, text) from None


class _Run:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.read = 0
        self.calls: list[Call] = []
        self.requested: dict[int, Call] = {}

    def take(self, event: LedgerLine) -> None:
        """Take one event; raises `InputError` where it lacks something or was not requested."""
        self.read += 1
        line = self.source.line
        if event.type == "TxStatusReceived":
            if event.tx_id is None or event.status is None:
                raise self.source.error("a status needs tx_id and status")
            told = event.status.removesuffix("Status").lower()
            call = Call(0, told, None, None, self.read, line, "ok", event.tx_id, self.read, line)
            self.calls.append(call)
            return
        if event.tx is None:
            raise self.source.error(f"{event.type} needs tx")
        if event.type in _REQUESTS:
            call = Call(event.tx, _REQUESTS[event.type], event.tx, None, self.read, line)
            self.requested[event.tx] = call
            self.calls.append(call)
            return
        if event.tx_id is None:
            raise self.source.error(f"{event.type} needs tx_id")
        if event.tx not in self.requested:
            raise self.source.error(f"transaction {event.tx} was not requested before")
        if event.type in _COMPLETIONS:
            call = self.requested[event.tx]
            call.type, call.result, call.ended, call.ended_line = "ok", event.tx_id, self.read, line
