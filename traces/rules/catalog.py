"""The rules by their codes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ..monitors import Monitor
from .across_items import OneOrderOfAll
from .data import AtomicInRegion, ModeHasFeature, NoLostUpdate, TornElsewhere
from .disasters import RecoveryMeasured
from .journal import AppendOnly, AppliedOnce, DurableFirst, JournalOrder
from .journal_effects import ConflictHasNoEffect, FenceSeesAll
from .last_writer_wins import LastWriterWins
from .replication import AppliedInOrder, NoRelay, ReplicasConverge
from .service import ServedInFaults, Standby, StrongReadCostsWrite
from .sessions import MonotonicReads, MonotonicWrites, ReadYourWrites, WritesFollowReads
from .streams import NoRecordOfTheStale, SameOrderEverywhere, StreamIsWhatApplied
from .strong_reads import LinearizableInRegion, LinearizableItems, StrongAfterEventual
from .written_values import EqualVersionsEqualValues, NoValueFromNowhere

_EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise that a run can break: its stable code, its name, and what it says in a sentence.

    `description` tells in full what is compared and what is not. `modes` are those that promise it;
    those in `told_in` allow the opposite, which is then told but no violation. `monitor` checks it.
    """

    code: str
    name: str
    summary: str
    description: str
    modes: tuple[str, ...] = field(kw_only=True)
    told_in: tuple[str, ...] = field(kw_only=True)
    monitor: type[Monitor] = field(kw_only=True, repr=False, compare=False)

    @classmethod
    def of(cls, monitor: type[Monitor]) -> Rule:
        """Give the rule that a monitor checks."""
        return cls(
            monitor.code,
            monitor.name,
            monitor.summary,
            inspect.getdoc(monitor) or "",
            modes=monitor.modes,
            told_in=monitor.told_in,
            monitor=monitor,
        )

    @property
    def example(self) -> Path:
        """Give the file of a small trace that breaks it."""
        return _EXAMPLES / f"{self.code}.jsonl"


_MONITORS: tuple[type[Monitor], ...] = (
    MonotonicReads,
    ReadYourWrites,
    MonotonicWrites,
    WritesFollowReads,
    LinearizableItems,
    LinearizableInRegion,
    StrongAfterEventual,
    OneOrderOfAll,
    ReplicasConverge,
    NoValueFromNowhere,
    AppliedInOrder,
    LastWriterWins,
    NoRelay,
    EqualVersionsEqualValues,
    StreamIsWhatApplied,
    SameOrderEverywhere,
    NoRecordOfTheStale,
    AppendOnly,
    DurableFirst,
    JournalOrder,
    AppliedOnce,
    ConflictHasNoEffect,
    FenceSeesAll,
    NoLostUpdate,
    AtomicInRegion,
    TornElsewhere,
    ModeHasFeature,
    ServedInFaults,
    StrongReadCostsWrite,
    RecoveryMeasured,
    Standby,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {monitor.code: Rule.of(monitor) for monitor in _MONITORS}
)
"""Every rule by code."""
