"""Checks the log of a real run against the rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from ..models.errors import ParameterError, UnknownNameError, UsageError
from ..models.verdicts import Verdict
from .judged_runs import JudgedRun
from .limits import ObservationLimits
from .native.run import EngineName, Question, check_engine
from .observation import EventCounts, Observation
from .own_specs.bindings import OwnSpecs
from .readers.sources import OnBadLine
from .readers.spools import readable_again
from .results import RuleResult
from .rules import RULES, Rule
from .values import UNSET
from .watch import Progress, Watch
from .whole_runs import WholeRunRule

if TYPE_CHECKING:
    from ..models.log_bindings import Binding
    from .readers.own_parsers import Parser

Mode = Literal["mrsc", "async"]
DEFAULT_LIMITS = ObservationLimits()


def observe(
    paths: str | Path | Sequence[str | Path],
    *,
    mode: Mode | None = None,
    isolation: str | None = None,
    rules: Sequence[str] = (),
    specs: Sequence[str | Binding] = (),
    parser: str | Parser | None = None,
    on_bad_line: OnBadLine = "fail",
    input_format: str = "auto",
    initial: object = UNSET,
    across_items: bool = False,
    minimum_skew: bool = False,
    limits: ObservationLimits = DEFAULT_LIMITS,
    engine: EngineName | None = None,
    max_seconds: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Observation:
    """Check the trace in `paths` ("-" is standard input) against `rules`, or all that fit `mode`.

    `isolation` names the level that transactions are checked against, without it serializable
    where there is nothing but transactions; then only rules that are named are checked besides.
    `specs` are specs of one's own, as `FILE.py:SPEC` or as their bindings, run over the log; with
    them, too, only rules that are named are checked besides. `parser`, a function or
    `FILE.py:FUNCTION`, turns a line into events: None, one, or several, each a dict or a struct of
    `gtcheck.traces.events`.
    `input_format` is auto or one of `FORMATS`. `initial` is what every item holds at first (an
    object gives it by key); without it that is what the trace's header says, else null in JSON
    lines and console logs, 0 for registers in EDN, and the empty text for texts. `across_items` has
    the session rules of writes compare the versions of all items, and GT204 look for one order of
    all; `minimum_skew` looks for the
    smallest clock error under which each violated rule would hold. `engine` is native or reference,
    by default native where it is built and takes the trace; the results are the same. With
    `on_bad_line` "skip", lines that cannot be understood are counted and named instead of raising
    `InputError`. `progress` is called some times a second.

    Ctrl-C ends the reading, or the judging, and gives the verdict so far, with `interrupted` set; a
    second one raises `KeyboardInterrupt`. After `max_seconds` the reading ends in the same way.
    What was not read may explain what was: only what contradicts itself whatever follows is then
    violated, everything else undecided.
    """
    began = time.monotonic()
    if isinstance(paths, (str, Path)):
        paths = [paths]
    if not paths:
        raise UsageError("no trace was given; name a file, or - for standard input")
    _check_choice("mode", mode, (None, *get_args(Mode)))
    _check_choice("on_bad_line", on_bad_line, get_args(OnBadLine))
    chosen = chosen_rules(rules)
    if isolation is not None:
        from .transactions.rules_of_runs import check_level

        check_level(isolation)
    check_engine(engine)
    watch = Watch(progress, max_seconds=max_seconds)
    question = Question(
        mode=mode,
        across_items=across_items,
        initial=initial,
        limits=limits,
        skips_bad_lines=on_bad_line == "skip",
        watch=watch,
    )
    with watch.listening(), readable_again(paths) as readable:
        work = JudgedRun(
            paths=readable,
            question=question,
            chosen=chosen,
            are_named=bool(rules),
            own=OwnSpecs.of(
                specs, parser, readable, input_format, has_rules=bool(rules or isolation)
            ),
            isolation=isolation,
            minimum_skew=minimum_skew,
        )
        try:
            watch.begin(paths)
            work.run(engine, input_format)
        except KeyboardInterrupt:
            watch.take_interrupt()
    return _observation(work, watch, time.monotonic() - began)


def _observation(work: JudgedRun, watch: Watch, seconds: float) -> Observation:
    history = work.history
    stopped = history.cut or "interrupted before it was known"
    return Observation(
        files=tuple(history.files),
        format=history.format,
        mode=work.question.mode or history.mode,
        events=EventCounts.of(history),
        bad_lines=work.bad_lines,
        rules=tuple(
            work.results.get(code) or RuleResult(code, name, Verdict.UNDECIDED, reason=stopped)
            for code, name in [*work.own.titles, *_titles(work.special, work.chosen)]
        ),
        seconds=seconds,
        stopped_by=watch.stopped_by if watch.asked or history.cut else None,
        minimum_skews=work.skews,
        engine=work.engine,
    )


def _titles(special: Sequence[WholeRunRule], chosen: Sequence[Rule]) -> list[tuple[str, str]]:
    """Give the code and the name of every rule, those that look at a whole run first."""
    return [(rule.code, rule.name) for rule in special] + [(r.code, r.name) for r in chosen]


def _check_choice(name: str, given: object, choices: Sequence[object]) -> None:
    if given not in choices:
        listed = ", ".join(str(choice) for choice in choices if choice is not None)
        raise ParameterError(f"{name} is {given!r}; it can be {listed}")


def chosen_rules(codes: Sequence[str]) -> list[Rule]:
    """Give the rules of these codes, or all; raise `UnknownNameError` for a code of none."""
    for code in codes:
        if code not in RULES:
            raise UnknownNameError.among("rule", code, RULES)
    return [rule for code, rule in RULES.items() if not codes or code in codes]
