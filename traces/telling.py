"""An observation as text: a line a rule, the lines that contradict each other, what was read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from textwrap import wrap
from typing import TYPE_CHECKING

from ..models.notebooks import result_html
from ..models.styles import PLAIN, Style
from ..models.verdicts import Verdict
from ..models.words import count
from .observation import Observation
from .results import RuleResult

if TYPE_CHECKING:
    from .clocks.skew import MinimumSkew

_VERDICT_WIDTH = len(Verdict.NOT_CHECKED.value)
_FEW_RULES = 4
_CODES_WIDTH = 84


def observation_text(
    result: Observation, style: Style = PLAIN, *, told: Collection[str] = ()
) -> str:
    """Give the whole text; its last line says how much was and was not checked.

    The contradictions of rules in `told` are left out: they stand above.
    """
    files = ", ".join(result.files)
    mode = f"  mode={result.mode}" if result.mode else ""
    lines = [f"{style.strong(files)}  format={result.format}{mode}", ""]
    listed = [rule for rule in result.rules if rule.verdict is not Verdict.NOT_CHECKED]
    listed = listed if listed and len(result.rules) > _FEW_RULES else list(result.rules)
    width = max((len(rule.name) for rule in listed), default=0)
    for rule in listed:
        lines.append(_rule_line(rule, width, style))
    lines += _not_checked([rule for rule in result.rules if rule not in listed], style)
    for rule in result.rules:
        if rule.verdict is Verdict.VIOLATED:
            lines += [] if rule.code in told else ["", *_contradiction(rule, style)]
        elif rule.note is not None:
            lines += ["", *_note(rule, style)]
    for skew in result.minimum_skews:
        lines += ["", *_skew(skew)]
    lines += [*_ignored(result), "", closing_line(result, style)]
    return "\n".join(lines) + "\n"


def _rule_line(rule: RuleResult, width: int, style: Style) -> str:
    verdict = style.verdict(rule.verdict, width=_VERDICT_WIDTH)
    said = _said(rule)
    return f"{verdict}  {rule.code}  {rule.name:<{width}}  {style.faint(said)}"


def _not_checked(rules: Sequence[RuleResult], style: Style) -> Iterator[str]:
    """Give in few lines the rules that nothing in the trace tells of, or that its mode has not."""
    if rules:
        verdict = style.verdict(Verdict.NOT_CHECKED, width=_VERDICT_WIDTH)
        for text in wrap(" ".join(rule.code for rule in rules), width=_CODES_WIDTH):
            yield f"{verdict}  {style.faint(text)}"
            verdict = " " * _VERDICT_WIDTH


def _said(rule: RuleResult) -> str:
    return rule.reason or f"{count(rule.checked, 'event')} checked"


def observation_html(result: Observation) -> str:
    """Give the same for a notebook, with the first contradiction only."""
    rows = ((rule.verdict, f"{rule.code} {rule.name}", _said(rule)) for rule in result.rules)
    violated = (rule for rule in result.rules if rule.verdict is Verdict.VIOLATED)
    details = [line for rule in islice(violated, 1) for line in _contradiction(rule, PLAIN)]
    title = ", ".join(result.files)
    return result_html(title, rows, "\n".join(details), closing_line(result))


def violation_text(rule: RuleResult, style: Style = PLAIN) -> str:
    """Give what a violated rule says, by itself."""
    return "\n".join(_contradiction(rule, style)) + "\n\n"


def _contradiction(rule: RuleResult, style: Style) -> Iterator[str]:
    yield f"{style.alarm('violated')}: {style.strong(f'{rule.code} {rule.name}')}"
    if rule.explanation:
        yield f"  {rule.explanation}"
    yield ""
    yield from _witness(rule)


def _note(rule: RuleResult, style: Style) -> Iterator[str]:
    yield f"told: {style.strong(f'{rule.code} {rule.name}')}"
    yield f"  {rule.note}"
    if rule.witness:
        yield ""
        yield from _witness(rule)


def _skew(skew: MinimumSkew) -> Iterator[str]:
    told = f"would hold with a clock error of {skew.clock_error_us or 0:,} us"
    yield f"minimum skew: {skew.code}{f': {skew.reason}' if skew.reason else f' {told}'}"
    if skew.offsets:
        clocks = (
            f"{region}'s clock was {abs(by):,} us {'ahead of' if by > 0 else 'behind'} the others'"
            for region, by in skew.offsets.items()
        )
        would = "or" if skew.reason is None else "it would hold"
        yield f"  {would} if {' and '.join(clocks)}"
    if skew.witness:
        yield ""
        yield from _witness(skew)


def _witness(rule: RuleResult | MinimumSkew) -> Iterator[str]:
    places = [f"{witness.file}:{witness.line}" for witness in rule.witness]
    width = max(map(len, places), default=0)
    for place, witness in zip(places, rule.witness, strict=True):
        yield f"  {place:<{width}}  {witness.text}"


def _ignored(result: Observation) -> Iterator[str]:
    if result.events.ignored_by_kind:
        kinds = ", ".join(
            f"{number:,} {kind}" for kind, number in result.events.ignored_by_kind.items()
        )
        yield ""
        yield f"ignored: {kinds}"
    if result.bad_lines.count:
        yield ""
        yield f"skipped {count(result.bad_lines.count, 'bad line')}:"
        yield from (f"  {named}" for named in result.bad_lines.named)


def closing_line(result: Observation, style: Style = PLAIN) -> str:
    """Give the verdict, and how much it rests on."""
    events = result.events
    parts = [
        f"{count(events.read, 'event')} read, {events.used:,} used, {events.ignored:,} ignored",
        f"{result.engine} engine, {result.seconds:.2f} s",
    ]
    if result.stopped_by:
        how = "interrupted" if result.interrupted else "stopped by --max-seconds"
        parts.insert(0, f"{how}, not everything checked")
    return f"{style.verdict(result.verdict)} · {' · '.join(parts)}"
