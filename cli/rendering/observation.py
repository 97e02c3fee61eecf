"""An observation as text: a line a rule, the lines that contradict each other, what was read."""

from __future__ import annotations

from collections.abc import Iterator

from ...models.verdicts import Verdict
from ...traces import Observation, RuleResult
from ..palette import Palette
from .words import count

_VERDICT_WIDTH = len(Verdict.NOT_CHECKED.value)


def observation_text(result: Observation, palette: Palette) -> str:
    """Give the whole text; its last line says how much was and was not checked."""
    files = ", ".join(result.files)
    mode = f"  mode={result.mode}" if result.mode else ""
    lines = [f"{palette.strong(files)}  format={result.format}{mode}", ""]
    width = max(len(rule.name) for rule in result.rules)
    for rule in result.rules:
        lines.append(_rule_line(rule, width, palette))
    for rule in result.rules:
        if rule.verdict is Verdict.VIOLATED:
            lines += ["", *_contradiction(rule, palette)]
    lines += [*_ignored(result), "", _closing_line(result, palette)]
    return "\n".join(lines) + "\n"


def _rule_line(rule: RuleResult, width: int, palette: Palette) -> str:
    verdict = palette.verdict(rule.verdict, width=_VERDICT_WIDTH)
    said = rule.reason or f"{count(rule.checked, 'event')} checked"
    return f"{verdict}  {rule.code}  {rule.name:<{width}}  {palette.faint(said)}"


def _contradiction(rule: RuleResult, palette: Palette) -> Iterator[str]:
    yield f"{palette.alarm('violated')}: {palette.strong(f'{rule.code} {rule.name}')}"
    if rule.explanation:
        yield f"  {rule.explanation}"
    yield ""
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


def _closing_line(result: Observation, palette: Palette) -> str:
    events = result.events
    parts = [
        f"{count(events.read, 'event')} read, {events.used:,} used, {events.ignored:,} ignored",
        f"{result.seconds:.2f} s",
    ]
    if result.interrupted:
        parts.insert(0, "interrupted, not everything checked")
    return f"{palette.verdict(result.verdict)} · {' · '.join(parts)}"
