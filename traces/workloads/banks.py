"""Banks: money is moved between accounts, and none is made or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..results import WitnessLine
from ..values import shown
from .runs import WorkloadRun, is_number

if TYPE_CHECKING:
    from ..readers.jepsen import Call

Found = tuple[str, tuple[WitnessLine, ...]]


def find_bank_violation(run: WorkloadRun) -> Found | None:
    """Give a read that no state of the bank explains, None where there is none.

    All reads must have the accounts of the first and the sum of their balances, and no balance
    may be missing or negative: what a snapshot of all accounts always shows where transfers are
    atomic and refuse to overdraw (as Jepsen's bank does). One pass over the reads.
    """
    reads = run.reads
    if not reads:
        return None
    first: Any = reads[0].result
    total = sum(balance for balance in first.values() if is_number(balance))
    for read in reads:
        balances: Any = read.result
        for account, balance in balances.items():
            if not is_number(balance):
                return _alone(run, read, f"no balance of account {shown(account)}")
            if balance < 0:
                return _alone(run, read, f"{balance} on account {shown(account)}, below zero")
        strange = balances.keys() - first.keys()
        if strange:
            told = f"an account {shown(min(strange, key=repr))} that there was not at first"
            return _against_first(run, reads[0], read, told)
        if sum(balances.values()) != total:
            told = f"accounts of {sum(balances.values())} together, not {total}"
            return _against_first(run, reads[0], read, told)
    return None


def _alone(run: WorkloadRun, read: Call, told: str) -> Found:
    line = run.line(read, f"read {told}")
    return f"session {shown(read.process)} read {told}", (line,)


def _against_first(run: WorkloadRun, first: Call, read: Call, told: str) -> Found:
    at_first: Any = first.result
    total = sum(at_first.values())
    lines = (
        run.line(first, f"read {len(at_first)} accounts of {total} together"),
        run.line(read, f"read {told}"),
    )
    who = f"session {shown(read.process)}"
    return f"{who} read {told}, and nothing but transfers came between", lines
