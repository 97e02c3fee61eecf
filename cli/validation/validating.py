"""`validate_trace`: is the log of a real run a run of a model?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...checker.native import is_built
from ...models.catalog import load_model
from ...models.errors import UsageError
from ...models.parameters import Model
from ...models.words import count
from ...traces import BadLines, EventCounts, Observation, ObservationLimits, RuleResult
from ...traces.history import History
from ...traces.own_specs.log_entries import LogReading
from ...traces.readers.own_parsers import LineParser, Parser
from ...traces.readers.runs import read_history
from ...traces.readers.sources import OnBadLine
from ...traces.readers.spools import readable_again
from ...traces.values import UNSET
from ...traces.watch import Progress, Watch
from .following import Validation, cut_short
from .own_models import validate_own_model
from .tables import is_followed, validate_table

_DEFAULT_LIMITS = ObservationLimits()
_ALLOWED_TOLD = 4
_TITLE = "what the log tells of is a run of the model"


def validate_trace(
    paths: str | Path | Sequence[str | Path],
    model: str | Model,
    *,
    settings: Mapping[str, object] | None = None,
    parser: str | Parser | None = None,
    on_bad_line: OnBadLine = "fail",
    input_format: str = "auto",
    initial: object = UNSET,
    limits: ObservationLimits = _DEFAULT_LIMITS,
    max_seconds: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Observation:
    """Search for a run of `model` in which all happens that the log in `paths` tells of, in time.

    What the log does not tell of is hidden, and free. The library's `mrsc` and `async` follow
    operations, applies and snapshots, any number of them, and meet no faults; a model of one's own
    announces what the `@binding` beside it gives. `settings` are parameters of the model that the
    log does not say. The one result holds where there is such a run, is violated where there is
    none, with the line by which it must have gone on, and undecided where time or memory ran out,
    or where the reading ended with Ctrl-C or after `max_seconds`.

    Raises `UsageError` for input that cannot be used, as `observe` and `load_model` do.
    """
    began = time.monotonic()
    files = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not files:
        raise UsageError("no trace was given; name a file, or - for standard input")
    chosen = load_model(model) if isinstance(model, str) else model
    own = None if parser is None else LineParser.of(parser, input_format)
    bad_lines, watch = BadLines(), Watch(progress, max_seconds=max_seconds)
    watch.begin(files)
    if is_followed(chosen):
        history = History([str(path) for path in files])
        with watch.listening(), watch.patient(), readable_again(files) as readable:
            read_history(
                readable,
                history,
                bad_lines,
                input_format=input_format,
                parser=own,
                on_bad_line=on_bad_line,
                initial=initial,
                limits=limits,
                watch=watch,
            )
        if history.cut is not None:
            found = cut_short(watch, history.format, history.mode, history.read)
        else:
            found = validate_table(chosen, history, settings or {}, limits.max_seconds)
    else:
        skipped = bad_lines if on_bad_line == "skip" else None
        with readable_again(files) as readable:
            reading = LogReading(readable, own, skipped, limits, watch)
            found = validate_own_model(chosen, reading, settings or {}, limits.max_seconds, watch)
    ignored = sum(found.ignored.values())
    return Observation(
        files=tuple(map(str, files)),
        format=found.format,
        mode=found.mode,
        events=EventCounts(
            read=found.read,
            used=found.read - ignored,
            ignored=ignored,
            ignored_by_kind=dict(found.ignored),
        ),
        bad_lines=bad_lines,
        rules=(_result(chosen.name, found),),
        seconds=time.monotonic() - began,
        stopped_by=found.stopped_by,
        engine="native" if is_built() else "reference",
    )


def _result(name: str, found: Validation) -> RuleResult:
    if found.line is None:
        return RuleResult(name, _TITLE, found.verdict, checked=found.checked, reason=found.reason)
    fit = f"{count(found.checked, 'line')} of {found.required:,} fit a run of the model"
    return RuleResult(
        name,
        _TITLE,
        found.verdict,
        checked=found.checked,
        explanation=f"{fit}, and no such run goes on with line {found.line.line}{_instead(found)}",
        witness=(found.line,),
    )


def _instead(found: Validation) -> str:
    if not found.instead:
        return ""
    shown = found.instead[:_ALLOWED_TOLD]
    more = (
        f", and {len(found.instead) - len(shown):,} more" if len(found.instead) > len(shown) else ""
    )
    return f"; in the model {' or '.join(shown)}{more}"
