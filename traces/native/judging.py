"""What rules conclude from what the native engine found, in the words of the reference.

The engine says how much a rule checked and which few lines contradict each other. The rule's own
monitor is then shown these lines alone: it finds the contradiction again, or the engine is wrong
and the rule is left to the reference. Items that need a search are judged by the monitor as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from ..history import Entry
from ..judging import concluded, not_promised, run_of
from ..monitors import Monitor, Run
from ..readers.excerpts import Excerpts
from ..readers.formats import format_of
from ..readers.sources import open_source
from ..readers.spools import Readable
from ..results import RuleResult
from ..rules import Rule
from ..timeline import run_monitors
from .reading import judge_natively
from .run import Answer, NativeRun, Question, Unsuitable, is_built

OF_OPERATIONS = frozenset("GT101 GT102 GT103 GT104 GT201 GT202 GT203 GT601".split())  # noqa: SIM905
"""The rules that the native engine judges: other events than operations do not count for them."""

NATIVE = OF_OPERATIONS | frozenset("GT302 GT304 GT306 GT505 GT604 GT702 GT704".split())  # noqa: SIM905
"""The rules that it judges where there are only operations."""

FROM_RECORDS = frozenset(
    "GT301 GT303 GT305 GT401 GT402 GT403 GT501 GT502 GT503 GT504 GT506 GT701 GT703".split()  # noqa: SIM905
)
"""The rules that find nothing to check where there are only operations."""

FROM_TRANSACTIONS = frozenset({"GT602", "GT603"})
"""The rules that find nothing to check where there are no transactions."""


@dataclass(slots=True)
class Judgement:
    """What was read, what rules concluded, and the rules that are left to the reference."""

    run: NativeRun
    results: dict[str, RuleResult]
    left: list[Rule]


def judge_if_suitable(
    paths: Sequence[Readable],
    rules: Sequence[Rule],
    are_named: bool,
    question: Question,
    input_format: str,
) -> Judgement | None:
    """Let the native engine read and judge a run as far as it can; None where it cannot at all."""
    is_asked = any(rule.code in NATIVE for rule in rules)
    if not is_asked or not is_built():
        return None
    for path in paths:
        with closing(open_source(path, question.limits, watch=question.watch)) as source:
            if format_of(source, input_format) != "jsonl":
                return None
    try:
        return _judged(paths, rules, are_named, question)
    except Unsuitable:
        return None


def _judged(
    paths: Sequence[Readable], rules: Sequence[Rule], are_named: bool, question: Question
) -> Judgement:
    asked = [rule.code for rule in rules if rule.code in NATIVE]
    found = judge_natively(paths, asked, question)
    history = found.history
    results: dict[str, RuleResult] = {}
    left: list[Rule] = []
    excerpts = Excerpts(paths, frozenset(found.bad), question.limits, found.until)

    def initial_of(key: object) -> object:
        return found.initial

    for rule in rules:
        run = run_of(history, question.limits, across_items=question.across_items)
        run.initial_of = initial_of
        monitor: Monitor | None = None
        if are_named or not_promised(rule, run) is None:
            question.watch.judging(len(results), len(rules), rule.code)
            try:
                monitor = _monitor(rule, run, found, excerpts)
            except KeyboardInterrupt:
                question.watch.take_interrupt()
                break
            if monitor is None:
                left.append(rule)
                continue
        results[rule.code] = concluded(rule, monitor, run, history.files, are_named)
    return Judgement(found, results, left)


def _monitor(rule: Rule, run: Run, found: NativeRun, excerpts: Excerpts) -> Monitor | None:
    """Give a monitor that knows what there is to know; None where the reference has to find out."""
    code = rule.code
    if code in found.answers and (code in OF_OPERATIONS or not found.records):
        return _Teller(rule, run, excerpts).told(found.answers[code])
    has_nothing = (code in FROM_RECORDS and not found.records) or (
        code in FROM_TRANSACTIONS and not found.has_transactions
    )
    return rule.monitor(run) if has_nothing else None


class _Teller:
    """Has the monitor of a rule tell what the native engine found."""

    def __init__(self, rule: Rule, run: Run, excerpts: Excerpts) -> None:
        self.rule = rule
        self.run = run
        self.excerpts = excerpts

    def told(self, answer: Answer) -> Monitor | None:
        """Give a monitor that knows what was found; None where it sees no such thing."""
        match answer.how:
            case "items":
                return self._told_item_by_item(answer)
            case "deciding":
                return self._shown(self.excerpts.at(answer.spots))
            case "left":
                return None
            case "violated":
                monitor = self._shown(self.excerpts.at(answer.spots))
            case "item":
                monitor = self._shown(self.excerpts.of_items(answer.spots)[0])
            case _:
                monitor = self.rule.monitor(self.run)
        monitor.checked = answer.checked
        return monitor if answer.how == "nothing" or monitor.violation is not None else None

    def _told_item_by_item(self, answer: Answer) -> Monitor:
        """Have the items judged that are open, until one is violated."""
        first = answer.items[0]
        if first[3]:
            _, before, own, conflict = first
            monitor = self._shown(self.excerpts.at(conflict))
            if monitor.violation is not None:
                monitor.checked = before + own
                return monitor
        whole = self.rule.monitor(self.run)
        items = self.excerpts.of_items([item[0] for item in answer.items])
        searched, undecided = 0, []
        for (_, before, *_), entries in zip(answer.items, items, strict=True):
            monitor = self._shown(entries)
            searched += monitor.checked
            if monitor.violation is not None:
                monitor.checked = before + searched
                return monitor
            if monitor.undecided is not None:
                undecided.append(monitor.undecided)
        whole.checked = answer.checked + searched
        if undecided:
            more = f" (and {len(undecided) - 1:,} more items)" if len(undecided) > 1 else ""
            whole.undecided = undecided[0] + more
        return whole

    def _shown(self, entries: Sequence[Entry]) -> Monitor:
        monitor = self.rule.monitor(self.run)
        run_monitors([monitor], self.run, entries)
        return monitor
