"""A run on the way to its verdicts: read and judged by one engine, or by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .history import History
from .judging import judge
from .native.judging import judge_if_suitable
from .native.run import EngineName, Question
from .own_specs.bindings import OwnSpecs
from .readers.sources import BadLines
from .readers.spools import Readable
from .results import RuleResult
from .rules import Rule
from .whole_runs import WholeRunRule, judge_whole_run

if TYPE_CHECKING:
    from .clocks.skew import MinimumSkew


@dataclass(slots=True, kw_only=True)
class JudgedRun:
    """What was found so far; `engine` is the one that found it, or mixed."""

    paths: Sequence[Readable]
    question: Question
    chosen: list[Rule]
    are_named: bool
    own: OwnSpecs
    isolation: str | None
    minimum_skew: bool
    history: History = field(init=False)
    bad_lines: BadLines = field(default_factory=BadLines)
    special: list[WholeRunRule] = field(default_factory=list)
    results: dict[str, RuleResult] = field(default_factory=dict)
    skews: tuple[MinimumSkew, ...] = ()
    engine: str = "reference"

    def __post_init__(self) -> None:
        self.history = History([str(path) for path in self.paths])

    def run(self, engine: EngineName | None, input_format: str) -> None:
        """Read and judge everything; what was found until an exception stays."""
        is_plain = not (self.isolation or self.minimum_skew or self.own.bindings or self.own.parser)
        left: Sequence[Rule] | None = None
        if engine != "reference" and is_plain:
            left = self._judge_natively(input_format)
        if left is None or left:
            self._judge_by_reference(left, input_format)
        if self.history.format == "jsonl":
            from .readers.originals import with_original_events

            told = with_original_events(
                list(self.results.values()), self.paths, self.question.limits
            )
            self.results = {result.code: result for result in told}

    def _judge_natively(self, input_format: str) -> Sequence[Rule] | None:
        """Let the native engine judge what it can; give the rules that it left, None if all."""
        found = judge_if_suitable(
            self.paths, self.chosen, self.are_named, self.question, input_format
        )
        if found is None:
            return None
        self.history, self.bad_lines = found.run.history, found.run.bad_lines
        self.results = found.results
        is_ended = self.history.cut is not None or self.question.watch.asked
        left = [] if is_ended else found.left  # the reference would have to read it all again
        self.engine = "mixed" if left else "native"
        return left

    def _judge_by_reference(self, left: Sequence[Rule] | None, input_format: str) -> None:
        from .readers.runs import read_history
        from .transactions.rules_of_runs import transaction_rules
        from .workloads.workload_rules import workload_rules

        question, own = self.question, self.own
        limits, watch = question.limits, question.watch
        self.history, self.bad_lines = History(self.history.files), BadLines()
        skipped = self.bad_lines if question.skips_bad_lines else None
        with watch.patient():
            own.judge(self.history, skipped, limits, watch)
            read_history(
                self.paths if own.reads_rules else (),
                self.history,
                self.bad_lines,
                input_format=input_format,
                parser=own.parser,
                on_bad_line="skip" if question.skips_bad_lines else "fail",
                initial=question.initial,
                limits=limits,
                watch=watch,
            )
        history = self.history
        history.mode = question.mode or history.mode
        self.special = [
            *transaction_rules(history, self.isolation),
            *workload_rules(history.workloads),
        ]
        if not self.are_named and (self.special or own.bindings):
            self.chosen = []
        self.results |= own.results | judge_whole_run(history, self.special, limits, watch)
        rules = self.chosen if left is None else left
        across = question.across_items
        self.results |= judge(
            history, rules, self.are_named, limits, across_items=across, watch=watch
        )
        if self.minimum_skew and not watch.is_over:
            from .clocks.skew import minimum_skews

            self.skews = minimum_skews(history, list(self.results.values()), limits)
